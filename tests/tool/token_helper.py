# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Tokens for the tests: SoftHSM in a directory of the test's own, and the shim before it (token_shim.c)."""
import collections
import os
import re
import subprocess
from pathlib import Path

from keys_helper import BUILD, ENV, KEY, TOOL, openssl_key, run

SOFTHSM = '/usr/lib/softhsm/libsofthsm2.so'
PLAIN = BUILD / 'host/holdfast-keys'
PIN, SO_PIN = '271828', '314159'
HERE = Path(__file__).parent

# What the tests saw fail: (exit code, first words of the line), printed at the end of the module.
seen = collections.Counter()

NO_DEEPBIND = '''#define _GNU_SOURCE
#include <dlfcn.h>
void *dlopen(const char *name, int flags)
{
	void *(*next)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	return next(name, flags & ~RTLD_DEEPBIND);
}
'''


def compile_shared(source, output):
    flags = run('pkg-config', '--cflags', 'p11-kit-1').decode().split()
    run('gcc', '-shared', '-fPIC', '-O1', '-Wall', '-Werror', *flags, '-o', output, source, '-ldl')
    return output


class Token:
    """A SoftHSM with a token 'fit': keys rsa (also the file rsa.pem), rsa3, p256, p384, and twice twin."""

    def __init__(self, place):
        self.place = place
        (place / 'tokens').mkdir()
        (place / 'softhsm2.conf').write_text(f'directories.tokendir = {place}/tokens\nobjectstore.backend = file\n')
        self.env = {'SOFTHSM2_CONF': str(place / 'softhsm2.conf'), 'HOLDFAST_PKCS11_MODULE': SOFTHSM,
                    'HOLDFAST_TIMEOUT': '1'}
        self.util('--init-token', '--free', '--label', 'fit', '--pin', PIN, '--so-pin', SO_PIN)
        for number, (name, kind) in enumerate([('rsa', 'rsa2048'), ('rsa3', 'rsa3072'), ('p256', 'P-256'),
                                               ('p384', 'P-384'), ('twin', 'P-256'), ('twin', 'P-256')], 1):
            openssl_key(place / f'{name}.pem', kind)
            self.util('--import', place / f'{name}.pem', '--token', 'fit', '--label', name, '--id', f'{number:02}',
                      '--pin', PIN)
        self.shim = compile_shared(HERE / 'token_shim.c', place / 'shim.so')
        (place / 'no_deepbind.c').write_text(NO_DEEPBIND)
        self.no_deepbind = compile_shared(place / 'no_deepbind.c', place / 'no_deepbind.so')

    def util(self, *words):
        return run('softhsm2-util', *words, env=dict(os.environ, **self.env))

    def uri(self, name, more=''):
        return f'pkcs11:token=fit;object={name}{more}'

    def environment(self, pin=PIN, shim=None, **more):
        """shim: what goes wrong, as in token_shim.c, without SHIM_."""
        env = {**ENV, **self.env, **more}
        if pin is not None:
            env['HOLDFAST_PIN'] = pin
        if shim is not None:
            env.update({f'SHIM_{k.upper()}': str(v) for k, v in shim.items()}, SHIM_MODULE=SOFTHSM,
                       HOLDFAST_PKCS11_MODULE=str(self.shim))
        return env

    def sanitized(self, env):
        """The sanitizer does not bear RTLD_DEEPBIND, with which the provider loads modules."""
        return dict(env, LD_PRELOAD=str(self.no_deepbind), ASAN_OPTIONS='exitcode=99:verify_asan_link_order=0')

    def keys(self, *words, expect=0, cwd=None, tool=PLAIN, stdin=subprocess.DEVNULL, **how):
        """Run holdfast-keys with no terminal. A failure is one line and no PIN."""
        env = self.environment(**how)
        if tool == TOOL:
            env = self.sanitized(env)
        done = subprocess.run([str(tool), *[str(w) for w in words]], cwd=cwd, env=env, capture_output=True, text=True,
                              check=False, start_new_session=True, stdin=stdin, timeout=120)
        assert done.returncode == expect, f'{words}: {done.returncode}\n{done.stdout}{done.stderr}'
        assert PIN not in done.stdout + done.stderr
        if expect == KEY:
            count(done)
        return done


def count(done):
    """Note a failure: exit code 4, nothing on standard output, one line that also says what to do."""
    lines = [l for l in done.stderr.splitlines() if not l.endswith(': waiting')]
    assert done.returncode == KEY and not done.stdout and len(lines) == 1, done.stderr
    assert re.match(r'holdfast-keys: .+: .+', lines[0]) and len(lines[0]) < 400, lines
    seen[lines[0].split(': ', 1)[1]] += 1
