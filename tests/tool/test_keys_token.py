# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Keys on tokens, with a real SoftHSM: what signs is what a file would sign, a PIN shows nowhere, and whatever goes
wrong is exit code 4, one line, and no output."""
import hashlib
import os
import pty
import re
import resource
import select
import shlex
import signal
import subprocess
import termios
import time

import pytest

from keys_helper import (BUILD, KEY, REFUSED, TOOL, TOP, USAGE, files, keys, mkimage, refused, run)
from token_helper import PIN, PLAIN, SO_PIN, SOFTHSM, Token

SIGNERS = {'rsa': ('rsa2048', ()), 'rsa-pss': ('rsa2048', ('--padding', 'pss')), 'rsa3': ('rsa3072', ()),
           'p256': ('ecdsa256', ()), 'p384': ('ecdsa384', ())}


@pytest.fixture(scope='module')
def token(tmp_path_factory):
    return Token(tmp_path_factory.mktemp('token'))


@pytest.fixture
def fit(tmp_path):
    return mkimage(tmp_path)


def trust(token, tmp_path, name):
    keys('enroll', '--key', token.place / f'{name}.pub', '-o', tmp_path / 'trust.dtb')
    return tmp_path / 'trust.dtb'


def signed(token, fit, name, *options, **how):
    token.keys('sign', '--key', token.uri(name), *options, fit, **how)


def failed(token, fit, uri, text, **how):
    """Signing fails: code 4, one line with text, the directory as it was."""
    before = files(fit.parent)
    done = token.keys('sign', '--key', uri, fit, expect=KEY, **how)
    assert text in done.stderr, done.stderr
    assert files(fit.parent) == before


@pytest.mark.parametrize('tool', [PLAIN, TOOL], ids=['plain', 'sanitized'])
@pytest.mark.parametrize('how', SIGNERS)
def test_signs(token, tmp_path, fit, how, tool):
    name = how.split('-')[0]
    signed(token, fit, name, *SIGNERS[how][1], tool=tool)
    done = keys('verify', '--trust', trust(token, tmp_path, name), fit)
    assert SIGNERS[how][0] in done.stdout
    assert [p for p in tmp_path.iterdir() if p.name.startswith('.')] == []


def test_same_bytes_as_a_file(token, tmp_path, fit):
    """PKCS#1 v1.5 is deterministic: who signed cannot be told from the file."""
    blank = fit.read_bytes()
    keys('sign', '--key', token.place / 'rsa.pem', fit)
    by_file = fit.read_bytes()
    fit.write_bytes(blank)
    signed(token, fit, 'rsa')
    assert fit.read_bytes() == by_file != blank


def test_two_keys_of_one_token(token, tmp_path, fit):
    token.keys('sign', '--key', token.uri('rsa'), '--key', token.uri('p256'), fit)
    for name in 'rsa', 'p256':
        (tmp_path / name).mkdir()
        keys('verify', '--trust', trust(token, tmp_path / name, name), fit)


@pytest.mark.parametrize('tool', [PLAIN, TOOL], ids=['plain', 'sanitized'])
def test_token_helper_and_file_together(token, tmp_path, fit, tool):
    """A helper is started while a token is in use, and again after it has signed."""
    helper = tmp_path / 'helper'
    helper.write_text(f'#!/bin/sh\n[ $1 = public ] && exec cat {token.place}/p384.pub\ncat >{tmp_path}/d\n'
                      f'exec openssl pkeyutl -sign -inkey {token.place}/p384.pem -in {tmp_path}/d\n')
    helper.chmod(0o755)
    token.keys('sign', '--key', token.uri('rsa'), '--key', f'cmd:{helper}', '--key', token.place / 'p256.pem',
               '--key', token.uri('rsa3'), fit, tool=tool)
    for name in 'rsa', 'p384', 'p256', 'rsa3':
        (tmp_path / name).mkdir()
        keys('verify', '--trust', trust(token, tmp_path / name, name), fit)


@pytest.mark.parametrize('tool', [PLAIN, TOOL], ids=['plain', 'sanitized'])
@pytest.mark.parametrize('name', ['rsa', 'p256', 'p384'])
def test_public_half_needs_no_pin(token, tmp_path, name, tool):
    token.keys('enroll', '--key', token.uri(name), '-o', tmp_path / 'a.dtb', pin=None, tool=tool)
    der = run('openssl', 'pkey', '-pubin', '-in', token.place / f'{name}.pub', '-outform', 'DER')
    assert hashlib.sha256(der).hexdigest() in keys('show', tmp_path / 'a.dtb').stdout


