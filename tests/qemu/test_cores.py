# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The other processors of a board: they help, they are off before the hand-off, and what goes wrong with one is seen.

Digests and mischief by a program of their own (cores_main.c).
"""
import os
import re
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'demo'))

import boards
import machine as table
import verdict
from board import Boot
from build import O as BUILD
from build import OUT, make, run

VIRT = '-M virt,gic-version=2{words} -cpu {cpu} -smp {smp} -m 512 -bios {program}'
ZCU102 = ('-M xlnx-zcu102{words} -smp {smp} -m 1024 -device loader,file={program},addr=0x8000000,force-raw=on,cpu-num=0 '
          '{silence}')
# Board, configuration, QEMU, its words, CPU.
MACHINES = {
    'el1': ('virt-arm64', 'full', 'aarch64', VIRT, '', 'cortex-a57'),
    'el2': ('virt-arm64', 'full', 'aarch64', VIRT, ',virtualization=on', 'cortex-a53'),
    'signs-returns': ('virt-arm64', 'full', 'aarch64', VIRT, '', 'max,pauth-impdef=on'),
    'signs-returns-el2': ('virt-arm64', 'full', 'aarch64', VIRT, ',virtualization=on', 'max,pauth-impdef=on'),
    'svc': ('virt-arm', 'default', 'arm', VIRT, '', 'cortex-a15'),
    'hyp': ('virt-arm', 'default', 'arm', VIRT, ',virtualization=on', 'cortex-a7'),
    'svc-armv8': ('virt-arm', 'default', 'arm', VIRT, '', 'max'),
    'zcu102': ('zcu102', 'default', 'aarch64', ZCU102, ',virtualization=on', ''),
}
MISCHIEF = {
    'writes-to-nothing': (1, 'data abort, translation fault, write'),
    'hangs': (2, 'a processor does not finish and does not stop'),
    'overflows-its-stack': (3, 'data abort, translation fault, write'),
    'runs-data': (4, 'instruction abort, permission fault'),
}
TEST_AT = {'zcu102': 0x4000000}


def program(board, configuration):
    run('make', '-j2', f'O={BUILD}', f'BOARD={board}', f'CONFIG={configuration}', f'TRUST={BUILD}/dev-keys/trust.dtb', 'dev-keys',
        'cores-program')
    folder = board + ('' if configuration == 'default' else '-' + configuration)
    return os.path.join(OUT, folder, 'cores', 'cores.bin')


# Processors that take turns: who does what does not hang on the host.
TURNS = ('-icount', 'shift=1')


def boot(name, smp, log, mischief=0, extra=TURNS, seconds=100):
    board, configuration, qemu, words, machine, cpu = MACHINES[name]
    silence = table.silence('qemu-system-aarch64') if board == 'zcu102' else ''
    line = words.format(words=machine, cpu=cpu, smp=smp, program=program(board, configuration), silence=silence)
    at = TEST_AT.get(board, 0x44000000)
    return Boot([f'qemu-system-{qemu}', *line.split(), '-nic', 'none', '-display', 'none', '-monitor', 'none', '-no-reboot',
                 '-device', f'loader,addr={at:#x},data={mischief},data-len=4', *extra], log, 'HF-CORES end=', seconds)


def lines(done):
    return [dict(re.findall(r'([\w-]+)=(\S+)', line)) for line in done.console.splitlines() if line.startswith('HF-CORES ')]


def check(done, helped, least=None):
    assert lines(done)[-1] == {'end': '1'}, done.explain()
    digests = [line for line in lines(done) if 'algorithm' in line]
    assert [line['algorithm'] for line in digests] == ['sha256', 'sha384', 'sha512'], done.explain()
    for line in digests:
        assert (line['wrong'], line['quiesce']) == ('0', 'ok'), done.explain()
        assert (helped if least is None else least) <= int(line['helped']) <= helped, done.explain()


@pytest.mark.parametrize('smp', [1, 2, 4, 8])
def test_they_help(log, smp):
    done = boot('el1', smp, log)
    check(done, smp - 1)
    assert lines(done)[0]['cores'] == str(smp)


@pytest.mark.parametrize('smp', [2, 8])
def test_side_by_side(log, smp):
    """Each on a thread of the host's, which may not let it run in time."""
    check(boot('el1', smp, log, extra=()), smp - 1, least=0)


@pytest.mark.parametrize('name', [name for name in MACHINES if name not in ('el1', 'zcu102')])
def test_they_help_at_every_privilege(log, name):
    check(boot(name, 3, log), 2)


@pytest.mark.parametrize('smp', [1, 4])
def test_fewer_than_the_tree_says(log, smp):
    """The board's own tree names four; firmware refuses those that are not there."""
    done = boot('zcu102', smp, log)
    check(done, smp - 1)
    assert lines(done)[0]['cores'] == '4'


