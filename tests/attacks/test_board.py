# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Every row of the table on the board: the test build reads them all from one disk in one boot."""
import pytest

import table

IDS = [row.id for row in table.ROWS]


@pytest.mark.parametrize('name', IDS)
def test_board(attacks, corpus, name):
    found, boot = corpus
    row = attacks.rows[name]
    assert name in found and found[name], boot.explain()
    assert found[name].code == row['expect'], f'{found[name]}; {row["source"]}'
    if 'slot' in row['options']:
        assert found[name].slot == row['options']['slot']


def test_to_the_end(corpus):
    _, boot = corpus
    assert 'HF-CASES end=ok' in boot.console, boot.explain()
