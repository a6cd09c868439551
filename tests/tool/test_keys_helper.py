# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Keys behind a helper program (cmd:): what it is asked, both forms of its answer, and every way in which it can fail,
which is exit code 4, one line, and no output. The cloud's helper of keys/README.md is run as it stands there."""
import os
import re
import subprocess
import sys
import time

import pytest

from keys_helper import (ENV, KEY, REFUSED, TOOL, TOP, files, keys, mkimage, openssl_key, refused, run)
from token_helper import count

# What signs in these tests: openssl, behind a script.
SIGN = '''#!/bin/sh
[ "$1" = public ] && exec openssl pkey -in {key} -pubout
cat >{place}/digest
echo "$*" >{place}/words
case $4 in pss) more="-pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest" ;; esac
exec openssl pkeyutl -sign -inkey {key} -in {place}/digest -pkeyopt digest:$3 $more
'''
CASES = {'rsa': ('rsa2048', 'sign rsa2048 sha256 pkcs-1.5', ()), 'rsa3': ('rsa3072', 'sign rsa3072 sha256 pkcs-1.5', ()),
         'pss': ('rsa2048', 'sign rsa2048 sha256 pss', ('--padding', 'pss')),
         'p256': ('P-256', 'sign ecdsa256 sha256 -', ()), 'p384': ('P-384', 'sign ecdsa384 sha384 -', ())}


@pytest.fixture(scope='module')
def place(tmp_path_factory):
    """Keys, and a helper each: rsa.pem, rsa.pub, rsa."""
    directory = tmp_path_factory.mktemp('helpers')
    for name, (kind, _, _) in CASES.items():
        openssl_key(directory / f'{name}.pem', kind)
        (directory / f'{name}.pub').rename(directory / f'{name}.public')
        write(directory / name, SIGN.format(key=directory / f'{name}.pem', place=directory))
    return directory


def write(path, text, mode=0o755):
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.fixture
def fit(tmp_path):
    (tmp_path / 'fit').mkdir()
    return mkimage(tmp_path / 'fit')


def call(*words, expect=0, **env):
    """holdfast-keys with no terminal."""
    done = subprocess.run([str(TOOL), *[str(w) for w in words]], env={**ENV, 'HOLDFAST_TIMEOUT': '20', **env},
                          capture_output=True, text=True, check=False, start_new_session=True, timeout=60)
    assert done.returncode == expect, f'{words}: {done.returncode}\n{done.stdout}{done.stderr}'
    return done


def failed(fit, helper, text, **env):
    before = files(fit.parent)
    done = call('sign', '--key', f'cmd:{helper}', fit, expect=KEY, **env)
    count(done)
    assert text in done.stderr, done.stderr
    assert files(fit.parent) == before
    return done


@pytest.mark.parametrize('case', CASES)
def test_signs(place, tmp_path, fit, case):
    call('sign', '--key', f'cmd:{place / case}', *CASES[case][2], fit)
    assert (place / 'words').read_text().strip() == CASES[case][1]
    keys('enroll', '--key', place / f'{case}.public', '-o', tmp_path / 'trust.dtb')
    keys('verify', '--trust', tmp_path / 'trust.dtb', fit)


def test_same_bytes_as_a_file(place, fit):
    blank = fit.read_bytes()
    call('sign', '--key', f'cmd:{place}/rsa', fit)
    by_helper = fit.read_bytes()
    fit.write_bytes(blank)
    call('sign', '--key', place / 'rsa.pem', fit)
    assert fit.read_bytes() == by_helper != blank


FLATTEN = r'''#!/usr/bin/env python3
import subprocess, sys
der = subprocess.run(['{real}', *sys.argv[1:]], stdin=sys.stdin, capture_output=True, check=True).stdout
if sys.argv[1] == 'sign':
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    der = b''.join(n.to_bytes({half}, 'big') for n in decode_dss_signature(der))
sys.stdout.buffer.write(der)
'''


