# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Attacks on signature values: what the public operation or the padding check must refuse."""
from crypto import DIGEST_INFO, mgf1
from fit import Node, digest, fill_hashes, sign, u32
from rows import ACCEPTED, row, rows_of

CONF = 'configurations/conf-1'
SIGNATURE = CONF + '/signature'


def _value(make):
    def build(w):
        fit = w.good()
        node = fit.at(SIGNATURE)
        size = int.from_bytes(node.value('hashed-strings')[4:8], 'big')
        message = fit.message(fit.at(CONF), size)
        node.set('value', make(w.dev, node.value('value'), message))
        return fit
    return build


def _number(value, key):
    return value.to_bytes(key.size, 'big')


def _em(tail):
    """The real key applied to a padded block with another tail than the standard's."""
    def make(key, value, message):
        del value
        end = tail(digest('sha256', message))
        return key.raw(b'\0\1' + b'\xff' * (key.size - 3 - len(end)) + b'\0' + end)
    return make


INFO = DIGEST_INFO['sha256']
RSA_VALUES = {
    'rsa-value-first-byte': lambda k, v, m: bytes([v[0] ^ 1]) + v[1:],
    'rsa-value-last-byte': lambda k, v, m: v[:-1] + bytes([v[-1] ^ 1]),
    'rsa-value-short': lambda k, v, m: v[:-1], 'rsa-value-long': lambda k, v, m: v + b'\0',
    'rsa-value-long-front': lambda k, v, m: b'\0' + v, 'rsa-value-one-byte': lambda k, v, m: b'\0',
    'rsa-value-0': lambda k, v, m: bytes(k.size),
    'rsa-value-1': lambda k, v, m: _number(1, k), 'rsa-value-n': lambda k, v, m: _number(k.n, k),
    'rsa-value-n-1': lambda k, v, m: _number(k.n - 1, k),
    'rsa-value-ones': lambda k, v, m: b'\xff' * k.size,
    'rsa-em-no-null': _em(lambda h: bytes.fromhex('302f300b06096086480165030402010420') + h),
    'rsa-em-bare-digest': _em(lambda h: h),
    'rsa-em-other-oid': _em(lambda h: DIGEST_INFO['sha512'][:-1] + b'\x20' + h),
    'rsa-em-long-length': _em(lambda h: b'\x30\x81' + INFO[1:] + h),
    'rsa-em-garbage': _em(lambda h: INFO + h + bytes(8)),
    'rsa-em-digest-cut': _em(lambda h: INFO + h[:-1]),
    'rsa-em-type-2': lambda k, v, m: k.raw(b'\0\2' + k.block(m, 'sha256')[2:]),
    'rsa-em-first-byte': lambda k, v, m: k.raw(b'\1\1' + k.block(m, 'sha256')[2:])
    if k.n >> (8 * k.size - 8) > 1 else bytes(k.size),
    'rsa-em-padding-byte': lambda k, v, m: k.raw(k.block(m, 'sha256').replace(b'\xff', b'\xfe', 1)),
    'rsa-em-short-padding': lambda k, v, m: k.raw(
        b'\0\1' + b'\xff' * 8 + b'\0' + INFO + digest('sha256', m) + bytes(k.size - 62)),
}
for _name, _make in RSA_VALUES.items():
    row(_name, 'bad-signature', 'RFC 8017 8.2.2; CVE-2006-4339', boot=_name == 'rsa-value-first-byte')(
        _value(_make))


@row('rsa-value-plus-n', 'bad-signature', 'RFC 8017 5.2.2: s >= n; U-Boot signature.rst: algorithms and padding')
def _(w):
    for i in range(200):
        fit = w.tree(cmdline='try=%d' % i)
        w.signed(fit)
        node = fit.at(SIGNATURE)
        more = int.from_bytes(node.value('value'), 'big') + w.dev.n
        if more >> 2048 == 0:
            node.set('value', more.to_bytes(256, 'big'))
            return fit
    raise AssertionError('no signature below 2^2048 - n in 200 tries')


def _pss(make):
    def build(w):
        fit = w.signed(w.tree(), padding='pss')
        node = fit.at(SIGNATURE)
        size = int.from_bytes(node.value('hashed-strings')[4:8], 'big')
        message = fit.message(fit.at(CONF), size)
        node.set('value', make(w.dev, message))
        return fit
    return build


PSS_GOOD = {'pss-salt-0': 0, 'pss-salt-20': 20, 'pss-salt-max': 222}
for _name, _salt in PSS_GOOD.items():
    row(_name, ACCEPTED, 'any salt length')(
        _pss(lambda k, m, s=_salt: k.raw(k.pss_block(m, 'sha256', b'\x77' * s))))
PSS_BAD = {
    'pss-trailer': lambda k, m: k.raw(k.pss_block(m, 'sha256', b'')[:-1] + b'\xcc'),
    'pss-top-bit': lambda k, m: k.raw(bytes([k.n >> 2040 & 0x7f]) + k.pss_block(m, 'sha256', b'')[1:]),
    'pss-separator': lambda k, m: k.raw(_pss_separator(k, m)),
    'pss-other-mgf': lambda k, m: k.raw(_pss_other_mgf(k, m)),
    'pss-other-message': lambda k, m: k.raw(k.pss_block(m + b'x', 'sha256', b'\x77' * 32)),
}
for _name, _make in PSS_BAD.items():
    row(_name, 'bad-signature', 'RFC 8017 9.1.2; 1a62c23ecf1 0cd933bb4bd')(_pss(_make))


def _pss_separator(key, message):
    m_hash = digest('sha256', message)
    h = digest('sha256', bytes(8) + m_hash)
    db = bytes(key.size - 34) + b'\2'
    masked = bytes(x ^ y for x, y in zip(db, mgf1(h, len(db), 'sha256')))
    return bytes([masked[0] & 0x7f]) + masked[1:] + h + b'\xbc'


