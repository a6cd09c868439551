# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""request and attach: the key is in another place, where there is openssl and nothing else. What comes back is proved before
anything is written, and whoever signs can see that the digest is that of the FIT."""
import base64
import json
import shutil
import subprocess

import pytest

import schemas
from keys_helper import (ENV, INPUT, KEY, OUTPUT, POLICY, REFUSED, TOOL, USAGE, files, keys, mkimage, refused, run,
                         signature, verity_root)

TWO = 'conf-2 { description = "two"; compatible = "b"; kernel = "kernel"; };'
BOARD = 'compatible = "qemu,virt"; cmdline = "quiet"; holdfast,rollback-index = <7>;'


@pytest.fixture
def openssl_only(tmp_path):
    """A PATH with openssl in it, and nothing else."""
    place = tmp_path / 'only'
    place.mkdir()
    (place / 'openssl').symlink_to(shutil.which('openssl'))
    return place


@pytest.fixture
def airgap(tmp_path, openssl_only):
    """sign(request, key file...) in a directory that has the request and the keys: the files that come back."""
    def sign(request, *private):
        place = tmp_path / 'airgap'
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        shutil.copy(request, place / 'request')
        for key in private:
            shutil.copy(key, place / key.name)
        document = json.loads((place / 'request').read_text())
        names = [key.stem for key in private]
        wanted = [s for s in document['signatures'] if s['key'] in names]
        for one in wanted:
            assert '"' not in one['command'] and '\\' not in one['command']
            assert one['command'] in document['text']
            subprocess.run(['/bin/sh', '-ec', one['command']], cwd=place, env={'PATH': str(openssl_only)}, check=True,
                           capture_output=True)
        return [place / one['file'] for one in wanted]
    return sign


def made_request(made, fit, *words, key='dev', name='req.json'):
    """(request file, its contents); the FIT and everything else stays as it is."""
    before = files(fit.parent)
    words = words or ('--key', made.pub(key))
    keys('request', *words, '-o', fit.parent / name, fit)
    assert {n: b for n, b in files(fit.parent).items() if n != name} == {n: b for n, b in before.items() if n != name}
    text = (fit.parent / name).read_text()
    return fit.parent / name, schemas.check(text)


def unchanged(place, *words, expect, **options):
    before = files(place)
    done = keys(*words, expect=expect, **options)
    assert files(place) == before and done.stdout == ''
    return done


@pytest.mark.parametrize('layout', [(), ('-E',), ('-E', '-p', '0x4c0')], ids=['embedded', 'external', 'position'])
@pytest.mark.parametrize('node', ['', signature()], ids=['no-node', 'node'])
def test_round_trip(tmp_path, made, airgap, layout, node):
    """With PKCS#1 v1.5 the result is the one of sign, byte for byte; also at another time."""
    fit = mkimage(tmp_path, *layout, signature=node, properties=BOARD)
    request, document = made_request(made, fit)
    (back,) = airgap(request, made.key('dev'))
    assert document['signatures'][0]['file'] == back.name
    keys('sign', '--key', made.key('dev'), '-o', tmp_path / 'signed', fit)
    done = keys('attach', '--signature', back, '--request', request, fit, env={'SOURCE_DATE_EPOCH': '1800000000'})
    assert 'conf-1 signed with dev (sha256,rsa2048,pkcs-1.5), attached and verified' in done.stdout
    assert fit.read_bytes() == (tmp_path / 'signed').read_bytes()
    keys('verify', '--trust', made.trust('dev'), fit)


@pytest.mark.parametrize('key, hash, padding', [('dev', None, 'pss'), ('big', 'sha512', 'pss'), ('big', 'sha384', 'pkcs-1.5'),
                                                ('p256', None, None), ('p384', None, None), ('p256', 'sha512', None)])
@pytest.mark.parametrize('by', ['request', 'key'])
def test_algorithms(tmp_path, made, airgap, key, hash, padding, by):
    fit = mkimage(tmp_path)
    words = [*(('--hash', hash) if hash else ()), *(('--padding', padding) if padding else ())]
    request, _ = made_request(made, fit, '--key', made.pub(key), *words)
    back = airgap(request, made.key(key))
    how = ('--request', request) if by == 'request' else ('--key', made.pub(key), *words)
    keys('attach', '--signature', *back, *how, fit)
    keys('enroll', '--key', made.pub(key), *words, '-o', tmp_path / 't.dtb')
    keys('verify', '--trust', tmp_path / 't.dtb', fit)


