# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""doctor: each thing that goes wrong later is said now; what is fine is not complained about; reason codes explained."""
import json
import re
import resource
import subprocess

import pytest

from keys_helper import (DONE, ENV, INPUT, KEY, POLICY, REFUSED, TOOL, TOP, USAGE, files, keys, mkimage, openssl_key,
                         refused, run, signature)

PIN = {'HOLDFAST_PIN': 'right one'}


@pytest.fixture(scope='module')
def ring(tmp_path_factory):
    """Keys by role; top is encrypted with PIN. Sets: good.dtb trusts r1 and, not required, top."""
    place = tmp_path_factory.mktemp('ring')
    for name, role in {'d': 'dev', 'r1': 'release', 'r2': 'release', 'top': 'root'}.items():
        (place / name).mkdir()
        keys('new', '--alg', 'ecdsa-p256', '--role', role, *(('--encrypt',) if name == 'top' else ()),
             '-o', f'{name}/{name}.pem', cwd=place, env=PIN)
    enrol(place, 'good.dtb', 'r1')
    enrol(place, 'good.dtb', 'top', more=('--required', 'no'))
    return place


def enrol(place, trust, *names, more=(), where=None):
    for name in names:
        keys('enroll', '--key', place / name / f'{name}.pub', *more, '-o', (where or place) / trust)


def doctor(*words, expect=DONE, **options):
    """The findings that are not fine, check -> level; and everything that was said."""
    done = keys('doctor', '--json', *words, expect=expect, **options)
    document = json.loads(done.stdout)
    assert document['schema'] == 'holdfast.doctor' and document['version'] == 1
    found = document['findings']
    for finding in found:
        assert set(finding) == {'at', 'check', 'fix', 'level', 'text'}
        assert bool(finding['fix']) == (finding['level'] != 'fine'), finding
    for level, count in (('fails', 'fails'), ('surprise', 'surprises'), ('fine', 'fine')):
        assert document[count] == sum(f['level'] == level for f in found)
    assert bool(document['fails']) == (expect != DONE)
    return {f['check']: f['level'] for f in found if f['level'] != 'fine'}


def test_nothing_wrong(ring, tmp_path):
    assert doctor(cwd=tmp_path) == {}
    assert doctor('--trust', ring / 'good.dtb', '--release', cwd=tmp_path) == {}
    fit = mkimage(tmp_path)
    keys('sign', '--key', ring / 'r1/r1.pem', fit)
    assert doctor('--trust', ring / 'good.dtb', '--fit', fit) == {}
    assert doctor('--trust', ring / 'good.dtb', '--fit', fit, '--key', ring / 'r1/r1.pem') == {'key-unencrypted': 'surprise'}


def test_text(ring, tmp_path):
    done = keys('doctor', '--key', 'absent.pem', cwd=tmp_path, expect=KEY)
    lines = done.stdout.splitlines()
    assert lines[0] == 'fails     absent.pem: there is no such file, or it cannot be read: check the path'
    assert re.fullmatch(r'1 will fail, 0 will surprise, \d+ fine', lines[-1]) and len(lines) == 2
    assert len(keys('doctor', '-v', cwd=tmp_path).stdout.splitlines()) > 3


SETS = {
    'optional only': (('r1', '--required', 'no'),),
    'out of reach': (('r1', '--threshold', '3'),),
    'one of one': (('r1', '--threshold', '1'), ('top', '--required', 'no')),
    'all': (('r1',), ('r2',), ('top', '--required', 'no')),
    'root online': (('r1',), ('top',)),
    'mixed': (('r1', '--mode', 'any'), ('d',), ('top', '--required', 'no')),
    'dev': (('d',), ('top', '--required', 'no')),
    'two of two': (('r1', '--threshold', '2'), ('r2',)),
}


@pytest.mark.parametrize('name, release, code, want', [
    ('optional only', False, POLICY, {'set-usable': 'fails', 'set-optional': 'surprise', 'set-no-revocation': 'surprise'}),
    ('out of reach', False, POLICY, {'set-usable': 'fails'}),
    ('one of one', False, DONE, {'set-threshold-one': 'surprise'}),
    ('all', False, DONE, {'set-mode-all': 'surprise'}),
    ('root online', False, DONE, {'set-mode-all': 'surprise', 'set-root-online': 'surprise'}),
    ('mixed', False, DONE, {'set-mixed': 'surprise'}),
    ('mixed', True, POLICY, {'set-mixed': 'surprise', 'set-role': 'fails'}),
    ('dev', False, DONE, {}), ('dev', True, POLICY, {'set-role': 'fails'}),
    ('two of two', True, DONE, {}),
])
def test_sets(ring, tmp_path, name, release, code, want):
    for key, *more in SETS[name]:
        enrol(ring, 't.dtb', key, more=more, where=tmp_path)
    assert doctor('--trust', tmp_path / 't.dtb', *(('--release',) if release else ()), expect=code) == want


