# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""sign --provenance and verify --provenance: the statement, its signatures checked with plain openssl, and envelopes made
to deceive."""
import base64
import hashlib
import json
import subprocess

import pytest

import schemas
from keys_helper import (COMPATIBLE, INPUT, OUTPUT, POLICY, REFUSED, USAGE, ENV, files, its, keys, mkimage, refused, run)

TYPE = 'application/vnd.in-toto+json'
BUILDER = 'urn:acme:ci:release'


def pae(kind, payload):
    return b'DSSEv1 %d %s %d %s' % (len(kind), kind.encode(), len(payload), payload)


def load(envelope):
    """(envelope, statement) of a file."""
    document = json.loads(envelope.read_text())
    return document, json.loads(base64.b64decode(document['payload']))


def seal(path, key, payload, kind=TYPE, keyid='', **more):
    """An envelope made without our tool."""
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    path.with_suffix('.pae').write_bytes(pae(kind, payload))
    sig = run('openssl', 'dgst', '-sha256', '-sign', key, path.with_suffix('.pae'))
    document = {'payload': base64.b64encode(payload).decode(), 'payloadType': kind,
                'signatures': [{'keyid': keyid, 'sig': base64.b64encode(sig).decode()}], **more}
    path.write_text(json.dumps(document))
    return path


@pytest.fixture(name='made_release')
def _made_release(tmp_path, made):
    """(fit, envelope) signed with dev."""
    fit = mkimage(tmp_path, '-E', properties=f'compatible = "{COMPATIBLE}"; holdfast,rollback-index = <3>;')
    keys('sign', '--key', made.key('dev'), '--provenance', tmp_path / 'p.json', '--builder', BUILDER, fit)
    return fit, tmp_path / 'p.json'


def check(made, fit, envelope, expect=0, name='dev', words=()):
    done = keys('verify', '--trust', made.trust(name), '--provenance', envelope, *words, fit, expect=expect)
    return refused(done) if expect == REFUSED else done


def test_statement(made, made_release):
    fit, envelope = made_release
    document, statement = load(envelope)
    assert set(document) == {'payload', 'payloadType', 'signatures'} and document['payloadType'] == TYPE
    assert statement['_type'] == 'https://in-toto.io/Statement/v1'
    assert statement['predicateType'] == 'https://slsa.dev/provenance/v1'
    digests = {s['name']: s['digest']['sha256'] for s in statement['subject']}
    assert digests == {'test.fit': hashlib.sha256(fit.read_bytes()).hexdigest(),
                       'test.fit#kernel': hashlib.sha256((fit.parent / 'kernel').read_bytes()).hexdigest(),
                       'test.fit#ramdisk': hashlib.sha256((fit.parent / 'ramdisk').read_bytes()).hexdigest()}
    definition, details = statement['predicate']['buildDefinition'], statement['predicate']['runDetails']
    assert definition['buildType'] == 'urn:holdfast:build:fit:1'
    assert definition['externalParameters'] == {'fit': 'test.fit', 'configurations': [
        {'name': 'conf-1', 'compatible': [COMPATIBLE], 'rollbackIndex': 3, 'rootHash': None}]}
    assert {d['name'] for d in definition['resolvedDependencies']} == {'kernel', 'ramdisk', 'holdfast'}
    assert details['builder']['id'] == BUILDER
    assert details['metadata'] == {'startedOn': '2023-11-14T22:13:20Z', 'finishedOn': '2023-11-14T22:13:20Z'}
    shown = json.loads(keys('show', '--json', made.trust('dev')).stdout)
    assert document['signatures'][0]['keyid'] in json.dumps(shown)


@pytest.mark.parametrize('name, hash', [('dev', '-sha256'), ('big', '-sha256'), ('p256', '-sha256'), ('p384', '-sha384')])
def test_openssl_says_so(tmp_path, made, name, hash):
    """printf | openssl dgst -verify, and our own verify."""
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key(name), '--provenance', tmp_path / 'p.json', fit)
    document, _ = load(tmp_path / 'p.json')
    (tmp_path / 'sig').write_bytes(base64.b64decode(document['signatures'][0]['sig']))
    script = (f'''set -o pipefail; body=$(jq -r .payload p.json | base64 -d); type=$(jq -r .payloadType p.json)
        printf 'DSSEv1 %d %s %d %s' ${{#type}} "$type" ${{#body}} "$body" |
        openssl dgst {hash} -verify {made.pub(name)} -signature sig''')
    done = subprocess.run(['bash', '-c', script], cwd=tmp_path, env=dict(ENV, LC_ALL='C'), capture_output=True, text=True,
                          check=False)
    assert done.stdout == 'Verified OK\n', done.stderr
    assert 'built by urn:holdfast:builder:unspecified' in check(made, fit, tmp_path / 'p.json', name=name).stdout
    other = 'p256' if name == 'dev' else 'dev'
    keys('sign', '--key', made.key(other), '--replace', '-o', tmp_path / 'other.fit', fit)
    assert check(made, tmp_path / 'other.fit', tmp_path / 'p.json', REFUSED, name=other) == 'unknown-key'


def test_reproducible(tmp_path, made, made_release):
    fit, envelope = made_release
    before = fit.read_bytes(), envelope.read_bytes()
    keys('sign', '--key', made.key('dev'), '--provenance', envelope, fit, env={'HOLDFAST_BUILDER_ID': BUILDER})
    assert (fit.read_bytes(), envelope.read_bytes()) == before
    keys('sign', '--key', made.key('dev'), '--provenance', envelope, fit,
         env={'HOLDFAST_BUILDER_ID': BUILDER, 'HOLDFAST_INVOCATION_ID': 'run 7'})
    assert load(envelope)[1]['predicate']['runDetails']['metadata']['invocationId'] == 'run 7'


def test_verify_says_who(made, made_release):
    fit, envelope = made_release
    assert f'built by {BUILDER}' in check(made, fit, envelope).stdout
    document = schemas.check(check(made, fit, envelope, words=['--json']).stdout)
    assert document['provenance'] == {'file': str(envelope), 'builder': BUILDER}
    assert schemas.check(keys('verify', '--trust', made.trust('dev'), '--json', fit).stdout)['provenance'] is None


def test_of_another_file(tmp_path, made, made_release):
    fit, envelope = made_release
    (tmp_path / 'copy.fit').write_bytes(fit.read_bytes())
    check(made, tmp_path / 'copy.fit', envelope)
    keys('sign', '--key', made.key('dev'), fit, env={'SOURCE_DATE_EPOCH': '1700000001'})
    assert check(made, fit, envelope, REFUSED) == 'hash-mismatch'
    with_json = keys('verify', '--json', '--trust', made.trust('dev'), '--provenance', envelope, fit, expect=REFUSED)
    assert schemas.check(with_json.stdout)['code'] == 'hash-mismatch' == refused(with_json)


def test_bad_fit_comes_first(made, made_release):
    fit, envelope = made_release
    fit.write_bytes(fit.read_bytes()[:-1])
    assert check(made, fit, envelope, REFUSED) == 'truncated'


def change(**members):
    return lambda d: {**d, **members}


def without(member):
    return lambda d: {k: v for k, v in d.items() if k != member}


def sign_with(**members):
    return lambda d: {**d, 'signatures': [{**d['signatures'][0], **members}]}


def payload_with(**members):
    """The payload changed behind the signature's back."""
    def edit(d):
        statement = json.loads(base64.b64decode(d['payload']))
        return {**d, 'payload': base64.b64encode(json.dumps({**statement, **members}).encode()).decode()}
    return edit