@pytest.mark.parametrize('salt', ['32', '0', 'max'])
def test_any_salt(tmp_path, made, salt):
    """Tokens choose their own length of salt; a loader takes any."""
    fit = mkimage(tmp_path)
    request, document = made_request(made, fit, '--key', made.pub('dev'), '--padding', 'pss')
    digest = bytes.fromhex(document['signatures'][0]['digest'])
    (tmp_path / 'sig').write_bytes(run('openssl', 'pkeyutl', '-sign', '-inkey', made.key('dev'), '-pkeyopt', 'digest:sha256',
                                       '-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', f'rsa_pss_saltlen:{salt}', input=digest))
    keys('attach', '--signature', tmp_path / 'sig', '--request', request, fit)
    keys('verify', '--trust', made.trust('dev'), fit)


def flat(der, size):
    """r || s of a DER signature, by hand."""
    half, at = [], 2
    for _ in range(2):
        length = der[at + 1]
        half.append(der[at + 2:at + 2 + length].lstrip(b'\0').rjust(size, b'\0'))
        at += 2 + length
    return b''.join(half)


@pytest.mark.parametrize('key, size', [('p256', 32), ('p384', 48)])
def test_both_forms_of_ecdsa(tmp_path, made, airgap, key, size):
    fit = mkimage(tmp_path)
    request, _ = made_request(made, fit, key=key)
    (back,) = airgap(request, made.key(key))
    results = set()
    for form in (back.read_bytes(), flat(back.read_bytes(), size)):
        (tmp_path / 'sig').write_bytes(form)
        keys('attach', '--signature', tmp_path / 'sig', '--request', request, '-o', tmp_path / 'out', fit)
        results.add((tmp_path / 'out').read_bytes())
    assert len(results) == 1


WRONG = {'bit': lambda s: s[:40] + bytes([s[40] ^ 1]) + s[41:], 'cut': lambda s: s[:-1], 'longer': lambda s: s + b'\0',
         'empty': lambda s: b'', 'base64': base64.b64encode, 'hex': lambda s: s.hex().encode(), 'zero': lambda s: bytes(len(s)),
         'ones': lambda s: b'\xff' * len(s), 'newline': lambda s: s[:-1] + b'\n'}


@pytest.mark.parametrize('how', WRONG)
@pytest.mark.parametrize('key', ['dev', 'p256'])
def test_wrong_signature(tmp_path, made, airgap, key, how):
    fit = mkimage(tmp_path)
    request, _ = made_request(made, fit, key=key)
    (back,) = airgap(request, made.key(key))
    (tmp_path / 'sig').write_bytes(WRONG[how](back.read_bytes()))
    done = unchanged(tmp_path, 'attach', '--signature', tmp_path / 'sig', '--request', request, fit, expect=REFUSED)
    assert refused(done) == 'bad-signature' and ' at=sig ' in done.stderr
    assert how not in ('empty', 'base64') or 'has this size' in done.stderr


def test_signature_of_another_key(tmp_path, made, airgap):
    """Right, but not of whom it should be; or not of anybody that the request names."""
    fit = mkimage(tmp_path)
    request, _ = made_request(made, fit, '--key', made.pub('dev'), '--key', made.pub('p256'))
    back = airgap(request, made.key('dev'))
    words = ('attach', '--signature', *back, '--request', request)
    done = unchanged(tmp_path, *words, '--key', made.pub('p256'), fit, expect=REFUSED)
    assert refused(done) == 'unknown-key' and 'at=dev' in done.stderr
    assert refused(unchanged(tmp_path, *words, '--trust', made.trust('big'), fit, expect=REFUSED)) == 'unknown-key'
    assert refused(unchanged(tmp_path, 'attach', '--signature', *back, '--key', made.pub('big'), fit,
                             expect=REFUSED)) == 'bad-signature'
    keys(*words, '--key', made.pub('dev'), '-o', tmp_path / 'a', fit)
    keys(*words, '--trust', made.trust('dev'), '-o', tmp_path / 'b', fit)
    assert (tmp_path / 'a').read_bytes() == (tmp_path / 'b').read_bytes()


