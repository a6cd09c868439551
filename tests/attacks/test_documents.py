# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""verify --json and inspect --json of every FIT of the attacks: no crash, and what the published schemas say."""
import pytest

import schemas
import table

FITS = [row.id for row in table.ROWS if row.kind == 'fit']
# What inspect cannot open is no FIT: the container, not what is in it.
UNREADABLE = {'no-image', 'bad-fit', 'truncated', 'too-big'}


@pytest.fixture(scope='session')
def described(ask):
    """id -> inspect --json; id -> inspect as text."""
    return ask('inspect', '--json'), ask('inspect')


@pytest.mark.parametrize('name', FITS)
def test_verify(attacks, verified, name):
    document = schemas.check(verified[name].stdout)
    expect = attacks.rows[name]['expect']
    assert document['trusted'] == (expect == 'ok')
    assert document['trusted'] or document['code'] == expect


@pytest.mark.parametrize('name', FITS)
def test_inspect(attacks, described, name):
    done, text = (kind[name] for kind in described)
    said = done.stderr.decode('latin-1')
    if attacks.rows[name]['trust'] in ('image', 'bare'):
        assert done.returncode == 1 and 'code=no-trust' in said
        return
    if done.returncode:
        assert done.returncode == 1 and attacks.rows[name]['expect'] in UNREADABLE, said
        assert done.stdout == b'' and 'HF-REFUSE code=' in said
        assert text.returncode == 1
        return
    document = schemas.check(done.stdout)
    assert text.returncode == 0 and text.stdout.startswith(b'FIT ') and not said
    assert all(32 <= c < 127 or c == 10 for c in text.stdout), 'control characters on a terminal'
    for configuration in document['configurations']:
        right = {key['name'] for s in configuration['signatures'] if s['state'] == 'right' for key in s['by']}
        assert right or not configuration['verdict']['trusted']
        nodes = [n['node'] for n in configuration['covered']] + configuration['not_covered']
        assert len(nodes) == len(set(nodes)) and '/' in nodes


def test_what_it_says_of_signatures(described):
    """The state of each signature node of some rows that have a name for it."""
    def states(name):
        configuration = schemas.check(described[0][name].stdout)['configurations'][0]
        return [s['state'] for s in configuration['signatures']], configuration['verdict']['code']
    for name, expect in {
            'boot-cpuid': (['right'], 'ok'), 'load-changed': (['bad-signature'], 'bad-signature'),
            'signature-second-good': (['bad-signature', 'right'], 'ok'), 'algo-md5': (['algo-denied'], 'algo-denied'),
            'signature-node-empty': (['no-signature'], 'no-signature'), 'algo-other-type': (['unknown-key'], 'algo-denied'),
            'strings-half-signed': (['right'], 'not-covered'), 'hashed-strings-one-cell': (['bad-fit'], 'bad-fit'),
            'trust-empty': (['unknown-key'], 'no-trust')}.items():
        assert states(name) == expect, name
