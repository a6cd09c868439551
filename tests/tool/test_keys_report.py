# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""report: who signed what with which key, and only what is so."""
import hashlib
import subprocess

import pytest

import schemas
from keys_helper import COMPATIBLE, ENV, INPUT, POLICY, REFUSED, TOOL, USAGE, files, keys, mkimage, refused, signature

BUILDER = 'urn:acme:ci:release'


def report(*words, **options):
    return schemas.check(keys('report', '--json', *words, **options).stdout)


@pytest.fixture(name='release')
def _release(tmp_path, made):
    """(fit, envelope, trust): signed with dev (required, release) and p256 (not trusted)."""
    fit = mkimage(tmp_path, '-E', properties=f'compatible = "{COMPATIBLE}"; holdfast,rollback-index = <3>;')
    keys('enroll', '--key', made.pub('dev'), '--role', 'release', '-o', tmp_path / 't.dtb')
    keys('sign', '--key', made.key('dev'), '--key', made.key('p256'), '--provenance', tmp_path / 'p.json',
         '--builder', BUILDER, fit)
    return fit, tmp_path / 'p.json', tmp_path / 't.dtb'


def test_json(release):
    fit, envelope, trust = release
    document = report('--trust', trust, '--provenance', envelope, fit)
    assert document['schema'] == 'holdfast.report' and document['version'] == 1 and document['trust'] == str(trust)
    found, = document['releases']
    assert found['fit'] == str(fit) and found['sha256'] == hashlib.sha256(fit.read_bytes()).hexdigest()
    configuration, = found['configurations']
    assert (configuration['name'], configuration['compatible'], configuration['rollback_index'], configuration['verdict']) == \
        ('conf-1', [COMPATIBLE], 3, 'ok')
    ours, other = sorted(configuration['signatures'], key=lambda s: s['hint'])
    shown = keys('show', '--json', trust).stdout
    assert (ours['key'], ours['role'], ours['algorithm'], ours['state'], ours['time']) == \
        ('dev', 'release', 'sha256,rsa2048', 'right', '2023-11-14T22:13:20Z')
    assert ours['key_id'] in shown
    assert (other['key'], other['key_id'], other['role'], other['hint'], other['state']) == \
        (None, None, None, 'p256', 'unknown-key')
    provenance = found['provenance']
    assert provenance['builder'] == BUILDER and provenance['state'] == 'right'
    assert [s['state'] for s in provenance['signatures']] == ['right', 'unknown-key']
    assert provenance['signatures'][0]['key_id'] == ours['key_id']


def test_text(release):
    fit, envelope, trust = release
    text = keys('report', '--trust', trust, '--provenance', envelope, fit).stdout
    lines = [line.split() for line in text.splitlines()]
    assert ['verdict', 'trusted'] in lines and ['built', 'by', BUILDER] in lines
    assert ['sha256', hashlib.sha256(fit.read_bytes()).hexdigest()] in lines
    row = next(line for line in lines if line[0] == 'dev')
    assert row[:5] == ['dev', 'release', 'sha256,rsa2048', '2023-11-14T22:13:20Z', 'right'] and len(row[5]) == 64
    assert ['p256?', '-', 'sha256,ecdsa256', '2023-11-14T22:13:20Z', 'unknown-key', '-'] in lines


def test_without_trust(release):
    """Nothing is called right that was not looked at."""
    fit, envelope, _ = release
    document = report('--provenance', envelope, fit)
    found, = document['releases']
    configuration, = found['configurations']
    assert document['trust'] is None and configuration['verdict'] is None
    assert all(s['state'] == 'not-checked' and s['key_id'] is None for s in configuration['signatures'])
    assert found['provenance']['state'] == 'not-checked'
    text = keys('report', fit).stdout
    assert 'not judged' in text and 'dev?' in text and ' right' not in text


def test_several(tmp_path, made, release):
    """The envelope goes with the file that it is about, whatever that is called."""
    fit, envelope, trust = release
    second = mkimage(tmp_path, name='second.fit')
    keys('sign', '--key', made.key('dev'), second)
    (tmp_path / 'again.fit').write_bytes(fit.read_bytes())
    found = report('--trust', trust, '--provenance', envelope, second, tmp_path / 'again.fit', fit)['releases']
    assert [r['fit'].rsplit('/', 1)[1] for r in found] == ['second.fit', 'again.fit', 'test.fit']
    assert [bool(r['provenance']) for r in found] == [False, True, True]
    done = keys('report', '--trust', trust, '--provenance', envelope, second, expect=REFUSED)
    assert refused(done) == 'hash-mismatch' and done.stdout == ''


