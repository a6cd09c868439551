# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""new, pub, enroll, show, table: keys are never overwritten, trust sets are what mkimage -K -r writes and more."""
import hashlib
import json
import stat
import subprocess

import libfdt
import pytest

from keys_helper import (ENV, KEY, OUTPUT, POLICY, REFUSED, TOP, files, keys, mkimage, openssl_key, refused, run,
                         signature)


@pytest.mark.parametrize('alg, text', [('rsa3072', '3072 bit'), ('ecdsa-p256', 'prime256v1'),
                                       ('ecdsa-p384', 'secp384r1')])
def test_new(tmp_path, alg, text):
    document = json.loads(keys('new', '--alg', alg, '--role', 'release', '--json', '-o', 'k.pem',
                               cwd=tmp_path).stdout)
    private, public = tmp_path / 'k.pem', tmp_path / 'k.pub'
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert text in run('openssl', 'pkey', '-in', private, '-noout', '-text').decode()
    assert text in run('openssl', 'pkey', '-pubin', '-in', public, '-noout', '-text').decode()
    der = run('openssl', 'pkey', '-pubin', '-in', public, '-outform', 'DER')
    assert document['schema'] == 'holdfast.new' and document['version'] == 1
    assert document['key_id'] == hashlib.sha256(der).hexdigest() and document['role'] == 'release'
    assert public.read_text().startswith('holdfast-role: release\nholdfast-key-id: ' + document['key_id'])


@pytest.mark.parametrize('there', ['k.pem', 'k.pub'])
def test_new_never_overwrites(tmp_path, there):
    (tmp_path / there).write_text('precious')
    keys('new', '--alg', 'ecdsa-p256', '--role', 'dev', '-o', 'k.pem', '--yes', expect=POLICY, cwd=tmp_path)
    assert files(tmp_path) == {there: b'precious'}


def test_new_dangling_link(tmp_path):
    (tmp_path / 'k.pem').symlink_to('elsewhere')
    keys('new', '--alg', 'ecdsa-p256', '--role', 'dev', '-o', 'k.pem', expect=POLICY, cwd=tmp_path)
    assert not (tmp_path / 'elsewhere').exists() and not (tmp_path / 'k.pub').exists()


def test_new_nowhere(tmp_path):
    keys('new', '--alg', 'ecdsa-p256', '--role', 'dev', '-o', 'no/k.pem', expect=OUTPUT, cwd=tmp_path)


def test_new_dry_run(tmp_path):
    keys('new', '--alg', 'ecdsa-p256', '--role', 'dev', '-n', '-o', 'k.pem', cwd=tmp_path)
    assert not files(tmp_path)


def test_pub(tmp_path, made):
    keys('pub', '--key', made.key('p256'), '--role', 'root', '-o', 'x.pub', cwd=tmp_path)
    assert run('openssl', 'pkey', '-pubin', '-in', tmp_path / 'x.pub') == \
        run('openssl', 'pkey', '-pubin', '-in', made.pub('p256'))
    keys('pub', '--key', made.key('p256'), '-o', 'x.pub', cwd=tmp_path, expect=POLICY)
    assert 'role root' in keys('show', 'x.pub', cwd=tmp_path).stdout


def properties(path, node):
    """A node's properties, in order."""
    tree = libfdt.FdtRo(path.read_bytes())
    at = tree.path_offset(node)
    result, offset = {}, tree.first_property_offset(at, libfdt.QUIET_NOTFOUND)
    while offset >= 0:
        prop = tree.get_property_by_offset(offset)
        result[prop.name] = bytes(prop)
        offset = tree.next_property_offset(offset, libfdt.QUIET_NOTFOUND)
    return result


@pytest.mark.parametrize('kind', ['rsa2048', 'rsa3072', 'rsa4096'])
def test_enroll_is_what_mkimage_writes(tmp_path, kind):
    openssl_key(tmp_path / 'dev.key', kind)
    run('openssl', 'req', '-batch', '-new', '-x509', '-key', tmp_path / 'dev.key', '-out', tmp_path / 'dev.crt')
    run('dtc', '-p', '8192', '-O', 'dtb', '-o', tmp_path / 'theirs.dtb', input=b'/dts-v1/; / { };')
    mkimage(tmp_path, '-k', '.', '-K', 'theirs.dtb', '-r', signature=signature(f'sha256,{kind}'))
    keys('enroll', '--key', 'dev.crt', '-o', 'ours.dtb', cwd=tmp_path)
    ours = properties(tmp_path / 'ours.dtb', '/signature/key-dev')
    theirs = properties(tmp_path / 'theirs.dtb', '/signature/key-dev')
    assert {k: v for k, v in ours.items() if not k.startswith('holdfast,')} == theirs
    assert [k for k in ours if not k.startswith('holdfast,')] == list(theirs)
    assert ours['holdfast,role'] == b'dev\0' and len(ours['holdfast,key-id']) == 32