@pytest.mark.parametrize('case, half', [('p256', 32), ('p384', 48)])
def test_flat_ecdsa(place, tmp_path, fit, case, half):
    """r || s instead of DER."""
    helper = write(tmp_path / 'flat', FLATTEN.format(real=place / case, half=half))
    call('sign', '--key', f'cmd:{helper}', fit)
    keys('enroll', '--key', place / f'{case}.public', '-o', tmp_path / 'trust.dtb')
    keys('verify', '--trust', tmp_path / 'trust.dtb', fit)


def test_public_half_beside(place, tmp_path, fit):
    """helper.pub counts more than what the helper says; a helper that needs no words ignores them."""
    helper = write(tmp_path / 'simple', f'#!/bin/sh\ncat >{tmp_path}/d\n'
                   f'exec openssl pkeyutl -sign -inkey {place}/rsa.pem -in {tmp_path}/d -pkeyopt digest:sha256\n')
    (tmp_path / 'simple.pub').write_text('holdfast-role: release\n' + (place / 'rsa.public').read_text())
    call('sign', '--key', f'cmd:{helper}', fit)
    call('enroll', '--key', f'cmd:{helper}', '-o', tmp_path / 'trust.dtb')
    assert 'role release' in keys('show', tmp_path / 'trust.dtb').stdout
    keys('verify', '--trust', tmp_path / 'trust.dtb', fit)


def test_public_half_asked_for(place, tmp_path):
    call('pub', '--key', f'cmd:{place}/p256', '--role', 'dev', '-o', tmp_path / 'x.pub')
    assert run('openssl', 'pkey', '-pubin', '-in', tmp_path / 'x.pub') == (place / 'p256.public').read_bytes()


def test_pin_is_not_passed_on(place, tmp_path, fit):
    helper = write(tmp_path / 'curious', f'#!/bin/sh\nenv >{tmp_path}/env.$1\nexec {place}/rsa "$@"\n')
    call('sign', '--key', f'cmd:{helper}', fit, HOLDFAST_PIN='271828', KMS_URL='x')
    for name in 'env.public', 'env.sign':
        text = (tmp_path / name).read_text()
        assert 'KMS_URL=x' in text and '271828' not in text and 'HOLDFAST_PIN' not in text


def test_chatter_is_not_passed_on(place, tmp_path, fit):
    """Ten megabytes on standard error do not stop it, and none of that is shown if all is well."""
    helper = write(tmp_path / 'loud', f'#!/bin/sh\nyes secret | head -c 10000000 >&2\nexec {place}/rsa "$@"\n')
    done = call('sign', '-v', '--key', f'cmd:{helper}', fit)
    assert 'secret' not in done.stdout + done.stderr


def test_grandchild_is_not_waited_for(place, tmp_path, fit):
    helper = write(tmp_path / 'agent', f'#!/bin/sh\nsleep 50 &\nexec {place}/rsa "$@"\n')
    begin = time.monotonic()
    call('sign', '--key', f'cmd:{helper}', fit)
    assert time.monotonic() - begin < 10


def test_late_helper_is_ended_with_its_children(place, tmp_path, fit):
    helper = write(tmp_path / 'late', f'#!/bin/sh\n[ $1 = public ] && exec {place}/rsa public\n'
                   f'sleep 54321 & echo $! >{tmp_path}/pid; wait\n')
    failed(fit, helper, 'no answer in 1 s', HOLDFAST_TIMEOUT='1')
    time.sleep(0.2)
    assert not os.path.exists(f'/proc/{(tmp_path / "pid").read_text().strip()}/environ') or \
        open(f'/proc/{(tmp_path / "pid").read_text().strip()}/stat', encoding='ascii').read().split()[2] == 'Z'


