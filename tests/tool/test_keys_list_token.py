# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""list, show, import and doctor with a real SoftHSM: what is on a token is found without a PIN, and named so that it works."""
import json
import subprocess

import pytest

from keys_helper import DONE, KEY, files, run
from token_helper import PIN, PLAIN, SOFTHSM, Token


@pytest.fixture(scope='module')
def token(tmp_path_factory):
    return Token(tmp_path_factory.mktemp('token'))


def listed(token, where, **options):
    return json.loads(token.keys('list', '--json', where, **options).stdout)['keys']


@pytest.mark.parametrize('where', ['pkcs11:', 'pkcs11:token=fit', f'pkcs11:token=fit?module-path={SOFTHSM}'])
def test_whole_token(token, where):
    rows = listed(token, where)
    assert sorted(r['name'] for r in rows) == ['p256', 'p384', 'rsa', 'rsa3', 'twin', 'twin']
    assert {r['name']: r['algorithm'] for r in rows}['rsa3'] == 'rsa3072'
    assert not any(r['private'] or r['encrypted'] for r in rows)
    for row in rows:
        again = listed(token, row['file'])
        assert [(r['name'], r['key_id']) for r in again] == [(row['name'], row['key_id'])], 'the URI names this key alone'


def test_import_and_show(token, tmp_path):
    uri = token.uri('p384')
    token.keys('import', '--key', uri, '--role', 'release', '-o', tmp_path / 'r.pub')
    assert run('openssl', 'pkey', '-pubin', '-in', tmp_path / 'r.pub', '-pubout') == \
        run('openssl', 'pkey', '-in', token.place / 'p384.pem', '-pubout')
    key = json.loads(token.keys('show', '--json', uri).stdout)['keys'][0]
    assert key['key_id'] in (tmp_path / 'r.pub').read_text()
    assert set(files(tmp_path)) == {'r.pub'}


def findings(token, *words, **options):
    found = json.loads(token.keys('doctor', '--json', *words, **options).stdout)['findings']
    return {f['check']: f['level'] for f in found}


def test_doctor(token):
    found = findings(token, '--key', token.uri('rsa'), expect=DONE)
    assert found['key-available'] == found['token-pin'] == found['token-provider'] == 'fine'


@pytest.mark.parametrize('name, pin', [('absent', PIN), ('rsa', 'wrong'), ('twin', PIN)])
def test_doctor_finds(token, name, pin):
    done = subprocess.run([str(PLAIN), 'doctor', '--json', '--key', token.uri(name)], env=token.environment(pin=pin),
                          capture_output=True, text=True, check=False, start_new_session=True)
    assert done.returncode == KEY
    assert {f['check']: f['level'] for f in json.loads(done.stdout)['findings']}['key-absent'] == 'fails'
    assert len(done.stderr.splitlines()) == 1 and 'wrong' not in done.stderr.replace('wrong PIN', '')


@pytest.mark.parametrize('where', ['pkcs11:token=other', 'pkcs11:token=fit;object=absent',
                                   'pkcs11:token=fit?module-path=/nowhere.so', 'pkcs11:token=fit?pin-value=1'])
def test_nothing_to_list(token, where):
    done = token.keys('list', where, expect=KEY)
    assert done.stdout == '' and len(done.stderr.splitlines()) == 1
