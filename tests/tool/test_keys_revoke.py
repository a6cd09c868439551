# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""revoke: a list that counts, lists that nobody could honour, and signers who are on the list."""
import json
import shutil
import subprocess

import libfdt
import pytest

from keys_helper import (DONE, ENV, INPUT, KEY, OUTPUT, POLICY, REFUSED, USAGE, files, its, keys, mkimage, openssl_key,
                         refused, signature)

ROLES = {'a': 'release', 'b': 'release', 'c': 'release', 'root': 'root', 'root2': 'root', 'other': 'release'}
REVOKED = 'holdfast,revoked'


@pytest.fixture(scope='module')
def ring(tmp_path_factory):
    place = tmp_path_factory.mktemp('ring')
    for name, role in ROLES.items():
        keys('new', '--alg', 'ecdsa-p256', '--role', role, '-o', place / f'{name}.pem')
    return place


def ids(ring, *names):
    return [json.loads(keys('show', '--json', ring / f'{n}.pub').stdout)['keys'][0]['key_id'] for n in names]


def trust(path, ring, required, optional='', rule=()):
    for name in required.split():
        keys('enroll', '--key', ring / f'{name}.pub', *rule, '-o', path)
    for name in optional.split():
        keys('enroll', '--key', ring / f'{name}.pub', '--required', 'no', '-o', path)
    return path


def sign(ring, fit, *names, **options):
    return keys('sign', *[w for n in names for w in ('--key', ring / f'{n}.pem')], fit, **options)


def revoke(ring, trust_set, fit, *names, more=(), **options):
    words = [w for n in names for w in ('--key', ring / f'{n}.pub')]
    return keys('revoke', '--trust', trust_set, *words, *more, fit, **options)


def verdict(trust_set, fit):
    return json.loads(keys('verify', '--json', '--trust', trust_set, fit).stdout)['revocation']


def property_of(fit, name, configuration='conf-1'):
    tree = libfdt.FdtRo(fit.read_bytes())
    value = tree.getprop(tree.path_offset(f'/configurations/{configuration}'), name, libfdt.QUIET_NOTFOUND)
    return None if isinstance(value, int) else bytes(value)


ANY = ('--mode', 'any', '--yes')
TWO = ('--threshold', '2')


@pytest.mark.parametrize('required, optional, rule, out, signers', [
    ('a b', 'root', ANY, 'a', 'b root'), ('a b c', '', TWO, 'c', 'a b'), ('a b c', 'root', TWO, 'c', 'a b'),
    ('a b c root', '', ANY, 'a b', 'root'), ('a', 'root root2', (), 'root', 'a root2'),
])
def test_it_counts(tmp_path, ring, required, optional, rule, out, signers):
    t = trust(tmp_path / 't.dtb', ring, required, optional, rule)
    fit = mkimage(tmp_path, '-E')
    document = json.loads(revoke(ring, t, fit, *out.split(), more=['--json']).stdout)
    assert document['written'] and document['lists'][0]['list_version'] == 1
    assert [k['name'] for k in document['lists'][0]['revoked']] == out.split()
    assert property_of(fit, REVOKED).hex() == ''.join(ids(ring, *out.split()))
    assert property_of(fit, f'{REVOKED}-version') == b'\0\0\0\1'
    # It counts if those sign who are named, and every one of them is needed.
    named = [k['name'] for k in document['sign_with'][0]['keys']]
    assert set(named) == set(signers.split()) or len(named) == len(signers.split())
    done = sign(ring, fit, *named)
    assert 'counts only' not in done.stderr
    result = verdict(t, fit)
    assert result['counts'] and result['version'] == 1
    assert {k['name'] for k in result['keys']} == set(out.split())
    text = keys('verify', '--trust', t, fit).stdout
    assert 'revoked' in text and 'version 1: ' in text


