# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""rotate: plans that simulated devices take release by release, with real keys and FITs; and what is refused."""
import itertools
import json
import shutil

import pytest

import schemas
from keys_helper import INPUT, KEY, OUTPUT, POLICY, REFUSED, USAGE, files, its, keys, mkimage, openssl_key

ROLES = {'old': 'release', 'new': 'release', 'a': 'release', 'b': 'release', 'c': 'release', 'd': 'release',
         'root': 'root', 'root2': 'root', 'dev': 'dev'}


@pytest.fixture(scope='module')
def ring(tmp_path_factory):
    place = tmp_path_factory.mktemp('ring')
    for name, role in ROLES.items():
        keys('new', '--alg', 'ecdsa-p256', '--role', role, '-o', place / f'{name}.pem')
    mkimage(place, name='unsigned.fit')
    return place


def trust(path, ring, *names, optional=(), rule=()):
    for name in names:
        keys('enroll', '--key', ring / f'{name}.pub', *rule, '-o', path)
    for name in optional:
        keys('enroll', '--key', ring / f'{name}.pub', '--required', 'no', '-o', path)
    return path


def fit(path, ring, names):
    shutil.copy(ring / 'unsigned.fit', path)
    keys('sign', *[w for n in names for w in ('--key', ring / f'{n}.pem')], path)
    return path


def plan(*words, **options):
    document = schemas.check(keys('rotate', 'plan', '--json', *words, **options).stdout)
    assert document['schema'] == 'holdfast.rotate' and document['action'] == 'plan' and document['possible']
    return document


def boots(loader, slots, known):
    """Every slot that holds something; the same question is asked once."""
    for slot in set(slots) - {None}:
        if (loader, slot) not in known:
            keys('verify', '--trust', loader, slot)
            known.add((loader, slot))
    assert any(slots)


def take(tmp_path, ring, document, fleet, installed):
    """Devices with each loader of the fleet and each release of installed take the plan; power goes after each write."""
    releases = [(fit(tmp_path / f'{r["number"]}.fit', ring, [k['name'] for k in r['sign_with']]), r['trust_set'])
                for r in document['releases']]
    for loader, signers in installed:
        running, known = fit(tmp_path / 'running.fit', ring, signers), set()
        for loader_first in itertools.product((False, True), repeat=len(releases)):
            now, slots = loader, [running, running]
            for number, (release, new_loader) in enumerate(releases):
                slots = [slots[1], None]  # the slot that is not running is given up
                for write in (loader_first[number], not loader_first[number]):
                    if write:
                        now = new_loader or now
                    else:
                        slots[1] = release
                    boots(now, slots, known)
            assert now == document['new']['file']
    return releases


def checks(fleet, document, releases, running):
    """rotate check says the same of every step."""
    before, last = fleet, running
    for release, new_loader in releases:
        words = [w for f in before for w in ('--fleet', f)]
        words += ['--trust', new_loader, '--installed', last] if new_loader else []
        keys('rotate', 'check', *words, release)
        before, last = [new_loader] if new_loader else before, release


ONE = ('--add', '{ring}/new.pub', '--retire', 'old')
THREE = ('--add', '{ring}/d.pub', '--retire', 'c')


@pytest.mark.parametrize('how, count, loaders', [((), 2, ['bridge', 'new']), (('--apart',), 3, ['bridge', 'bridge', 'new']),
                                                 (('--no-bridge',), 3, ['as-is', 'new', 'new'])])
def test_one_key(tmp_path, ring, how, count, loaders):
    """Three simulated releases and the two that are enough; no device is stranded."""
    old = trust(tmp_path / 'old.dtb', ring, 'old')
    document = plan('--from', old, *[w.format(ring=ring) for w in ONE], *how, '-o', tmp_path / 'sets')
    assert [r['loader'] for r in document['releases']] == loaders and len(loaders) == count
    assert [k['name'] for k in document['retired']] == ['old']
    assert [k['name'] for k in document['releases'][-1]['sign_with']] == ['new']
    releases = take(tmp_path, ring, document, [old], [(old, ['old'])])
    checks([old], document, releases, tmp_path / 'running.fit')
    # The old key, and nothing else that the old loader took, is out.
    keys('verify', '--trust', document['new']['file'], tmp_path / 'running.fit', expect=REFUSED)


