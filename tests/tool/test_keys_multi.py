# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Several signers of one FIT: in one run, one after the other, each where its key is; another signer instead; and two
configurations of which a medium may pick either."""
import hashlib
import itertools
import json

import libfdt
import pytest

import schemas
from keys_helper import POLICY, REFUSED, USAGE, keys, mkimage, refused, run, signature, verity_root
from test_keys_request import airgap, made_request, openssl_only, unchanged  # noqa: F401
from test_keys_sign import payloads

PEOPLE = {'ann': 'dev', 'bob': 'p256', 'eve': 'p384'}


@pytest.fixture
def people(tmp_path, made):
    """ann, bob and eve with keys of three kinds; of them two must have signed (t.dtb)."""
    for name, key in PEOPLE.items():
        (tmp_path / f'{name}.pem').write_bytes(made.key(key).read_bytes())
        (tmp_path / f'{name}.pub').write_bytes(made.pub(key).read_bytes())
        keys('enroll', '--key', tmp_path / f'{name}.pub', '--threshold', '2', '-o', tmp_path / 't.dtb')
    return tmp_path


def verify(place, fit, expect=0):
    return keys('verify', '--trust', place / 't.dtb', fit, expect=expect)


def others(name):
    return [word for other in PEOPLE if other != name for word in ('--reserve', other)]


@pytest.mark.parametrize('order', itertools.permutations(PEOPLE), ids='-'.join)
@pytest.mark.parametrize('layout', [(), ('-E',)], ids=['embedded', 'external'])
def test_one_after_the_other(people, order, layout):
    """2 of 3, in any order: refused after the first, trusted after the second, and still after the third."""
    fit = mkimage(people, *layout)
    keys('sign', '--key', people / f'{order[0]}.pem', *others(order[0]), fit)
    assert refused(verify(people, fit, REFUSED)) == 'bad-signature'
    for name in order[1:]:
        done = keys('sign', '--key', people / f'{name}.pem', fit)
        assert 'empty signature node' not in done.stderr
        verify(people, fit)
    for name in PEOPLE:
        keys('enroll', '--key', people / f'{name}.pub', '-o', people / f'{name}.dtb')
        keys('verify', '--trust', people / f'{name}.dtb', fit)


@pytest.mark.parametrize('order', itertools.permutations(PEOPLE), ids='-'.join)
def test_one_after_the_other_elsewhere(people, airgap, order):
    """The same by one request for the trust set, which each takes to where the key is."""
    fit = mkimage(people, '-E')
    request, document = made_request(None, fit, '--trust', people / 't.dtb')
    assert {s['name'] for s in document['signers']} == set(PEOPLE)
    for number, name in enumerate(order):
        keys('request', '--check', request, fit)
        done = keys('attach', '--json', '--signature', *airgap(request, people / f'{name}.pem'), '--request', request, fit)
        assert {m['key'] for m in schemas.check(done.stdout)['missing']} == set(order[number + 1:])
        if number == 0:
            assert refused(verify(people, fit, REFUSED)) == 'bad-signature'
        else:
            verify(people, fit)


@pytest.mark.parametrize('how', ['trust', 'key'])
def test_without_the_request(people, airgap, how):
    """The same options in the same order prepare the same bytes."""
    fit = mkimage(people)
    request, document = made_request(None, fit, '--trust', people / 't.dtb')
    words = ('--trust', people / 't.dtb') if how == 'trust' else [
        w for s in document['signers'] for w in ('--key', people / f'{s["name"]}.pub')]
    for name in ('eve', 'ann'):
        keys('attach', '--signature', *airgap(request, people / f'{name}.pem'), *words, fit)
    verify(people, fit)


def test_all_in_one_run(people, airgap):
    fit = mkimage(people)
    request, _ = made_request(None, fit, '--trust', people / 't.dtb')
    back = airgap(request, people / 'bob.pem', people / 'eve.pem')
    keys('attach', *[w for b in back for w in ('--signature', b)], '--request', request, '-o', people / 'attached', fit)
    verify(people, people / 'attached')
    keys('sign', '--key', people / 'bob.pem', '--key', people / 'eve.pem', '-o', people / 'signed', fit)
    verify(people, people / 'signed')


def test_here_and_elsewhere(people, airgap):
    """ann signs here and leaves a node for bob, who signs where his key is."""
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', '--reserve', 'bob', fit)
    request, _ = made_request(None, fit, '--key', people / 'bob.pub')
    keys('attach', '--signature', *airgap(request, people / 'bob.pem'), '--request', request, fit)
    verify(people, fit)


def test_elsewhere_and_here(people, airgap):
    fit = mkimage(people)
    request, _ = made_request(None, fit, '--key', people / 'bob.pub', '--reserve', 'ann')
    keys('attach', '--signature', *airgap(request, people / 'bob.pem'), '--request', request, fit)
    keys('sign', '--key', people / 'ann.pem', fit)
    verify(people, fit)


def test_no_node_for_the_second(people):
    """What happens without --reserve: nothing, and it says what to do."""
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', fit)
    done = unchanged(people, 'sign', '--key', people / 'bob.pem', fit, expect=POLICY)
    assert '--reserve' in done.stderr and '--replace' in done.stderr


def test_reserved_for_another_name(people):
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', '--reserve', 'carl', fit)
    done = keys('sign', '--key', people / 'bob.pem', fit)
    assert "empty signature node of 'carl' is for 'bob' now" in done.stderr
    verify(people, fit)


def test_the_third_need_not_sign(people):
    """Two of three are enough, and neither inspect nor doctor calls the empty node of the third a reason to refuse."""
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', '--reserve', 'bob', '--reserve', 'eve', fit)
    keys('sign', '--key', people / 'bob.pem', fit)
    verify(people, fit)
    document = json.loads(keys('inspect', '--json', '--trust', people / 't.dtb', fit).stdout)
    assert document['warnings'] == [] and document['configurations'][0]['verdict']['trusted']
    found = json.loads(keys('doctor', '--json', '--trust', people / 't.dtb', '--fit', fit).stdout)
    assert not [f for f in found['findings'] if f['check'].startswith('fit') and f['level'] != 'fine']


def test_reserve_twice(people):
    """Once reserved is reserved; and the signer's own name is not a second node."""
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', '--reserve', 'bob', '--reserve', 'bob', '--reserve', 'ann', fit)
    keys('sign', '--key', people / 'ann.pem', '--reserve', 'bob', fit)
    assert sorted(run('fdtget', '-l', fit, '/configurations/conf-1').decode().split()) == ['signature', 'signature-1']
    unchanged(people, 'sign', '--key', people / 'ann.pem', '--reserve', 'a/b', fit, expect=USAGE)