def test_the_current_signer(tmp_path, ring):
    """Who is on the list cannot sign it; who signed it by other means is refused by the loader's code."""
    t = trust(tmp_path / 't.dtb', ring, 'a b', 'root', ANY)
    fit = mkimage(tmp_path)
    revoke(ring, t, fit, 'a')
    before = files(tmp_path)
    for names in (('a',), ('a', 'root'), ('root', 'b', 'a')):
        done = sign(ring, fit, *names, expect=POLICY)
        assert 'revokes the key a' in done.stderr and done.stderr.count('\n') == 1
    keys('request', '--key', ring / 'a.pub', '-o', tmp_path / 'r.json', fit, expect=POLICY)
    keys('attach', '--key', ring / 'a.pub', '--signature', ring / 'a.pub', fit, expect=POLICY)
    assert files(tmp_path) == before
    sign(ring, fit, 'b', 'root')
    assert verdict(t, fit)['counts']


def test_the_current_signer_by_mkimage(tmp_path):
    for name in ('only', 'root'):
        openssl_key(tmp_path / f'{name}.pem')
        (tmp_path / f'{name}.key').symlink_to(tmp_path / f'{name}.pem')
    keys('enroll', '--key', tmp_path / 'only.pub', '--role', 'release', '-o', tmp_path / 't.dtb')
    keys('enroll', '--key', tmp_path / 'root.pub', '--role', 'root', '--required', 'no', '-o', tmp_path / 't.dtb')
    listed = f'{REVOKED} = [{ids(tmp_path, "only")[0]}]; {REVOKED}-version = <1>;'
    for names, code in ((('only', 'root'), REFUSED), (('only',), DONE)):
        nodes = ' '.join(signature(hint=n, node=f'signature-{n}') for n in names)
        fit = mkimage(tmp_path, signature=nodes, properties=listed)
        subprocess.run(['mkimage', '-F', '-k', tmp_path, fit], env=ENV, check=True, capture_output=True)
        done = keys('verify', '--trust', tmp_path / 't.dtb', fit, expect=code)
        if code == REFUSED:
            assert refused(done) == 'key-revoked' and 'at=only' in done.stderr
        else:
            assert 'ignored' in done.stdout


def test_signed_by_too_few(tmp_path, ring):
    """A release key alone takes nobody away; sign says so, and verify."""
    t = trust(tmp_path / 't.dtb', ring, 'a b', 'root', ANY)
    fit = mkimage(tmp_path)
    revoke(ring, t, fit, 'b')
    assert 'counts only with a root key' in sign(ring, fit, 'a').stderr
    assert 'ignored' in keys('verify', '--trust', t, fit).stdout and not verdict(t, fit)['counts']


@pytest.mark.parametrize('required, optional, rule, out, text', [
    ('a', '', (), 'a', 'cannot be revoked|no list counts'), ('a b', '', ANY, 'a', 'no list counts'),
    ('a b', '', (), 'a', 'no list counts'), ('a b', 'root', (), 'a', "'a' cannot be revoked"),
    ('a', 'root', (), 'a', "'a' cannot be revoked"), ('a b', 'root', ANY, 'a b', 'cannot be revoked'),
    ('a', 'root', (), 'root', "'root' cannot be revoked"), ('a b', '', TWO, 'b', "'b' cannot be revoked"),
    ('a b c', '', TWO, 'b c', 'cannot be revoked'), ('a root', '', ANY, 'root', "'root' cannot be revoked"),
], ids=str)
def test_refused(tmp_path, ring, required, optional, rule, out, text):
    """The last keys that the rule needs, the only root, and lists that no signers could authorise."""
    t = trust(tmp_path / 't.dtb', ring, required, optional, rule)
    fit = mkimage(tmp_path)
    before = files(tmp_path)
    done = revoke(ring, t, fit, *out.split(), more=['--yes'], expect=POLICY)
    assert any(part in done.stderr for part in text.split('|')) and done.stderr.count('\n') == 1 and done.stdout == ''
    assert files(tmp_path) == before


def test_every_set_is_asked(tmp_path, ring):
    """A list that is right for one set in the field and fatal for another is not written."""
    good = trust(tmp_path / 'good.dtb', ring, 'a b', 'root', ANY)
    bad = trust(tmp_path / 'bad.dtb', ring, 'a', 'root')
    fit = mkimage(tmp_path)
    done = revoke(ring, good, fit, 'a', more=['--trust', bad], expect=POLICY)
    assert 'bad.dtb' in done.stderr
    third = trust(tmp_path / 'third.dtb', ring, 'a b c', 'root', TWO)
    lines = revoke(ring, good, fit, 'a', more=['--trust', third]).stdout.splitlines()
    assert len(lines) == 3 and all('counts by' in l for l in lines[1:])