def test_threshold_with_an_optional_root(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'a', 'b', 'c', rule=('--threshold', '2'), optional=['root'])
    words = [w.format(ring=ring) for w in THREE]
    for lost in ((), ('--without', 'c'), ('--without', 'b')):
        out = tmp_path / f'sets{len(lost) and lost[1]}'
        document = plan('--from', old, *words, *lost, '-o', out)
        assert len(document['releases']) <= 2
        assert document['new']['accepts'] == 'accepts what any 2 of these 3 release keys signed'
        assert all(k['name'] not in lost for r in document['releases'] for k in r['sign_with'])
        releases = take(tmp_path, ring, document, [old], [(old, p) for p in itertools.combinations('abc', 2)])
        checks([old], document, releases, tmp_path / 'running.fit')
    # The optional root goes over: it revokes, under the new set as under the old one.
    rows = json.loads(keys('list', '--json', document['new']['file']).stdout)['keys']
    assert {r['name']: r['kind'] for r in rows} == {'a': 'required', 'b': 'required', 'd': 'required', 'root': 'optional'}


def test_root_key(tmp_path, ring):
    """An optional root key is exchanged in one release: nothing depends on it."""
    old = trust(tmp_path / 'old.dtb', ring, 'a', optional=['root'])
    document = plan('--from', old, '--retire', 'root', '--add-optional', ring / 'root2.pub', '-o', tmp_path / 'sets')
    assert [r['loader'] for r in document['releases']] == ['new']
    take(tmp_path, ring, document, [old], [(old, ['a'])])


def test_two_sets_in_the_field(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'a')
    older = trust(tmp_path / 'older.dtb', ring, 'b')
    new = trust(tmp_path / 'new.dtb', ring, 'c')
    document = plan('--from', old, '--fleet', older, '--to', new, '-o', tmp_path / 'sets')
    assert {k['name'] for k in document['releases'][0]['sign_with']} == {'a', 'b', 'c'}
    releases = take(tmp_path, ring, document, [old, older], [(old, ['a']), (older, ['b'])])
    checks([old, older], document, releases[:1], fit(tmp_path / 'both.fit', ring, 'ab'))
    done = keys('rotate', 'plan', '--from', old, '--fleet', older, '--to', new, '--without', 'b', expect=POLICY)
    assert 'older.dtb: its devices take nothing that can still be signed' in done.stderr


def test_from_all_to_all(tmp_path, ring):
    """Mode all stays mode all; with known signers one release less."""
    old = trust(tmp_path / 'old.dtb', ring, 'a', 'b')
    document = plan('--from', old, '--retire', 'b', '--add', ring / 'c.pub', '-o', tmp_path / 'sets')
    assert document['new']['accepts'] == 'accepts what all 2 release keys signed'
    take(tmp_path, ring, document, [old], [(old, ['a', 'b'])])
    assert b'all\0' in (tmp_path / 'sets/new.dtb').read_bytes()


def test_known_signers(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'a', 'b', 'c', rule=('--threshold', '2'))
    words = ('--from', old, '--retire', 'c', '--add', ring / 'd.pub')
    assert len(plan(*words)['releases']) == 2
    assert len(plan(*words, '--signed-by', 'a', '--signed-by', 'b')['releases']) == 1
    done = keys('rotate', 'plan', *words, '--signed-by', 'a', expect=POLICY)
    assert '--signed-by' in done.stderr and done.stdout == ''


