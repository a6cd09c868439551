# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""sign: what it accepts, what it refuses, and that nothing is left behind. Rows of silent success in other tools
(a missing key, a key of another size, ...) are refusals here."""
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time

import libfdt
import pytest

from failures import as_nobody
from keys_helper import (BUILD, COMPATIBLE, HASH, INPUT, KEY, OUTPUT, POLICY, REFUSED, TOOL, ENV, USAGE, files, keys,
                         mkimage, refused, run, signature)

LAYOUTS = {'embedded': (), 'external': ('-E',), 'position': ('-E', '-p', '0x10000'), 'tight': ('-E', '-p', '0x4c0'),
           'aligned': ('-E', '-B', '0x1000'), 'aligned-64k': ('-E', '-B', '0x10000')}


def verify(made, fit, name='dev', *words, **options):
    return keys('verify', '--trust', made.trust(name), *words, fit, **options)


def payloads(fit):
    """name -> (offset, bytes) of every image, by U-Boot's rules."""
    blob = fit.read_bytes()
    tree = libfdt.FdtRo(blob)
    base = (tree.totalsize() + 3) & ~3
    result, node = {}, tree.first_subnode(tree.path_offset('/images'))
    while node >= 0:
        def cell(name):
            prop = tree.getprop(node, name, libfdt.QUIET_NOTFOUND)
            return None if isinstance(prop, int) else struct.unpack('>I', bytes(prop))[0]
        at = cell('data-position')
        if at is None and cell('data-offset') is not None:
            at = base + cell('data-offset')
        if at is None:
            result[tree.get_name(node)] = None, bytes(tree.getprop(node, 'data'))
        else:
            result[tree.get_name(node)] = at, blob[at:at + cell('data-size')]
        node = tree.next_subnode(node, libfdt.QUIET_NOTFOUND)
    return result


@pytest.mark.parametrize('node', ['', signature()], ids=['no-node', 'node'])
@pytest.mark.parametrize('layout', LAYOUTS)
def test_layouts(tmp_path, made, layout, node):
    """FITs of unmodified mkimage; the payload is the same, its alignment too, and the board's rules hold."""
    fit = mkimage(tmp_path, *LAYOUTS[layout], signature=node)
    before = payloads(fit)
    keys('sign', '--key', made.key('dev'), fit)
    after = payloads(fit)
    assert {k: v[1] for k, v in before.items()} == {k: v[1] for k, v in after.items()}
    for name, (at, _) in before.items():
        assert at is None or (after[name][0] - at) % 4096 == 0
        assert layout != 'aligned-64k' or after[name][0] % 65536 == at % 65536
    document = json.loads(verify(made, fit, 'dev', '--json').stdout)
    assert document['trusted'] and document['configuration'] == 'conf-1' and document['key']['name'] == 'dev'
    assert [i['name'] for i in document['images']] == ['kernel', 'ramdisk']
    assert set(files(tmp_path)) == {'test.its', 'kernel', 'ramdisk', 'test.fit'}


@pytest.mark.parametrize('key, hash, padding', [
    ('dev', 'sha256', 'pkcs-1.5'), ('dev', 'sha256', 'pss'), ('dev', 'sha512', 'pss'), ('big', 'sha384', 'pkcs-1.5'),
    ('big', 'sha512', 'pss'), ('p256', 'sha256', None), ('p384', 'sha384', None), ('p256', 'sha512', None)])
def test_algorithms(tmp_path, made, key, hash, padding):
    fit = mkimage(tmp_path)
    words = ('--padding', padding) if padding else ()
    keys('enroll', '--key', made.pub(key), '--hash', hash, *words, '-o', tmp_path / 't.dtb')
    keys('sign', '--key', made.key(key), '--hash', hash, *words, fit)
    keys('verify', '--trust', tmp_path / 't.dtb', fit)
    other = 'sha256' if hash != 'sha256' else 'sha384'
    keys('enroll', '--key', made.pub(key), '--hash', other, '-o', tmp_path / 'o.dtb')
    assert refused(keys('verify', '--trust', tmp_path / 'o.dtb', fit, expect=REFUSED)) == 'algo-denied'
    if padding:
        wrong = 'pss' if padding != 'pss' else 'pkcs-1.5'
        keys('enroll', '--key', made.pub(key), '--hash', hash, '--padding', wrong, '-o', tmp_path / 'p.dtb')
        assert refused(keys('verify', '--trust', tmp_path / 'p.dtb', fit, expect=REFUSED)) == 'algo-denied'


