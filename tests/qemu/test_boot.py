# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Boots of the shipped binary: what the kernel finds, fallback, tampering, roots."""
import os
import shutil

import pytest

import board
import verdict
from board import Machine
from build import run


def chosen(console):
    """The properties of /chosen that the stub kernel saw."""
    found = {}
    for line in console.splitlines():
        if line.startswith('HF-CHOSEN '):
            name, _, value = line[10:].partition('=')
            found[name] = value
    return found


def stub(attacks, loader, name, log, machine=None, seconds=60):
    boot = board.boot(machine or Machine(), loader, attacks.path(name + '.disk'), log,
                      'HF-STUB-END', seconds)
    assert 'HF-STUB-END' in boot.console, boot.explain()
    return boot


@pytest.mark.parametrize('start', ['el1', 'el2'])
def test_state_at_entry(attacks, stub_loader, log, start):
    """arm64 booting.rst: MMU and data cache off, all exceptions masked, x1 to x3 zero."""
    boot = stub(attacks, stub_loader, 'load-ramdisk-good', log, Machine(start=start))
    state = verdict.lines(boot.console, 'HF-STUB')[0]
    assert state['el'] == ('0x1' if start == 'el1' else '0x2')
    assert (state['mmu'], state['dcache'], state['args']) == ('0x0', '0x0', '0x0')
    assert state['daif'] == '0x3c0'
    handoff = verdict.lines(boot.console, 'HF-HANDOFF')[0]
    assert int(state['at'], 16) == int(handoff['load'], 16)
    assert int(state['dtb'], 16) == int(handoff['dtb'], 16)
    assert int(state['dtb'], 16) % 8 == 0 and int(state['size'], 16) <= 2 << 20


def hostile_tree(log):
    """QEMU's own tree with a /chosen that would open a shell."""
    path = log + '.dtb'
    run(board.QEMU, '-M', f'virt,dumpdtb={path}', '-cpu', 'cortex-a57', '-m', '1024', '-nic', 'none',
        '-display', 'none')
    for name, value in (('bootargs', 'init=/bin/sh'), ('holdfast,slot', 'B')):
        run('fdtput', '-t', 's', path, '/chosen', name, value)
    run('fdtput', '-t', 'x', path, '/chosen', 'linux,initrd-start', '0x50000000')
    return path


def test_chosen(attacks, stub_loader, log):
    """/chosen is ours alone: signed text, then our arguments; what came from outside is gone."""
    machine = Machine(rng=True, extra=['-dtb', hostile_tree(log)])
    found = chosen(stub(attacks, stub_loader, 'load-ramdisk-good', log, machine).console)
    assert found['bootargs'].startswith('console=hvc0 ')
    assert 'init=' not in found['bootargs'] and 'rauc.slot=A' in found['bootargs']
    assert int(found['linux,initrd-start'], 16) == 0x48000000
    assert found['holdfast,slot'] == 'A' and found['holdfast,config'] == 'conf-1'
    assert found['holdfast,key'] == 'dev'


def test_seeds_are_never_the_same(attacks, stub_loader, log):
    machine = Machine(rng=True)
    seen = [chosen(stub(attacks, stub_loader, 'boot-cpuid', log, machine).console)
            for _ in range(2)]
    for name in ('kaslr-seed', 'rng-seed'):
        assert seen[0][name] != seen[1][name] and set(seen[0][name]) != {'0'}


def test_no_random_source_no_seed(attacks, stub_loader, log):
    """The earlier stage's seeds are wiped, and ours are left out rather than constant."""
    found = chosen(stub(attacks, stub_loader, 'boot-cpuid', log, Machine(rng=False)).console)
    assert 'kaslr-seed' not in found and 'rng-seed' not in found