def test_pub(token, tmp_path):
    token.keys('pub', '--key', token.uri('p256', ';type=public'), '--role', 'release', '-o', tmp_path / 'x.pub')
    assert run('openssl', 'pkey', '-pubin', '-in', tmp_path / 'x.pub') == (token.place / 'p256.pub').read_bytes()


def test_certificate_as_public_half(token, tmp_path):
    run('openssl', 'req', '-batch', '-new', '-x509', '-key', token.place / 'rsa3.pem', '-subj', '/CN=x', '-outform',
        'DER', '-out', tmp_path / 'c.der')
    run('pkcs11-tool', '--module', SOFTHSM, '--token-label', 'fit', '--login', '--pin', PIN, '--write-object',
        tmp_path / 'c.der', '--type', 'cert', '--label', 'only-cert', '--id', '77', env=dict(os.environ, **token.env))
    token.keys('enroll', '--key', token.uri('only-cert'), '-o', tmp_path / 'a.dtb', pin=None)
    token.keys('enroll', '--key', token.uri('rsa3'), '-o', tmp_path / 'b.dtb', '--name', 'only-cert', pin=None)
    assert (tmp_path / 'a.dtb').read_bytes() == (tmp_path / 'b.dtb').read_bytes()


def test_made_on_the_token(token, tmp_path, fit):
    """A key that never was in a file, and is not extractable: nothing of it is needed but the token."""
    for kind in 'rsa:2048', 'EC:prime256v1':
        name = kind.split(':')[0]
        run('pkcs11-tool', '--module', SOFTHSM, '--token-label', 'fit', '--login', '--pin', PIN, '--keypairgen',
            '--key-type', kind, '--label', f'born-{name}', '--id', name.encode().hex(),
            env=dict(os.environ, **token.env))
        token.keys('pub', '--key', token.uri(f'born-{name}'), '-o', tmp_path / f'born-{name}.pub')
        keys('enroll', '--key', tmp_path / f'born-{name}.pub', '-o', tmp_path / f'{name}.dtb')
        signed(token, fit, f'born-{name}', '--replace')
        keys('verify', '--trust', tmp_path / f'{name}.dtb', fit)


# Where the PIN comes from.

def pin_file(tmp_path, text=PIN + '\n', mode=0o600):
    path = tmp_path / 'the pin'
    path.write_text(text)
    path.chmod(mode)
    return 'file:' + str(path).replace(' ', '%20')


def test_pin_source(token, tmp_path, fit):
    signed_by = token.uri('rsa', '?pin-source=' + pin_file(tmp_path))
    token.keys('sign', '--key', signed_by, fit, pin='wrong')  # the URI is asked first
    token.keys('sign', '--key', token.uri('rsa') + f'?module-path={SOFTHSM}', '--replace', fit,
               HOLDFAST_PKCS11_MODULE='/nowhere.so')