@pytest.mark.parametrize('padding', ['pkcs-1.5', 'pss'])
def test_padding_of_the_node_is_kept(tmp_path, made, padding):
    fit = mkimage(tmp_path, signature=signature(padding=padding))
    result = json.loads(keys('sign', '--json', '--key', made.key('dev'), fit).stdout)
    assert result['schema'] == 'holdfast.sign' and result['version'] == 1 and result['written']
    assert result['signatures'][0]['padding'] == padding
    verify(made, fit)


def unchanged(tmp_path, *words, expect):
    """The command fails with that code and changes nothing."""
    before = files(tmp_path)
    done = keys(*words, expect=expect)
    assert files(tmp_path) == before and done.stdout == ''
    return done


def test_trap_a_missing_key(tmp_path, made):
    fit = mkimage(tmp_path, signature=signature())
    unchanged(tmp_path, 'sign', '--key', tmp_path / 'absent.pem', fit, expect=KEY)
    unchanged(tmp_path, 'sign', '--key', made.pub('dev'), fit, expect=KEY)
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), '--key', tmp_path / 'absent.pem', fit, expect=KEY)


@pytest.mark.parametrize('algo, key', [('sha256,rsa4096', 'dev'), ('sha256,rsa2048', 'big'),
                                       ('sha256,ecdsa256', 'dev'), ('sha256,rsa2048', 'p256'),
                                       ('sha1,rsa2048', 'dev'), ('sha256', 'dev'), ('md5,rsa2048', 'dev'),
                                       ('sha256,secp521r1', 'p384'), ('', 'dev')])
def test_trap_b_other_algorithm(tmp_path, made, algo, key):
    fit = mkimage(tmp_path, signature=signature(algo))
    assert refused(unchanged(tmp_path, 'sign', '--key', made.key(key), fit, expect=REFUSED)) in (
        'algo-denied', 'bad-fit')


def test_weak_hash_in_the_node_can_be_replaced(tmp_path, made):
    fit = mkimage(tmp_path, signature=signature('sha1,rsa2048'))
    keys('sign', '--key', made.key('dev'), '--hash', 'sha256', fit)
    verify(made, fit)


@pytest.mark.parametrize('algo', ['crc32', 'md5', 'sha1'])
def test_weak_image_hash(tmp_path, made, algo):
    for weak in (f'hash-1 {{ algo = "{algo}"; }};', HASH + f'hash-2 {{ algo = "{algo}"; }};'):
        fit = mkimage(tmp_path, kernel_hash=weak)
        assert refused(unchanged(tmp_path, 'sign', '--key', made.key('dev'), fit, expect=REFUSED)) == 'algo-denied'


def test_no_hash(tmp_path, made):
    fit = mkimage(tmp_path, kernel_hash=' ')
    done = unchanged(tmp_path, 'sign', '--key', made.key('dev'), fit, expect=REFUSED)
    assert refused(done) == 'no-hash' and 'at=kernel' in done.stderr


def test_hash_value_is_computed(tmp_path, made):
    fit = mkimage(tmp_path, '-E')
    run('fdtput', '-d', fit, '/images/kernel/hash-1', 'value')  # drops what is behind the tree
    whole = mkimage(tmp_path, '-E', name='whole.fit').read_bytes()
    blob = fit.read_bytes()
    fit.write_bytes(blob + bytes(-len(blob) % 4) + whole[(libfdt.FdtRo(whole).totalsize() + 3) & ~3:])
    done = keys('sign', '-v', '--key', made.key('dev'), fit)
    assert '/images/kernel/hash-1: value filled in' in done.stderr
    verify(made, fit)