def test_signatures_are_not_broken_unasked(tmp_path, ring):
    t = trust(tmp_path / 't.dtb', ring, 'a b', 'root', ANY)
    fit = mkimage(tmp_path)
    sign(ring, fit, 'a')
    before = files(tmp_path)
    done = revoke(ring, t, fit, 'b', expect=POLICY)
    assert '--replace' in done.stderr and files(tmp_path) == before
    revoke(ring, t, fit, 'b', more=['--replace', '-n'])
    assert files(tmp_path) == before
    document = json.loads(revoke(ring, t, fit, 'b', more=['--replace', '--json', '-o', tmp_path / 'new.fit']).stdout)
    assert [r['key'] for r in document['replaced']] == ['a'] and files(tmp_path)['test.fit'] == before['test.fit']
    assert refused(keys('verify', '--trust', t, tmp_path / 'new.fit', expect=REFUSED)) == 'no-signature'
    sign(ring, tmp_path / 'new.fit', 'a', 'root')
    assert verdict(t, tmp_path / 'new.fit')['counts']


def test_versions(tmp_path, ring):
    t = trust(tmp_path / 't.dtb', ring, 'a b c', 'root root2', ANY)
    fit = mkimage(tmp_path)
    revoke(ring, t, fit, 'a', more=['--list-version', '7'])
    for version in ('6', '7'):
        done = revoke(ring, t, fit, 'b', more=['--list-version', version], expect=POLICY)
        assert 'has version 7' in done.stderr
    assert 'already' in revoke(ring, t, fit, 'a', expect=POLICY).stderr
    revoke(ring, t, fit, 'b')
    assert property_of(fit, f'{REVOKED}-version') == b'\0\0\0\x08'
    assert property_of(fit, REVOKED).hex() == ''.join(ids(ring, 'a', 'b'))
    revoke(ring, t, fit, 'b', more=['--list-version', '4294967295'])
    assert 'greater' in revoke(ring, t, fit, 'root2', expect=POLICY).stderr
    shown = json.loads(keys('revoke', '--show', '--json', '--trust', t, fit).stdout)
    assert not shown['written'] and shown['lists'] == [{
        'configuration': 'conf-1', 'list_version': 4294967295,
        'revoked': [{'key_id': i, 'name': n} for n, i in zip('ab', ids(ring, 'a', 'b'))]}]
    assert f'revokes {ids(ring, "a")[0]} (list version' in keys('revoke', '--show', fit).stdout


def test_configurations(tmp_path, ring):
    t = trust(tmp_path / 't.dtb', ring, 'a b', 'root', ANY)
    fit = mkimage(tmp_path, source=its(configurations='conf-2 { description = "two"; kernel = "kernel"; };'))
    revoke(ring, t, fit, 'a', more=['--config', 'conf-2'])
    assert property_of(fit, REVOKED) is None and property_of(fit, REVOKED, 'conf-2')
    assert 'conf-1 revokes no key' in keys('revoke', '--show', fit).stdout
    revoke(ring, t, fit, 'a', more=['--list-version', '2'])
    assert property_of(fit, f'{REVOKED}-version') == property_of(fit, f'{REVOKED}-version', 'conf-2') == b'\0\0\0\2'
    assert refused(revoke(ring, t, fit, 'a', more=['--config', 'no'], expect=REFUSED)) == 'config-missing'


@pytest.mark.parametrize('properties', [
    f'{REVOKED} = [00]; {REVOKED}-version = <1>;', f'{REVOKED} = []; {REVOKED}-version = <1>;',
    f'{REVOKED} = [{"11" * 32}];', f'{REVOKED}-version = <1>;', f'{REVOKED} = [{"11" * 32}]; {REVOKED}-version = <0>;',
    f'{REVOKED} = [{"11" * 32 * 33}]; {REVOKED}-version = <1>;', f'{REVOKED} = [{"11" * 32}]; {REVOKED}-version = [01];',
])
def test_no_list(tmp_path, ring, properties):
    """Neither revoke nor sign goes on with a list that the loader would refuse."""
    t = trust(tmp_path / 't.dtb', ring, 'a b', 'root', ANY)
    fit = mkimage(tmp_path, properties=properties)
    before = files(tmp_path)
    assert refused(revoke(ring, t, fit, 'a', expect=REFUSED)) == 'bad-fit'
    assert refused(keys('revoke', '--show', fit, expect=REFUSED)) == 'bad-fit'
    assert refused(sign(ring, fit, 'a', expect=REFUSED)) == 'bad-fit'
    assert files(tmp_path) == before