def test_wrong_order(tmp_path, ring):
    """The releases of a plan in another order strand devices, and rotate check says so before they do."""
    old = trust(tmp_path / 'old.dtb', ring, 'old')
    document = plan('--from', old, *[w.format(ring=ring) for w in ONE], '--apart', '-o', tmp_path / 'sets')
    bridge, new = document['bridge']['file'], document['new']['file']
    by_old, by_new = (fit(tmp_path / f'by-{n}.fit', ring, [n]) for n in ('old', 'new'))
    running = fit(tmp_path / 'running.fit', ring, ['old'])
    wrong = [
        # the second release before the first; the last loader with the first release, or as the first
        (by_new, ('--fleet', old, '--trust', bridge, '--installed', running), old, by_new),
        (by_old, ('--fleet', old, '--trust', new, '--installed', running), new, by_old),
        # the new key everywhere, but what runs is by the old one: no fallback
        (by_new, ('--fleet', bridge, '--trust', new, '--installed', running), new, running),
        # one of two sets in the field
        (by_new, ('--fleet', bridge, '--fleet', old), old, by_new),
    ]
    for release, words, loader, refused in wrong:
        keys('verify', '--trust', loader, refused, expect=REFUSED)
        done = keys('rotate', 'check', *words, release, expect=POLICY)
        assert done.stderr.count('\n') == 1 and 'stranded' in done.stderr and str(loader) in done.stderr
        assert 'unknown-key' in done.stdout
        table = schemas.check(keys('rotate', 'check', '--json', *words, release, expect=POLICY).stdout)
        assert table['stranded'] and any(v['code'] == 'unknown-key' and not v['accepted'] for v in table['verdicts'])


def test_check_directory(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'old')
    place = tmp_path / 'release'
    place.mkdir()
    keys('rotate', 'check', '--fleet', old, place, expect=INPUT)
    for name in ('one.fit', 'two.itb'):
        fit(place / name, ring, ['old'])
    (place / 'notes.txt').write_text('no FIT')
    table = schemas.check(keys('rotate', 'check', '--json', '--fleet', old, place).stdout)
    assert [v['fit'][len(str(place)) + 1:] for v in table['verdicts']] == ['one.fit', 'two.itb'] and not table['stranded']
    shutil.copy(ring / 'unsigned.fit', place / 'three.fit')
    done = keys('rotate', 'check', '--fleet', old, place, expect=POLICY)
    assert 'three.fit' in done.stderr and 'no-signature' in done.stdout
    (place / 'three.fit').write_bytes(b'broken')
    assert 'three.fit' in keys('rotate', 'check', '--fleet', old, place, expect=REFUSED).stderr


def test_check_configurations_and_payload(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'old')
    two = mkimage(tmp_path, source=its(configurations='conf-2 { description = "two"; kernel = "kernel"; };'))
    keys('sign', '--key', ring / 'old.pem', '--config', 'conf-1', two)
    keys('rotate', 'check', '--fleet', old, two, expect=POLICY)
    keys('rotate', 'check', '--fleet', old, '--config', 'conf-1', two)
    keys('rotate', 'check', '--fleet', old, '--config', 'conf-3', two, expect=REFUSED)
    damaged = bytearray(two.read_bytes())
    at = damaged.index(b'ramdisk ramdisk')
    damaged[at] ^= 1
    two.write_bytes(damaged)
    done = keys('rotate', 'check', '--fleet', old, '--config', 'conf-1', two, expect=POLICY)
    assert 'hash-mismatch' in done.stdout


@pytest.mark.parametrize('words, text', [
    (('--retire', 'old'), 'nobody could sign for the new set'),
    (('--add', '{r}/old.pub'), "in the trust set already, as 'old'"),
    (('--retire', 'old', '--add', '{r}/dev.pub'), "'dev' is a dev key"),
    (('--retire', 'old', '--add', '{r}/new.pub', '--without', 'old'), 'take nothing that can still be signed'),
    (('--retire', 'old', '--add', '{r}/new.pub', '--without', 'new'), 'keys of the new set that can sign are too few'),
    (('--add', '{r}/twin.pub'), "has the private half of 'old'"),
    (('--retire', 'old', '--add', '{r}/twin.pub'), 'has the same private half'),
], ids=['last', 'twice', 'dev', 'lost', 'new-lost', 'twin', 'twin-stays'])
def test_refused(tmp_path, ring, words, text):
    openssl_key(tmp_path / 'old.pem')
    twin(tmp_path / 'old.pub', tmp_path / 'twin.pub')
    openssl_key(tmp_path / 'new.pem')
    for name in ('old', 'new', 'twin'):
        public = tmp_path / f'{name}.pub'
        public.write_text('holdfast-role: release\n' + public.read_text())
    shutil.copy(ring / 'dev.pub', tmp_path / 'dev.pub')
    old = trust(tmp_path / 'old.dtb', tmp_path, 'old')
    before = files(tmp_path)
    done = keys('rotate', 'plan', '--from', old, *[w.format(r=tmp_path) for w in words], '-o', tmp_path / 'out',
                expect=POLICY)
    assert text in done.stderr and done.stderr.count('\n') == 1 and done.stdout == ''
    assert files(tmp_path) == before and not (tmp_path / 'out').exists()


