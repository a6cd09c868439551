# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""list, show and enroll: what keys there are, what a trust set accepts, and that nothing gets weaker unnoticed."""
import json
import os
import random

import pytest

from keys_helper import INPUT, KEY, POLICY, REFUSED, files, keys, openssl_key, run

ROLES = {'d': 'dev', 'r1': 'release', 'r2': 'release', 'r3': 'release', 'top': 'root'}


@pytest.fixture(scope='module')
def ring(tmp_path_factory):
    """A directory of key pairs, by role; top is encrypted."""
    place = tmp_path_factory.mktemp('ring')
    for name, role in ROLES.items():
        more = ('--encrypt',) if name == 'top' else ()
        keys('new', '--alg', 'ecdsa-p256', '--role', role, *more, '-o', f'{name}.pem', cwd=place,
             env={'HOLDFAST_PIN': 'secret phrase'})
    return place


def listed(*words, **options):
    document = json.loads(keys('list', '--json', *words, **options).stdout)
    assert document['schema'] == 'holdfast.list' and document['version'] == 1
    return document['keys']


def test_list_directory(tmp_path, ring):
    rows = {r['file']: r for r in listed(cwd=ring)}
    assert set(rows) == {f'{n}.{e}' for n in ROLES for e in ('pem', 'pub')}
    assert all(rows[f'{n}.{e}']['role'] == role for n, role in ROLES.items() for e in ('pem', 'pub'))
    assert all(rows[f'{n}.pem']['key_id'] == rows[f'{n}.pub']['key_id'] for n in ROLES)
    assert rows['top.pem']['algorithm'] == 'ecdsa256', 'as top.pub says'
    assert rows['top.pem']['encrypted'] and not rows['d.pem']['encrypted']
    assert rows['top.pem']['private'] and rows['top.pem']['kind'] == 'private, encrypted'
    assert not rows['d.pub']['private'] and rows['d.pub']['algorithm'] == 'ecdsa256'


def test_list_table(ring):
    lines = keys('list', ring).stdout.splitlines()
    assert lines[0].split() == ['NAME', 'ROLE', 'ALGORITHM', 'FINGERPRINT', 'KIND', 'FILE']
    assert len(lines) == 1 + 2 * len(ROLES)
    fingerprint = json.loads(keys('show', '--json', ring / 'd.pub').stdout)['keys'][0]['key_id'][:16]
    assert sum(fingerprint in line for line in lines) == 2
    assert len({line.index('  ' + str(ring)) if '  ' + str(ring) in line else -1 for line in lines[1:]}) == 1


def test_list_several(tmp_path, ring):
    keys('enroll', '--key', ring / 'r1.pub', '-o', 't.dtb', cwd=tmp_path)
    keys('enroll', '--key', ring / 'top.pub', '--required', 'no', '-o', 't.dtb', cwd=tmp_path)
    rows = listed('t.dtb', ring / 'd.pem', cwd=tmp_path)
    assert [(r['name'], r['kind']) for r in rows] == [('top', 'optional'), ('r1', 'required'), ('d', 'private')]


def test_list_other_things(tmp_path, ring):
    (tmp_path / 'notes').write_text('no key')
    (tmp_path / 'sub').mkdir()
    os.mkfifo(tmp_path / 'pipe')
    openssl_key(tmp_path / 'weak.pem', 'rsa1024')
    run('openssl', 'req', '-batch', '-new', '-x509', '-key', ring / 'd.pem', '-out', tmp_path / 'd.crt')
    (tmp_path / 'open.pem').write_bytes((ring / 'd.pem').read_bytes())
    (tmp_path / 'open.pem').chmod(0o644)
    done = keys('list', '--json', '.', cwd=tmp_path)
    rows = {r['file']: r for r in json.loads(done.stdout)['keys']}
    assert set(rows) == {'weak.pem', 'weak.pub', 'd.crt', 'open.pem'}
    assert rows['weak.pem']['algorithm'] == 'rsa1024' and not rows['weak.pem']['trusted_kind']
    assert rows['d.crt']['kind'] == 'certificate'
    assert 'chmod 600 open.pem' in done.stderr and 'no loader accepts rsa1024' in done.stderr
    assert keys('list', '-q', '.', cwd=tmp_path).stderr == ''


def test_list_claims(tmp_path, ring):
    """What the text of an encrypted key claims is not taken from another key's public half."""
    text = (ring / 'top.pem').read_text()
    (tmp_path / 'top.pub').write_bytes((ring / 'd.pub').read_bytes())
    for wrong in (text, text.replace('key-id: ', 'key-id: zz'), text[text.index('-----'):], text.replace('role: root', 'role: king')):
        (tmp_path / 'top.pem').write_text(wrong)
        row = next(r for r in listed(cwd=tmp_path) if r['file'] == 'top.pem')
        assert row['algorithm'] == '-' and row['encrypted']
    assert row['role'] == 'none' and row['key_id']


def test_names_that_are_not_text(tmp_path, ring):
    name = os.fsencode(str(tmp_path)) + b'/\xff.pub'
    with open(name, 'wb') as file:
        file.write((ring / 'd.pub').read_bytes())
    assert [r['name'] for r in listed('.', cwd=tmp_path)] == ['-']


@pytest.mark.parametrize('what, code', [('absent', INPUT), ('notes', KEY), ('broken.dtb', REFUSED)])
def test_list_nothing(tmp_path, made, what, code):
    (tmp_path / 'notes').write_text('no key')
    tree = bytearray(made.trust('p256').read_bytes())
    at = tree.index(b'ecdsa256\0')
    tree[at:at + 8] = b'ecdsa257'
    (tmp_path / 'broken.dtb').write_bytes(tree)
    assert keys('list', what, cwd=tmp_path, expect=code).stdout == ''


