# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Lists of keys that an image takes back: who may, and what is left to boot with."""
import hashlib

from crypto import run
from fit import Node, fill_hashes, sign, u32
from rows import ACCEPTED, row

CONF = 'configurations/conf-1'
LAST = 'never the last keys that the rule needs, nor the one that the image rests on'
MAY = 'holdfast,revoked: a root key or the full threshold'


def key_id(key):
    return hashlib.sha256(run('openssl', 'pkey', '-pubin', '-in', key.pub, '-outform', 'DER')).digest()


def listed(w, revoked, version=1):
    """An unsigned release with a list of keys (names), or of what is given as bytes."""
    fit = w.tree()
    ids = revoked if isinstance(revoked, bytes) else b''.join(key_id(w.key(name)) for name in revoked)
    fit.at(CONF).set('holdfast,revoked', ids)
    if version is not None:
        fit.at(CONF).set('holdfast,revoked-version', u32(version))
    return fit


def by(w, fit, *signers):
    """Sign with each of these keys."""
    fill_hashes(fit)
    conf = fit.at(CONF)
    for name in signers:
        conf.add(Node('signature-' + name))
    for name in signers:
        sign(fit, conf, w.key(name), node='signature-' + name, hint=name)
    return fit


# The trust set root-any: dev, second, root (role root); any of them may sign a release.
@row('revoked-other-by-root', ACCEPTED, MAY, trust='root-any')
def _(w):
    return by(w, listed(w, ['second']), 'root')


@row('revoked-signer-beside-root', ACCEPTED, 'the signature of a revoked key no longer counts', trust='root-any')
def _(w):
    return by(w, listed(w, ['dev']), 'dev', 'root')


@row('revoked-ignored-without-root', ACCEPTED, 'a release key takes no colleague away', trust='root-any')
def _(w):
    return by(w, listed(w, ['second', 'root']), 'dev')


@row('revoked-by-an-unknown-root', ACCEPTED, 'only a root key of the trust set may', trust='root-any')
def _(w):
    return by(w, listed(w, ['dev']), 'dev', 'mallory')


@row('revoked-root-itself', 'key-revoked', LAST, trust='root-any')
def _(w):
    return by(w, listed(w, ['root']), 'root')


@row('revoked-root-beside-release', 'key-revoked', 'the right to revoke is not given up by itself', trust='root-any')
def _(w):
    return by(w, listed(w, ['root']), 'dev', 'root')


@row('revoked-everyone', 'key-revoked', LAST, trust='root-any')
def _(w):
    return by(w, listed(w, ['dev', 'second', 'root']), 'dev', 'second', 'root')


# root-optional: dev must sign, root (not required) may only take keys back.
@row('revoked-last-key-of-the-rule', 'key-revoked', LAST + '; mode all', trust='root-optional', boot=True)
def _(w):
    return by(w, listed(w, ['dev']), 'dev', 'root')


@row('revoked-unknown-id', ACCEPTED, 'a key that this device never had', trust='root-optional', boot=True)
def _(w):
    return by(w, listed(w, ['mallory']), 'dev', 'root')


@row('revoked-root-alone', 'bad-signature', 'an optional key never authenticates a boot', trust='root-optional')
def _(w):
    return by(w, listed(w, ['mallory']), 'root')


# threshold-of-three: any two of dev, second, third.
@row('revoked-by-the-threshold', ACCEPTED, MAY, trust='threshold-of-three')
def _(w):
    return by(w, listed(w, ['third']), 'dev', 'second')


@row('revoked-one-of-three', ACCEPTED, 'two are left', trust='threshold-of-three')
def _(w):
    return by(w, listed(w, ['third']), 'dev', 'second', 'third')


@row('revoked-below-the-threshold', 'key-revoked', LAST + '; m of n', trust='threshold-of-three')
def _(w):
    return by(w, listed(w, ['second']), 'dev', 'second')


@row('revoked-too-many', 'key-revoked', LAST + '; m of n', trust='threshold-of-three')
def _(w):
    return by(w, listed(w, ['second', 'third']), 'dev', 'second', 'third')


# Lists that are none.
SHAPES = {'revoked-empty': (b'', 1), 'revoked-31-bytes': (b'\1' * 31, 1), 'revoked-33-bytes': (b'\1' * 33, 1),
          'revoked-too-long': (b'\1' * 33 * 32, 1), 'revoked-version-0': (b'\1' * 32, 0),
          'revoked-without-version': (b'\1' * 32, None)}
for _name, (_ids, _version) in SHAPES.items():
    row(_name, 'bad-fit', 'both properties, each of its form', trust='root-any')(
        lambda w, i=_ids, v=_version: by(w, listed(w, i, v), 'root'))


@row('revoked-version-alone', 'bad-fit', 'both properties, each of its form', trust='root-any')
def _(w):
    fit = w.tree()
    fit.at(CONF).set('holdfast,revoked-version', u32(3))
    return by(w, fit, 'root')


@row('revoked-version-64-bit', 'bad-fit', 'both properties, each of its form', trust='root-any')
def _(w):
    fit = listed(w, ['second'])
    fit.at(CONF).set('holdfast,revoked-version', b'\0' * 7 + b'\1')
    return by(w, fit, 'root')


@row('revoked-list-removed', 'bad-signature', 'the list is signed', trust='root-any')
def _(w):
    fit = by(w, listed(w, ['second']), 'root')
    fit.at(CONF).drop('holdfast,revoked')
    fit.at(CONF).drop('holdfast,revoked-version')
    return fit


@row('revoked-list-changed', 'bad-signature', 'the list is signed', trust='root-any')
def _(w):
    fit = by(w, listed(w, ['second']), 'root')
    fit.at(CONF).set('holdfast,revoked', key_id(w.dev))
    return fit


@row('revoked-list-added', 'bad-signature', 'the list is signed', trust='root-any')
def _(w):
    fit = by(w, w.tree(), 'root')
    fit.at(CONF).set('holdfast,revoked', key_id(w.dev))
    fit.at(CONF).set('holdfast,revoked-version', u32(1))
    return fit


@row('revoked-root-signs-no-names', 'not-covered', 'the list rests on the root key: its signature covers the names too',
     trust='root-optional')
def _(w):
    fit = by(w, listed(w, ['mallory']), 'dev', 'root')
    conf = fit.at(CONF)
    conf.child('signature-root').set('value', b'').drop('hashed-strings')
    sign(fit, conf, w.key('root'), node='signature-root', hint='root', strings=False)
    return fit