def test_wrong_hash_value(tmp_path, made):
    """The data is not what was hashed: signing it would make a release that no board boots."""
    fit = mkimage(tmp_path)
    blob = fit.read_bytes()
    at = blob.index(b'ramdisk ramdisk ')
    fit.write_bytes(blob[:at] + b'R' + blob[at + 1:])
    done = unchanged(tmp_path, 'sign', '--key', made.key('dev'), fit, expect=REFUSED)
    assert refused(done) == 'hash-mismatch' and 'at=ramdisk' in done.stderr and ' want=' in done.stderr


def test_at_sign(tmp_path, made):
    fit = mkimage(tmp_path, images='x@1 { description = "x"; data = [00]; type = "firmware"; compression = "none"; };')
    assert refused(unchanged(tmp_path, 'sign', '--key', made.key('dev'), fit, expect=REFUSED)) == 'bad-fit'


@pytest.mark.parametrize('content, code', [(b'', 'truncated'), (b'#!/bin/sh\n' * 9, 'no-image'),
                                           (b'\xd0\x0d\xfe\xed' + b'\xff' * 60, 'bad-fit')])
def test_not_a_fit(tmp_path, made, content, code):
    fit = tmp_path / 'x.fit'
    fit.write_bytes(content)
    assert refused(unchanged(tmp_path, 'sign', '--key', made.key('dev'), fit, expect=REFUSED)) == code


@pytest.mark.parametrize('layout', ['embedded', 'external', 'position'])
def test_cut_short(tmp_path, made, layout):
    fit = mkimage(tmp_path, *LAYOUTS[layout])
    fit.write_bytes(fit.read_bytes()[:-100])
    assert refused(unchanged(tmp_path, 'sign', '--key', made.key('dev'), fit, expect=REFUSED)) == 'truncated'


def test_unknown_configuration(tmp_path, made):
    fit = mkimage(tmp_path)
    done = unchanged(tmp_path, 'sign', '--key', made.key('dev'), '--config', 'conf-9', fit, expect=REFUSED)
    assert refused(done) == 'config-missing' and 'at=conf-9' in done.stderr


TWO = 'conf-2 { description = "two"; kernel = "kernel"; };'


def test_one_of_two_configurations(tmp_path, made):
    fit = mkimage(tmp_path, configurations=TWO)
    keys('sign', '--key', made.key('dev'), '--config', 'conf-2', fit)
    verify(made, fit, 'dev', '--config', 'conf-2')
    assert refused(verify(made, fit, 'dev', '--config', 'conf-1', expect=REFUSED)) == 'no-signature'
    keys('sign', '--key', made.key('p256'), '--config', 'conf-1', fit)
    verify(made, fit, 'dev', '--config', 'conf-2')
    verify(made, fit, 'p256', '--config', 'conf-1')


def test_all_configurations(tmp_path, made):
    fit = mkimage(tmp_path, '-E', configurations=TWO)
    assert keys('sign', '--key', made.key('dev'), fit).stdout.count(' signed with dev ') == 2
    for name in ('conf-1', 'conf-2'):
        verify(made, fit, 'dev', '--config', name)


def test_two_keys(tmp_path, made):
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('dev'), '--key', made.key('p384'), fit)
    keys('enroll', '--key', made.pub('dev'), '-o', tmp_path / 't.dtb')
    keys('enroll', '--key', made.pub('p384'), '-o', tmp_path / 't.dtb')
    keys('verify', '--trust', tmp_path / 't.dtb', fit)
    keys('sign', '--replace', '--key', made.key('p384'), fit)
    assert refused(keys('verify', '--trust', tmp_path / 't.dtb', fit, expect=REFUSED)) == 'bad-signature'
    keys('enroll', '--key', made.pub('big'), '--mode', 'any', '--yes', '-o', tmp_path / 't.dtb')
    keys('verify', '--trust', tmp_path / 't.dtb', fit)


