# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""ARMv7: the state in which a kernel is entered, from each mode that the loader can be entered in."""
import os

import pytest

import board
import verdict
from build import O, OUT, make, run

QEMU_ARM = os.environ.get('QEMU_ARM', 'qemu-system-arm')
HERE = os.path.dirname(__file__)
CC = 'arm-linux-gnueabihf-gcc'
FLAGS = ('-marm -march=armv7ve -mfloat-abi=soft -ffreestanding -fpie -fvisibility=hidden -Os -fno-stack-protector '
         '-mno-unaligned-access -Wall -Wextra -Werror -nostdlib -static -Wl,--build-id=none,-z,noexecstack').split()
SVC, HYP = '0x13', '0x1a'


@pytest.fixture(scope='module')
def disk(release):
    """A signed release whose kernel is stub/arm.S."""
    make('BOARD=virt-arm', 'loader', trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
    elf, kernel, fit, signed = (release.path('arm-stub.' + end) for end in ('elf', 'bin', 'unsigned', 'itb'))
    stub = os.path.join(HERE, 'stub')
    run(CC, *FLAGS, '-T', f'{stub}/arm.ld', '-o', elf, f'{stub}/arm.S', f'{stub}/arm.c')
    run(CC.replace('gcc', 'objcopy'), '-O', 'binary', elf, kernel)
    release.image_tool('fit', '--kernel', kernel, '--compatible', 'holdfast,virt-arm', '--cmdline', 'quiet', '-o', fit)
    release.keys_tool('sign', '--key', os.path.join(OUT, 'dev-keys', 'dev.pem'), fit, '-o', signed)
    return release.make_disk('arm-stub.img', f'a={signed}')


def boot(disk, machine, cpu, log):
    return board.Boot(
        [QEMU_ARM, '-M', 'virt,highmem=off' + machine, '-cpu', cpu, '-m', '512', '-nic', 'none', '-display', 'none',
         '-monitor', 'none', '-no-reboot', '-bios', os.path.join(OUT, 'virt-arm', 'holdfast.bin'),
         '-drive', f'if=none,format=raw,readonly=on,file={disk},id=d', '-device', 'virtio-blk-device,drive=d'],
        log, 'HF-STUB-END')


@pytest.mark.parametrize('cpu', ['cortex-a7', 'cortex-a15', 'max'])
@pytest.mark.parametrize('machine, secure, mode', [
    ('', '0', SVC), (',virtualization=on', '0', HYP), (',secure=on', '1', SVC),
    (',secure=on,virtualization=on', '1', HYP),
], ids=['svc', 'hyp', 'secure', 'secure-to-hyp'])
def test_state_at_entry(disk, log, machine, secure, mode, cpu):
    """booting.rst; and from the secure world nothing is held back."""
    done = boot(disk, machine, cpu, log)
    console = done.console
    assert 'HF-STUB-END' in console, done.explain()
    banner = verdict.lines(console, 'HF-BOOT')[0]
    assert banner['board'] == 'virt-arm' and banner['secure'] == secure, console
    assert banner['el'] == ('hyp' if machine == ',virtualization=on' else 'svc')
    handoff = verdict.lines(console, 'HF-HANDOFF')[0]
    state = verdict.lines(console, 'HF-STUB')[0]
    assert (state['r0'], state['r1'], state['dtb']) == ('0x0', '0xffffffff', handoff['dtb']), console
    assert state['magic'] == '0xedfe0dd0'
    assert (state['mode'], state['masked'], state['on'], state['secure']) == (mode, '0x1c0', '0x0', '0x0'), console
    assert (state['offset'], state['fp'], state['group1'], state['priority']) == ('0x0', '0x3', '0x1', '0xf0'), console
    assert int(state['timer'], 16) > 0
