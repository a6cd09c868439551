# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""import: keys made elsewhere, in every form that people have them, checked and written as ours; new --encrypt."""
import base64
import json
import os
import pty
import stat

import pytest

from keys_helper import DONE, ENV, KEY, POLICY, REFUSED, TOOL, files, keys, openssl_key, refused, run

PIN = {'HOLDFAST_PIN': 'correct horse'}
PHRASE = ('-passout', 'pass:correct horse')
OPEN = ('-passin', 'pass:correct horse')


def public(path, *options):
    """The SubjectPublicKeyInfo of a key file."""
    return run('openssl', 'pkey', '-in', path, '-pubout', '-outform', 'DER', *options)


def certificate(key, out):
    run('openssl', 'req', '-batch', '-new', '-x509', '-key', key, '-out', out)
    return out


@pytest.fixture(scope='module', params=['rsa2048', 'P-256', 'P-384'])
def source(request, tmp_path_factory):
    return openssl_key(tmp_path_factory.mktemp('source') / 'k.pem', request.param)


FORMS = {
    'pkcs8': ('pkey', '-out'),
    'der': ('pkey', '-outform', 'DER', '-out'),
    'traditional': ('pkey', '-traditional', '-out'),
    'traditional-der': ('pkey', '-traditional', '-outform', 'DER', '-out'),
    'encrypted': ('pkey', '-aes128', *PHRASE, '-out'),
    'encrypted-traditional': ('pkey', '-traditional', '-aes128', *PHRASE, '-out'),
    'encrypted-der': ('pkcs8', '-topk8', '-outform', 'DER', *PHRASE, '-out'),
    'encrypted-scrypt': ('pkcs8', '-topk8', '-scrypt', *PHRASE, '-out'),
}


@pytest.mark.parametrize('form', FORMS)
def test_private(tmp_path, source, form):
    run('openssl', *FORMS[form], tmp_path / 'theirs', '-in', source)
    theirs = (tmp_path / 'theirs').read_bytes()
    document = json.loads(keys('import', '--key', 'theirs', '--role', 'release', '--json', '-o', 'ours.pem', cwd=tmp_path,
                               env=PIN).stdout)
    ours = tmp_path / 'ours.pem'
    encrypted = form.startswith('encrypted')
    assert document['schema'] == 'holdfast.import' and document['version'] == 1
    assert document['encrypted'] == encrypted and (b'ENCRYPTED' in ours.read_bytes()) == encrypted
    assert public(ours, *OPEN) == public(source) == public(tmp_path / 'ours.pub', '-pubin')
    assert stat.S_IMODE(ours.stat().st_mode) == 0o600
    assert ours.read_text().startswith(f'holdfast-role: release\nholdfast-key-id: {document["key_id"]}\n')
    assert (tmp_path / 'theirs').read_bytes() == theirs and len(files(tmp_path)) == 3


def test_locked(tmp_path, source):
    run('openssl', *FORMS['encrypted'], tmp_path / 'theirs', '-in', source)
    for env in ({}, {'HOLDFAST_PIN': 'wrong'}):
        done = keys('import', '--key', 'theirs', '--role', 'dev', '-o', 'ours.pem', cwd=tmp_path, env=env, expect=KEY)
        assert 'wrong' not in done.stderr.replace('wrong pass', '')
    assert list(files(tmp_path)) == ['theirs']


@pytest.mark.parametrize('form', ['pub', 'pub-der', 'crt', 'crt-der'])
def test_public(tmp_path, source, form):
    if form.startswith('pub'):
        run('openssl', 'pkey', '-in', source, '-pubout', '-outform', 'DER' if 'der' in form else 'PEM', '-out',
            tmp_path / 'theirs')
    else:
        certificate(source, tmp_path / 'x')
        run('openssl', 'x509', '-in', tmp_path / 'x', '-outform', 'DER' if 'der' in form else 'PEM', '-out',
            tmp_path / 'theirs')
        (tmp_path / 'x').unlink()
    keys('import', '--key', 'theirs', '--role', 'root', '-o', 'ours.pub', cwd=tmp_path)
    assert set(files(tmp_path)) == {'theirs', 'ours.pub'}
    assert public(tmp_path / 'ours.pub', '-pubin') == public(source)
    assert 'role root' in keys('show', 'ours.pub', cwd=tmp_path).stdout


