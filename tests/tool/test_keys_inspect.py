# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""inspect: what is in a FIT, what signatures cover, and, with a trust set, whose they are. Hostile FITs: tests/attacks."""
import base64
import hashlib
import json
import shutil

import pytest

import schemas
from keys_helper import (COMPATIBLE, HASH, INPUT, REFUSED, files, keys, mkimage, refused, run, signature, verity_root)


@pytest.fixture(name='signed')
def _signed(tmp_path, made):
    fit = mkimage(tmp_path, '-E', properties=f'compatible = "{COMPATIBLE}"; holdfast,rollback-index = <3>;')
    keys('sign', '--key', made.key('dev'), fit)
    return fit


def test_inspect(tmp_path, made, signed):
    before = files(tmp_path)
    text = keys('inspect', signed).stdout
    for words in ('kernel   kernel   4096   external', '0x40200000  0x40200000  right', 'configuration conf-1 (default)',
                  'rollback index  3', 'a signature covers', 'holdfast-keys ', 'not verified here',
                  '/configurations/conf-1  description kernel ramdisk compatible holdfast,rollback-index\n'):
        assert words in text, text
    assert 'a loader refuses' not in text
    document = schemas.check(keys('inspect', '--json', signed).stdout)
    assert document['schema'] == 'holdfast.inspect' and document['warnings'] == []
    assert document['sha256'] == hashlib.sha256(signed.read_bytes()).hexdigest()
    configuration = document['configurations'][0]
    covered = {node['node']: node for node in configuration['covered']}
    assert set(covered['/images/kernel/hash-1']['properties']) == {'value', 'algo'}
    assert set(covered['/images/kernel']['left_out']) == {'data-size', 'data-offset'}
    assert {'/images', '/configurations'} < set(configuration['not_covered'])
    assert configuration['rollback_index'] == 3 and configuration['verdict'] is None
    signed_by = configuration['signatures'][0]
    assert (signed_by['key'], signed_by['state'], signed_by['names_not_covered']) == ('dev', 'not-checked', [])
    assert files(tmp_path) == before


@pytest.mark.parametrize('parts, code', [
    ({}, 'no-signature'), ({'signature': signature()}, 'no-signature'),
    ({'signature': signature('sha1,rsa2048')}, 'algo-denied'),
    ({'kernel_hash': 'hash-1 { algo = "crc32"; };'}, 'algo-denied'), ({'kernel_hash': ' '}, 'no-hash')])
def test_inspect_warns(tmp_path, made, parts, code):
    if parts.get('signature', '').find('sha1') > 0:
        shutil.copy(made.key('dev'), tmp_path / 'dev.key')
        run('openssl', 'req', '-batch', '-new', '-x509', '-key', 'dev.key', '-out', 'dev.crt', cwd=tmp_path)
    fit = mkimage(tmp_path, *(['-k', '.'] if 'sha1' in parts.get('signature', '') else []), **parts)
    document = schemas.check(keys('inspect', '--json', fit).stdout)
    assert code in [w['code'] for w in document['warnings']]


def test_inspect_refuses_what_cannot_be_read(tmp_path):
    (tmp_path / 'x').write_bytes(b'hello' * 20)
    assert refused(keys('inspect', tmp_path / 'x', expect=REFUSED)) == 'no-image'


def test_whose_signature(made, signed):
    """With --trust: which signatures are right, whose they are, and whether that is enough."""
    def asked(trust):
        document = schemas.check(keys('inspect', '--trust', trust, '--json', signed).stdout)
        configuration = document['configurations'][0]
        return configuration['signatures'][0], configuration['verdict']
    node, verdict = asked(made.trust('dev'))
    assert node['state'] == 'right' and [k['name'] for k in node['by']] == ['dev'] and verdict['trusted'] is True
    node, verdict = asked(made.trust('p256'))
    assert node['state'] == 'unknown-key' and verdict == {'trusted': False, 'code': 'unknown-key', 'hint': verdict['hint']}
    text = keys('inspect', '--trust', made.trust('dev'), signed).stdout
    assert 'right: dev, role dev, id ' in text and 'signed for it   yes' in text
    blob = signed.read_bytes()
    signed.write_bytes(blob.replace(b'\x40\x20\0\0', b'\x40\x40\0\0'))
    node, verdict = asked(made.trust('dev'))
    assert node['state'] == 'bad-signature' and node['by'] == [] and verdict['code'] == 'bad-signature'
    text = keys('inspect', '--trust', made.trust('dev'), signed).stdout
    assert 'signed for it   bad-signature' in text