HOSTILE = {
    'payload': (payload_with(subject=[]), 'bad-signature'),
    'payload-nothing': (change(payload=''), 'bad-signature'),
    'payload-garbage': (change(payload='%%%%'), 'no-signature'),
    'payload-spaces': (lambda d: {**d, 'payload': d['payload'][:4] + '\n' + d['payload'][4:]}, 'no-signature'),
    'payload-padding': (lambda d: {**d, 'payload': d['payload'].rstrip('=')[:-1]}, 'no-signature'),
    'payload-number': (change(payload=7), 'no-signature'),
    'payload-absent': (without('payload'), 'no-signature'),
    'type': (change(payloadType='application/json'), 'no-signature'),
    'type-prefix': (change(payloadType=TYPE + ' '), 'no-signature'),
    'type-absent': (without('payloadType'), 'no-signature'),
    'signatures-absent': (without('signatures'), 'no-signature'),
    'signatures-none': (change(signatures=[]), 'no-signature'),
    'signatures-object': (change(signatures={'sig': 'AAAA'}), 'no-signature'),
    'signatures-strings': (change(signatures=['AAAA']), 'no-signature'),
    'signatures-many': (lambda d: {**d, 'signatures': d['signatures'] * 17}, 'too-big'),
    'sig-garbage': (sign_with(sig='!'), 'no-signature'),
    'sig-empty': (sign_with(sig=''), 'bad-signature'),
    'sig-short': (sign_with(sig='AAAA'), 'bad-signature'),
    'sig-zeros': (sign_with(sig=base64.b64encode(bytes(256)).decode()), 'bad-signature'),
    'sig-long': (sign_with(sig=base64.b64encode(bytes(5000)).decode()), 'bad-signature'),
    'sig-of-unknown': (sign_with(sig='AAAA', keyid='00' * 32), 'unknown-key'),
    'sig-without-keyid': (lambda d: {**d, 'signatures': [{'sig': 'AAAA'}]}, 'bad-signature'),
}