def test_key_that_the_trust_set_does_not_have(tmp_path, made):
    fit = mkimage(tmp_path)
    done = unchanged(tmp_path, 'request', '--key', made.pub('dev'), '--trust', made.trust('big'), '-o', tmp_path / 'r', fit,
                     expect=REFUSED)
    assert refused(done) == 'unknown-key' and 'at=dev' in done.stderr


def test_fit_changed_since(tmp_path, made, airgap):
    fit = mkimage(tmp_path, properties=BOARD)
    request, _ = made_request(made, fit)
    back = airgap(request, made.key('dev'))
    words = ('attach', '--signature', *back, '--request', request)
    run('fdtput', '-t', 's', fit, '/configurations/conf-1', 'cmdline', 'quiet init=/bin/sh')
    done = unchanged(tmp_path, *words, fit, expect=REFUSED)
    assert refused(done) == 'hash-mismatch' and 'at=conf-1' in done.stderr and ' want=' in done.stderr
    assert refused(unchanged(tmp_path, 'request', '--check', request, fit, expect=REFUSED)) == 'hash-mismatch'
    done = unchanged(tmp_path, 'attach', '--signature', *back, '--key', made.pub('dev'), fit, expect=REFUSED)
    assert refused(done) == 'bad-signature'
    other = mkimage(tmp_path, name='other.fit', properties=BOARD.replace('<7>', '<8>'))
    assert refused(unchanged(tmp_path, *words, other, expect=REFUSED)) == 'hash-mismatch'
    other = mkimage(tmp_path, name='other.fit', properties=BOARD)
    blob = other.read_bytes()
    other.write_bytes(blob.replace(b'ramdisk ramdisk', b'ramdisk rAmdisk', 1))
    done = unchanged(tmp_path, *words, other, expect=REFUSED)
    assert refused(done) == 'hash-mismatch' and 'at=ramdisk' in done.stderr


def test_what_a_person_sees(tmp_path, made):
    image = verity_root(tmp_path)
    fit = mkimage(tmp_path, '-E', images=image, properties=BOARD + 'loadables = "root";')
    keys('enroll', '--key', made.pub('dev'), '--role', 'release', '-o', tmp_path / 't.dtb')
    request, document = made_request(made, fit, '--trust', tmp_path / 't.dtb')
    text = '\n'.join(document['text'])
    root = image.split('digest = [')[1].split(']')[0]
    for words in ('Configuration conf-1: one', 'for: qemu,virt', 'rollback index: 7', 'command line: quiet', 'kernel: kernel, 4096',
                  f'root hash {root}', 'dev: rsa2048, role release', document['signers'][0]['id'], document['fit']['sha256'],
                  document['signatures'][0]['digest'], 'File test.fit'):
        assert words in text, words
    assert list(document) == ['schema', 'version', 'text', 'tool', 'fit', 'configurations', 'signatures', 'signers', 'prepare']
    assert run('sha256sum', fit).decode().split()[0] == document['fit']['sha256']
    assert keys('request', '--check', request, fit).stdout == text + '\n'
    assert 'PRIVATE' not in request.read_text() and str(tmp_path) not in request.read_text()


def at(document, path, value):
    """The document with the member at path replaced (None: removed)."""
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


LIES = [(('configurations', 0, 'cmdline'), 'init=/bin/sh'), (('configurations', 0, 'rollback_index'), 9),
        (('configurations', 0, 'images', 0, 'hashes', 0, 'value'), 'ab' * 32), (('configurations', 0, 'compatible'), ['x']),
        (('signatures', 0, 'command'), 'rm -rf .'), (('signatures', 0, 'digest'), '00' * 32), (('signatures', 0, 'file'), '../x'),
        (('signatures', 0, 'algorithm'), 'sha1,rsa2048'), (('signers', 0, 'role'), 'release'), (('text', 5), 'nothing to see'),
        (('text', -1), 'rm -rf .'), (('fit', 'sha256'), '00' * 32), (('fit', 'name'), 'other.fit')]