def test_the_second_changes_nothing_of_the_first(people):
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', '--reserve', 'bob', fit)
    node = '/configurations/conf-1/signature'
    first = [run('fdtget', '-t', 'bx', fit, node, p) for p in ('value', 'hashed-strings', 'timestamp', 'hashed-nodes')]
    keys('sign', '--key', people / 'bob.pem', fit, env={'SOURCE_DATE_EPOCH': '1800000000'})
    assert first == [run('fdtget', '-t', 'bx', fit, node, p) for p in ('value', 'hashed-strings', 'timestamp', 'hashed-nodes')]


def test_another_signer(tmp_path, made):
    """A tested release for production: the signature goes, and nothing else; it says whose."""
    root = verity_root(tmp_path)
    fit = mkimage(tmp_path, '-E', '-B', '0x1000', images=root, properties='loadables = "root"; compatible = "qemu,virt";')
    keys('sign', '--key', made.key('dev'), fit)
    before = payloads(fit)
    done = keys('sign', '--replace', '--key', made.key('big'), '-o', tmp_path / 'production', fit)
    assert "conf-1: the signature of 'dev' is removed; the payload is the same" in done.stderr
    assert 'conf-1 signed with big' in done.stdout
    assert {k: v[1] for k, v in payloads(tmp_path / 'production').items()} == {k: v[1] for k, v in before.items()}
    keys('verify', '--trust', made.trust('big'), '--deep', tmp_path / 'production')
    assert refused(keys('verify', '--trust', made.trust('dev'), tmp_path / 'production', expect=REFUSED)) == 'unknown-key'
    keys('verify', '--trust', made.trust('dev'), fit)
    document = schemas.check(keys('sign', '--json', '--replace', '--key', made.key('big'), fit).stdout)
    assert document['replaced'] == [{'configuration': 'conf-1', 'key': 'dev'}]
    assert schemas.check(keys('sign', '--json', '--replace', '--key', made.key('big'), fit).stdout)['replaced'] == []
    hashes = run('fdtget', '-t', 'bx', fit, '/images/kernel/hash-1', 'value')
    assert hashes == run('fdtget', '-t', 'bx', tmp_path / 'production', '/images/kernel/hash-1', 'value')


def test_replaced_payload_is_compared(tmp_path, made):
    """That the payload is the same is checked, not said."""
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('dev'), fit)
    fit.write_bytes(fit.read_bytes().replace(b'ramdisk ramdisk', b'ramdisk rAmdisk', 1))
    assert refused(unchanged(tmp_path, 'sign', '--replace', '--key', made.key('big'), fit, expect=REFUSED)) == 'hash-mismatch'


@pytest.mark.parametrize('hint', [b'\x1b[31mred', b'no end', b'\xff\xfe', b''])
def test_hostile_hint(tmp_path, made, hint):
    """Whose signature it was comes with the FIT: nothing of it reaches the terminal as it is."""
    fit = mkimage(tmp_path)
    keys('sign', '--key', made.key('dev'), fit)
    tree = libfdt.Fdt(fit.read_bytes())
    tree.resize(tree.totalsize() + 1024)
    tree.setprop(tree.path_offset('/configurations/conf-1/signature'), 'key-name-hint', hint)
    tree.pack()
    fit.write_bytes(tree.as_bytearray())
    done = keys('sign', '--replace', '--key', made.key('big'), '-o', tmp_path / 'x', fit)
    assert 'is removed' in done.stderr and '\x1b' not in done.stderr
    assert len(schemas.check(keys('sign', '--json', '--replace', '--key', made.key('big'), fit).stdout)['replaced']) == 1