def test_threshold(tmp_path, made):
    fit = mkimage(tmp_path)
    for name in ('dev', 'p256', 'p384'):
        keys('enroll', '--key', made.pub(name), '--threshold', '2', '-o', tmp_path / 't.dtb')
    keys('sign', '--key', made.key('dev'), fit)
    assert refused(keys('verify', '--trust', tmp_path / 't.dtb', fit, expect=REFUSED)) == 'bad-signature'
    keys('sign', '--replace', '--key', made.key('dev'), '--key', made.key('p384'), fit)
    keys('verify', '--trust', tmp_path / 't.dtb', fit)


def test_somebody_elses_signature(tmp_path, made):
    """One more signature node would break the signature that is there: that takes --replace."""
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('dev'), fit)
    unchanged(tmp_path, 'sign', '--key', made.key('p256'), fit, expect=POLICY)
    verify(made, fit)
    keys('sign', '--replace', '--key', made.key('p256'), fit)
    verify(made, fit, 'p256')
    assert refused(verify(made, fit, expect=REFUSED)) == 'unknown-key'


def test_prepared_nodes(tmp_path, made):
    """With both nodes there from the start, one key can sign after the other."""
    fit = mkimage(tmp_path, signature=signature() + signature('sha256,ecdsa256', 'p256', 'signature-1'))
    keys('sign', '--key', made.key('dev'), fit)
    keys('sign', '--key', made.key('p256'), fit)
    verify(made, fit)
    verify(made, fit, 'p256')


def test_same_key_twice(tmp_path, made):
    fit = mkimage(tmp_path)
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), '--key', made.key('dev'), fit, expect=USAGE)
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), '--key', made.key('dev'), '--key-name', 'a', '--key-name',
              'b', fit, expect=USAGE)


def test_again(tmp_path, made):
    fit = mkimage(tmp_path, '-E')
    for _ in range(3):
        keys('sign', '--key', made.key('dev'), fit)
        verify(made, fit)


def test_reproducible(tmp_path, made):
    fit = mkimage(tmp_path)
    results = set()
    for name in ('a', 'b'):
        keys('sign', '--key', made.key('dev'), '-o', tmp_path / name, fit)
        results.add((tmp_path / name).read_bytes())
    keys('sign', '--key', made.key('dev'), '-o', tmp_path / 'c', fit, env={'SOURCE_DATE_EPOCH': '1700000001'})
    assert len(results) == 1 and (tmp_path / 'c').read_bytes() not in results


def test_output(tmp_path, made):
    fit = mkimage(tmp_path)
    before = fit.read_bytes()
    keys('sign', '--key', made.key('dev'), '-o', tmp_path / 'signed.fit', fit)
    verify(made, tmp_path / 'signed.fit')
    assert fit.read_bytes() == before
    assert set(files(tmp_path)) == {'test.its', 'kernel', 'ramdisk', 'test.fit', 'signed.fit'}
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), '-o', tmp_path / 'no/x.fit', fit, expect=OUTPUT)
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), tmp_path / 'no.fit', expect=INPUT)


def test_dry_run_and_link(tmp_path, made):
    fit = mkimage(tmp_path)
    before = fit.read_bytes()
    assert 'verified' in keys('sign', '-n', '--key', made.key('dev'), fit).stdout
    assert fit.read_bytes() == before and '.' not in {p.name[0] for p in tmp_path.iterdir()}
    link = tmp_path / 'link'
    link.mkdir()
    (link / 'l.fit').symlink_to('../test.fit')
    keys('sign', '--key', made.key('dev'), link / 'l.fit')
    assert (link / 'l.fit').is_symlink()
    verify(made, fit)


def test_full_disk(tmp_path, made):
    """No room for the result: exit 6, the FIT as it was, nothing left."""
    fit = mkimage(tmp_path)
    before = files(tmp_path)
    done = subprocess.run(['bash', '-c', f'ulimit -f 1; trap "" XFSZ; exec "$@"', '-', str(TOOL), 'sign', '--key',
                           str(made.key('dev')), str(fit)], env=ENV, capture_output=True, text=True, check=False)
    assert done.returncode == OUTPUT, done.stderr
    assert files(tmp_path) == before