def accepts(trust, cwd):
    text = keys('show', trust, cwd=cwd).stdout
    document = json.loads(keys('show', '--json', trust, cwd=cwd).stdout)
    assert f'rule: {document["accepts"]}\n' in text
    return document['accepts']


def enrol(cwd, ring, *names, more=(), **options):
    for name in names:
        keys('enroll', '--key', ring / f'{name}.pub', *more, '-o', 't.dtb', cwd=cwd, **options)


def test_sentences(tmp_path, ring):
    enrol(tmp_path, ring, 'r1')
    assert accepts('t.dtb', tmp_path) == "accepts what 'r1' (release) signed"
    enrol(tmp_path, ring, 'r2')
    assert accepts('t.dtb', tmp_path) == 'accepts what all 2 release keys signed'
    enrol(tmp_path, ring, 'r3', more=('--mode', 'any', '--yes'))
    assert accepts('t.dtb', tmp_path) == 'accepts what any 1 of these 3 release keys signed'
    enrol(tmp_path, ring, 'top', more=('--required', 'no', '--threshold', '2'))
    assert accepts('t.dtb', tmp_path) == 'accepts what any 2 of these 3 release keys signed'


def test_sentences_of_sets_that_accept_nothing(tmp_path, ring):
    enrol(tmp_path, ring, 'top', more=('--required', 'no'))
    assert accepts('t.dtb', tmp_path) == 'accepts nothing: no key is required'
    enrol(tmp_path, ring, 'r1', more=('--threshold', '3'))
    assert accepts('t.dtb', tmp_path) == 'accepts nothing: 3 keys must sign, and there is only 1'


def test_remarks(tmp_path, ring):
    enrol(tmp_path, ring, 'r1')
    done = keys('enroll', '--key', ring / 'd.pub', '-o', 't.dtb', cwd=tmp_path)
    assert 'dev and release keys together' in done.stderr
    assert 'dev and release keys together' in keys('show', 't.dtb', cwd=tmp_path).stderr
    done = keys('enroll', '--key', ring / 'top.pub', '-o', 't.dtb', cwd=tmp_path)
    assert 'signed by the root key' in done.stderr


@pytest.mark.parametrize('first, then', [
    (('--threshold', '2'), ('--threshold', '1')), ((), ('--mode', 'any')), ((), ('--threshold', '1')),
])
def test_never_weaker_unnoticed(tmp_path, ring, first, then):
    enrol(tmp_path, ring, 'r1', 'r2', more=first)
    before = files(tmp_path)
    words = ('enroll', '--key', ring / 'r3.pub', *then, '-o', 't.dtb')
    done = keys(*words, cwd=tmp_path, expect=POLICY)
    assert '2 signatures were needed, 1 would be enough' in done.stderr and done.stdout == ''
    assert files(tmp_path) == before
    keys(*words, '--yes', cwd=tmp_path)
    assert 'any 1 of these 3' in accepts('t.dtb', tmp_path)


@pytest.mark.parametrize('name, role', [('r1', 'dev'), ('d', 'release')])
def test_role_of_another(tmp_path, ring, name, role):
    words = ('enroll', '--key', ring / f'{name}.pub', '--role', role, '-o', 't.dtb')
    done = keys(*words, cwd=tmp_path, expect=POLICY)
    assert 'give --yes' in done.stderr and not files(tmp_path)
    keys(*words, '--yes', cwd=tmp_path)


def test_pinned(tmp_path, made):
    """What enroll pins is what show and the loader's reader see."""
    keys('enroll', '--key', made.pub('dev'), '--padding', 'pss', '--hash', 'sha512', '-o', 't.dtb', cwd=tmp_path)
    key = json.loads(keys('show', '--json', 't.dtb', cwd=tmp_path).stdout)['keys'][0]
    assert key['algorithm'] == 'sha512,rsa2048' and key['padding'] == 'pss' and key['required']
    keys('enroll', '--key', made.pub('p256'), '--padding', 'pss', '-o', 't.dtb', cwd=tmp_path, expect=2)


def test_list_hostile(tmp_path, made, ring):
    """A directory of keys with flipped bits, cut and repeated: nothing crashes, what is whole is still found."""
    generator = random.Random(4)
    sources = [made.key('dev'), made.pub('p256'), ring / 'top.pem', ring / 'd.pem']
    run('openssl', 'pkey', '-in', made.key('p384'), '-outform', 'DER', '-out', tmp_path / 'der')
    run('openssl', 'req', '-batch', '-new', '-x509', '-key', made.key('p256'), '-outform', 'DER', '-out', tmp_path / 'crt')
    whole = {'der', 'crt'}
    for index in range(100):
        data = bytearray(generator.choice([*[p.read_bytes() for p in sources], (tmp_path / 'der').read_bytes(),
                                           (tmp_path / 'crt').read_bytes()]))
        for _ in range(generator.randrange(1, 4)):
            at = generator.randrange(len(data))
            how = generator.randrange(3)
            if how == 0:
                data[at] ^= 1 << generator.randrange(8)
            elif how == 1:
                del data[at:at + generator.randrange(1, 40)]
            else:
                data[at:at] = data[:generator.randrange(1, 200)]
            data = data or bytearray(b'-')
        (tmp_path / f'x{index}').write_bytes(data)
    rows = listed('-q', '.', cwd=tmp_path)
    assert whole <= {r['file'] for r in rows} and len(rows) < 102
    assert all(r['key_id'] is None or len(r['key_id']) == 64 for r in rows)