@pytest.mark.parametrize('path, lie', LIES, ids=['.'.join(map(str, p)) for p, _ in LIES])
def test_check_finds_a_lie(tmp_path, made, path, lie):
    """Whatever a person might believe of a request is compared with the FIT, the lines for people with the rest."""
    fit = mkimage(tmp_path, properties=BOARD)
    request, document = made_request(made, fit)
    keys('request', '--check', request, fit)
    request.write_text(json.dumps(at(document, path, lie)))
    done = unchanged(tmp_path, 'request', '--check', request, fit, expect=REFUSED)
    assert refused(done) == 'hash-mismatch'


DAMAGE = {'text': b'not JSON', 'empty': b'', 'list': b'[]', 'number': b'7', 'binary': bytes(range(256)),
          'deep': b'[' * 100000, 'two': b'{"schema": "holdfast.request", "schema": "holdfast.request"}'}


@pytest.mark.parametrize('verb', ['attach', 'check'])
@pytest.mark.parametrize('how', DAMAGE)
def test_no_request(tmp_path, made, verb, how):
    fit = mkimage(tmp_path)
    (tmp_path / 'req').write_bytes(DAMAGE[how])
    (tmp_path / 'sig').write_bytes(bytes(256))
    words = ('attach', '--signature', tmp_path / 'sig', '--request') if verb == 'attach' else ('request', '--check')
    done = unchanged(tmp_path, *words, tmp_path / 'req', fit, expect=INPUT)
    assert 'not a request, or damaged' in done.stderr and len(done.stderr.splitlines()) == 1


def test_another_key_under_the_name(tmp_path, made):
    """A key that was put in place of the signer's, with the id left: whoever compares the id by eye would not see it."""
    fit = mkimage(tmp_path)
    request, document = made_request(made, fit, key='p256')
    for member, value in (('pem', run('openssl', 'pkey', '-pubin', '-in', made.pub('p384')).decode()), ('id', 'ab' * 32)):
        request.write_text(json.dumps(at(json.loads(json.dumps(document)), ('signers', 0, member), value)))
        (tmp_path / 'sig').write_bytes(bytes(64))
        for words in (('request', '--check'), ('attach', '--signature', tmp_path / 'sig', '--request')):
            done = unchanged(tmp_path, *words, request, fit, expect=INPUT)
            assert 'key id' in done.stderr


def paths(value, way=()):
    yield way
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from paths(child, (*way, name))


def test_every_member_wrong(tmp_path, made, airgap):
    """Any member of another kind, or gone: a reason and no file, or (if attach does not need it) the same result."""
    fit = mkimage(tmp_path)
    request, document = made_request(made, fit, '--key', made.pub('p256'), '--reserve', 'bob')
    (back,) = airgap(request, made.key('p256'))
    words = ('attach', '--signature', back, '--request', request, '-o', tmp_path / 'out', fit)
    keys(*words)
    right = (tmp_path / 'out').read_bytes()
    whole = json.dumps(document)
    counts = {}
    for path in [p for p in paths(document) if p and p[0] in ('schema', 'version', 'signers', 'prepare', 'signatures', 'fit')]:
        for wrong in (None, 'x', -1, 2**40, [], {}, True, 'é\u202e', 'a' * 5000):
            (tmp_path / 'out').unlink(missing_ok=True)
            request.write_text(json.dumps(at(json.loads(whole), path, wrong)))
            done = subprocess.run([str(TOOL), *map(str, words)], env=ENV, capture_output=True, text=True, check=False)
            counts[done.returncode] = counts.get(done.returncode, 0) + 1
            assert done.returncode in (0, REFUSED, INPUT), (path, wrong, done.returncode, done.stderr)
            if done.returncode != 0:
                assert not (tmp_path / 'out').exists() and done.stderr
            elif path[:2] not in (('prepare', 'timestamp'), ('prepare', 'reserve')):
                assert (tmp_path / 'out').read_bytes() == right or path[0] == 'prepare', (path, wrong)
    assert counts[INPUT] > 50 and counts[REFUSED] > 5, counts