@pytest.mark.parametrize('name', HOSTILE)
def test_hostile_envelope(made, made_release, name):
    fit, envelope = made_release
    edit, code = HOSTILE[name]
    envelope.write_text(json.dumps(edit(load(envelope)[0])))
    assert check(made, fit, envelope, REFUSED) == code


@pytest.mark.parametrize('text, code', [
    ('', 'no-signature'), ('{', 'no-signature'), ('[]', 'no-signature'), ('null', 'no-signature'),
    ('[' * 100000, 'no-signature'), ('{"payload": "' + 'A' * (1 << 20) + '"}', 'too-big'), ('\udcff', 'no-signature')],
    ids=['empty', 'cut', 'array', 'null', 'deep', 'huge', 'not-utf8'])
def test_no_envelope(made, made_release, text, code):
    fit, envelope = made_release
    envelope.write_bytes(text.encode(errors='surrogateescape'))
    assert check(made, fit, envelope, REFUSED) == code


def test_duplicate_members(made, made_release):
    """Two readers must not see two things."""
    fit, envelope = made_release
    text = envelope.read_text().rstrip().rstrip('}')
    envelope.write_text(text + ', "payload": "e30="}')
    assert check(made, fit, envelope, REFUSED) == 'no-signature'


def test_what_a_verifier_must_accept(made, made_release):
    """A wrong or absent keyid, the URL-safe alphabet, members that it does not know, other signatures beside."""
    fit, envelope = made_release
    document, _ = load(envelope)
    good = document['signatures'][0]
    url_safe = {'sig': good['sig'].replace('+', '-').replace('/', '_'), 'keyid': 'nonsense'}
    document['signatures'] = [{'sig': 'AAAA', 'keyid': good['keyid']}, {'sig': good['sig']}, url_safe]
    document['payload'] = document['payload'].replace('+', '-').replace('/', '_')
    envelope.write_text(json.dumps({**document, 'more': {}}))
    check(made, fit, envelope)
    document['signatures'] = [url_safe]
    envelope.write_text(json.dumps(document))
    check(made, fit, envelope)


