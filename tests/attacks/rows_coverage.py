# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Attacks on what a signature covers: nodes and property names left out of it."""
from fit import fill_hashes, sign, u32
from rows import ACCEPTED, row, rows_of

CONF = 'configurations/conf-1'
SIGNATURE = CONF + '/signature'


def _edit(fit, path, name, value):
    fit.at(path).set(name, value) if value is not None else fit.at(path).drop(name)
    return fit


def _coverage(w, leave_out):
    fit = fill_hashes(w.verity(w.tree()))
    conf = fit.at(CONF)
    levels = fit.levels(conf)
    levels.pop(id(fit.at(leave_out)))
    return sign(fit, conf, w.dev, levels=levels)


rows_of({'verity-node-not-signed': 'images/rootfs/dm-verity'}, 'not-covered',
        '2601d94691c: dm-verity root hash unsigned', _coverage, boot=('verity-node-not-signed',))
rows_of({'hash-node-not-signed': 'images/rootfs/hash-1', 'image-not-signed': 'images/rootfs',
         'root-node-not-signed': ''}, 'bad-signature', 'CVE-2026-46728: coverage is rebuilt',
        lambda w, v: _coverage(w, v) if v else _no_root(w))


def _no_root(w):
    fit = fill_hashes(w.tree())
    conf = fit.at(CONF)
    levels = fit.levels(conf)
    levels[id(fit.root)] = 1
    return sign(fit, conf, w.dev, levels=levels)


rows_of({'verity-digest-changed': 'digest', 'verity-salt-changed': 'salt'}, 'bad-signature',
        '2601d94691c; U-Boot test_fit_verity_sign',
        lambda w, v: _edit(w.good_verity(), 'images/rootfs/dm-verity', v, b'\x22' * 32))


@row('strings-not-signed', 'not-covered', 'no hashed-strings')
def _(w):
    return w.signed(w.tree(), strings=False)


@row('strings-half-signed', 'not-covered', 'names outside hashed-strings')
def _(w):
    fit = fill_hashes(w.tree())
    conf = fit.at(CONF)
    sign(fit, conf, w.dev)
    half = fit.string(b'cmdline')
    fit.at(SIGNATURE).set('hashed-strings', u32(0, half))
    fit.at(SIGNATURE).set('value', w.dev.sign(fit.message(conf, half)))
    return fit


def _hashed_strings(w, value):
    fit = w.good()
    fit.at(SIGNATURE).set('hashed-strings', value(fit))
    return fit


rows_of({
    'hashed-strings-one-cell': lambda f: u32(0), 'hashed-strings-empty': lambda f: b'',
    'hashed-strings-size-plus-1': lambda f: u32(0, len(f.strings) + 1),
    'hashed-strings-size-2g': lambda f: u32(0, 0x80000000),
    'hashed-strings-size-4g-1': lambda f: u32(0, 0xffffffff),
}, 'bad-fit', 'e7332861253; U-Boot test_vboot hashed-strings', _hashed_strings)
rows_of({
    'hashed-strings-whole': lambda f: u32(0, len(f.strings)),
    'hashed-strings-0': lambda f: u32(0, 0), 'hashed-strings-1': lambda f: u32(0, 1),
}, 'bad-signature', 'U-Boot test_vboot hashed-strings', _hashed_strings)
rows_of({'hashed-strings-start': lambda f: u32(0xffffffff, 0)[:4] + f.at(SIGNATURE).value(
    'hashed-strings')[4:]}, ACCEPTED, '7346c1e192d: start is ignored', _hashed_strings)


@row('hashed-strings-removed', 'bad-signature', 'U-Boot signature.rst: what is hashed')
def _(w):
    return _edit(w.good(), SIGNATURE, 'hashed-strings', None)


@row('strings-renamed', 'bad-signature', 'string bytes inside the range')
def _(w):
    fit = w.good()
    fit.strings = bytearray(bytes(fit.strings).replace(b'entry\0', b'entri\0'))
    return fit


@row('strings-appended', ACCEPTED, 'unsigned or signed by position: U-Boot signature.rst')
def _(w):
    fit = w.good()
    fit.strings += b'appended\0'
    return fit


@row('signature-second-good', ACCEPTED, 'U-Boot signature.rst: several signatures')
def _(w):
    fit = w.good()
    conf = fit.at(CONF)
    bad = conf.child('signature').copy('signature-0')
    bad.set('value', bytes(256))
    return _with_first(fit, conf, bad, w)


def _with_first(fit, conf, bad, w):
    """Two signature nodes, the first one wrong, the second right over both."""
    conf.drop('signature')
    conf.add(bad)
    return sign(fit, conf, w.dev, node='signature-1')