def twin(public, path):
    """The same modulus with another exponent: another key id, one private half."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    numbers = serialization.load_pem_public_key(public.read_bytes()).public_numbers()
    other = rsa.RSAPublicNumbers(3, numbers.n).public_key()
    path.write_bytes(other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))


def test_weaker_and_threshold_out_of_reach(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'a', 'b', 'c', rule=('--threshold', '2'))
    done = keys('rotate', 'plan', '--from', old, '--retire', 'a', '--retire', 'b', expect=POLICY)
    assert '1 required keys, threshold 2' in done.stderr
    both = trust(tmp_path / 'both.dtb', ring, 'a', 'b')
    done = keys('rotate', 'plan', '--from', both, '--retire', 'a', expect=POLICY)
    assert '2 signatures are needed, and 1 would be enough' in done.stderr
    plan('--from', both, '--retire', 'a', '--yes')
    done = keys('rotate', 'plan', '--from', old, '--retire', 'a', '--without', 'b', '--without', 'c', expect=POLICY)
    assert done.stderr.splitlines()[-1].endswith('unless one more of its keys signs')


def test_seventeen_keys(tmp_path, ring):
    names = [f'k{i}' for i in range(17)]
    for name in names:
        keys('new', '--alg', 'ecdsa-p256', '--role', 'release', '-o', tmp_path / f'{name}.pem')
    full = trust(tmp_path / 'full.dtb', tmp_path, *names[:16], rule=('--mode', 'any'))
    done = keys('rotate', 'plan', '--from', full, '--add', tmp_path / 'k16.pub', expect=POLICY)
    assert 'full (16 keys)' in done.stderr
    # No bridge has room, but old and new sign together.
    document = plan('--from', full, '--add', tmp_path / 'k16.pub', '--retire', 'k0')
    assert document['bridge'] is None
    done = keys('rotate', 'plan', '--from', full, '--add', tmp_path / 'k16.pub', *[w for n in names[:16] for w in (
        '--retire', n)], '--apart', expect=POLICY)
    assert 'more than 16 keys' in done.stderr


def test_dev_to_release(tmp_path, ring):
    """No set has dev and release keys together, so both sign; a bridge between releases has no dev key either."""
    old = trust(tmp_path / 'old.dtb', ring, 'dev')
    document = plan('--from', old, '--retire', 'dev', '--add', ring / 'new.pub', '-o', tmp_path / 'sets')
    assert document['bridge'] is None and len(document['releases']) == 3
    take(tmp_path, ring, document, [old], [(old, ['dev'])])
    done = keys('rotate', 'plan', '--from', old, '--retire', 'dev', '--add', ring / 'new.pub', '--apart', expect=POLICY)
    assert 'test or dev keys beside release keys' in done.stderr
    impossible = schemas.check(keys('rotate', 'plan', '--json', '--from', old, '--retire', 'dev', '--add',
                                    ring / 'new.pub', '--apart', expect=POLICY).stdout)
    assert not impossible['possible'] and 'beside release keys' in impossible['reason']


def test_key_by_id(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'old')
    key_id = json.loads(keys('show', '--json', ring / 'old.pub').stdout)['keys'][0]['key_id']
    for word in (key_id, key_id[:8], key_id.upper()):
        plan('--from', old, '--retire', word, '--add', ring / 'new.pub')
    for word in (key_id[:7], 'nobody', key_id[:-1] + 'x'):
        done = keys('rotate', 'plan', '--from', old, '--retire', word, '--add', ring / 'new.pub', expect=INPUT)
        assert 'no key of the trust sets' in done.stderr
    # Two keys of one name: only the id tells.
    other = tmp_path / 'other'
    other.mkdir()
    shutil.copy(ring / 'new.pub', other / 'old.pub')
    new = trust(tmp_path / 'new.dtb', other, 'old')
    done = keys('rotate', 'plan', '--from', old, '--to', new, '--without', 'old', expect=INPUT)
    assert 'several keys have that name' in done.stderr
    document = plan('--from', old, '--to', new, '-o', tmp_path / 'sets')
    names = {r['name'] for r in json.loads(keys('list', '--json', document['bridge']['file']).stdout)['keys']}
    assert names == {'old', 'old-2'}


def test_files(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'old')
    words = ('rotate', 'plan', '--from', old, '--retire', 'old', '--add', ring / 'new.pub')
    keys(*words, '-n', '-o', tmp_path / 'sets')
    assert not (tmp_path / 'sets').exists()
    keys(*words)
    assert set(files(tmp_path)) == {'old.dtb'}
    keys(*words, '-o', tmp_path / 'sets')
    assert set(files(tmp_path / 'sets')) == {'bridge.dtb', 'new.dtb'}
    before = files(tmp_path / 'sets')
    assert 'exists' in keys(*words, '-o', tmp_path / 'sets', expect=POLICY).stderr
    (tmp_path / 'sets/bridge.dtb').unlink()
    keys(*words, '-o', tmp_path / 'sets', expect=POLICY)
    assert files(tmp_path / 'sets') == {'new.dtb': before['new.dtb']}
    keys(*words, '-o', old, expect=OUTPUT)
    keys(*words, '-o', tmp_path / 'no/such', expect=OUTPUT)
    keys('rotate', 'plan', '--from', tmp_path / 'absent', '--to', old, expect=INPUT)
    keys('rotate', 'plan', '--from', ring / 'unsigned.fit', '--to', old, expect=REFUSED)
    keys('rotate', 'plan', '--from', old, '--add', tmp_path / 'absent.pub', expect=KEY)
    keys('rotate', 'plan', '--from', old, '--add', ring / 'new.pem', expect=KEY)
    keys('rotate', 'check', '--fleet', old, tmp_path / 'absent.fit', expect=INPUT)
    keys('rotate', 'check', '--fleet', tmp_path / 'absent', ring / 'unsigned.fit', expect=INPUT)
    alone = tmp_path / 'optional.dtb'
    keys('enroll', '--key', ring / 'root.pub', '--required', 'no', '-o', alone)
    for words in (('--from', alone, '--to', old), ('--from', old, '--to', alone)):
        assert 'accepts nothing' in keys('rotate', 'plan', *words, expect=POLICY).stderr
    assert 'no-trust' in keys('rotate', 'check', '--fleet', alone, ring / 'unsigned.fit', expect=POLICY).stdout


@pytest.mark.parametrize('words', [
    (), ('dance',), ('plan',), ('plan', '--from', 'x'), ('plan', '--to', 'x'),
    ('plan', '--from', 'x', '--to', 'x', '--add', 'y'), ('plan', '--from', 'x', '--to', 'y', 'a.fit'),
    ('plan', '--from', 'x', '--to', 'y', '--trust', 'z'), ('plan', '--from', 'x', '--to', 'y', '--apart', '--no-bridge'),
    ('plan', '--from', 'x', '--to', 'y', *['--fleet', 'z'] * 8), ('plan', '--from', 'x', *['--add', 'z'] * 17),
    ('check', '--fleet', 'x'), ('check', 'a.fit'), ('check', '--fleet', 'x', '--from', 'y', 'a.fit'),
    ('check', '--fleet', 'x', '--installed', 'b.fit', 'a.fit'), ('check', '--fleet', 'x', '-o', 'y', 'a.fit'),
])
def test_usage(words):
    assert keys('rotate', *words, expect=USAGE).stdout == ''


def test_text(tmp_path, ring):
    old = trust(tmp_path / 'old.dtb', ring, 'old')
    text = keys('rotate', 'plan', '--from', old, '--retire', 'old', '--add', ring / 'new.pub', '-o', 'sets',
                cwd=tmp_path).stdout
    assert [l for l in text.splitlines() if l[:2] in ('1.', '2.', '3.')] == [
        '1. Signed with old (sha256,ecdsa256), new (sha256,ecdsa256).', '2. Signed with new (sha256,ecdsa256).']
    check = next(l for l in text.splitlines() if 'Check: ' in l).split('holdfast-keys ')[1]
    fit(tmp_path / 'RELEASE.fit', ring, ['old', 'new'])
    fit(tmp_path / 'RUNNING.fit', ring, ['old'])
    keys(*check.split(), cwd=tmp_path)
