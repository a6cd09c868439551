# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Every row of the table against the whole core on the host, and against holdfast-keys verify."""
import os

import pytest

from build import TOP
import table

IDS = [row.id for row in table.ROWS]
FITS = [row.id for row in table.ROWS if row.kind == 'fit']


@pytest.mark.parametrize('name', IDS)
def test_core(attacks, host, name):
    found, errors = host
    row = attacks.rows[name]
    assert name in found and found[name], f'no verdict; the run ended: {errors[-3000:]}'
    assert found[name].code == row['expect'], f'{found[name]}; {row["source"]}'
    if 'slot' in row['options']:
        assert found[name].slot == row['options']['slot']


@pytest.mark.parametrize('name', FITS)
def test_verify(attacks, tool, name):
    """The release tool says the same, with its exit code and one line, and never crashes."""
    expect = attacks.rows[name]['expect']
    found, said = tool[name]
    assert found.code == expect, said


def test_table_is_written_down():
    with open(os.path.join(TOP, 'tests', 'attacks', 'TABLE.md'), encoding='utf-8') as f:
        assert f.read() == table.listing(), 'table.py list > TABLE.md'


def test_table_is_whole():
    """Each code that this loader has is in the table, and the known holes of others by name."""
    table.check_ids()
    codes = {row.expect for row in table.ROWS}
    expected = {
        'no-image', 'bad-gpt', 'bad-fit', 'truncated', 'too-big', 'config-missing', 'no-match',
        'no-trust', 'no-signature', 'unknown-key', 'bad-signature', 'key-revoked', 'algo-denied', 'not-covered',
        'no-hash', 'hash-mismatch', 'overlap', 'bad-load', 'bad-kernel', 'bad-dtb', 'bad-overlay',
        'cmdline-too-long', 'decompress', 'verity-params', 'verity-root', 'verity-io', 'no-file', 'file-system', 'ok'}
    assert expected <= codes, expected - codes
    sources = ' '.join(row.source for row in table.ROWS)
    for cve in ('CVE-2018-18440', 'CVE-2018-1000205', 'CVE-2020-10648', 'CVE-2021-27097',
                'CVE-2021-27138', 'CVE-2023-39902', 'CVE-2026-46728', 'CVE-2026-33243',
                'CVE-2022-21449', 'CVE-2022-24884', 'CVE-2006-4339'):
        assert cve in sources, cve