def test_two_configurations(tmp_path, made, airgap):
    """All signatures in one run, or one run a signature; each finds its place by itself."""
    fit = mkimage(tmp_path, '-E', configurations=TWO, properties=BOARD)
    request, document = made_request(made, fit)
    assert [s['configuration'] for s in document['signatures']] == ['conf-1', 'conf-2']
    first, second = airgap(request, made.key('dev'))
    keys('attach', '--signature', second, '--signature', first, '--request', request, '-o', tmp_path / 'both', fit)
    keys('attach', '--signature', second, '--request', request, fit)
    done = unchanged(tmp_path, 'attach', '--signature', first, '--config', 'conf-2', '--request', request, fit, expect=REFUSED)
    assert refused(done) == 'bad-signature' and 'another configuration' in done.stderr
    keys('attach', '--signature', first, '--config', 'conf-1', '--request', request, fit)
    for result in (fit, tmp_path / 'both'):
        for name in ('conf-1', 'conf-2'):
            keys('verify', '--trust', made.trust('dev'), '--config', name, result)


def test_only_one_configuration(tmp_path, made, airgap):
    fit = mkimage(tmp_path, configurations=TWO, properties=BOARD)
    request, document = made_request(made, fit, '--key', made.pub('dev'), '--config', 'conf-2')
    assert [c['name'] for c in document['configurations']] == ['conf-2']
    keys('attach', '--signature', *airgap(request, made.key('dev')), '--request', request, fit)
    keys('verify', '--trust', made.trust('dev'), '--config', 'conf-2', fit)
    assert refused(keys('verify', '--trust', made.trust('dev'), '--config', 'conf-1', fit, expect=REFUSED)) == 'no-signature'
    assert refused(unchanged(tmp_path, 'request', '--key', made.pub('dev'), '--config', 'x', fit, expect=REFUSED)) == 'config-missing'


def test_a_pinned_algorithm(tmp_path, made, airgap):
    """The trust set says hash and padding, whatever the node in the FIT says: else no loader would take it."""
    fit = mkimage(tmp_path, signature=signature())
    keys('enroll', '--key', made.pub('dev'), '--hash', 'sha512', '--padding', 'pss', '-o', tmp_path / 't.dtb')
    request, document = made_request(made, fit, '--trust', tmp_path / 't.dtb')
    assert document['signatures'][0]['algorithm'] == 'sha512,rsa2048' and document['signatures'][0]['padding'] == 'pss'
    back = airgap(request, made.key('dev'))
    keys('attach', '--signature', *back, '--trust', tmp_path / 't.dtb', '-o', tmp_path / 'b', fit)
    keys('attach', '--signature', *back, '--request', request, fit)
    keys('verify', '--trust', tmp_path / 't.dtb', fit)
    keys('verify', '--trust', tmp_path / 't.dtb', tmp_path / 'b')


@pytest.mark.parametrize('words', [
    ('request', 'f'), ('request', '--key', 'k'), ('request', '--check', 'r', '--key', 'k', 'f'),
    ('request', '--check', 'r', '-o', 'x', 'f'), ('request', '--check', 'r', '--hash', 'sha256', 'f'),
    ('request', '--trust', 't', '--padding', 'pss', 'f'), ('request', '--key', 'k', 'f', 'g'),
    ('attach', '--signature', 's', 'f'), ('attach', '--request', 'r', 'f'), ('attach', '--key', 'k', 'f'),
    ('attach', '--signature', 's', '--request', 'r', '--hash', 'sha256', 'f'), ('attach', '--signature', 's', '--key', 'k'),
    ('attach', '--signature', 's', '--request', 'r', '--replace', 'f'),
    ('attach', '--signature', 's', '--trust', 't', '--key-name', 'x', '--key', 'k', 'f')])
def test_usage(tmp_path, words):
    done = keys(*words, expect=USAGE, cwd=tmp_path)
    assert 'No such file' not in done.stderr