# (lines of a helper that is to sign, words of the complaint); $REAL is one that works.
FAILS = {
    'says no': ('echo "quota exceeded" >&2; exit 3', 'exit status 3: quota exceeded: run it by hand'),
    'says no, silently': ('exit 1', 'exit status 1: run it by hand'),
    'only the last line': ('echo "token=geheim" >&2; echo denied >&2; exit 1', 'exit status 1: denied: run'),
    'no control characters': (r"printf 'a\033[2Jb\001c\377\n' >&2; exit 1", 'exit status 1: a?[2Jb?c?: run'),
    'a long line': ('head -c 100000 /dev/zero | tr "\\\\0" x >&2; exit 1', 'xxx: run it by hand'),
    'crashes': ('kill -SEGV $$', 'ended by signal 11'),
    'is killed': ('kill -KILL $$', 'ended by signal 9'),
    'hangs': ('exec sleep 1000', 'no answer in 1 s'),
    'hangs silently': ('exec >/dev/null 2>&1 </dev/null; exec sleep 1000', 'no answer in 1 s'),
    'ignores the end': ('trap "" TERM INT HUP; while :; do sleep 1; done', 'no answer in 1 s'),
    'says nothing': ('exit 0', 'wrote 0 bytes'),
    'one byte more': ('$REAL "$@"; echo', 'gave 257 bytes that are no signature'),
    'one byte less': ('$REAL "$@" | head -c 255', 'gave 255 bytes that are no signature'),
    'far too much': ('exec cat /dev/zero', 'wrote more than 16384 bytes'),
    'a little too much': ('head -c 513 /dev/zero', 'wrote 513 bytes'),
    'base64': ('$REAL "$@" | base64', 'are no signature'),
    'zeros': ('head -c 256 /dev/zero', 'are no signature'),
    'ones': ('head -c 256 /dev/zero | tr "\\\\0" "\\\\377"', 'are no signature'),
    'another key': ('exec $OTHER "$@"', 'are no signature'),
    'another digest': ('echo nonsense | sha256sum | head -c 32 | $REAL "$@"', 'are no signature'),
    'another padding': ('exec $REAL sign rsa2048 sha256 pss', 'are no signature'),
    'signature and failure': ('$REAL "$@"; exit 1', 'exit status 1'),
}


@pytest.mark.parametrize('case', FAILS)
def test_fails(place, tmp_path, fit, case):
    lines, text = FAILS[case]
    openssl_key(tmp_path / 'other.pem')
    other = write(tmp_path / 'other', SIGN.format(key=tmp_path / 'other.pem', place=tmp_path))
    helper = write(tmp_path / 'helper', f'#!/bin/sh\nREAL={place}/rsa OTHER={other}\n'
                   f'[ "$1" = public ] && exec $REAL public\n{lines}\n')
    done = failed(fit, helper, text, HOLDFAST_TIMEOUT='1' if 'no answer' in text else '20')
    assert 'geheim' not in done.stderr and len(done.stderr) < 400


PUBLIC_FAILS = {
    'nothing': ('exit 0', 'printed no PEM public key: put it into'),
    'garbage': ('head -c 1000 /dev/zero', 'printed no PEM public key'),
    'fails': ('echo no >&2; exit 9', 'exit status 9: no'),
    'hangs': ('sleep 1000', 'no answer in 1 s'),
    'the private key': ('cat $KEY', 'shows its private key'),
    'too much': ('yes', 'wrote more than'),
    'encrypted': ('openssl pkcs8 -topk8 -in $KEY -passout pass:x', 'printed no PEM public key'),
}


@pytest.mark.parametrize('case', PUBLIC_FAILS)
def test_public_half_fails(place, tmp_path, fit, case):
    lines, text = PUBLIC_FAILS[case]
    helper = write(tmp_path / 'helper', f'#!/bin/sh\nKEY={place}/rsa.pem\n{lines}\n')
    failed(fit, helper, text, HOLDFAST_TIMEOUT='1' if 'no answer' in text else '20', HOLDFAST_PIN='x')


def test_public_half_of_a_weak_key(tmp_path, fit):
    run('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-out', tmp_path / 'weak.pem')
    helper = write(tmp_path / 'weak', SIGN.format(key=tmp_path / 'weak.pem', place=tmp_path))
    before = files(fit.parent)
    assert refused(call('sign', '--key', f'cmd:{helper}', fit, expect=REFUSED)) == 'algo-denied'
    assert files(fit.parent) == before


