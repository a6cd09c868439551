# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the attacks need: built once a session, below $O/attacks. And the three who judge each row."""
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, *(os.path.join(os.path.dirname(HERE), name) for name in ('qemu', 'tool'))]
sys.dont_write_bytecode = True

import board  # noqa: E402
import verdict  # noqa: E402
from build import OUT, Attacks, make  # noqa: E402

# What plat_compatible() of the board says, as words for holdfast-keys verify.
COMPATIBLE = [w for name in ('holdfast,virt-arm64', 'qemu,virt', 'linux,dummy-virt') for w in ('--compatible', name)]


@pytest.fixture(scope='session')
def attacks():
    return Attacks()


@pytest.fixture(scope='session')
def core(attacks):
    """[(id, trust set, disk)] -> (id -> verdict of the core on the host, stderr): all in one process, in this order."""
    def judge(cases):
        lines = ''.join(f'{name} {attacks.trust(trust)} {disk}\n' for name, trust, disk in cases)
        done = attacks.run(attacks.program('host_main'), attacks.stage, data=lines.encode())
        return verdict.cases(done.stdout.decode('latin-1')), done.stderr.decode('latin-1')
    return judge


@pytest.fixture(scope='session')
def host(attacks, core):
    """(id -> verdict of the core on the host, stderr), in the order of the table."""
    return core([(r['id'], r['trust'], attacks.path(r['id'] + '.disk')) for r in attacks.rows.values()])


@pytest.fixture(scope='session')
def boot_corpus(attacks):
    """(a corpus disk, name of the log) -> (id -> verdict of the board, the boot)."""
    make('CONFIG=full', 'attack-board')

    def judge(disk, name):
        log = os.path.join(OUT, 'qemu', f'{name}.log')
        boot = board.boot(board.Machine(), attacks.path('board/corpus.bin'), disk, log, until='HF-CASES ', seconds=400)
        return verdict.cases(boot.console), boot
    return judge


@pytest.fixture(scope='session')
def corpus(attacks, boot_corpus):
    """(id -> verdict of the board, the boot)."""
    return boot_corpus(attacks.path('corpus.disk'), 'corpus')


def each(function, items):
    """function of each item, as many at a time as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, items))


@pytest.fixture(scope='session')
def ask(attacks):
    """(verb, words...) -> {id: the finished holdfast-keys}, about every row that is a FIT, with its trust set; with sanitizers."""
    make('san-tools')
    rows = [row for row in attacks.rows.values() if row['kind'] == 'fit']

    def about_all(verb, *words):
        done = each(lambda row: attacks.run(os.path.join(OUT, 'host', 'san', 'holdfast-keys'), verb, '--trust',
                                            attacks.trust(row['trust']), *words, attacks.path(row['id'] + '.fit')), rows)
        return {row['id']: one for row, one in zip(rows, done)}
    return about_all


@pytest.fixture(scope='session')
def verified(ask):
    """id -> verify --json, as on the board."""
    return ask('verify', *COMPATIBLE, '--json')


@pytest.fixture(scope='session')
def tool(verified):
    """id -> (verdict of holdfast-keys verify, what it said)."""
    return {name: verdict.of_tool(done.returncode, done.stderr.decode('latin-1')) for name, done in verified.items()}