def test_enroll_role(tmp_path, made):
    keys('new', '--alg', 'ecdsa-p256', '--role', 'release', '-o', 'r.pem', cwd=tmp_path)
    keys('enroll', '--key', 'r.pub', '-o', 'a.dtb', cwd=tmp_path)
    keys('enroll', '--key', 'r.pub', '--role', 'test', '-o', 'b.dtb', cwd=tmp_path, expect=POLICY)
    assert not (tmp_path / 'b.dtb').exists()
    keys('enroll', '--key', 'r.pub', '--role', 'test', '--yes', '-o', 'b.dtb', cwd=tmp_path)
    keys('enroll', '--key', made.pub('p384'), '-o', 'a.dtb', '--required', 'no', cwd=tmp_path)
    shown = {k['name']: k for k in json.loads(keys('show', '--json', 'a.dtb', cwd=tmp_path).stdout)['keys']}
    assert shown['r']['role'] == 'release' and shown['r']['required']
    assert shown['p384']['role'] == 'dev' and not shown['p384']['required']
    assert shown['p384']['algorithm'] == 'sha384,ecdsa384'
    assert 'role test' in keys('show', 'b.dtb', cwd=tmp_path).stdout


def test_enroll_threshold(tmp_path, made):
    done = keys('enroll', '--key', made.pub('dev'), '--threshold', '2', '-o', 't.dtb', cwd=tmp_path)
    assert 'not usable yet' in done.stderr
    assert refused(keys('table', 't.dtb', '-o', 't.c', expect=REFUSED, cwd=tmp_path)) == 'no-trust'
    keys('enroll', '--key', made.pub('p256'), '-o', 't.dtb', cwd=tmp_path)
    assert properties(tmp_path / 't.dtb', '/signature') == {
        'required-mode': b'any\0', 'holdfast,threshold': b'\0\0\0\2'}
    keys('table', 't.dtb', '-o', 't.c', cwd=tmp_path)


@pytest.mark.parametrize('words', [(), ('--name', 'other')])
def test_enroll_twice(tmp_path, made, words):
    keys('enroll', '--key', made.pub('dev'), '-o', 't.dtb', cwd=tmp_path)
    before = files(tmp_path)
    keys('enroll', '--key', made.pub('dev'), *words, '-o', 't.dtb', expect=POLICY, cwd=tmp_path)
    keys('enroll', '--key', made.pub('big'), '--name', 'dev', '-o', 't.dtb', expect=POLICY, cwd=tmp_path)
    assert files(tmp_path) == before


@pytest.mark.parametrize('kind', ['rsa1024', 'rsa2056', 'P-521', 'P-224', 'secp256k1'])
def test_weak_keys(tmp_path, kind):
    key = openssl_key(tmp_path / 'weak.pem', kind)
    before = files(tmp_path)
    for words in (('enroll', '--key', key.with_suffix('.pub'), '-o', tmp_path / 't.dtb'),
                  ('pub', '--key', key, '-o', tmp_path / 'x.pub')):
        assert refused(keys(*words, expect=REFUSED)) == 'algo-denied'
    assert files(tmp_path) == before


def test_ed25519(tmp_path):
    run('openssl', 'genpkey', '-algorithm', 'ed25519', '-out', tmp_path / 'e.pem')
    assert refused(keys('pub', '--key', tmp_path / 'e.pem', '-o', tmp_path / 'x', expect=REFUSED)) == 'algo-denied'


def test_enroll_wants_a_public_key(tmp_path, made):
    keys('enroll', '--key', made.key('dev'), '-o', 't.dtb', expect=KEY, cwd=tmp_path)
    (tmp_path / 'garbage.pub').write_text('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')
    keys('enroll', '--key', 'garbage.pub', '-o', 't.dtb', expect=KEY, cwd=tmp_path)
    assert list(files(tmp_path)) == ['garbage.pub']