def test_no_revocation(ring, tmp_path):
    enrol(ring, 't.dtb', 'r1', where=tmp_path)
    assert doctor('--trust', tmp_path / 't.dtb') == {'set-no-revocation': 'surprise'}


def test_keys(ring, tmp_path):
    key = tmp_path / 'k.pem'
    key.write_bytes((ring / 'r1/r1.pem').read_bytes())
    key.chmod(0o640)
    assert doctor('--key', key) == {'key-permissions': 'surprise', 'key-unencrypted': 'surprise'}
    assert doctor('--key', key, '--release', expect=POLICY) == {'key-permissions': 'fails', 'key-unencrypted': 'surprise'}
    assert doctor('--key', ring / 'd/d.pem') == {}
    assert doctor('--key', ring / 'd/d.pem', '--release', expect=POLICY) == {'key-role': 'fails'}
    assert doctor('--key', ring / 'd/d.pub', expect=KEY) == {'key-public': 'fails'}
    assert doctor('--key', ring / 'good.dtb', expect=KEY) == {'key-absent': 'fails'}
    assert doctor('--key', tmp_path, expect=KEY) == {'key-absent': 'fails'}
    weak = openssl_key(tmp_path / 'weak.pem', 'rsa1024')
    assert doctor('--key', weak, expect=POLICY) == {'key-kind': 'fails'}


def test_pass_phrase(ring):
    top = ring / 'top/top.pem'
    assert doctor('--key', top, env=PIN) == {}
    assert doctor('--key', top, env={'HOLDFAST_PIN': 'wrong'}, expect=KEY) == {'key-pin': 'fails'}
    done = subprocess.run(['setsid', str(TOOL), 'doctor', '--json', '--key', str(top)], env=ENV, capture_output=True,
                          text=True, check=False)
    assert done.returncode == KEY and '"key-pin"' in done.stdout


def test_key_and_set(ring, tmp_path):
    good = ring / 'good.dtb'
    assert doctor('--trust', good, '--key', ring / 'd/d.pem', expect=POLICY) == {'key-not-in-set': 'fails'}
    assert doctor('--trust', good, '--key', ring / 'top/top.pem', env=PIN) == {'key-optional': 'surprise'}
    keys('enroll', '--key', ring / 'r1/r1.pub', '--role', 'root', '--yes', '-o', tmp_path / 't.dtb')
    found = doctor('--trust', tmp_path / 't.dtb', '--key', ring / 'r1/r1.pem')
    assert found == {'key-other-role': 'surprise', 'key-unencrypted': 'surprise'}


def test_all_keys_in_one_place(ring, tmp_path):
    enrol(ring, 't.dtb', 'r1', 'r2', 'd', more=('--threshold', '2'), where=tmp_path)
    alone = doctor('--trust', tmp_path / 't.dtb', '--key', ring / 'r1/r1.pem')
    assert alone == {'set-mixed': 'surprise', 'key-alone': 'surprise', 'key-unencrypted': 'surprise'}
    for name in ('r1', 'r2'):
        (tmp_path / f'{name}.pem').write_bytes((ring / name / f'{name}.pem').read_bytes())
        (tmp_path / f'{name}.pem').chmod(0o600)
    together = doctor('--trust', tmp_path / 't.dtb', '--key', tmp_path / 'r1.pem')
    assert together == {**alone, 'keys-in-one-place': 'surprise'}


NODE = 'signature {{ algo = "{}"; key-name-hint = "{}"; {} }};'