def test_earlier_seeds_are_nowhere(stub_loader, log):
    """They are overwritten in our copy of the earlier tree and in the original: RAM is kept in a file."""
    tree, ram, seed = hostile_tree(log), log + '.ram', bytes.fromhex('5eed0123456789ab')
    run('fdtput', '-t', 'bx', tree, '/chosen', 'kaslr-seed', *seed.hex(' ').split())
    machine = Machine(memory=128, extra=[
        '-dtb', tree, '-M', 'memory-backend=ram', '-object',
        f'memory-backend-file,id=ram,size=128M,mem-path={ram},share=on'])
    boot = board.boot(machine, stub_loader, None, log, '', 60)
    assert not boot.timed_out and 'HF-FAIL' in boot.console, boot.explain()
    with open(ram, 'rb') as f:
        memory = f.read()
    os.unlink(ram)
    assert memory.count(seed) == 0
    # QEMU puts another rng-seed into the tree at each reset.
    with open(tree, 'wb') as f:
        f.write(memory[:int.from_bytes(memory[4:8], 'big')])
    assert set(run('fdtget', '-t', 'bx', tree, '/chosen', 'rng-seed').split()) == {'0'}


@pytest.mark.parametrize('name', ['gzip-good', 'lz4-good'])
def test_compressed(attacks, stub_loader, log, name):
    stub(attacks, stub_loader, name, log)


@pytest.mark.parametrize('name', ['overlay-good', 'overlay-gzip'])
def test_overlay(attacks, stub_loader, log, name):
    assert 'HF-ROOT holdfast-test=overlay' in stub(attacks, stub_loader, name, log).console


def test_slots_in_order(attacks, stub_loader, log):
    boot = stub(attacks, stub_loader, 'slot-a-bad-b-good', log)
    assert [s['slot'] for s in verdict.lines(boot.console, 'HF-SLOT')] == ['A', 'B']
    assert verdict.lines(boot.console, 'HF-REFUSE')[0]['code'] == 'hash-mismatch'
    found = chosen(boot.console)
    assert 'rauc.slot=B' in found['bootargs']
    boot = stub(attacks, stub_loader, 'slot-a-b-bad-recovery', log)
    assert [s['slot'] for s in verdict.lines(boot.console, 'HF-SLOT')] == ['A', 'B', 'recovery']


def test_small_memory(attacks, stub_loader, log):
    stub(attacks, stub_loader, 'good-no-load', log, Machine(memory=256))


@pytest.mark.parametrize('cpu', ['cortex-a57', 'max,pauth-impdef=on'])
def test_after_a_refusal_the_machine_resets(attacks, stub_loader, log, cpu):
    """HF-FAIL, then a reset through PSCI: QEMU ends by itself with -no-reboot."""
    boot = board.boot(Machine(cpu=cpu), stub_loader, attacks.path('unsigned.disk'), log, '', 60)
    assert not boot.timed_out and 'HF-FAIL code=no-slot' in boot.console, boot.explain()


def test_no_disk(attacks, stub_loader, log):
    del attacks
    boot = board.boot(Machine(), stub_loader, None, log, '', 60)
    assert not boot.timed_out, boot.explain()
    assert verdict.lines(boot.console, 'HF-REFUSE')[0]['code'] == 'no-image', boot.explain()


def test_el3_stops_with_a_message(attacks, stub_loader, log):
    machine = Machine()
    argv = machine.arguments(stub_loader, attacks.path('boot-cpuid.disk'))
    argv[2] = 'virt,secure=on'
    boot = board.Boot(argv, log, 'EL3', 20)
    assert 'EL3' in boot.console and 'HF-SLOT' not in boot.console, boot.explain()


# Media: QEMU's own faults. blkdebug counts requests per state, so the n-th read fails.
def blkdebug(directory, disk, name, text):
    path = os.path.join(directory, name)
    with open(path, 'w') as f:
        f.write(text)
    return (f'if=none,readonly=on,format=raw,id=disk0,file.driver=blkdebug,file.config={path},'
            f'file.image.driver=file,file.image.filename={disk}')


