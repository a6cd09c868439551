# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""verify: the loader's decision on a PC. Where other tools say OK to nothing, this one refuses."""
import json
import os
import shutil
import subprocess

import pytest

import schemas
from keys_helper import (COMPATIBLE, ENV, INPUT, REFUSED, TOOL, USAGE, arm64_image, keys, mkimage, refused, run,
                         signature, verity_root)


@pytest.fixture(name='signed')
def _signed(tmp_path, made):
    fit = mkimage(tmp_path, '-E', properties=f'compatible = "{COMPATIBLE}"; holdfast,rollback-index = <3>;')
    keys('sign', '--key', made.key('dev'), fit)
    return fit


def refuse(*words, **options):
    return refused(keys('verify', *words, expect=REFUSED, **options))


def test_what_it_says(made, signed):
    text = keys('verify', '--trust', made.trust('dev'), signed).stdout
    assert 'conf-1' in text and "default" in text and 'dev, sha256,rsa2048, role dev' in text
    assert 'kernel' in text and 'ramdisk' in text
    text = keys('verify', '--trust', made.trust('dev'), '--config', 'conf-1', signed).stdout
    assert "default" not in text


def test_json(made, signed):
    document = schemas.check(keys('verify', '--trust', made.trust('dev'), '--json', signed).stdout)
    assert document['schema'] == 'holdfast.verify' and document['version'] == 1
    assert document['trusted'] is True and document['by_default'] is True and document['root'] is None
    assert document['rollback_index'] == 3 and document['key']['role'] == 'dev'
    image = document['images'][0]
    assert image['name'] == 'kernel' and image['slot'] == 'kernel' and image['size'] == len(arm64_image())
    assert image['hashes'][0]['algorithm'] == 'sha256' and len(image['hashes'][0]['value']) == 64


def test_json_of_a_refusal(made, signed):
    """The document on stdout, the HF-REFUSE line on stderr all the same."""
    blob = bytearray(signed.read_bytes())
    blob[-100] ^= 1
    signed.write_bytes(blob)
    done = keys('verify', '--trust', made.trust('dev'), '--json', signed, expect=REFUSED)
    document = schemas.check(done.stdout)
    assert document['trusted'] is False and document['code'] == refused(done) == 'hash-mismatch'
    assert document['at'] == 'ramdisk' and document['want'] != document['got'] and document['hint']
    assert document['meaning'] and document['fix']


# The traps of users' tools: c to g.
def test_trap_c_key_that_is_not_required(tmp_path, made):
    fit = mkimage(tmp_path)
    keys('enroll', '--key', made.pub('dev'), '--required', 'no', '-o', tmp_path / 't.dtb')
    assert refuse('--trust', tmp_path / 't.dtb', fit) == 'no-trust'
    keys('sign', '--key', made.key('dev'), fit)
    assert refuse('--trust', tmp_path / 't.dtb', fit) == 'no-trust'


def test_trap_d_trust_set_without_keys(tmp_path, signed):
    run('dtc', '-O', 'dtb', '-o', tmp_path / 'a.dtb', input=b'/dts-v1/; / { };')
    run('dtc', '-O', 'dtb', '-o', tmp_path / 'b.dtb', input=b'/dts-v1/; / { signature { }; };')
    for name in ('a', 'b'):
        assert refuse('--trust', tmp_path / f'{name}.dtb', signed) == 'no-trust'


def test_trap_e_no_trust_set(signed):
    keys('verify', signed, expect=USAGE)


def test_trap_f_wrong_key(made, signed):
    done = keys('verify', '--trust', made.trust('p256'), signed, expect=REFUSED)
    assert refused(done) == 'unknown-key' and 'at=conf-1' in done.stderr


def test_trap_g_the_cause_is_the_first_line(made, signed):
    blob = bytearray(signed.read_bytes())
    at = blob.index(arm64_image()[:64])
    blob[at + 100] ^= 1
    signed.write_bytes(blob)
    done = keys('verify', '--trust', made.trust('dev'), signed, expect=REFUSED)
    assert done.stderr.startswith('HF-REFUSE code=hash-mismatch at=kernel want=') and done.stdout == ''


def test_unsigned(tmp_path, made):
    assert refuse('--trust', made.trust('dev'), mkimage(tmp_path)) == 'no-signature'
    assert refuse('--trust', made.trust('dev'), mkimage(tmp_path, signature=signature())) == 'no-signature'


def test_trust_sets_refused(tmp_path, made, signed):
    (tmp_path / 'junk.dtb').write_bytes(b'junk')
    assert refuse('--trust', tmp_path / 'junk.dtb', signed) == 'bad-fdt'
    shutil.copy(made.trust('dev'), tmp_path / 't.dtb')
    run('fdtput', '-t', 's', tmp_path / 't.dtb', '/signature/key-dev', 'required', 'image')
    assert refuse('--trust', tmp_path / 't.dtb', signed) == 'no-trust'