@pytest.mark.parametrize('parts, code, want', [
    (dict(signature=signature('sha256,rsa4096')), POLICY, {'fit-algorithm': 'fails'}),
    (dict(signature=signature('sha256,rsa4096', hint='other')), DONE, {}),
    (dict(signature=NODE.format('sha256,rsa2048', 'dev', '')), DONE, {'fit-sign-images': 'surprise'}),
    (dict(signature=NODE.format('sha256,rsa2048', 'dev', 'sign-images = "kernel";')), DONE,
     {'fit-sign-images': 'surprise'}),
    (dict(signature=signature()), DONE, {}),
    (dict(hash='hash-1 { algo = "sha1"; };'), POLICY, {'fit-contents': 'fails'}),
    (dict(hash=''), POLICY, {'fit-contents': 'fails'}),
])
def test_fits_to_sign(tmp_path, made, parts, code, want):
    assert doctor('--key', made.key('dev'), '--fit', mkimage(tmp_path, **parts), expect=code) == want


def test_mkimage_that_signed_nothing(tmp_path):
    """The key is missing, mkimage says "Signature written" and exits with 0."""
    fit = mkimage(tmp_path, '-k', 'nowhere', '-r', signature=signature())
    assert doctor('--fit', fit, expect=POLICY) == {'fit-contents': 'fails'}


def test_default_and_ambiguity(tmp_path, made):
    other = 'conf-2 { kernel = "kernel"; compatible = "a,b"; cmdline = "single"; };'
    fit = mkimage(tmp_path, properties='compatible = "a,b";', configurations=other)
    assert doctor('--key', made.key('dev'), '--fit', fit) == {'fit-ambiguous': 'surprise'}
    run('fdtput', '-t', 's', fit, '/configurations', 'default', 'nowhere')
    done = keys('doctor', '--json', '--key', made.key('dev'), '--fit', fit, '--board', 'a,b', expect=REFUSED)
    assert refused(done) == 'config-missing'
    assert '"fit-default"' in done.stdout and '"fit-refused"' in done.stdout
    done = keys('doctor', '--key', made.key('dev'), '--fit', fit, '--board', 'virt-arm64', expect=REFUSED)
    assert refused(done) == 'no-match'
    run('fdtput', '-d', fit, '/configurations', 'default')
    keys('doctor', '--key', made.key('dev'), '--fit', fit, expect=REFUSED)


def test_what_a_loader_would_refuse(ring, tmp_path):
    fit = mkimage(tmp_path)
    good = ring / 'good.dtb'
    assert refused(keys('doctor', '--trust', good, '--fit', fit, expect=REFUSED)) == 'no-signature'
    keys('sign', '--key', ring / 'd/d.pem', fit)
    assert refused(keys('doctor', '--trust', good, '--fit', fit, expect=REFUSED)) in ('unknown-key', 'bad-signature')
    enrol(ring, 'd.dtb', 'd', where=tmp_path)
    assert doctor('--trust', tmp_path / 'd.dtb', '--fit', fit) == {'set-no-revocation': 'surprise'}
    done = keys('doctor', '--trust', tmp_path / 'd.dtb', '--fit', fit, '--release', expect=REFUSED)
    assert refused(done) == 'key-role'
    fit.write_bytes(fit.read_bytes().replace(b'ramdisk ramdisk', b'ramdisk Ramdisk', 1))
    assert refused(keys('doctor', '--trust', tmp_path / 'd.dtb', '--fit', fit, expect=REFUSED)) == 'hash-mismatch'


def test_floor(tmp_path, made):
    fit = mkimage(tmp_path, properties='holdfast,rollback-index = <4>;')
    words = ('--key', made.key('dev'), '--fit', fit)
    assert doctor(*words, '--floor', '4') == {}
    assert doctor(*words, '--floor', '5', expect=POLICY) == {'fit-rollback': 'fails'}


@pytest.mark.parametrize('content', [b'', b'no tree', bytes(64)])
def test_no_fit(tmp_path, content):
    (tmp_path / 'x.fit').write_bytes(content)
    done = keys('doctor', '--fit', 'x.fit', cwd=tmp_path, expect=REFUSED)
    assert refused(done) in ('no-image', 'bad-fit', 'truncated')
    keys('doctor', '--fit', 'absent', cwd=tmp_path, expect=INPUT)
    keys('doctor', '--trust', 'absent', cwd=tmp_path, expect=INPUT)