def test_what_is_not_right(tmp_path, made, release):
    """A changed image, a changed signature, a hint that lies, nobody, two configurations."""
    fit, _, trust = release
    blob = bytearray(fit.read_bytes())
    blob[-1] ^= 1
    (tmp_path / 'changed.fit').write_bytes(blob)
    configuration = report('--trust', trust, tmp_path / 'changed.fit')['releases'][0]['configurations'][0]
    assert configuration['verdict'] == 'hash-mismatch'
    assert sorted(s['state'] for s in configuration['signatures']) == ['right', 'unknown-key']
    configuration = report('--trust', made.trust('big'), fit)['releases'][0]['configurations'][0]
    assert configuration['verdict'] == 'unknown-key' and all(s['state'] == 'unknown-key' for s in configuration['signatures'])
    unsigned = mkimage(tmp_path, name='unsigned.fit', configurations='conf-2 { kernel = "kernel"; };')
    found = report('--trust', trust, unsigned)['releases'][0]['configurations']
    assert [(c['name'], c['verdict'], c['signatures']) for c in found] == [('conf-1', 'no-signature', []),
                                                                         ('conf-2', 'no-signature', [])]
    assert keys('report', unsigned).stdout.count('nobody signed it') == 2
    liar = mkimage(tmp_path, name='liar.fit')
    keys('sign', '--key', made.key('p256'), '--key-name', 'dev', '--replace', liar)
    signed, = report('--trust', trust, liar)['releases'][0]['configurations'][0]['signatures']
    assert signed['hint'] == 'dev' and signed['key'] is None and signed['state'] == 'unknown-key'


def test_terminal_is_safe(tmp_path, made):
    fit = mkimage(tmp_path, properties='compatible = "a\x1b[2J\nHF-VERIFIED";', signature=signature(hint='a b'))
    text = keys('report', '--trust', made.trust('dev'), fit).stdout
    assert '\x1b' not in text and 'a?[2J?HF-VERIFIED' in text
    report(fit)


def test_forged_envelope(tmp_path, made, release):
    """About this file, and not signed by anybody who is trusted: it says who it says built it, and that this is not right."""
    fit, _, trust = release
    keys('sign', '--key', made.key('p256'), '--replace', '-o', tmp_path / 'x.fit', '--provenance', tmp_path / 'q.json', fit)
    found = report('--trust', trust, '--provenance', tmp_path / 'q.json', tmp_path / 'x.fit')['releases'][0]['provenance']
    assert found['state'] == 'unknown-key' and found['hint']


def test_output(tmp_path, release):
    fit, _, trust = release
    text = keys('report', '--trust', trust, fit).stdout
    before = files(tmp_path)
    assert keys('report', '--trust', trust, '-n', '-o', tmp_path / 'r.txt', fit).stdout == '' and files(tmp_path) == before
    assert keys('report', '--trust', trust, '-o', tmp_path / 'r.txt', fit).stdout == ''
    assert (tmp_path / 'r.txt').read_text() == text
    keys('report', '--trust', trust, '--json', '-o', tmp_path / 'r.json', fit)
    assert (tmp_path / 'r.json').read_text() == keys('report', '--trust', trust, '--json', fit).stdout
    before = files(tmp_path)
    keys('report', '-o', tmp_path / 'r.txt', fit, expect=POLICY)
    keys('report', '-o', fit, fit, expect=POLICY)
    assert files(tmp_path) == before


def test_exit_codes(tmp_path, release):
    fit, envelope, trust = release
    before = files(tmp_path)
    keys('report', expect=USAGE)
    keys('report', *['nothing'] * 65, expect=USAGE)
    keys('report', fit, tmp_path / 'none', expect=INPUT)
    keys('report', '--trust', tmp_path / 'none', fit, expect=INPUT)
    keys('report', '--provenance', tmp_path / 'none', fit, expect=INPUT)
    assert refused(keys('report', '-o', tmp_path / 'out', trust, expect=REFUSED)) == 'config-missing'
    assert refused(keys('report', '-o', tmp_path / 'out', fit, envelope, expect=REFUSED)) == 'no-image'
    keys('report', '--trust', envelope, fit, expect=REFUSED)
    assert files(tmp_path) == before


def test_damaged(tmp_path, made, release):
    """Cut anywhere: an answer, never a crash."""
    fit, _, trust = release
    whole = fit.read_bytes()
    for size in range(0, len(whole), 97):
        (tmp_path / 'cut.fit').write_bytes(whole[:size])
        for words in ([], ['--trust', trust]):
            done = subprocess.run([TOOL, 'report', *words, tmp_path / 'cut.fit'], env=ENV, capture_output=True, text=True,
                                  check=False)
            assert done.returncode in (0, 1), done.stderr
            assert done.returncode == 0 or 'HF-REFUSE' in done.stderr
            assert size == len(whole) or ' trusted' not in done.stdout