@pytest.mark.parametrize('make', [lambda p: p.write_bytes(b'junk'), lambda p: p.write_bytes(b'')], ids=['junk', 'empty'])
def test_json_of_a_trust_set_refused(tmp_path, signed, make):
    """A verdict is a document, also when no image was read."""
    make(tmp_path / 't.dtb')
    done = keys('verify', '--trust', tmp_path / 't.dtb', '--json', signed, expect=REFUSED)
    assert schemas.check(done.stdout)['code'] == refused(done) == 'bad-fdt'


def test_a_name_that_is_not_utf8(tmp_path, made, signed):
    """argv is bytes; the document is UTF-8 all the same."""
    odd = os.fsdecode(bytes(tmp_path) + b'/\xff\x1b.fit')
    shutil.copy(signed, odd)
    for words in (('verify', '--trust', made.trust('dev')), ('inspect',)):
        done = subprocess.run([str(TOOL), *[str(w) for w in words], '--json', odd], env=ENV, capture_output=True, check=True)
        assert schemas.check(done.stdout)['fit'].endswith('/?\x1b.fit')


def test_release(tmp_path, made, signed):
    """--release judges as a release build: one key of role dev or test in the set, required or not, is key-role."""
    keys('verify', '--trust', made.trust('dev'), signed)
    done = keys('verify', '--trust', made.trust('dev'), '--release', '--json', signed, expect=REFUSED)
    assert schemas.check(done.stdout)['code'] == refused(done) == 'key-role' and 'at=dev' in done.stderr
    release = tmp_path / 'release.dtb'
    keys('enroll', '--key', made.pub('dev'), '--role', 'release', '-o', release)
    document = schemas.check(keys('verify', '--trust', release, '--release', '--json', signed).stdout)
    assert document['release'] is True and document['key']['role'] == 'release'
    keys('enroll', '--key', made.pub('p256'), '--role', 'test', '--required', 'no', '-o', release)
    assert refuse('--trust', release, '--release', signed) == 'key-role'
    keys('verify', '--trust', release, signed)


def test_other_boards(made, signed):
    """Whose rules were not applied is said."""
    for name, board in (('holdfast,zcu102', None), (COMPATIBLE, COMPATIBLE)):
        words = ('--trust', made.trust('dev'), '--compatible', name, '--compatible', COMPATIBLE if board else name)
        done = subprocess.run([str(TOOL), 'verify', *[str(w) for w in words], '--json', str(signed)], env=ENV,
                              capture_output=True, check=False)
        document = schemas.check(done.stdout)
        assert document['code'] == 'no-match' if board is None else document['board'] == board
    text = keys('verify', '--trust', made.trust('dev'), signed).stdout
    assert 'board          not known here' in text


def test_floor(made, signed):
    keys('verify', '--trust', made.trust('dev'), '--floor', '3', signed)
    keys('verify', '--trust', made.trust('dev'), '--floor', '0x3', signed)
    assert refuse('--trust', made.trust('dev'), '--floor', '4', signed) == 'rollback'


def test_choice(made, signed):
    keys('verify', '--trust', made.trust('dev'), '--compatible', COMPATIBLE, signed)
    keys('verify', '--trust', made.trust('dev'), '--compatible', 'acme,a', '--compatible', COMPATIBLE, signed)
    assert refuse('--trust', made.trust('dev'), '--compatible', 'acme,a', signed) == 'no-match'
    assert refuse('--trust', made.trust('dev'), '--config', 'conf-2', signed) == 'config-missing'


def test_default_that_is_not_there(made, signed):
    blob = signed.read_bytes()
    signed.write_bytes(blob.replace(b'conf-1\0', b'conf-9\0', 1))
    assert refuse('--trust', made.trust('dev'), signed) == 'config-missing'


def test_board_rules(tmp_path, made):
    """With the compatible of a board that is known, what comes after the signature is judged too."""
    fit = mkimage(tmp_path, properties=f'compatible = "{COMPATIBLE}";')
    keys('sign', '--key', made.key('dev'), fit)
    words = ('--trust', made.trust('dev'), '--compatible', COMPATIBLE)
    assert f'board          {COMPATIBLE}' in keys('verify', *words, fit).stdout
    source = (tmp_path / 'test.its').read_text()
    for old, new, times, code in (
            ('0x40200000', '0x10000000', 2, 'bad-load'), ('0x40200000', '0x7fe00000', 2, 'overlap'),
            ('"linux"', '"u-boot"', 1, 'bad-kernel'), ('type = "kernel"', 'type = "ramdisk"', 1, 'bad-kernel')):
        other = mkimage(tmp_path, name='other.fit', source=source.replace(old, new, times))
        keys('sign', '--key', made.key('dev'), other)
        assert refuse(*words, other) == code
        keys('verify', '--trust', made.trust('dev'), other)