@pytest.mark.parametrize('partition', [False, True], ids=['in-fit', 'in-partition'])
def test_root(tmp_path, partition):
    fit = mkimage(tmp_path, '-E', '-B', '0x1000', images=verity_root(tmp_path, partition), properties='loadables = "root";')
    document = schemas.check(keys('inspect', '--json', fit).stdout)
    root = document['configurations'][0]['root']
    assert root == document['images'][-1]['verity'] and root['image'] == 'root' and root['in_partition'] is partition
    assert (root['data_blocks'], root['hash_start_block'], root['salt']) == (40, 40, 'aa' * 32) and len(root['root_hash']) == 64
    text = keys('inspect', fit).stdout
    assert '40 blocks of 4096, tree at block 40 of 4096' in text and root['root_hash'] in text


BILLS = {
    'cyclonedx': ('{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{}, {}]}', 'CycloneDX 1.5', 2),
    'spdx': ('{"spdxVersion": "SPDX-2.3", "packages": [{}]}', 'SPDX-2.3', 1),
    'escape': ('{"spdxVersion": "\\u001b[2J\\u00ff"}', '?[2J??', None),
    'junk': ('\0\1', None, None), 'list': ('[[[]]]', None, None), 'deep': ('[' * 100000, None, None),
}


@pytest.mark.parametrize('name', BILLS)
def test_sbom(tmp_path, name):
    content, kind, count = BILLS[name]
    (tmp_path / 'bill').write_text(content, encoding='utf-8')
    node = f'sbom {{ description = "s"; data = /incbin/("bill"); type = "firmware"; compression = "none"; {HASH} }};'
    fit = mkimage(tmp_path, images=node, properties='holdfast,sbom = "sbom";')
    document = schemas.check(keys('inspect', '--json', fit).stdout)
    assert document['configurations'][0]['sbom'] == {'image': 'sbom', 'format': kind, 'components': count}
    covered = [n['node'] for n in document['configurations'][0]['covered']]
    assert '/images/sbom' in covered and '/images/sbom/hash-1' in covered
    assert f'sbom            sbom, {kind or "no known format"}' in keys('inspect', fit).stdout


def test_sbom_that_is_not_there(tmp_path):
    fit = mkimage(tmp_path, properties='holdfast,sbom = "nothing";')
    document = schemas.check(keys('inspect', '--json', fit).stdout)
    assert 'holdfast,sbom names an image that is not there' in [w['text'] for w in document['warnings']]


def test_revocation(tmp_path, made):
    """The list as written; with a trust set, names and whether it counts."""
    ids = [hashlib.sha256(run('openssl', 'pkey', '-pubin', '-in', made.pub(n), '-outform', 'DER')).hexdigest()
           for n in ('dev', 'p256')]
    words = [f'0x{key[i:i + 8]}' for key in ids[1:] + ['ab' * 32] for i in range(0, 64, 8)]
    fit = mkimage(tmp_path, properties=f'holdfast,revoked = <{" ".join(words)}>; holdfast,revoked-version = <7>;')
    keys('sign', '--key', made.key('dev'), fit)
    listed = schemas.check(keys('inspect', '--json', fit).stdout)['configurations'][0]['revocation']
    assert listed == {'version': 7, 'keys': [{'key_id': ids[1], 'name': None}, {'key_id': 'ab' * 32, 'name': None}]}
    trust = tmp_path / 't.dtb'
    keys('enroll', '--key', made.pub('dev'), '--mode', 'any', '-o', trust)
    keys('enroll', '--key', made.pub('p256'), '-o', trust)
    configuration = schemas.check(keys('inspect', '--trust', trust, '--json', fit).stdout)['configurations'][0]
    assert configuration['revocation']['keys'][0]['name'] == 'p256' and configuration['verdict']['revocation_counts'] is False
    assert 'IGNORED' in keys('inspect', '--trust', trust, fit).stdout
    said = keys('verify', '--trust', trust, fit).stdout
    assert 'revoked        version 7, ignored' in said
    document = schemas.check(keys('verify', '--trust', trust, '--json', fit).stdout)
    assert document['revocation'] == {'version': 7, 'counts': False, 'keys': []}
    root = tmp_path / 'root.dtb'
    keys('enroll', '--key', made.pub('dev'), '--role', 'root', '--mode', 'any', '-o', root)
    keys('enroll', '--key', made.pub('p256'), '-o', root)
    document = schemas.check(keys('verify', '--trust', root, '--json', fit).stdout)
    assert document['revocation']['counts'] is True and [k['name'] for k in document['revocation']['keys']] == ['p256']
    assert 'revoked        version 7: p256' in keys('verify', '--trust', root, fit).stdout


