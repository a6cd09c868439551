# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A bit of every byte of a small FIT, the other way round: tool, core and board say the same of each."""
import json
import os

import pytest

import table
import verdict
from build import OUT
from conftest import COMPATIBLE, each
from disk import Disk, slots

GOOD = 'boot-cpuid'


@pytest.fixture(scope='module')
def flips(attacks, tmp_path_factory):
    """[(name, FIT, disk)], a mutant for each byte; the bit goes round with the bytes."""
    place = tmp_path_factory.mktemp('flips')
    with open(attacks.path(GOOD + '.fit'), 'rb') as f:
        good = f.read()
    made = []
    for at in range(len(good)):
        name = f'byte-{at}-bit-{at % 8}'
        blob = good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1:]
        (place / f'{name}.fit').write_bytes(blob)
        (place / f'{name}.disk').write_bytes(Disk(slots(blob)).blob())
        made.append((name, place / f'{name}.fit', place / f'{name}.disk'))
    return place, made


@pytest.fixture(scope='module')
def by_core(flips, core):
    found, errors = core([(name, 'dev', disk) for name, _, disk in flips[1]])
    assert len(found) == len(flips[1]), errors[-3000:]
    return found


def test_tool(attacks, flips, by_core, capsys):
    """Every byte: the same code, the same place."""
    def judge(flip):
        done = attacks.run(os.path.join(OUT, 'host', 'holdfast-keys'), 'verify', '--trust', attacks.trust('dev'), *COMPATIBLE, str(flip[1]))
        return verdict.of_tool(done.returncode, done.stderr.decode('latin-1'))[0]
    said = dict(zip((name for name, _, _ in flips[1]), each(judge, flips[1])))
    different = {name: (str(by_core[name]), str(one)) for name, one in said.items()
                 if (one.code, one.at) != (by_core[name].code, by_core[name].at if by_core[name].code != 'ok' else '')}
    accepted = sum(one.code == 'ok' for one in said.values())
    with capsys.disabled():
        print(f'\nHF-FLIPS by=tool tried={len(said)} refused={len(said) - accepted} different={len(different)}')
    assert not different
    assert 0 < accepted < len(said) // 5


def test_board(attacks, flips, by_core, boot_corpus, capsys):
    """Every byte, in one boot."""
    place, made = flips
    (place / 'index.json').write_text(json.dumps([{'id': name, 'trust': 'dev'} for name, _, _ in made]), encoding='utf-8')
    table.corpus(place, place / 'corpus.disk', {row['trust'] for row in attacks.rows.values()})
    found, boot = boot_corpus(place / 'corpus.disk', 'flips')
    assert 'HF-CASES end=ok' in boot.console and set(found) == {name for name, _, _ in made}, boot.explain()
    different = {name: (str(one), str(by_core[name])) for name, one in found.items() if one != by_core[name]}
    with capsys.disabled():
        print(f'\nHF-FLIPS by=board tried={len(found)} different={len(different)}')
    assert not different