def test_bad_file_beside(place, tmp_path, fit):
    helper = write(tmp_path / 'helper', f'#!/bin/sh\nexec {place}/rsa "$@"\n')
    (tmp_path / 'helper.pub').write_text('nonsense')
    failed(fit, helper, 'helper.pub')
    (tmp_path / 'helper.pub').write_bytes((place / 'rsa.pem').read_bytes())
    failed(fit, helper, 'a public key is needed')
    (tmp_path / 'helper.pub').write_bytes((place / 'p256.public').read_bytes())
    failed(fit, helper, 'that are no signature by this key')


@pytest.mark.parametrize('name, mode, text', [
    ('absent', None, 'No such file or directory: give the path of a program'), ('plain', 0o644, 'chmod +x it'),
    ('', None, 'not a program'), ('script', 0o755, 'cannot be run: No such file or directory')],
    ids=['absent', 'not executable', 'directory', 'bad interpreter'])
def test_no_program(tmp_path, fit, name, mode, text):
    if mode is not None:
        write(tmp_path / name, '#!/nowhere/sh\n', mode)
    failed(fit, tmp_path / name, text)


def test_nothing_named(fit):
    failed(fit, '', 'give the path of a program')


# The cloud's helper, as keys/README.md has it.

def readme_section(title):
    page = (TOP / 'keys/README.md').read_text()
    return re.findall(r'^```sh\n(.*?)^```$', page.split(f'\n## {title}\n')[1].split('\n## ')[0], re.S | re.M)


@pytest.fixture
def service(tmp_path):
    """A key service, its key, and a gcloud that gives a token for it."""
    openssl_key(tmp_path / 'cloud.pem', 'rsa3072')
    name = re.search(r'KMS_KEY=(\S+)', '\n'.join(readme_section("With a cloud's key service"))).group(1)
    stub = subprocess.Popen([sys.executable, '-B', TOP / 'tests/tool/kms_stub.py', tmp_path / 'cloud.pem', name, 'tok-1'],
                            stdout=subprocess.PIPE, text=True)
    (tmp_path / 'bin').mkdir()
    write(tmp_path / 'bin/gcloud', '#!/bin/sh\n[ "$*" = "auth print-access-token" ] && echo tok-1\n')
    (tmp_path / 'bin/holdfast-keys').symlink_to(TOOL)
    env = {**ENV, 'PATH': f'{tmp_path}/bin:{ENV["PATH"]}', 'KMS_URL': stub.stdout.readline().strip(), 'no_proxy': '*'}
    yield env
    stub.kill()
    stub.wait()


def as_written(tmp_path, env, after=''):
    blocks = readme_section("With a cloud's key service")
    mkimage(tmp_path, name='release.fit')
    return subprocess.run(['bash', '-euc', '\n'.join(blocks) + after], cwd=tmp_path, env=env, capture_output=True,
                          text=True, check=False, start_new_session=True)


def test_cloud_helper(tmp_path, service):
    done = as_written(tmp_path, service)
    assert done.returncode == 0 and 'trusted' in done.stdout, done.stdout + done.stderr


def test_cloud_helper_is_refused(tmp_path, service):
    """A token that has run out: the service's answer is what is shown, and the image stays as it was."""
    done = as_written(tmp_path, service)
    before = (tmp_path / 'release.fit').read_bytes()
    (tmp_path / 'token').write_text('tok-0')
    env = dict(service, KMS_TOKEN_FILE='token', KMS_KEY='x')
    done = subprocess.run([str(TOOL), 'sign', '--replace', '--key', 'cmd:./kms-helper', 'release.fit'], cwd=tmp_path, env=env,
                          capture_output=True, text=True, check=False)
    count(done)
    assert 'HTTP Error 401' in done.stderr and (tmp_path / 'release.fit').read_bytes() == before