def test_signed_but_something_else(tmp_path, made, made_release):
    """A right signature by a trusted key under a statement that is not what was asked for."""
    fit, envelope = made_release
    _, statement = load(envelope)
    path = tmp_path / 'forged.json'
    key = made.key('dev')
    check(made, fit, seal(path, key, statement))
    for other, code in (({'predicateType': 'https://slsa.dev/provenance/v0.2'}, 'no-signature'),
                        ({'_type': 'https://in-toto.io/Statement/v0.1'}, 'no-signature'),
                        ({'subject': []}, 'hash-mismatch'), ({'subject': {}}, 'hash-mismatch'), ({'subject': 7}, 'hash-mismatch'),
                        ({'subject': [{'digest': {'sha512': statement['subject'][0]['digest']['sha256']}}]}, 'hash-mismatch'),
                        ({'subject': [{'digest': {'sha256': 7}}, 'x', None]}, 'hash-mismatch')):
        assert check(made, fit, seal(path, key, {**statement, **other}), REFUSED) == code
    for payload in (b'', b'{', b'[]', b'"x"', b'{"_type": "a", "_type": "b"}'):
        assert check(made, fit, seal(path, key, payload), REFUSED) == 'no-signature'
    assert check(made, fit, seal(path, key, statement, 'text/plain'), REFUSED) == 'no-signature'
    # The type is signed too: nobody can change it afterwards.
    seal(path, key, statement, 'text/plain')
    path.write_text(path.read_text().replace('text/plain', TYPE))
    assert check(made, fit, path, REFUSED) == 'bad-signature'
    # Nothing that a builder calls itself reaches the terminal as it is.
    odd = json.loads(json.dumps(statement))
    odd['predicate']['runDetails']['builder']['id'] = 'urn:\x1b[31m\nHF-VERIFIED'
    said = check(made, fit, seal(path, key, odd)).stdout
    assert '\x1b' not in said and 'built by urn:?[31m?HF-VERIFIED' in said
    odd['predicate'] = [1]
    check(made, fit, seal(path, key, odd))


def test_rule_of_the_trust_set(tmp_path, made):
    """All required keys, or so many of them as the threshold says, of the envelope as of the FIT."""
    fit = mkimage(tmp_path)
    trust = tmp_path / 'two.dtb'
    keys('enroll', '--key', made.pub('dev'), '-o', trust)
    keys('enroll', '--key', made.pub('p256'), '--threshold', '2', '-o', trust, '--yes')
    both = ('--key', made.key('dev'), '--key', made.key('p256'))
    keys('sign', *both, '--provenance', tmp_path / 'p.json', fit)
    keys('verify', '--trust', trust, '--provenance', tmp_path / 'p.json', fit)
    document, _ = load(tmp_path / 'p.json')
    assert len(document['signatures']) == 2
    first = document['signatures'][0]
    for left in ([first], [first, first]):
        (tmp_path / 'q.json').write_text(json.dumps({**document, 'signatures': left}))
        done = keys('verify', '--trust', trust, '--provenance', tmp_path / 'q.json', fit, expect=REFUSED)
        assert refused(done) == 'bad-signature' and 'required' in done.stderr


def test_key_that_is_not_required(tmp_path, made, made_release):
    fit, _ = made_release
    trust = tmp_path / 't.dtb'
    keys('enroll', '--key', made.pub('dev'), '-o', trust)
    keys('enroll', '--key', made.pub('p256'), '--required', 'no', '-o', trust, '--yes')
    keys('sign', '--key', made.key('p256'), '--replace', '-o', tmp_path / 'other.fit', '--provenance', tmp_path / 'q.json', fit)
    _, statement = load(tmp_path / 'q.json')
    statement['subject'][0]['digest']['sha256'] = hashlib.sha256(fit.read_bytes()).hexdigest()
    path = seal(tmp_path / 'forged.json', made.key('p256'), statement)
    assert refused(keys('verify', '--trust', trust, '--provenance', path, fit, expect=REFUSED)) == 'bad-signature'


