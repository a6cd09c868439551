# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""At least one attack for every reason code, as a boot of the shipped binary from its disk."""
import os

import pytest

import board
from build import OUT, make
import table
import verdict

ROWS = [row for row in table.ROWS if row.boot and row.trust == 'dev']
CODES = {row.expect for row in table.ROWS if row.expect != 'ok'}


@pytest.fixture(scope='session')
def loader(attacks):
    return attacks.loader()


@pytest.mark.parametrize('name', [row.id for row in ROWS])
def test_shipped(attacks, loader, name):
    row = attacks.rows[name]
    log = os.path.join(OUT, 'qemu', f'shipped-{name}.log')
    until = 'HF-STUB-END' if row['expect'] == 'ok' else 'HF-FAIL'
    boot = board.boot(board.Machine(), loader, attacks.path(name + '.disk'), log, until)
    assert not boot.timed_out, boot.explain()
    found = verdict.read(boot.console)
    assert found and found.code == row['expect'], boot.explain()
    assert ('HF-STUB' in boot.console) == (row['expect'] == 'ok'), boot.explain()


def test_every_code_is_booted():
    assert {row.expect for row in ROWS} >= CODES - {'no-trust'}, \
        CODES - {row.expect for row in ROWS}


def test_no_trust(attacks):
    """A test build without any key boots nothing. (Optional keys only: a row of the corpus.)"""
    out = os.path.join(OUT, 'attacks', 'trust-none')
    build = os.path.join(out, 'virt-arm64')
    make(f'O={out}', 'genconfig', trust=attacks.trust('dev'))
    with open(os.path.join(build, '.config'), 'a') as f:
        f.write('CONFIG_TEST_TRUST=y\n')
    with open(os.path.join(build, '.config.edited'), 'w'):
        pass
    make(f'O={out}', 'loader', trust='none')
    log = os.path.join(OUT, 'qemu', 'trust-none.log')
    boot = board.boot(board.Machine(), os.path.join(build, 'holdfast.bin'),
                      attacks.path('boot-cpuid.disk'), log, 'HF-FAIL')
    assert not boot.timed_out, boot.explain()
    assert 'HF-FAIL code=no-trust' in boot.console, boot.explain()
    assert ' trust=none ' in boot.console and 'HF-SLOT' not in boot.console, boot.explain()