def _pss_other_mgf(key, message):
    h = digest('sha256', bytes(8) + digest('sha256', message))
    db = bytes(key.size - 34) + b'\1'
    masked = bytes(x ^ y for x, y in zip(db, mgf1(h, len(db), 'sha1')))
    return bytes([masked[0] & 0x7f]) + masked[1:] + h + b'\xbc'


EC_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551


def _pair(r, s):
    return r.to_bytes(32, 'big') + s.to_bytes(32, 'big')


def _split(value):
    return int.from_bytes(value[:32], 'big'), int.from_bytes(value[32:], 'big')


def _ec(w, change):
    fit = w.signed(w.tree(), key=w.key('ec', 'ecdsa256'))
    node = fit.at(SIGNATURE)
    node.set('value', change(node.value('value')))
    return fit


rows_of({
    'ecdsa-r-and-s-0': lambda v: bytes(64), 'ecdsa-r-0': lambda v: bytes(32) + v[32:],
    'ecdsa-s-0': lambda v: v[:32] + bytes(32),
    'ecdsa-r-n': lambda v: EC_ORDER.to_bytes(32, 'big') + v[32:],
    'ecdsa-s-n': lambda v: v[:32] + EC_ORDER.to_bytes(32, 'big'),
    'ecdsa-both-n': lambda v: _pair(EC_ORDER, EC_ORDER), 'ecdsa-both-1': lambda v: _pair(1, 1),
    'ecdsa-ones': lambda v: b'\xff' * 64, 'ecdsa-short': lambda v: v[:-1],
    'ecdsa-long': lambda v: v + b'\0',
    'ecdsa-swapped': lambda v: v[32:] + v[:32],
    'ecdsa-last-byte': lambda v: v[:-1] + bytes([v[-1] ^ 1]),
    'ecdsa-der': lambda v: b'\x30\x44\x02\x20' + v[:32] + b'\x02\x20' + v[32:],
}, 'bad-signature', 'CVE-2022-21449 CVE-2022-24884; U-Boot signature.rst: algorithms and padding', _ec, trust='ec')
rows_of({'ecdsa-empty': lambda v: v[:0]}, 'no-signature', 'an empty value', _ec,
        trust='ec')
rows_of({'ecdsa-negated-s': lambda v: _pair(_split(v)[0], EC_ORDER - _split(v)[1])}, ACCEPTED,
        'the other valid signature of the same message', _ec, trust='ec')
rows_of({'ecdsa-good': lambda v: v}, ACCEPTED, 'control', _ec, trust='ec')


@row('ecdsa-sha1', 'algo-denied', 'ECDSA algorithm not pinned in U-Boot', trust='ec')
def _(w):
    return w.signed(w.tree(), key=w.key('ec', 'ecdsa256'), algo='sha1,ecdsa256')


@row('ecdsa-other-hash', 'algo-denied', 'pinned', trust='ec')
def _(w):
    return w.signed(w.tree(), key=w.key('ec', 'ecdsa256'), algo='sha384,ecdsa256')


rows_of({'algorithm-rsa3072': ('rsa3072', None), 'algorithm-rsa4096': ('rsa4096', None),
         'algorithm-rsa4096-pss': ('rsa4096', 'pss'), 'algorithm-ecdsa384': ('ecdsa384', None)},
        ACCEPTED, 'control of the other algorithms',
        lambda w, v: w.signed(w.tree(), key=w.key(v[0], v[0]), padding=v[1]), trust='others')


def _flipped(w, kind):
    fit = w.signed(w.tree(), key=w.key(kind, kind))
    fit.at('images/kernel').set('entry', u32(0x40500000))
    return fit


rows_of({'flipped-rsa3072': 'rsa3072', 'flipped-rsa4096': 'rsa4096',
         'flipped-ecdsa384': 'ecdsa384'}, 'bad-signature', 'every algorithm refuses', _flipped,
        trust='others')

# Trust sets: who decides.
for _set in ('empty', 'optional', 'bare', 'image'):
    row('trust-' + _set, 'no-trust', 'no required key accepts everything in U-Boot',
        trust=_set)(lambda w: w.good())


@row('trust-all-one-signature', 'bad-signature', 'U-Boot test_vboot required rows; 0772a1f4973',
     trust='two-all')
def _(w):
    return w.good()


@row('trust-any-one-signature', ACCEPTED, 'U-Boot test_vboot required-mode any', trust='two-any')
def _(w):
    return w.good()


@row('trust-optional-signed-only', 'bad-signature', 'U-Boot test_vboot required rows',
     trust='dev-and-optional')
def _(w):
    return w.signed(w.tree(), key=w.key('second'))


@row('threshold-one-of-two', 'bad-signature', 'holdfast,threshold', trust='threshold')
def _(w):
    return w.good()


@row('threshold-same-key-twice', 'bad-signature', 'distinct public values',
     trust='threshold-twin')
def _(w):
    return _sign_twice(w, w.tree(), (w.dev, w.dev), ('dev', 'twin'))


@row('threshold-two-of-two', ACCEPTED, 'holdfast,threshold', trust='threshold')
def _(w):
    return _sign_twice(w, w.tree(), (w.dev, w.key('second')), ('dev', 'second'))


def _sign_twice(w, fit, keys, hints):
    del w
    fill_hashes(fit)
    conf = fit.at(CONF)
    for i in range(len(keys)):
        conf.add(Node('signature-%d' % i))
    for i, key in enumerate(keys):
        sign(fit, conf, key, node='signature-%d' % i, hint=hints[i])
    return fit