@pytest.mark.parametrize('env, code, want', [
    ({'SOURCE_DATE_EPOCH': ''}, DONE, {'epoch': 'surprise'}),
    ({'SOURCE_DATE_EPOCH': 'yesterday'}, POLICY, {'epoch': 'fails'}),
    ({'SOURCE_DATE_EPOCH': '4294967296'}, POLICY, {'epoch': 'fails'}),
    ({'SOURCE_DATE_EPOCH': '4294967295'}, DONE, {'epoch': 'surprise'}),
    ({'HOLDFAST_PINN': 'secret phrase'}, DONE, {'variable': 'surprise'}),
    ({'HOLDFAST_PIN': ''}, DONE, {'variable': 'surprise'}),
    ({'HOLDFAST_BUILDER_ID': 'urn:acme:ci', 'HOLDFAST_INVOCATION_ID': 'run 7'}, DONE, {}),
])
def test_environment(tmp_path, env, code, want):
    assert doctor(cwd=tmp_path, env=env, expect=code) == want
    assert 'secret' not in keys('doctor', '-v', cwd=tmp_path, env=env, expect=code).stdout


def test_outputs(tmp_path):
    assert doctor('-o', 'nowhere/x', cwd=tmp_path, expect=POLICY) == {'output-directory': 'fails'}
    assert doctor('-o', tmp_path, expect=POLICY) == {'output': 'fails'}
    code = 'umask 0; exec "$@"'
    done = subprocess.run(['sh', '-c', code, 'sh', str(TOOL), 'doctor', '--json'], cwd=tmp_path, env=ENV,
                          capture_output=True, text=True, check=True)
    assert '"umask is 000' in done.stdout
    done = subprocess.run([str(TOOL), 'doctor', '--json'], cwd=tmp_path, env=ENV, capture_output=True, text=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)), check=False)
    assert done.returncode == POLICY and '"file-size-limit"' in done.stdout
    assert not files(tmp_path)


@pytest.mark.parametrize('uri, env, want', [
    ('pkcs11:token=t;object=k?pin-value=1234', {}, 'token-pin'),
    ('pkcs11:token=t;object=k?pin-source=file:/nowhere', {}, 'token-pin'),
    ('pkcs11:token=t;object=k?module-path=/nowhere/p11.so', PIN, 'token-module'),
    ('pkcs11:token=t;object=k', {'HOLDFAST_PKCS11_MODULE': '/nowhere/p11.so', **PIN}, 'token-module'),
    ('pkcs11:token=t;object=k?module-path=/usr/lib/softhsm/libsofthsm2.so', {'SOFTHSM2_CONF': '/nowhere', **PIN},
     'token-softhsm'),
])
def test_tokens(tmp_path, uri, env, want):
    found = doctor('--key', uri, cwd=tmp_path, env=env, expect=KEY)
    assert found[want] == 'fails' and found['key-absent'] == 'fails'


def words_of_the_table():
    """(word, meaning) of every reason code, as the C table has them."""
    text = (TOP / 'platform/include/status.h').read_text().replace('\\\n', ' ')
    return re.findall(r'X\(ERR_\w+,\s*0x[0-9a-f]+,\s*"([^"]+)",\s*"([^"]+)', text)


@pytest.mark.parametrize('word, meaning', words_of_the_table())
def test_codes(word, meaning):
    document = json.loads(keys('doctor', '--json', '--code', word).stdout)
    assert document['schema'] == 'holdfast.doctor.code' and document['code'] == word
    assert document['meaning'].startswith(meaning) and document['fix']
    text = keys('doctor', '--code', word).stdout
    assert text == f'{word}: {document["meaning"]}\n{document["fix"]}\n'


def test_every_code_is_there():
    words = [word for word, _ in words_of_the_table()]
    assert len(words) >= 36
    assert f'--code no-such: not one of {", ".join(words)}\n' in keys('doctor', '--code', 'no-such', expect=USAGE).stderr


@pytest.mark.parametrize('words', [('--code', 'no-such'), ('--code', 'rollback', '--fit', 'x'), ('--board', 'a,b'),
                                   ('--floor', '-1', '--fit', 'x'), ('extra',)])
def test_usage(tmp_path, words):
    assert keys('doctor', *words, cwd=tmp_path, expect=USAGE).stdout == ''


def test_looks_and_touches_nothing(ring, tmp_path):
    fit = mkimage(tmp_path)
    before = files(tmp_path)
    keys('doctor', '--trust', ring / 'good.dtb', '--key', ring / 'r1/r1.pem', '--fit', fit, cwd=tmp_path)
    assert files(tmp_path) == before