def test_revoked_key(tmp_path, made):
    """Who is taken back by the release cannot vouch for where it comes from."""
    (tmp_path / 'trust').mkdir()
    trust = tmp_path / 'trust/t.dtb'
    keys('enroll', '--key', made.pub('dev'), '--mode', 'any', '-o', trust)
    keys('enroll', '--key', made.pub('p256'), '--mode', 'any', '--role', 'root', '-o', trust, '--yes')
    revoked = json.loads(keys('show', '--json', made.pub('dev')).stdout)
    key_id = next(k['key_id'] for k in revoked.get('keys', [revoked]))
    fit = mkimage(tmp_path, properties=f'holdfast,revoked = [{key_id}]; holdfast,revoked-version = <1>;')
    keys('sign', '--key', made.key('p256'), '--provenance', tmp_path / 'p.json', fit)
    keys('verify', '--trust', trust, '--provenance', tmp_path / 'p.json', fit)
    path = seal(tmp_path / 'q.json', made.key('dev'), load(tmp_path / 'p.json')[1])
    assert refused(keys('verify', '--trust', trust, '--provenance', path, fit, expect=REFUSED)) == 'key-revoked'


def test_root_hash_and_external_root(tmp_path, made):
    """A root in its partition is no payload of the file; its hash stands in the parameters."""
    digest = 'ab' * 32
    verity = (f'dm-verity {{ algo = "sha256"; data-block-size = <4096>; hash-block-size = <4096>; num-data-blocks = <8>; '
              f'hash-start-block = <9>; digest = [{digest}]; salt = [00]; holdfast,partition = "root"; }};')
    root = ('root { description = "r"; data = []; type = "filesystem"; compression = "none"; '
            f'hash-1 {{ algo = "sha256"; }}; {verity} }};')
    fit = mkimage(tmp_path, source=its(images=root, properties='loadables = "root";'))
    keys('sign', '--key', made.key('dev'), '--provenance', tmp_path / 'p.json', fit)
    _, statement = load(tmp_path / 'p.json')
    configuration = statement['predicate']['buildDefinition']['externalParameters']['configurations'][0]
    assert configuration['rootHash'] == digest
    assert {s['name'] for s in statement['subject']} == {'test.fit', 'test.fit#kernel', 'test.fit#ramdisk'}


def test_exit_codes(tmp_path, made):
    """Nothing is left behind, and the FIT is what it was."""
    fit = mkimage(tmp_path)
    key = made.key('dev')
    before = files(tmp_path)
    keys('sign', '--key', key, '--builder', BUILDER, fit, expect=USAGE)
    keys('sign', '--key', key, '--provenance', tmp_path / 'p', '--builder', 'no uri', fit, expect=USAGE)
    keys('sign', '--key', key, '--provenance', tmp_path / 'p', fit, env={'HOLDFAST_BUILDER_ID': 'no-uri'}, expect=USAGE)
    keys('sign', '--key', key, '--provenance', tmp_path / 'none/p', fit, expect=OUTPUT)
    keys('sign', '--key', key, '--provenance', fit, fit, expect=POLICY)
    keys('sign', '--key', key, '--provenance', tmp_path / 'x', '-o', tmp_path / 'x', fit, expect=POLICY)
    keys('sign', '--key', key, '--provenance', tmp_path / 'p', '-n', fit)
    assert files(tmp_path) == before
    keys('sign', '--key', key, fit)
    keys('verify', '--trust', made.trust('dev'), '--provenance', tmp_path / 'none', fit, expect=INPUT)
    keys('verify', '--trust', made.trust('dev'), '--provenance', tmp_path, fit, expect=INPUT)


def test_one_base64_only(tmp_path, made, made_release):
    """Bits that no byte uses are 0: one payload is one text."""
    fit, envelope = made_release
    payload = json.dumps(load(envelope)[1]).encode()
    path = seal(tmp_path / 'q.json', made.key('dev'), payload + b' ' * ((1 - len(payload)) % 3))
    document = json.loads(path.read_text())
    assert document['payload'].endswith('==')
    check(made, fit, path)
    letter = document['payload'][-3]
    document['payload'] = document['payload'][:-3] + chr(ord(letter) + 1) + '=='
    path.write_text(json.dumps(document))
    assert check(made, fit, path, REFUSED) == 'no-signature'