def test_enroll_into_a_control_tree_without_keys(tmp_path, made):
    """As U-Boot's build leaves SPL's: what is in it stays."""
    run('dtc', '-O', 'dtb', '-o', tmp_path / 'spl.dtb', input=b'/dts-v1/; / { compatible = "a"; b { c = <1>; }; };')
    keys('enroll', '--key', made.pub('dev'), '-o', 'spl.dtb', cwd=tmp_path)
    keys('enroll', '--key', made.pub('dev'), '-o', 't.dtb', cwd=tmp_path)
    assert properties(tmp_path / 'spl.dtb', '/signature/key-dev') == properties(tmp_path / 't.dtb', '/signature/key-dev')
    assert properties(tmp_path / 'spl.dtb', '/b') == {'c': b'\0\0\0\1'}
    assert keys('table', 'spl.dtb', '-o', 't.c', cwd=tmp_path)


def test_enroll_into_something_else(tmp_path, made):
    (tmp_path / 't.dtb').write_bytes(b'not a tree')
    before = files(tmp_path)
    assert refused(keys('enroll', '--key', made.pub('dev'), '-o', 't.dtb', expect=REFUSED, cwd=tmp_path)) == 'bad-fdt'
    assert files(tmp_path) == before
    keys('enroll', '--key', made.pub('dev'), '-o', 'no/t.dtb', expect=OUTPUT, cwd=tmp_path)


def test_table(tmp_path, made):
    keys('enroll', '--key', made.pub('dev'), '-o', 't.dtb', cwd=tmp_path)
    keys('enroll', '--key', made.pub('p384'), '--required', 'no', '-o', 't.dtb', cwd=tmp_path)
    keys('table', 't.dtb', '-o', 't.c', cwd=tmp_path)
    source = '''#include "keyring.h"
        int main(void) { const struct keyring *k = &keyring_table; unsigned required = 0;
        for (unsigned i = 0; i < k->count; i++) required += k->keys[i].required;
        return k->count == 2 && required == 1 && k->mode == REQUIRED_ALL && k->threshold == 0 ? 0 : 1; }'''
    (tmp_path / 'main.c').write_text(source)
    for compiler in ('gcc', 'clang'):
        run(compiler, '-std=c11', '-Wall', '-Wextra', '-Wconversion', '-Werror', f'-I{TOP}/keys',
            f'-I{TOP}/platform/include', 't.c', 'main.c', '-o', 'main', cwd=tmp_path)
        run('./main', cwd=tmp_path)


def test_table_trusting_nobody(tmp_path, made):
    keys('enroll', '--key', made.pub('dev'), '--required', 'no', '-o', 't.dtb', cwd=tmp_path)
    assert refused(keys('table', 't.dtb', '-o', 't.c', expect=REFUSED, cwd=tmp_path)) == 'no-trust'
    assert not (tmp_path / 't.c').exists()
    keys('table', '--test-trust', 't.dtb', '-o', 't.c', cwd=tmp_path)


def test_locked_key(tmp_path):
    """A pass phrase comes from HOLDFAST_PIN or not at all; nothing asks on a terminal."""
    run('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-aes256', '-pass',
        'pass:secret', '-out', tmp_path / 'l.pem')
    keys('pub', '--key', 'l.pem', '-o', 'x.pub', expect=KEY, cwd=tmp_path)
    keys('pub', '--key', 'l.pem', '-o', 'x.pub', expect=KEY, cwd=tmp_path, env={'HOLDFAST_PIN': 'wrong'})
    done = keys('pub', '--key', 'l.pem', '-o', 'x.pub', cwd=tmp_path, env={'HOLDFAST_PIN': 'secret'})
    assert 'secret' not in done.stdout + done.stderr


def test_interrupted(tmp_path):
    """A signal leaves no temporary file."""
    import signal
    import time
    from keys_helper import TOOL
    process = subprocess.Popen([str(TOOL), 'new', '--alg', 'rsa4096', '--role', 'dev', '-o', 'k.pem'], cwd=tmp_path,
                               env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    left = set(files(tmp_path))
    assert left in (set(), {'k.pem', 'k.pub'}, {'k.pub'})