@pytest.mark.parametrize('sector', [1, 2, 34, 36])
def test_io_error(attacks, stub_loader, log, sector):
    """A sector that cannot be read: GPT header, its table, the FIT's head, its tail."""
    disk = attacks.path('boot-cpuid.disk')
    text = f'[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "{sector}"\n'
    drive = blkdebug(os.path.dirname(log), disk, f'sector-{sector}.blkdebug', text)
    boot = board.boot(Machine(), stub_loader, disk, log, '', 60, drive=drive)
    found = verdict.read(boot.console)
    # The table has a backup at the end of the disk; the FIT has none.
    assert found and found.code == ('ok' if sector < 34 else 'media-io'), boot.explain()


def test_silent_device(attacks, stub_loader, log):
    """A device that does not answer: the request is given up, and the machine does not hang."""
    disk = attacks.path('boot-cpuid.disk')
    drive = (f'if=none,format=raw,readonly=on,file={disk},id=disk0,'
             'throttling.bps-read=1,throttling.bps-read-max=1')
    boot = board.boot(Machine(), stub_loader, disk, log, '', 120, drive=drive)
    assert not boot.timed_out, boot.explain()
    assert verdict.read(boot.console).code == 'media-io', boot.explain()


# The real Linux.
def flipped(release, name, change):
    path = release.path(name)
    shutil.copyfile(release.disk, path)
    with open(path, 'r+b') as f:
        change(f)
    return path


def change_kernel(release, f):
    """One byte of the kernel, wherever it is in the file f."""
    with open(release.kernel, 'rb') as k:
        part = k.read()[1 << 20:(1 << 20) + 64]
    data = f.read()
    f.seek(data.index(part))
    f.write(bytes([part[0] ^ 1]))


def test_kernel_byte(release, log):
    disk = flipped(release, 'kernel-byte.img', lambda f: change_kernel(release, f))
    boot = board.boot(Machine(), release.loader, disk, log, '', 60)
    found = verdict.read(boot.console)
    assert (found.code, found.at) == ('hash-mismatch', 'kernel'), boot.explain()


def test_root_byte(release, log):
    """A byte of the root's data: the loader boots, the kernel refuses the block."""
    mark = b'line 010000 of the data'

    def change(f):
        data = f.read()
        f.seek(data.index(mark))
        f.write(b'L')
    disk = flipped(release, 'root-byte.img', change)
    boot = board.boot(Machine(), release.loader, disk, log, 'verity=C', 120)
    last = verdict.lines(boot.console, 'HF-LINUX')
    assert last and last[-1]['verity'] == 'C' and last[-1]['read'] == 'EIO', boot.explain()


def test_root_tree_byte(release, log):
    """A byte of the tree's top block, behind data and superblock: the loader itself refuses."""
    top = -(-os.path.getsize(release.root) // 4096) * 4096 + 4096
    with open(release.verity, 'rb') as f:
        whole = f.read()

    def change(f):
        data = f.read()
        f.seek(data.index(whole[top:top + 4096]))
        f.write(bytes([whole[top] ^ 1]))
    disk = flipped(release, 'tree-byte.img', change)
    boot = board.boot(Machine(), release.loader, disk, log, '', 60)
    assert verdict.read(boot.console).code == 'verity-root', boot.explain()


def test_slot_b_with_linux(release, log):
    """A tampered, B good, each with a root of its own."""
    bad = shutil.copyfile(release.fit, release.path('bad.itb'))
    with open(bad, 'r+b') as f:
        change_kernel(release, f)
    disk = release.make_disk('ab.img', f'a={bad},{release.verity}',
                             f'b={release.fit},{release.verity}')
    boot = board.boot(Machine(), release.loader, disk, log, 'HF-LINUX', 120)
    linux = verdict.lines(boot.console, 'HF-LINUX')
    assert linux and linux[0]['slot'] == 'B' and linux[0]['verity'] == 'V', boot.explain()
    assert verdict.lines(boot.console, 'HF-REFUSE')[0]['slot'] == 'A'
