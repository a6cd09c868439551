# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Usage is checked before any file is opened; --help and --version work; verbs that are not there say so."""
import pytest

from keys_helper import INPUT, KEY, USAGE, files, keys

VERBS = ('new', 'import', 'list', 'pub', 'show', 'enroll', 'sign', 'request', 'attach', 'verify', 'inspect', 'doctor')


@pytest.mark.parametrize('words', [
    (), ('frobnicate',), ('new',), ('new', '--alg', 'rsa3072', '-o', 'k.pem'),
    ('new', '--alg', 'rsa1024', '--role', 'dev', '-o', 'k.pem'),
    ('new', '--alg', 'rsa2048', '--role', 'dev', '-o', 'k.pem'),
    ('new', '--alg', 'rsa3072', '--role', 'boss', '-o', 'k.pem'),
    ('new', '--alg', 'rsa3072', '--role', 'dev'), ('new', '--alg', 'rsa3072', '--role', 'dev', '-o', 'k.pub'),
    ('new', '--alg', 'rsa3072', '--role', 'dev', '-o', 'k.pem', 'extra'),
    ('enroll', '--key', 'absent.pub'), ('enroll', '-o', 't.dtb'),
    ('enroll', '--key', 'absent.pub', '--required', 'image', '-o', 't.dtb'),
    ('enroll', '--key', 'absent.pub', '--threshold', '0', '-o', 't.dtb'),
    ('enroll', '--key', 'absent.pub', '--threshold', '-1', '-o', 't.dtb'),
    ('enroll', '--key', 'absent.pub', '--threshold', '2', '--mode', 'all', '-o', 't.dtb'),
    ('enroll', '--key', 'absent.pub', '--hash', 'sha1', '-o', 't.dtb'),
    ('enroll', '--key', 'absent.pub', '--padding', 'none', '-o', 't.dtb'),
    ('enroll', '--key', 'absent.pub', '--name', 'a b', '-o', 't.dtb'),
    ('sign', 'absent.fit'), ('sign', '--key', 'absent.pem'), ('sign', '--key', 'absent.pem', 'a', 'b'),
    ('sign', '--key', 'absent.pem', '--hash', 'md5', 'absent.fit'),
    ('sign', '--key', 'absent.pem', '--padding', 'x', 'absent.fit'),
    ('sign', '--key', 'absent.pem', '--key-name', 'a', '--key-name', 'b', 'absent.fit'),
    ('verify', 'absent.fit'), ('verify', '--trust', 'absent.dtb'),
    ('verify', '--trust', 'absent.dtb', '--floor', '-1', 'absent.fit'),
    ('verify', '--trust', 'absent.dtb', '--floor', '4294967296', 'absent.fit'),
    ('verify', '--trust', 'absent.dtb', '--config', 'a', '--compatible', 'b', 'absent.fit'),
    ('verify', '--trust', 'absent.dtb', 'absent.fit', 'more.fit'),
    ('verify', '--trust', 'absent.dtb', '--frobnicate', 'absent.fit'),
    ('inspect',), ('inspect', 'a', 'b'), ('show',), ('pub', '--key', 'absent.pem'),
    ('verify', '--trust', 'absent.dtb', '-o', 'x', 'absent.fit'), ('inspect', '-o', 'x', 'absent.fit'), ('show', '-o', 'x', 'absent.pub'),
    ('list', '-o', 'x'),
])
def test_usage(tmp_path, words):
    done = keys(*words, expect=USAGE, cwd=tmp_path)
    assert done.stdout == '' and done.stderr != ''
    assert not files(tmp_path)


@pytest.mark.parametrize('verb', VERBS)
def test_help(tmp_path, verb):
    done = keys(verb, '--help', cwd=tmp_path)
    assert done.stdout.startswith(f'Usage: holdfast-keys {verb} ') and done.stderr == ''


def test_overview_and_version(tmp_path):
    overview = keys('--help', cwd=tmp_path).stdout
    assert all(f'\n  {verb}' in overview for verb in VERBS) and 'table' not in overview
    assert keys('--version').stdout.startswith('holdfast-keys ')


def test_bad_epoch(made, tmp_path):
    from keys_helper import mkimage
    fit = mkimage(tmp_path)
    before = files(tmp_path)
    keys('sign', '--key', made.key('dev'), fit, expect=USAGE, env={'SOURCE_DATE_EPOCH': 'yesterday'})
    assert files(tmp_path) == before


@pytest.mark.parametrize('words, code', [
    (('inspect', 'absent.fit'), INPUT), (('inspect', '.'), INPUT), (('show', 'absent'), INPUT),
    (('enroll', '--key', 'absent.pub', '-o', 't.dtb'), KEY), (('pub', '--key', 'absent.pem', '-o', 'x'), KEY),
    (('sign', '--key', 'absent.pem', 'absent.fit'), KEY),
    (('sign', '--key', 'cmd:/bin/true', 'absent.fit'), KEY),
    (('sign', '--key', 'pkcs11:token=none;object=none', 'absent.fit'), KEY),
    (('verify', '--trust', 'absent.dtb', 'absent.fit'), INPUT),
    (('table', 'absent.dtb', '-o', 't.c'), INPUT),
])
def test_absent(tmp_path, words, code):
    done = keys(*words, expect=code, cwd=tmp_path)
    assert done.stdout == '' and 'absent' in done.stderr or '.' in done.stderr or ':' in done.stderr
    assert not files(tmp_path)
