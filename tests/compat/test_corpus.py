# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Every FIT of the attacks: our verdict (tests/attacks shows that it is one) beside that of others.

fit_check_sign judges all but dm-verity nodes, which its release does not sign, and ECDSA, for which it takes no key from a
control tree: there it is OpenSSL over the signed bytes as tests/attacks/fit.py has them. Where they differ is stricter.txt."""
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from keys_helper import ENV, TOOL, TOP

sys.path.insert(0, str(TOP / 'tests/attacks'))

from build import Attacks  # noqa: E402  pylint: disable=wrong-import-position
import second_opinion  # noqa: E402  pylint: disable=wrong-import-position

STRICTER = TOP / 'tests/compat/stricter.txt'
# Refused because of who signed, or what it covers; of an image's hash when its row says so.
SIGNATURE = {'no-signature', 'unknown-key', 'bad-signature', 'algo-denied', 'not-covered'}


@pytest.fixture(scope='module', name='attacks')
def _attacks():
    return Attacks()


@pytest.fixture(scope='module', name='rows')
def _rows(attacks):
    """id -> row, with the bytes of its FIT and who is asked about it."""
    found = {}
    for name, row in attacks.rows.items():
        if row['kind'] != 'fit':
            continue
        with open(attacks.path(name + '.fit'), 'rb') as f:
            row['blob'] = f.read()
        row['openssl'] = any(word in row['blob'] for word in (b'dm-verity\0', b',ecdsa256\0', b',ecdsa384\0'))
        found[name] = row
    return found


def each(function, items):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, items))


def test_fit_check_sign(attacks, rows, uboot, capsys):
    asked = [row for row in rows.values() if not row['openssl']]
    said = each(lambda row: second_opinion.fit_check_sign(
        uboot / 'fit_check_sign', attacks.path(row['id'] + '.fit'), attacks.trust(row['trust'])), asked)
    found = {}
    for row, word in zip(asked, said):
        if word == 'vacuous':
            assert row['expect'] == 'no-trust', row['id']
            found[row['id']] = 'vacuous'
        elif (word == 'good') != (row['expect'] == 'ok'):
            found[row['id']] = 'ours' if word == 'good' else 'theirs'
    with capsys.disabled():
        sides = ' '.join(f'{side}={list(found.values()).count(side)}' for side in ('ours', 'vacuous', 'theirs'))
        print(f'\nHF-SECOND by=fit_check_sign fits={len(asked)} same={len(asked) - len(found)} {sides} '
              f'crashed={said.count("crash")} good={said.count("good")}')
    assert found == {name: side for name, (side, _) in second_opinion.stricter(STRICTER).items()}
    assert said.count('good') > 100 and said.count('bad') > 200


def test_what_fit_check_sign_does_not_do(attacks, rows, uboot):
    """Good FITs with a dm-verity node or an ECDSA key are refused by it; the day they are not, it is asked about them, too."""
    for row in rows.values():
        if row['openssl'] and row['expect'] == 'ok':
            assert second_opinion.fit_check_sign(uboot / 'fit_check_sign', attacks.path(row['id'] + '.fit'),
                                                 attacks.trust(row['trust'])) == 'bad', row['id']


def test_openssl(attacks, rows, capsys):
    """Where fit_check_sign has no opinion, both ways; of what we accept, all of it."""
    asked, accepted = 0, 0
    for row in rows.values():
        if not row['openssl'] and row['expect'] != 'ok':
            continue
        fit = second_opinion.read(row['blob'])
        assert fit, row['id']
        with open(attacks.trust(row['trust']), 'rb') as f:
            good = second_opinion.openssl(fit, second_opinion.read(f.read()))
        assert good == (row['expect'] not in SIGNATURE), (row['id'], row['expect'])
        asked += row['openssl']
        accepted += row['expect'] == 'ok'
    with capsys.disabled():
        print(f'\nHF-SECOND by=openssl fits={asked} accepted={accepted} different=0')
    assert asked > 50 and accepted > 50


def listed(text):
    """[(name, size, [(algorithm, value)])] of dumpimage -l."""
    found = []
    for part in re.split(r'^ Image \d+ ', text.split(' Default Configuration')[0].split(' Configuration 0')[0], flags=re.M)[1:]:
        size = re.search(r'Data Size: +(\d+) Bytes', part)
        found.append((re.match(r'\((.*)\)', part)[1], int(size[1]),
                      re.findall(r'Hash algo: +(\S+)\n +Hash value: +(\S+)', part)))
    return found


def test_dumpimage(attacks, rows, uboot, tmp_path, capsys):
    """dumpimage lists the images that inspect describes, and takes out the bytes that inspect points at."""
    def compare(row):
        fit = attacks.path(row['id'] + '.fit')
        said = subprocess.run([str(TOOL), 'inspect', '--json', fit], env=ENV, capture_output=True, check=True).stdout
        images = json.loads(said)['images']
        tool = [str(uboot / 'dumpimage')]
        text = subprocess.run([*tool, '-l', fit], env=dict(ENV, TZ='UTC'), capture_output=True, check=False).stdout.decode('latin-1')
        assert listed(text) == [(i['name'], i['data']['size'], [(h['algorithm'], h['value']) for h in i['hashes']])
                                for i in images], text
        for number, image in enumerate(images):
            out = tmp_path / f'{row["id"]}.{number}'
            subprocess.run([*tool, '-T', 'flat_dt', '-p', str(number), '-o', str(out), fit], capture_output=True, check=True)
            where = image['data']
            assert out.read_bytes() == row['blob'][where['offset']:][:where['size']]
        return len(images)
    counts = each(compare, [row for row in rows.values() if row['expect'] == 'ok'])
    with capsys.disabled():
        print(f'\nHF-SECOND by=dumpimage fits={len(counts)} images={sum(counts)} different=0')
    assert len(counts) > 50
