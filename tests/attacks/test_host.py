# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Every row of the table against the whole core on the host, and against holdfast-keys verify."""
import os
import re

import pytest

from build import OUT, TOP
from shapes import BOARD
import table
import verdict

IDS = [row.id for row in table.ROWS]
FITS = [row.id for row in table.ROWS if row.kind == 'fit']


@pytest.fixture(scope='session')
def host(attacks):
    """id -> verdict, all in one process, in the order of the table."""
    lines = ''.join(f'{r["id"]} {attacks.trust(r["trust"])} {attacks.path(r["id"] + ".disk")}\n'
                    for r in attacks.rows.values())
    done = attacks.run(attacks.program('host_main'), attacks.stage, data=lines.encode())
    found = verdict.cases(done.stdout.decode('latin-1'))
    return found, done.stderr.decode('latin-1')


@pytest.mark.parametrize('name', IDS)
def test_core(attacks, host, name):
    found, errors = host
    row = attacks.rows[name]
    assert name in found and found[name], f'no verdict; the run ended: {errors[-3000:]}'
    assert found[name].code == row['host'], f'{found[name]}; {row["source"]}'
    if 'slot' in row['options']:
        assert found[name].slot == row['options']['slot']


@pytest.mark.parametrize('name', FITS)
def test_verify(attacks, name):
    """The release tool says the same, with its exit code and one line, and never crashes."""
    row = attacks.rows[name]
    done = attacks.run(os.path.join(OUT, 'host', 'holdfast-keys'), 'verify', '--trust',
                       attacks.trust(row['trust']), '--compatible', BOARD,
                       attacks.path(name + '.fit'))
    said = done.stderr.decode('latin-1')
    refusals = re.findall(r'^HF-REFUSE .*?code=(\S+)', said, flags=re.M)
    if row['host'] == 'ok':
        assert (done.returncode, refusals) == (0, []), said
    else:
        assert (done.returncode, refusals) == (1, [row['host']]), said


def test_table_is_written_down():
    with open(os.path.join(TOP, 'tests', 'attacks', 'TABLE.md'), encoding='utf-8') as f:
        assert f.read() == table.listing(), 'table.py list > TABLE.md'


def test_table_is_whole():
    """Each code that this loader has is in the table, and the known holes of others by name."""
    table.check_ids()
    codes = {row.expect for row in table.ROWS}
    expected = {
        'no-image', 'bad-gpt', 'bad-fit', 'truncated', 'too-big', 'config-missing', 'no-match',
        'no-trust', 'no-signature', 'unknown-key', 'bad-signature', 'algo-denied', 'not-covered',
        'no-hash', 'hash-mismatch', 'overlap', 'bad-load', 'bad-kernel', 'bad-dtb', 'bad-overlay',
        'cmdline-too-long', 'decompress', 'verity-params', 'verity-root', 'verity-io', 'ok'}
    assert expected <= codes, expected - codes
    sources = ' '.join(row.source for row in table.ROWS)
    for cve in ('CVE-2018-18440', 'CVE-2018-1000205', 'CVE-2020-10648', 'CVE-2021-27097',
                'CVE-2021-27138', 'CVE-2023-39902', 'CVE-2026-46728', 'CVE-2026-33243',
                'CVE-2022-21449', 'CVE-2022-24884', 'CVE-2006-4339'):
        assert cve in sources, cve