def test_every_slot_is_covered(tmp_path, made):
    """Other signers leave out what sign-images does not list; here the configuration says what is covered."""
    node = 'signature { algo = "sha256,rsa2048"; key-name-hint = "dev"; sign-images = "kernel"; };'
    fit = mkimage(tmp_path, signature=node)
    keys('sign', '--key', made.key('dev'), fit)
    listed = run('fdtget', fit, '/configurations/conf-1/signature', 'sign-images').decode().split()
    assert sorted(listed) == ['kernel', 'ramdisk']
    nodes = run('fdtget', fit, '/configurations/conf-1/signature', 'hashed-nodes').decode().split()
    assert sorted(nodes) == sorted(['/', '/configurations/conf-1', '/images/kernel', '/images/kernel/hash-1',
                                    '/images/ramdisk', '/images/ramdisk/hash-1'])
    verify(made, fit)


def test_name_from_the_option(tmp_path, made):
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('dev'), '--key-name', 'factory-7', fit)
    assert run('fdtget', fit, '/configurations/conf-1/signature', 'key-name-hint').decode().strip() == 'factory-7'
    verify(made, fit)


def test_properties_steering_the_boot(tmp_path, made):
    fit = mkimage(tmp_path, properties='compatible = "qemu,virt"; cmdline = "quiet"; holdfast,rollback-index = <7>;')
    keys('sign', '--key', made.key('dev'), fit)
    document = json.loads(verify(made, fit, 'dev', '--json', '--compatible', COMPATIBLE, '--floor', '7').stdout)
    assert document['rollback_index'] == 7 and document['floor'] == 7 and document['board'] == COMPATIBLE
    for path, name, value in (('/configurations/conf-1', 'cmdline', 'quiet init=/bin/sh'),
                              ('/images/kernel', 'entry', '1')):
        copy = tmp_path / 'copy.fit'
        shutil.copy(fit, copy)
        run('fdtput', '-t', 's', copy, path, name, value)
        assert refused(verify(made, copy, expect=REFUSED)) == 'bad-signature'


PAYLOAD = 64 << 20
BIG = """/dts-v1/; / { description = "big"; #address-cells = <1>; images { kernel { description = "k"; data = /incbin/("big");
  type = "kernel"; arch = "arm64"; os = "linux"; compression = "none"; hash-1 { algo = "sha256"; }; }; };
  configurations { default = "c"; c { description = "c"; kernel = "kernel"; }; }; };"""


@pytest.fixture(scope='module', params=['embedded', 'external'])
def big(request, tmp_path_factory):
    """A FIT of 64 MiB, alone in its directory, which takes a moment to write."""
    place = tmp_path_factory.mktemp('big')
    (place / 'big').write_bytes(os.urandom(1 << 20) * (PAYLOAD >> 20))
    fit = mkimage(place, *LAYOUTS[request.param], source=BIG)
    alone = place / 'alone'
    alone.mkdir()
    fit.rename(alone / fit.name)
    yield alone / fit.name
    shutil.rmtree(place)


# A program of its own starts the tool: what the kernel counts begins with the memory of whoever starts it.
PEAK = 'import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); ' \
       'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)'


def test_memory(big, made):
    """The payload is in memory twice at most: as a mapped file, and where the loader's code copies it."""
    words = [BUILD / 'host/holdfast-keys', 'sign', '-q', '--json', '--key', made.key('dev'), '-o', big.parent / 'x', big]
    done = subprocess.run([sys.executable, '-c', PEAK, *map(str, words)], env=ENV, check=True, capture_output=True)
    (big.parent / 'x').unlink()
    peak = int(done.stdout.split()[-1]) * 1024
    assert PAYLOAD < peak < 2 * PAYLOAD + (12 << 20), peak