@pytest.mark.parametrize('line, code', [('root=/dev/vda1', 'verity-params'), ('x' * 2048, 'cmdline-too-long')])
def test_command_line(tmp_path, made, line, code):
    root = verity_root(tmp_path)
    fit = mkimage(tmp_path, '-E', '-B', '0x1000', images=root, properties=f'loadables = "root"; cmdline = "{line}";')
    keys('sign', '--key', made.key('dev'), fit)
    assert refuse('--trust', made.trust('dev'), fit) == code


@pytest.mark.parametrize('partition', [False, True], ids=['in-fit', 'in-partition'])
@pytest.mark.parametrize('blocks', [2, 40, 128, 129, 200])
def test_root(tmp_path, made, partition, blocks):
    node = verity_root(tmp_path, partition, blocks)
    fit = mkimage(tmp_path, '-E', '-B', '0x1000', images=node, properties='loadables = "root";')
    keys('sign', '--key', made.key('dev'), fit)
    words = ['--trust', made.trust('dev'), '--deep', *(['--root', tmp_path / 'root'] if partition else [])]
    text = keys('verify', *words, fit).stdout
    assert 'root hash' in text and 'every block' in text
    target = tmp_path / 'root' if partition else fit
    whole = target.read_bytes()
    root = whole.index((tmp_path / 'root').read_bytes())
    for at in (0, (blocks - 1) * 4096 + 4095, blocks * 4096 + 5, len((tmp_path / 'root').read_bytes()) - 4000):
        blob = bytearray(whole)
        blob[root + at] ^= 0x80
        target.write_bytes(blob)
        code = refuse(*words, fit)
        assert code == 'verity-root'
    target.write_bytes(whole)
    keys('verify', *words, fit)


def test_root_in_a_partition_that_is_not_given(tmp_path, made):
    node = verity_root(tmp_path, True)
    fit = mkimage(tmp_path, '-E', '-B', '0x1000', images=node, properties='loadables = "root";')
    keys('sign', '--key', made.key('dev'), fit)
    document = schemas.check(keys('verify', '--trust', made.trust('dev'), '--json', fit).stdout)
    assert document['root']['in_partition'] and not document['root_checked']
    keys('verify', '--trust', made.trust('dev'), '--deep', fit, expect=INPUT)
    (tmp_path / 'other').write_bytes(bytes(4096 * 60))
    assert refuse('--trust', made.trust('dev'), '--root', tmp_path / 'other', fit) == 'verity-root'
    (tmp_path / 'short').write_bytes(bytes(4096 * 4))
    assert refuse('--trust', made.trust('dev'), '--root', tmp_path / 'short', fit) == 'verity-io'


def test_root_hash_is_covered(tmp_path, made):
    """mkimage of Debian signs without the dm-verity node: not-covered, and sign puts it right."""
    shutil.copy(made.key('dev'), tmp_path / 'dev.key')
    run('openssl', 'req', '-batch', '-new', '-x509', '-key', 'dev.key', '-out', 'dev.crt', cwd=tmp_path)
    node = verity_root(tmp_path)
    fit = mkimage(tmp_path, '-E', '-B', '0x1000', '-k', '.', images=node, properties='loadables = "root";',
                  signature=signature().replace('"ramdisk"', '"ramdisk", "loadables"'))
    assert refuse('--trust', made.trust('dev'), fit) == 'not-covered'
    keys('sign', '--key', made.key('dev'), fit)
    keys('verify', '--trust', made.trust('dev'), fit)


def test_every_byte_of_the_metadata(tmp_path, made):
    """A flipped bit in the metadata is refused, or decides nothing."""
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('p256'), fit)
    whole = fit.read_bytes()
    good = json.loads(keys('verify', '--trust', made.trust('p256'), '--config', 'conf-1', '--json', fit).stdout)
    accepted = 0
    start = whole.index(b'ramdisk ramdisk ')
    for at in range(start + 900, len(whole), 29):
        blob = bytearray(whole)
        blob[at] ^= 4
        fit.write_bytes(blob)
        done = subprocess.run([str(TOOL), 'verify', '--trust', str(made.trust('p256')),
                               '--config', 'conf-1', '--json', str(fit)], env=ENV,
                              capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        if done.returncode == 0:
            assert json.loads(done.stdout) == good
            accepted += 1
    assert accepted < 30