def test_behind_tf_a(log):
    """At EL2 with the PSCI of a real firmware."""
    bios = log + '.bios'
    run('platform/external/tf-a.sh', program('virt-arm64', 'full'), bios, 'gicv2')
    done = Boot(['qemu-system-aarch64', '-M', 'virt,gic-version=2,secure=on,virtualization=on', '-cpu', 'cortex-a57', '-smp', '4',
                 '-m', '1024', '-bios', bios, '-nic', 'none', '-display', 'none', '-monitor', 'none', '-no-reboot', *TURNS], log,
                'HF-CORES end=', 100)
    check(done, 3)


@pytest.fixture
def tree(log):
    """The machine's own tree of four processors, as source; a function that compiles it after an edit."""
    path = log + '.dtb'
    subprocess.run(['qemu-system-aarch64', '-M', f'virt,gic-version=2,dumpdtb={path}', '-cpu', 'cortex-a57', '-smp', '4', '-m', '512',
                    '-display', 'none'], check=True, stderr=subprocess.DEVNULL)
    source = run('dtc', '-q', '-I', 'dtb', '-O', 'dts', path)

    def compiled(edit):
        changed = edit(source)
        assert changed != source
        subprocess.run(['dtc', '-q', '-I', 'dts', '-O', 'dtb', '-o', path], input=changed, text=True, check=True)
        return ['-dtb', path]
    return compiled


@pytest.mark.parametrize('what, edit, helped', [
    ('not there', lambda s: re.sub(r'(cpu@2 \{.*?reg = <)0x02', r'\g<1>0x17', s, flags=re.S), 2),
    ('twice', lambda s: re.sub(r'(cpu@2 \{.*?reg = <)0x02', r'\g<1>0x01', s, flags=re.S), 2),
    ('no name of a processor', lambda s: re.sub(r'(cpu@2 \{.*?reg = <)0x02', r'\g<1>0x82000002', s, flags=re.S), 2),
    ('another method', lambda s: s.replace('enable-method = "psci"', 'enable-method = "spin-table"'), 0),
    ('malformed', lambda s: re.sub(r'(cpu@2 \{.*?)reg = <0x02>', r'\1reg = [01 02 03]', s, flags=re.S), 2),
], ids=lambda value: value.replace(' ', '-') if isinstance(value, str) else '')
def test_a_tree_that_is_wrong_means_fewer(log, tree, what, edit, helped):
    check(boot('el1', 4, log, extra=(*TURNS, *tree(edit))), helped)


@pytest.mark.parametrize('name, mischief', [
    *[('el1', mischief) for mischief in MISCHIEF], ('el2', 'writes-to-nothing'), ('svc', 'runs-data'),
    ('hyp', 'overflows-its-stack'), ('hyp', 'hangs')])
def test_what_goes_wrong_is_seen(log, name, mischief):
    """An exception of another processor is reported like one of the first, and resets the board."""
    number, words = MISCHIEF[mischief]
    done = boot(name, 2, log, number, extra=())
    assert f'holdfast: {"" if mischief == "hangs" else "exception: "}{words}\n' in done.console, done.explain()
    assert 'survived' not in done.console and not done.timed_out, done.explain()


# To Linux with its files in the root, and all processors at work on them.

LOADERS = {'virt-arm64': 'full', 'virt-arm': 'default', 'zcu102': 'default'}


@pytest.fixture(scope='module')
def releases(release):
    made = {}

    def of(name):
        if name not in made:
            made[name] = boards.FilesRelease(release, name)
            make(f'BOARD={name}', f'CONFIG={LOADERS[name]}', 'loader', trust=os.path.join(BUILD, 'dev-keys', 'trust.dtb'))
        return made[name]
    return of


@pytest.mark.parametrize('name, words, smp', [
    ('virt-arm64', '', 1), ('virt-arm64', '', 4), ('virt-arm64', ',virtualization=on', 2), ('virt-arm', '', 4), ('zcu102', '', 4)])
def test_linux_starts_them_again(releases, log, name, words, smp):
    made = releases(name)
    folder = name if LOADERS[name] == 'default' else f'{name}-{LOADERS[name]}'
    argv = table.command(name, os.path.join(OUT, folder, 'holdfast.bin'), made.disk, made.roots, made.trees)
    argv[argv.index('-M') + 1] += words
    argv.remove('-nographic')
    done = Boot([*argv, '-smp', str(smp), '-display', 'none', '-monitor', 'none', *TURNS], log, 'HF-LINUX', 200)
    handoff = verdict.lines(done.console, 'HF-HANDOFF')
    assert handoff and handoff[0]['cores'] == str(smp), done.explain()
    assert f'userland: cpus={smp} ' in done.console, done.explain()
    assert not verdict.lines(done.console, 'HF-REFUSE'), done.explain()