def on_terminal(words, env, answers, cwd=None):
    """Run with a terminal of its own, nothing else connected to it. Returns (exit code or -signal, what it showed)."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd or '/')
        os.execve(words[0], words, env)
    shown = b''
    try:
        while True:
            assert select.select([terminal], [], [], 30)[0], f'stuck: {shown}'
            piece = os.read(terminal, 1000)
            shown += piece
            if answers and re.search(answers[0][0], shown):
                echo = termios.tcgetattr(terminal)[3] & termios.ECHO
                assert not echo, 'the terminal echoes'
                os.write(terminal, answers.pop(0)[1])
                shown += b'<answered>'
    except OSError:  # it is gone
        pass
    echo = termios.tcgetattr(terminal)[3] & termios.ECHO
    os.close(terminal)
    status = os.waitpid(child, 0)[1]
    assert echo, 'the echo is still off'
    return os.waitstatus_to_exitcode(status), shown.decode()


def words_for(tool, *words):
    return [str(tool), *[str(w) for w in words]]


def test_pin_from_the_terminal(token, fit):
    code, shown = on_terminal(words_for(PLAIN, 'sign', '--key', token.uri('rsa'), fit), token.environment(pin=None),
                              [(rb"PIN of token 'fit': $", PIN.encode() + b'\n')])
    assert code == 0 and PIN not in shown, shown
    assert b'signature' in fit.read_bytes()


def test_wrong_pin_from_the_terminal(token, fit):
    before = fit.read_bytes()
    code, shown = on_terminal(words_for(PLAIN, 'sign', '--key', token.uri('rsa'), fit), token.environment(pin=None),
                              [(rb'PIN of token', b'161803\n')])
    assert code == KEY and 'wrong PIN' in shown and '161803' not in shown
    assert fit.read_bytes() == before


def test_interrupted_at_the_terminal(token, fit):
    """Ctrl-C ends it as a signal does, and the echo is back."""
    before = files(fit.parent)
    code, shown = on_terminal(words_for(PLAIN, 'sign', '--key', token.uri('rsa'), fit), token.environment(pin=None),
                              [(rb'PIN of token', b'2718\x03')])
    assert code == -signal.SIGINT and '2718' not in shown
    assert files(fit.parent) == before


@pytest.fixture(scope='module')
def encrypted(token):
    run('openssl', 'pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-passout', f'pass:{PIN}', '-in', token.place / 'rsa.pem',
        '-out', token.place / 'locked.pem')
    return token.place / 'locked.pem'


@pytest.mark.parametrize('tool', [PLAIN, TOOL], ids=['plain', 'sanitized'])
def test_pass_phrase_of_a_file(token, encrypted, tmp_path, fit, tool):
    token.keys('sign', '--key', encrypted, fit, tool=tool)
    keys('verify', '--trust', trust(token, tmp_path, 'rsa'), fit)


def test_pass_phrase_from_the_terminal(token, encrypted, tmp_path, fit):
    code, shown = on_terminal(words_for(TOOL, 'sign', '--key', encrypted, fit), token.environment(pin=None),
                              [(rb'pass phrase of .*locked.pem: $', PIN.encode() + b'\n')])
    assert code == 0 and PIN not in shown, shown
    keys('verify', '--trust', trust(token, tmp_path, 'rsa'), fit)


@pytest.mark.parametrize('pin, text', [('wrong', 'wrong pass phrase'), (None, 'set HOLDFAST_PIN'),
                                       ('x' * 256, 'too long')])
def test_pass_phrase_fails(token, encrypted, fit, pin, text):
    failed(token, fit, encrypted, text, pin=pin, tool=TOOL)


def test_file_keys_need_no_provider(token, tmp_path, fit):
    token.keys('sign', '--key', token.place / 'rsa.pem', fit, OPENSSL_MODULES='/nowhere',
               HOLDFAST_PKCS11_MODULE='/nowhere')
    keys('verify', '--trust', trust(token, tmp_path, 'rsa'), fit)


# The PIN shows nowhere.

def memory_of(pid):
    """Everything that process may read and write."""
    with open(f'/proc/{pid}/maps', encoding='ascii') as maps, open(f'/proc/{pid}/mem', 'rb') as memory:
        for line in maps:
            first, last, rights = re.match(r'([0-9a-f]+)-([0-9a-f]+) (\S+)', line).groups()
            if rights.startswith('rw'):
                memory.seek(int(first, 16))
                yield memory.read(int(last, 16) - int(first, 16))


def test_pin_is_in_no_list_and_no_core(token, fit):
    """While it signs (the shim takes its time): not in the arguments or the environment of the process, in its memory
    once (another token of the same run may want it), and in no core."""
    pin = 'x' + hashlib.sha256(b'a PIN like no other').hexdigest()[:20]
    token.util('--init-token', '--free', '--label', 'quiet', '--pin', pin, '--so-pin', SO_PIN)
    token.util('--import', token.place / 'rsa.pem', '--token', 'quiet', '--label', 'rsa', '--id', '01', '--pin', pin)
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    child = subprocess.Popen([str(PLAIN), 'sign', '--key', 'pkcs11:token=quiet;object=rsa', str(fit)],
                             env=token.environment(pin=pin, shim={'hang': 3}), cwd=fit.parent)
    time.sleep(1.5)
    proc = f'/proc/{child.pid}/'
    for name in 'cmdline', 'environ':
        with open(proc + name, 'rb') as stream:
            text = stream.read()
        assert pin.encode() not in text and text
    assert sum(piece.count(pin.encode()) for piece in memory_of(child.pid)) == 1
    with open(proc + 'limits', encoding='ascii') as stream:
        assert re.search(r'Max core file size +0 +0 ', stream.read())
    child.send_signal(signal.SIGABRT)
    _, status = os.waitpid(child.pid, 0)
    child.returncode = 0
    assert os.WIFSIGNALED(status) and not os.WCOREDUMP(status)
    assert not [p for p in fit.parent.iterdir() if 'core' in p.name]


def test_pin_is_not_in_documents(token, tmp_path, fit):
    done = token.keys('sign', '--json', '-v', '--key', token.uri('rsa', '?pin-source=' + pin_file(tmp_path)), fit)
    assert PIN not in done.stdout and 'holdfast.sign' in done.stdout
    assert PIN.encode() not in fit.read_bytes()


# What goes wrong.

FAILURES = {
    'wrong PIN': ('rsa', 'wrong PIN', {'pin': '161803'}),
    'short PIN': ('rsa', 'wrong PIN', {'pin': '1'}),
    'empty PIN': ('rsa', 'PIN is empty', {'pin': ''}),
    'no PIN': ('rsa', 'set HOLDFAST_PIN', {'pin': None}),
    'long PIN': ('rsa', 'too long', {'pin': 'x' * 256}),
    'locked': ('rsa', 'its PIN is locked', {'shim': {'flags': 0x40000}}),
    'login says locked': ('rsa', 'its PIN is locked', {'shim': {'login': 0xa4}}),
    'now locked': ('rsa', 'and now it is locked', {'pin': '1618', 'shim': {'login_flags': 0x40000}}),
    'one try left': ('rsa', 'wrong PIN, and one try is left', {'pin': '1618', 'shim': {'login_flags': 0x20000}}),
    'before the last try': ('rsa', 'one wrong PIN more', {'shim': {'flags': 0x20000}}),
    'to be changed': ('rsa', 'its PIN has expired', {'shim': {'flags': 0x80000}}),
    'login says expired': ('rsa', 'its PIN has expired', {'shim': {'login': 0xa3}}),
    'login fails': ('rsa', 'the login failed (PKCS#11 0x30)', {'shim': {'login': 0x30}}),
    'removed at login': ('rsa', 'it is gone', {'shim': {'login': 0x32}}),
    'no session': ('rsa', 'no free session for 1 s', {'shim': {'busy': 1000000}}),
    'no object': ('none', 'no such private key', {}),
    'two objects': ('twin', 'several private keys', {}),
    'does not sign': ('rsa', 'did not sign', {'shim': {'sign': 0x30}}),
    'may not sign': ('rsa', 'did not sign', {'shim': {'sign': 0x68}}),
    'wrong signature': ('rsa', 'no signature by this key', {'shim': {'spoil': 1}}),
    'wrong EC signature': ('p256', 'no signature by this key', {'shim': {'spoil': 1}}),
    'removed while signing': ('rsa', 'it is gone', {'shim': {'gone': 1}}),
    'no provider': ('rsa', 'apt-get install', {'OPENSSL_MODULES': '/nowhere'}),
    'no module': ('rsa', 'install it, or name another', {'HOLDFAST_PKCS11_MODULE': '/nowhere.so'}),
    'no such module': ('rsa', 'is not one', {'HOLDFAST_PKCS11_MODULE': 'libc.so.6'}),
    'module not named': ('rsa', 'Set HOLDFAST_PKCS11_MODULE', {'HOLDFAST_PKCS11_MODULE': ''}),
    'module with odd name': ('rsa', 'printable ASCII', {'HOLDFAST_PKCS11_MODULE': '/a\nb.so'}),
    'module does not start': ('rsa', 'does not start', {'SOFTHSM2_CONF': '/nowhere/softhsm2.conf'}),
}


@pytest.mark.parametrize('tool', [PLAIN, TOOL], ids=['plain', 'sanitized'])
@pytest.mark.parametrize('case', FAILURES)
def test_fails(token, fit, case, tool):
    name, text, how = FAILURES[case]
    failed(token, fit, token.uri(name), text, tool=tool, **how)


URIS = {
    'absent token': ('pkcs11:token=other;object=rsa', "no such token (there are '"),
    'absent serial': ('pkcs11:serial=0123456789;object=rsa', 'no such token'),
    'absent slot': ('pkcs11:slot-id=99999;object=rsa', 'no such token'),
    'PIN in it': ('pkcs11:token=fit;object=rsa?pin-value=271828', 'use pin-source=file:'),
    'PIN in it, hidden': ('pkcs11:token=fit;object=rsa?pin-source=file:/x&pin-value=271828', 'use pin-source=file:'),
    'PIN by a program': ('pkcs11:token=fit;object=rsa?pin-source=|/bin/pin', 'must be file:/path'),
    'PIN of a relative file': ('pkcs11:token=fit;object=rsa?pin-source=file:pin', 'must be file:/path'),
    'PIN file absent': ('pkcs11:token=fit;object=rsa?pin-source=file:/nowhere/pin', 'No such file'),
    'PIN file a device': ('pkcs11:token=fit;object=rsa?pin-source=file:/dev/zero', 'chmod 600'),
    'not RFC 7512': ('pkcs11:token', 'not a URI'),
    'bad escape': ('pkcs11:token=%zz', 'not a URI'),
    'unknown attribute': ('pkcs11:tokn=fit;object=rsa', 'not one of RFC 7512'),
    'module by name': ('pkcs11:token=fit?module-name=softhsm2', 'use module-path='),
    'module absent': ('pkcs11:token=fit?module-path=/nowhere.so', 'name another one'),
    'nothing named': ('pkcs11:', 'several'),
}


@pytest.mark.parametrize('case', URIS)
def test_bad_uri(token, fit, case):
    uri, text = URIS[case]
    failed(token, fit, uri, text, tool=TOOL)


@pytest.mark.parametrize('text, mode, says', [(PIN, 0o644, 'everybody may use it'), ('\n', 0o600, 'not a PIN'),
                                              ('x' * 300, 0o600, 'not a PIN'), ('', 0o600, 'not a PIN'),
                                              ('161803', 0o600, 'wrong PIN')],
                         ids=['mode', 'blank', 'long', 'empty', 'wrong'])
def test_bad_pin_file(token, fit, text, mode, says):
    uri = token.uri('rsa', '?pin-source=' + pin_file(fit.parent, text, mode))
    failed(token, fit, uri, says)


def test_tokens_that_are_not_ready(tmp_path, fit):
    """One that is blank, one that has no user PIN, and two of the same name."""
    (tmp_path / 'more').mkdir()
    token = Token.__new__(Token)
    token.place = tmp_path / 'more'
    (token.place / 'tokens').mkdir()
    (token.place / 'softhsm2.conf').write_text(f'directories.tokendir = {token.place}/tokens\n')
    token.env = {'SOFTHSM2_CONF': str(token.place / 'softhsm2.conf'), 'HOLDFAST_PKCS11_MODULE': SOFTHSM,
                 'HOLDFAST_TIMEOUT': '1'}
    failed(token, fit, 'pkcs11:object=rsa', 'not initialised')
    run('pkcs11-tool', '--module', SOFTHSM, '--slot-index', '0', '--init-token', '--label', 'fit', '--so-pin', SO_PIN,
        env=dict(os.environ, **token.env))
    failed(token, fit, token.uri('rsa'), 'no user PIN yet')
    token.util('--init-token', '--free', '--label', 'fit', '--pin', PIN, '--so-pin', SO_PIN)
    failed(token, fit, token.uri('rsa'), 'several tokens')


def test_public_half_missing_on_the_token(token, fit):
    """An EC private key alone does not say what its public half is; an RSA one does."""
    for name, kind in ('alone-rsa', 'rsa'), ('alone-ec', 'p256'):
        ident = name.encode().hex()
        token.util('--import', token.place / f'{kind}.pem', '--token', 'fit', '--label', name, '--id', ident, '--pin',
                   PIN)
        run('pkcs11-tool', '--module', SOFTHSM, '--token-label', 'fit', '--login', '--pin', PIN, '--delete-object',
            '--type', 'pubkey', '--id', ident, env=dict(os.environ, **token.env))
    failed(token, fit, token.uri('alone-ec'), 'write the public key')
    done = token.keys('enroll', '--key', token.uri('alone-rsa'), '-o', fit.parent / 'x.dtb', expect=KEY, pin=None)
    assert 'no such public key' in done.stderr
    signed(token, fit, 'alone-rsa')


def test_weak_key_on_the_token(token, fit):
    run('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-out', fit.parent / 'weak.pem')
    token.util('--import', fit.parent / 'weak.pem', '--token', 'fit', '--label', 'weak', '--id', '66', '--pin', PIN)
    before = files(fit.parent)
    done = token.keys('sign', '--key', token.uri('weak'), fit, expect=REFUSED)
    assert refused(done) == 'algo-denied' and files(fit.parent) == before


def test_sessions_come_free(token, tmp_path, fit):
    signed(token, fit, 'rsa', shim={'busy': 3}, HOLDFAST_TIMEOUT='20')
    keys('verify', '--trust', trust(token, tmp_path, 'rsa'), fit)




def test_few_sessions(token, fit):
    """Four sessions at the same time are enough, for one key and for two; with three, it says what is short."""
    token.keys('sign', '--key', token.uri('rsa'), '--key', token.uri('p256'), fit, shim={'max': 4})
    failed(token, fit, token.uri('rsa3'), 'no free session for 1 s (4 needed)', shim={'max': 3})
    done = token.keys('enroll', '--key', token.uri('rsa3'), '-o', fit.parent / 'x.dtb', expect=KEY, pin=None,
                      shim={'busy': 1000000})
    assert 'no free session for 1 s (1 needed)' in done.stderr


def test_nothing_else_has_a_say(token, fit):
    """Neither OpenSSL's configuration nor the provider's own variable names the module."""
    (fit.parent / 'openssl.cnf').write_text('openssl_conf = all\n[all]\nproviders = some\n[some]\ndefault = yes\n'
                                            'pkcs11 = other\n[yes]\nactivate = 1\n[other]\nactivate = 1\n'
                                            'pkcs11-module-path = /nowhere.so\n')
    signed(token, fit, 'rsa', PKCS11_PROVIDER_MODULE='/nowhere.so', OPENSSL_CONF=str(fit.parent / 'openssl.cnf'))


def test_two_signers(token, tmp_path, fit):
    """The second one waits for the first, and says so; it gives up in time if that takes too long."""
    (tmp_path / 'second').mkdir()
    other = mkimage(tmp_path / 'second')
    first = subprocess.Popen([str(PLAIN), 'sign', '--key', token.uri('rsa'), str(other)],
                             env=token.environment(shim={'hang': 4}), stderr=subprocess.PIPE)
    time.sleep(1)
    failed(token, fit, token.uri('rsa'), 'another process used it for 1 s')
    done = token.keys('sign', '--key', token.uri('rsa'), fit, HOLDFAST_TIMEOUT='30')
    assert 'waiting' in done.stderr
    assert first.wait() == 0
    for path in fit, other:
        keys('verify', '--trust', trust(token, path.parent, 'rsa'), path)


def test_many_signers(token, tmp_path):
    """A dozen at once on one token: each signs its own."""
    fits = []
    for number in range(12):
        (tmp_path / str(number)).mkdir()
        fits.append(mkimage(tmp_path / str(number)))
    children = [subprocess.Popen([str(PLAIN), 'sign', '-q', '--key', token.uri('p256'), str(f)],
                                 env=token.environment(HOLDFAST_TIMEOUT='60')) for f in fits]
    assert [c.wait() for c in children] == [0] * 12
    for path in fits:
        keys('verify', '--trust', trust(token, path.parent, 'p256'), path)


@pytest.mark.parametrize('value', ['0', '-1', 'soon', '86401'])
def test_bad_timeout(token, fit, value):
    done = token.keys('sign', '--key', token.uri('rsa'), fit, expect=USAGE, HOLDFAST_TIMEOUT=value)
    assert 'HOLDFAST_TIMEOUT' in done.stderr


# OpenSSL without ENGINE.

def compile_flags():
    """What the tools are built with, as the build wrote it down."""
    return shlex.split((BUILD / 'host/obj/.flags').read_text().splitlines()[0])


def test_builds_without_engine(tmp_path):
    """With no-engine OpenSSL the header is not there, or says nothing; nothing deprecated is used either."""
    (tmp_path / 'openssl').mkdir()
    (tmp_path / 'openssl/engine.h').write_text('#error "ENGINE is gone"\n')
    more = run('pkg-config', '--cflags', 'p11-kit-1').decode().split()
    compiler, *flags = compile_flags()
    sources = sorted((TOP / 'keys/tool').glob('*.c'))
    assert len(sources) > 20

    def check(source):
        run(compiler, f'-I{tmp_path}', *flags, *more, '-DOPENSSL_NO_ENGINE', '-DOPENSSL_API_COMPAT=30000',
            '-DOPENSSL_NO_DEPRECATED', '-Werror', '-fsyntax-only', source, cwd=TOP)
    for source in sources:
        check(source)
    (tmp_path / 'uses.c').write_text('#include <openssl/engine.h>\n')
    with pytest.raises(subprocess.CalledProcessError):
        check(tmp_path / 'uses.c')


def test_imports_no_engine():
    names = run('nm', '-D', '--undefined-only', PLAIN).decode()
    assert 'OSSL_STORE_open_ex' in names and 'ENGINE_' not in names