def kill_when_writing(words, place, number):
    """The signal comes when the temporary file is there and grows. Returns the finished process."""
    process = subprocess.Popen([str(w) for w in words], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 20
    while not any(p.name.startswith('.') and p.stat().st_size for p in place.iterdir()):
        assert process.poll() is None and time.monotonic() < end, process.communicate()
    process.send_signal(number)
    process.out, process.err = process.communicate(timeout=20)
    return process


def state(path):
    st = path.stat()
    return st.st_ino, st.st_size, st.st_mtime_ns


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_killed_while_writing(big, made, number):
    """The FIT as it was, and no other file; what SIGKILL leaves does not bother the next run."""
    before, names = state(big), set(big.parent.iterdir())
    done = kill_when_writing((TOOL, 'sign', '--key', made.key('dev'), big), big.parent, number)
    assert done.returncode == -number and done.out == '' and 'signed' not in done.err
    assert state(big) == before
    left = set(big.parent.iterdir()) - names
    assert len(left) == (1 if number == signal.SIGKILL else 0)
    if number == signal.SIGKILL:
        keys('sign', '--key', made.key('dev'), '-o', big.parent / 'next', big)
        verify(made, big.parent / 'next', 'dev', '--config', 'c')
        assert set(big.parent.iterdir()) - names == left | {big.parent / 'next'}
        for path in (*left, big.parent / 'next'):
            path.unlink()
    assert refused(verify(made, big, 'dev', '--config', 'c', expect=REFUSED)) == 'no-signature'


def test_read_only_directory(tmp_path, made):
    """In place means a new file beside it: a directory that cannot be written is exit 6."""
    stage = tmp_path / 'stage'
    stage.mkdir(mode=0o755)
    mkimage(stage)
    shutil.copy(TOOL, stage / 'tool')
    shutil.copy(made.key('dev'), stage / 'dev.pem')
    for path in stage.iterdir():
        path.chmod(0o755)
    for above in [p for p in stage.parents if p.owner() == stage.owner() and str(p) != '/']:
        above.chmod(above.stat().st_mode | 0o011)
    stage.chmod(0o555)
    before = files(stage)
    done = subprocess.run([*as_nobody(), './tool', 'sign', '--key', 'dev.pem', 'test.fit'], cwd=stage, env=ENV,
                          capture_output=True, text=True, check=False)
    stage.chmod(0o755)
    assert done.returncode == OUTPUT and 'cannot be written' in done.stderr, done.stderr
    assert files(stage) == before


def test_link_to_nowhere(tmp_path, made):
    (tmp_path / 'l.fit').symlink_to('no.fit')
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), tmp_path / 'l.fit', expect=INPUT)
    assert (tmp_path / 'l.fit').is_symlink()
    (tmp_path / 'd').mkdir()
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), tmp_path / 'd', expect=INPUT)


@pytest.mark.parametrize('algo, key', [('sha256,rsa4096', 'dev'), ('sha256,ecdsa384', 'p256'), ('sha256,ecdsa256', 'p384'),
                                       ('sha256,rsa2048', 'p256'), ('sha384,ecdsa384', 'big')])
def test_node_for_another_key(tmp_path, made, algo, key):
    """What was silent success elsewhere: it says of what kind the key is, and what the node says."""
    fit = mkimage(tmp_path, signature=signature(algo))
    done = unchanged(tmp_path, 'sign', '--key', made.key(key), fit, expect=REFUSED)
    assert refused(done) == 'algo-denied' and algo in done.stderr and f'key {key} is ' in done.stderr


def test_provenance_goes_with_the_fit(tmp_path, made):
    """Both or none; and nothing with -n."""
    fit = mkimage(tmp_path)
    words = ('sign', '--key', made.key('dev'), '--provenance', tmp_path / 'p.json')
    before = files(tmp_path)
    keys(*words, '-n', fit)
    assert files(tmp_path) == before
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), '--provenance', tmp_path / 'no/p.json', fit, expect=OUTPUT)
    unchanged(tmp_path, *words, '-o', tmp_path / 'no/x', fit, expect=OUTPUT)
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), '--builder', 'urn:x:y', fit, expect=USAGE)
    keys(*words, '--builder', 'urn:x:y', fit)
    assert (tmp_path / 'p.json').exists()
    keys('verify', '--trust', made.trust('dev'), '--provenance', tmp_path / 'p.json', fit)