def test_what_is_not_there(tmp_path, made):
    fit = mkimage(tmp_path)
    request, _ = made_request(made, fit)
    (tmp_path / 'sig').write_bytes(bytes(256))
    attach = ('attach', '--signature', tmp_path / 'sig')
    unchanged(tmp_path, 'request', '--key', tmp_path / 'no.pub', fit, expect=KEY)
    unchanged(tmp_path, 'request', '--key', made.key('dev'), fit, expect=KEY)
    unchanged(tmp_path, 'request', '--key', made.pub('dev'), tmp_path / 'no.fit', expect=INPUT)
    unchanged(tmp_path, 'request', '--trust', tmp_path / 'no.dtb', fit, expect=INPUT)
    unchanged(tmp_path, 'request', '--key', made.pub('dev'), '-o', tmp_path / 'no/r', fit, expect=OUTPUT)
    unchanged(tmp_path, *attach, '--request', tmp_path / 'no.json', fit, expect=INPUT)
    unchanged(tmp_path, *attach, '--key', tmp_path / 'no.pub', fit, expect=KEY)
    unchanged(tmp_path, *attach, '--request', request, tmp_path / 'no.fit', expect=INPUT)
    unchanged(tmp_path, 'attach', '--signature', tmp_path / 'no.sig', '--request', request, fit, expect=INPUT)
    assert refused(unchanged(tmp_path, 'request', '--trust', fit, fit, expect=REFUSED)) in ('no-trust', 'bad-fdt')


def test_options_of_every_verb(tmp_path, made, airgap):
    fit = mkimage(tmp_path)
    before = files(tmp_path)
    whole = keys('request', '--key', made.pub('dev'), fit).stdout
    assert schemas.check(whole)['schema'] == 'holdfast.request'
    assert 'is to sign conf-1' in keys('request', '-n', '--key', made.pub('dev'), '-o', tmp_path / 'r', fit).stdout
    assert files(tmp_path) == before
    assert keys('request', '--json', '--key', made.pub('dev'), '-o', tmp_path / 'r', fit).stdout == whole
    assert (tmp_path / 'r').read_text() == whole
    (back,) = airgap(tmp_path / 'r', made.key('dev'))
    before = files(tmp_path)
    words = ('attach', '--signature', back, '--request', tmp_path / 'r', fit)
    document = schemas.check(keys('attach', '-n', '--json', *words[1:]).stdout)
    assert document['schema'] == 'holdfast.attach' and not document['written'] and document['missing'] == []
    assert files(tmp_path) == before
    unchanged(tmp_path, *words, '-o', tmp_path / 'no/x', expect=OUTPUT)
    done = keys(*words, '-q')
    assert done.stderr == ''
    again = schemas.check(keys('request', '--json', '--check', tmp_path / 'r', fit).stdout)
    assert again['signatures'] == json.loads(whole)['signatures']


def test_somebody_elses_signature(tmp_path, made):
    """A new node would break what is there: as for sign."""
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('dev'), fit)
    unchanged(tmp_path, 'request', '--key', made.pub('p256'), fit, expect=POLICY)


def test_replace_elsewhere(tmp_path, made, airgap):
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('dev'), fit)
    request, _ = made_request(made, fit, '--key', made.pub('p256'), '--replace')
    keys('verify', '--trust', made.trust('dev'), fit)
    document = schemas.check(keys('attach', '--json', '--signature', *airgap(request, made.key('p256')), '--request', request,
                                  fit).stdout)
    assert document['replaced'] == [{'configuration': 'conf-1', 'key': 'dev'}]
    keys('verify', '--trust', made.trust('p256'), fit)


def test_ambiguous(tmp_path, made):
    fit = mkimage(tmp_path, configurations=TWO.replace('kernel = ', 'cmdline = "x"; kernel = '), properties='compatible = "b";')
    done = unchanged(tmp_path, 'request', '--key', made.pub('dev'), fit, expect=POLICY)
    assert 'conf-1 and conf-2' in done.stderr and '--yes' in done.stderr
    keys('request', '--yes', '--key', made.pub('dev'), fit)


@pytest.mark.parametrize('bad', ['compatible = <1>;', 'cmdline = <1 2>;', 'holdfast,rollback-index = "x";',
                                 'holdfast,revoked = [00];', 'cmdline = "a\\nb";'])
def test_nobody_can_see_it(tmp_path, made, bad):
    fit = mkimage(tmp_path, properties=bad)
    assert refused(unchanged(tmp_path, 'request', '--key', made.pub('dev'), fit, expect=REFUSED)) == 'bad-fit'