def test_full_list(tmp_path, ring):
    t = trust(tmp_path / 't.dtb', ring, 'a b', 'root', ANY)
    many = ''.join(f'{i:064x}' for i in range(32))
    fit = mkimage(tmp_path, properties=f'{REVOKED} = [{many}]; {REVOKED}-version = <1>;')
    assert 'room for 32 keys' in revoke(ring, t, fit, 'a', expect=POLICY).stderr


def test_keys_by_id(tmp_path, ring):
    t = trust(tmp_path / 't.dtb', ring, 'a b', 'root', ANY)
    whole = ids(ring, 'a')[0]
    for word in (whole, whole[:8], whole.upper()):
        fit = mkimage(tmp_path)
        keys('revoke', '--trust', t, '--key-id', word, fit)
        assert property_of(fit, REVOKED).hex() == whole
    fit = mkimage(tmp_path)
    assert 'no key of the trust set' in keys('revoke', '--trust', t, '--key-id', '0' * 8, fit, expect=INPUT).stderr
    stranger = ids(ring, 'other')[0]
    for words in (('--key-id', stranger), ('--key', ring / 'other.pub')):
        assert 'give --yes' in keys('revoke', '--trust', t, *words, fit, expect=POLICY).stderr
    keys('revoke', '--trust', t, '--key-id', stranger, '--yes', fit)
    assert property_of(fit, REVOKED).hex() == stranger


def test_files(tmp_path, ring):
    t = trust(tmp_path / 't.dtb', ring, 'a b', 'root', ANY)
    fit = mkimage(tmp_path)
    before = files(tmp_path)
    revoke(ring, t, tmp_path / 'absent.fit', 'a', expect=INPUT)
    revoke(ring, tmp_path / 'absent.dtb', fit, 'a', expect=INPUT)
    revoke(ring, fit, fit, 'a', expect=REFUSED)
    revoke(ring, t, t, 'a', expect=REFUSED)
    keys('revoke', '--trust', t, '--key', ring / 'absent.pub', fit, expect=KEY)
    keys('revoke', '--trust', t, '--key', ring / 'a.pem', fit, expect=KEY)
    revoke(ring, t, fit, 'a', more=['-o', tmp_path / 'no/such.fit'], expect=OUTPUT)
    assert files(tmp_path) == before
    empty = tmp_path / 'empty.dtb'
    shutil.copy(trust(tmp_path / 'o.dtb', ring, '', 'root'), empty)
    assert 'accepts nothing' in revoke(ring, empty, fit, 'root', expect=POLICY).stderr


@pytest.mark.parametrize('words', [
    (), ('a.fit',), ('--trust', 't', 'a.fit'), ('--key', 'k', 'a.fit'), ('--trust', 't', '--key', 'k'),
    ('--trust', 't', '--key-id', '1234567', 'a.fit'), ('--trust', 't', '--key-id', 'x' * 64, 'a.fit'),
    ('--trust', 't', '--key-id', '0' * 65, 'a.fit'), ('--trust', 't', '--key', 'k', '--list-version', '0', 'a.fit'),
    ('--trust', 't', '--key', 'k', '--list-version', '4294967296', 'a.fit'), ('--show', '--key', 'k', 'a.fit'),
    ('--trust', 't', '--key', 'k', 'a.fit', 'b.fit'), ('--show', '-o', 'x', 'a.fit'), ('--show', '--replace', 'a.fit'),
    ('--trust', 't', *['--key', 'k'] * 33, 'a.fit'), (*['--trust', 't'] * 9, '--key', 'k', 'a.fit'),
])
def test_usage(words):
    assert keys('revoke', *words, expect=USAGE).stdout == ''