def test_mkimage_directory(tmp_path):
    place = tmp_path / 'mk'
    place.mkdir()
    certificate(openssl_key(place / 'dev.key'), place / 'dev.crt')
    (place / 'dev.pub').unlink()
    done = keys('import', '--key', 'mk', '--role', 'dev', '-o', 'a.pem', cwd=tmp_path)
    assert '2048 bits are accepted' in done.stderr
    keys('import', '--key', 'mk', '--role', 'dev', '-q', '-o', 'a.pem', cwd=tmp_path, expect=POLICY)
    certificate(openssl_key(place / 'other.key'), place / 'other.crt')
    done = keys('import', '--key', 'mk', '--role', 'dev', '-o', 'b.pem', cwd=tmp_path, expect=KEY)
    assert '--key-name' in done.stderr
    keys('import', '--key', 'mk', '--key-name', 'other', '--role', 'dev', '-o', 'b.pem', cwd=tmp_path)
    assert public(tmp_path / 'b.pem') == public(place / 'other.key')
    (place / 'other.key').unlink()
    keys('import', '--key', 'mk', '--key-name', 'other', '--role', 'dev', '-o', 'c.pub', cwd=tmp_path)
    keys('import', '--key', 'mk', '--key-name', 'absent', '--role', 'dev', '-o', 'd.pub', cwd=tmp_path, expect=KEY)
    (place / 'dev.crt').write_bytes((place / 'other.crt').read_bytes())
    done = keys('import', '--key', 'mk/dev.key', '--role', 'dev', '-o', 'd.pem', cwd=tmp_path, expect=KEY)
    assert "another key's certificate" in done.stderr
    assert set(files(tmp_path)) == {'a.pem', 'a.pub', 'b.pem', 'b.pub', 'c.pub'}


@pytest.mark.parametrize('kind', ['rsa1024', 'rsa2056', 'P-521', 'secp256k1'])
def test_kinds_that_no_loader_takes(tmp_path, kind):
    key = openssl_key(tmp_path / 'k.pem', kind)
    before = files(tmp_path)
    for words in ((key, 'x.pem'), (key.with_suffix('.pub'), 'x.pub')):
        done = keys('import', '--key', words[0], '--role', 'dev', '-o', words[1], cwd=tmp_path, expect=REFUSED)
        assert refused(done) == 'algo-denied'
    assert files(tmp_path) == before


def test_halves_that_do_not_belong_together(tmp_path):
    """A private exponent of another key: found before anything is signed with it."""
    key = openssl_key(tmp_path / 'k.pem')
    der = bytearray(run('openssl', 'pkey', '-in', key, '-traditional', '-outform', 'DER'))
    der[600] ^= 1
    (tmp_path / 'broken').write_bytes(der)
    done = keys('import', '--key', 'broken', '--role', 'dev', '-o', 'x.pem', cwd=tmp_path, expect=KEY)
    assert 'do not belong together' in done.stderr
    assert not (tmp_path / 'x.pem').exists() and not (tmp_path / 'x.pub').exists()


@pytest.mark.parametrize('kind', ['P-256', 'P-384'])
def test_point_in_short_form(tmp_path, kind):
    """However a point is encoded, it is the same key with the same id."""
    source = openssl_key(tmp_path / 'k.pem', kind)
    run('openssl', 'ec', '-in', source, '-pubout', '-conv_form', 'compressed', '-out', tmp_path / 'short')
    keys('import', '--key', 'short', '--role', 'dev', '-o', 'x.pub', cwd=tmp_path)
    assert public(tmp_path / 'x.pub', '-pubin') == public(source)


def is_prime(n):
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def roca_prime(start, exponent):
    """k * M + 65537^a mod M of 1024 bits, as the faulty chip made them."""
    product, p, count = 1, 2, 0
    while count < 126:
        if all(p % q for q in range(2, int(p ** 0.5) + 1)):
            product, count = product * p, count + 1
        p += 1
    k = (3 << 1022) // product + start
    while not is_prime(k * product + pow(65537, exponent, product)):
        k += 1
    return k * product + pow(65537, exponent, product)


def rsa_public(path, n, e):
    path.with_suffix('.cnf').write_text(
        f'asn1=SEQUENCE:spki\n[spki]\na=SEQUENCE:alg\nk=BITWRAP,SEQUENCE:rsa\n[alg]\no=OID:rsaEncryption\nn=NULL\n'
        f'[rsa]\nn=INTEGER:{n}\ne=INTEGER:{e}\n')
    run('openssl', 'asn1parse', '-genconf', path.with_suffix('.cnf'), '-noout', '-out', path)
    return path