@pytest.mark.parametrize('properties', [
    'holdfast,revoked-version = <1>;', 'holdfast,revoked = [aa]; holdfast,revoked-version = <1>;',
    f'holdfast,revoked = [{"aa" * 32}]; holdfast,revoked-version = <0>;', f'holdfast,revoked = [{"aa" * 32}];'])
def test_revocation_that_is_none(tmp_path, properties):
    document = schemas.check(keys('inspect', '--json', mkimage(tmp_path, properties=properties)).stdout)
    assert 'bad-fit' in [w['code'] for w in document['warnings']] and document['configurations'][0]['revocation']


def test_trust_set_refused(tmp_path, signed):
    (tmp_path / 'junk.dtb').write_bytes(b'junk')
    assert refused(keys('inspect', '--trust', tmp_path / 'junk.dtb', signed, expect=REFUSED)) == 'bad-fdt'
    keys('inspect', '--trust', tmp_path / 'absent.dtb', signed, expect=INPUT)


def envelope(keydir, fit, key, digest=None):
    """A DSSE envelope about a FIT, made with openssl; sha256,rsa2048."""
    statement = json.dumps({
        '_type': 'https://in-toto.io/Statement/v1', 'predicateType': 'https://slsa.dev/provenance/v1',
        'subject': [{'name': 'x', 'digest': {'sha256': digest or hashlib.sha256(fit.read_bytes()).hexdigest()}}],
        'predicate': {'runDetails': {'builder': {'id': 'urn:a\u001b[2J'}}}}).encode()
    kind = b'application/vnd.in-toto+json'
    signed = b'DSSEv1 %d %s %d %s' % (len(kind), kind, len(statement), statement)
    value = run('openssl', 'dgst', '-sha256', '-sign', key, input=signed)
    (keydir / 'p.json').write_text(json.dumps({
        'payload': base64.b64encode(statement).decode(), 'payloadType': kind.decode(),
        'signatures': [{'keyid': 'a\u001b', 'sig': base64.b64encode(value).decode()}]}), encoding='utf-8')
    return keydir / 'p.json'


def test_provenance(tmp_path, made, signed):
    def asked(*words):
        text = keys('inspect', *words, '--provenance', tmp_path / 'p.json', signed).stdout
        assert 'provenance ' in text and '\x1b' not in text
        return schemas.check(keys('inspect', *words, '--provenance', tmp_path / 'p.json', '--json', signed).stdout)['provenance']
    envelope(tmp_path, signed, made.key('dev'))
    found = asked()
    assert found['state'] == 'not-checked' and found['about_this_file'] is True and found['builder'] == 'urn:a?[2J'
    assert found['signatures'] == [{'key_id': 'a?', 'state': 'not-checked', 'key': None}]
    found = asked('--trust', made.trust('dev'))
    assert found['state'] == 'right' and found['signatures'][0]['key'] == 'dev'
    assert asked('--trust', made.trust('p256'))['state'] in ('unknown-key', 'bad-signature')
    envelope(tmp_path, signed, made.key('dev'), 'ab' * 32)
    found = asked('--trust', made.trust('dev'))
    assert found['state'] == 'hash-mismatch' and found['about_this_file'] is False and found['hint']
    for junk in (b'', b'junk', b'{}', b'[' * 100000, b'{"payloadType": 1, "payload": "=", "signatures": {}}'):
        (tmp_path / 'p.json').write_bytes(junk)
        found = asked('--trust', made.trust('dev'))
        assert found['state'] == 'no-signature' and found['builder'] is None
        assert asked()['state'] == 'no-signature'
    keys('inspect', '--provenance', tmp_path / 'absent', signed, expect=INPUT)


def test_provenance_beside(tmp_path, signed):
    """test.intoto.json lies beside test.fit, wherever one stands."""
    assert schemas.check(keys('inspect', '--json', signed).stdout)['provenance_beside'] is None
    (tmp_path / 'test.intoto.json').write_bytes(b'')
    for name, where in ((signed, None), ('test.fit', tmp_path), ('./test.fit', tmp_path)):
        found = schemas.check(keys('inspect', '--json', name, cwd=where).stdout)['provenance_beside']
        assert found.endswith('test.intoto.json') and 'test.intoto.json lies beside' in keys('inspect', name, cwd=where).stdout