BOTH = 'compatible = "qemu,virt", "x";'
CHOICES = [  # properties of conf-1, of conf-2, what differs; None: no choice
    (BOTH, 'compatible = "qemu,virt"; kernel = "other";', 'kernels'),
    (BOTH, 'compatible = "x"; kernel = "kernel"; cmdline = "init=/bin/sh";', 'command lines'),
    ('', 'kernel = "other";', 'kernels'),
    ('cmdline = "a";', 'kernel = "kernel"; cmdline = "b";', 'command lines'),
    (BOTH, 'kernel = "other";', None), ('', 'compatible = "x"; kernel = "other";', None),
    (BOTH, 'compatible = "y"; kernel = "other";', None), (BOTH, 'compatible = "x"; kernel = "kernel";', None),
    ('', 'kernel = "kernel"; description = "the same";', None)]
OTHER = ('other { description = "k"; data = /incbin/("kernel"); type = "kernel"; arch = "arm64"; os = "linux"; '
         'compression = "none"; load = <0x40200000>; entry = <0x40200000>; hash-1 { algo = "sha256"; }; };')


def choice(tmp_path, one, two):
    second = 'conf-2 { ' + ('description = "two"; ' if 'description' not in two else '') + two + ' };'
    return mkimage(tmp_path, images=OTHER, properties=one, configurations=second)


@pytest.mark.parametrize('one, two, differs', CHOICES)
def test_choice_of_the_medium(tmp_path, made, one, two, differs):
    """`default` is not signed: whoever writes the medium picks one of two that fit a board."""
    fit = choice(tmp_path, one, two)
    if differs is None:
        keys('sign', '--key', made.key('dev'), fit)
        return
    done = unchanged(tmp_path, 'sign', '--key', made.key('dev'), fit, expect=POLICY)
    assert f'conf-1 and conf-2 are for one board and differ in their {differs}' in done.stderr
    assert 'compatible of its own' in done.stderr and '--yes' in done.stderr
    done = keys('sign', '--yes', '--key', made.key('dev'), '-o', tmp_path / 'x', fit)
    assert 'conf-1 and conf-2' in done.stderr
    keys('sign', '--key', made.key('dev'), '--config', 'conf-1', fit)
    unchanged(tmp_path, 'sign', '--key', made.key('dev'), '--config', 'conf-2', fit, expect=POLICY)


def test_choice_is_only_among_signed(tmp_path, made):
    """A second configuration that nobody signed is no choice; nor an empty node of it."""
    node = signature(node='signature')
    fit = choice(tmp_path, '', 'kernel = "other"; ' + node.replace('"kernel", "ramdisk"', '"kernel"'))
    keys('sign', '--key', made.key('dev'), '--config', 'conf-1', fit)


def test_json_of_sign(people):
    fit = mkimage(people)
    document = schemas.check(keys('sign', '--json', '--key', people / 'ann.pem', '--key', people / 'eve.pem', fit).stdout)
    assert [s['key'] for s in document['signatures']] == ['ann', 'eve']
    assert json.dumps(document).count(str(people)) == 1


def test_a_list_of_revoked_keys(tmp_path, made, airgap):
    """The root key and a release key sign elsewhere, one after the other; a key on the list is asked for nothing."""
    for name, key, words in (('old', 'dev', ('--role', 'release')), ('new', 'p256', ('--role', 'release')),
                             ('root', 'p384', ('--role', 'root', '--required', 'no'))):
        (tmp_path / f'{name}.pem').write_bytes(made.key(key).read_bytes())
        (tmp_path / f'{name}.pub').write_bytes(made.pub(key).read_bytes())
        keys('enroll', '--yes', '--key', tmp_path / f'{name}.pub', *words, '--mode', 'any', '-o', tmp_path / 't.dtb')
    fit = mkimage(tmp_path)
    keys('revoke', '--trust', tmp_path / 't.dtb', '--key', tmp_path / 'old.pub', fit)
    done = unchanged(tmp_path, 'request', '--trust', tmp_path / 't.dtb', fit, expect=POLICY)
    assert 'old' in done.stderr
    request, document = made_request(None, fit, '--trust', tmp_path / 't.dtb', '--key', tmp_path / 'root.pub', '--key',
                                     tmp_path / 'new.pub')
    der = run('openssl', 'pkey', '-pubin', '-in', tmp_path / 'old.pub', '-outform', 'DER')
    assert f'  revokes key {hashlib.sha256(der).hexdigest()} (list 1)' in document['text']
    for name in ('new', 'root'):
        keys('attach', '--signature', *airgap(request, tmp_path / f'{name}.pem'), '--request', request, fit)
    keys('verify', '--trust', tmp_path / 't.dtb', fit)