def test_roca(tmp_path):
    n = roca_prime(1, 12345) * roca_prime(1 << 40, 98765)
    assert n.bit_length() == 2048
    rsa_public(tmp_path / 'theirs', n, 65537)
    done = keys('import', '--key', 'theirs', '--role', 'dev', '-o', 'x.pub', cwd=tmp_path, expect=REFUSED)
    assert refused(done) == 'algo-denied' and 'CVE-2017-15361' in done.stderr


@pytest.mark.parametrize('exponent, code', [(3, DONE), (1, None), (65536, None)])
def test_exponents(tmp_path, exponent, code):
    source = openssl_key(tmp_path / 'k.pem')
    n = int(run('openssl', 'rsa', '-in', source, '-noout', '-modulus').decode().split('=')[1], 16)
    rsa_public(tmp_path / 'theirs', n, exponent)
    words = ('import', '--key', 'theirs', '--role', 'dev', '-o', 'x.pub')
    if code == DONE:
        assert 'exponent is 3' in keys(*words, cwd=tmp_path).stderr
    else:
        assert refused(keys(*words, cwd=tmp_path, expect=REFUSED)) == 'algo-denied'


def test_dry_run_and_never_over(tmp_path, source):
    keys('import', '--key', source, '--role', 'dev', '-n', '-o', 'x.pem', cwd=tmp_path)
    assert not files(tmp_path)
    for there in ('x.pem', 'x.pub'):
        (tmp_path / there).write_text('precious')
        keys('import', '--key', source, '--role', 'dev', '--yes', '-o', 'x.pem', cwd=tmp_path, expect=POLICY)
        assert files(tmp_path) == {there: b'precious'}
        (tmp_path / there).unlink()


@pytest.mark.parametrize('alg', ['rsa3072', 'ecdsa-p384'])
def test_new_encrypted(tmp_path, alg):
    words = ('new', '--alg', alg, '--role', 'release', '--encrypt', '--json', '-o', 'k.pem')
    assert 'HOLDFAST_PIN' in keys(*words, cwd=tmp_path, expect=KEY).stderr and not files(tmp_path)
    keys(*words, cwd=tmp_path, expect=KEY, env={'HOLDFAST_PIN': ''})
    done = keys(*words, cwd=tmp_path, env=PIN)
    assert json.loads(done.stdout)['encrypted'] and 'horse' not in done.stdout + done.stderr
    text = (tmp_path / 'k.pem').read_text()
    # In pieces: nothing in the tree may look like a key, not even to a search.
    head = '{0}BEGIN ENCRYPTED {1} KEY{0}'.format('-' * 5, 'PRIVATE')
    assert text.startswith('holdfast-role: release\n') and head in text.splitlines()
    assert stat.S_IMODE((tmp_path / 'k.pem').stat().st_mode) == 0o600
    der = base64.b64decode(text.split('KEY-----')[1].split('-----END')[0])
    assert bytes.fromhex('2b06010401da47040b') in der, 'not by scrypt'
    assert bytes.fromhex('60864801650304012a') in der, 'not AES-256-CBC'
    assert public(tmp_path / 'k.pem', *OPEN) == public(tmp_path / 'k.pub', '-pubin')
    keys('pub', '--key', 'k.pem', '-o', 'again.pub', cwd=tmp_path, env=PIN)
    assert (tmp_path / 'again.pub').read_bytes() == (tmp_path / 'k.pub').read_bytes()


def on_terminal(answers, *words, cwd):
    """Run with a terminal of its own and type. (exit code, what stood on the terminal)"""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        env = {k: v for k, v in ENV.items() if k != 'HOLDFAST_PIN'}
        os.execve(TOOL, [str(TOOL), *words], env)
    seen = b''
    for answer in (*answers, None):
        before = seen.count(b':')
        while answer is None or seen.count(b':') == before:
            try:
                part = os.read(terminal, 1000)
            except OSError:
                part = b''
            if not part:
                break
            seen += part
        if answer is not None:
            os.write(terminal, answer.encode() + b'\n')
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()


NEW = ('new', '--alg', 'ecdsa-p256', '--role', 'dev', '--encrypt', '-o', 'k.pem')


def test_typed_twice(tmp_path):
    code, seen = on_terminal(['correct horse', 'correct horse'], *NEW, cwd=tmp_path)
    assert code == DONE and 'horse' not in seen, seen
    assert public(tmp_path / 'k.pem', *OPEN) == public(tmp_path / 'k.pub', '-pubin')


@pytest.mark.parametrize('answers', [('correct horse', 'correct house'), ('', '')])
def test_typed_wrong(tmp_path, answers):
    code, seen = on_terminal(answers, *NEW, cwd=tmp_path)
    assert code == KEY and 'horse' not in seen and 'house' not in seen, seen
    assert not files(tmp_path)
