# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Attacks on payloads: where they are said to lie, how long they are, what they hold."""
from fit import Prop, sign, fill_hashes, u32
from rows import ACCEPTED, row, rows_of
from shapes import image

KERNEL = 'images/kernel'
UNSIGNED_NUMBERS = '69f6272b24a 8f71d7170f5; U-Boot test_vboot_ext_data_bounds'


@row('payload-bit', 'hash-mismatch', 'one byte of the kernel', boot=True)
def _(w):
    fit = w.good()
    node = fit.at(KERNEL)
    data = bytearray(node.value('data'))
    data[-1] ^= 1
    node.set('data', bytes(data))
    return fit


@row('payload-bit-external', 'hash-mismatch', 'U-Boot signature.rst: signed properties')
def _(w):
    fit = w.good_external()
    fit.payload = bytes([fit.payload[0] ^ 0x80]) + fit.payload[1:]
    return fit


@row('payload-replaced', 'hash-mismatch', 'U-Boot signature.rst: signed properties')
def _(w):
    fit = w.good()
    fit.at(KERNEL).set('data', b'evil' * 64)
    return fit


@row('payload-empty', 'truncated', 'U-Boot signature.rst: signed properties')
def _(w):
    fit = w.good()
    fit.at(KERNEL).set('data', b'')
    return fit


@row('payload-missing', 'bad-fit', 'FIT specification: external data')
def _(w):
    fit = w.good()
    fit.at(KERNEL).drop('data')
    return fit


@row('payload-padding-byte', ACCEPTED, 'the pad byte of data is unsigned')
def _(w):
    kernel = w.kernel + bytes(-len(w.kernel) % 4) + b'\1'
    blob = bytearray(w.signed(w.tree(kernel=kernel)).blob())
    blob[blob.index(kernel) + len(kernel)] = 0xff
    return bytes(blob)


def _external(w, change):
    fit = w.good_external()
    for name, value in change.items():
        if value is None:
            fit.at(KERNEL).drop(name)
        else:
            fit.at(KERNEL).set(name, u32(value) if isinstance(value, int) else value)
    return fit


OFFSETS = {'4g-1': 0xffffffff, '2g': 0x80000000, '2g-1': 0x7fffffff, '256m': 0x10000000}
rows_of({f'data-{name}-{word}': {f'data-{name}': value}
         for name in ('offset', 'position', 'size') for word, value in OFFSETS.items()},
        'truncated', UNSIGNED_NUMBERS, _external)
rows_of({
    'data-size-1': {'data-size': 1}, 'data-size-less-1': {'data-size': -1},
}, 'hash-mismatch', UNSIGNED_NUMBERS, lambda w, v: _external(w, {
    k: len(w.kernel) + n if n < 0 else n for k, n in v.items()}))
rows_of({'data-size-0': {'data-size': 0}}, 'truncated', UNSIGNED_NUMBERS, _external)


@row('data-size-plus-1', 'truncated', UNSIGNED_NUMBERS, boot=True)
def _(w):
    """One byte past the end of everything: the partition is as long as the FIT."""
    fit = w.good_external()
    whole = -(-len(fit.blob()) // 512) * 512 + 1
    base = len(fit.blob()) - len(fit.payload)
    fit.at(KERNEL).set('data-size', u32(whole - base))
    return fit


@row('data-size-missing', 'bad-fit', 'FIT specification: external data')
def _(w):
    return _external(w, {'data-size': None})


rows_of({
    'data-offset-3-bytes': {'data-offset': b'\0\0\0'},
    'data-offset-8-bytes': {'data-offset': bytes(8)},
    'data-size-empty': {'data-size': b''},
    'data-position-empty': {'data-position': b''},
}, 'bad-fit', 'FIT specification: external data', _external)
rows_of({'data-position-0': {'data-position': 0}, 'data-position-in-metadata': {
    'data-position': 64}}, 'bad-fit', 'payload inside the metadata', _external)


@row('data-beside-data-offset', 'hash-mismatch', 'external wins')
def _(w):
    fit = w.good()
    fit.at(KERNEL).set('data-offset', u32(0)).set('data-size', u32(64))
    fit.payload = b'evil' * 16
    return fit


@row('data-size-beside-data', ACCEPTED, 'unsigned or signed by position: U-Boot signature.rst')
def _(w):
    fit = w.good()
    fit.at(KERNEL).set('data-size', u32(0xffffffff))
    return fit


@row('external-position', ACCEPTED, 'mkimage -p, control')
def _(w):
    return w.good().externalise(position=0x2000)


@row('external-aligned', ACCEPTED, 'mkimage -B, control')
def _(w):
    return w.good().externalise(align=512)


@row('external-offset-odd', ACCEPTED, 'payload at an odd offset')
def _(w):
    fit = w.good_external()
    fit.payload = b'\0\0\0' + fit.payload
    fit.at(KERNEL).set('data-offset', u32(3))
    return fit


@row('data-nested-in-data', ACCEPTED, 'a payload that looks like a FIT')
def _(w):
    inner = w.good().blob()
    return w.signed(w.with_image(w.tree(), image('ramdisk', inner, 'ramdisk'), 'ramdisk'))


@row('two-images-one-payload', 'hash-mismatch', 'first-match lookups')
def _(w):
    fit = w.signed(w.ramdisk(w.tree())).externalise()
    first = fit.at(KERNEL).value('data-offset')
    fit.at('images/ramdisk').set('data-offset', first)
    return fit


@row('data-property-in-hash-node', 'bad-signature', 'four names, any node')
def _(w):
    fit = w.good()
    fit.at(KERNEL + '/hash-1').set('data-x', u32(1))
    return fit


@row('load-through-unsigned-name', 'not-covered', 'the coverage gate')
def _(w):
    """The last signed name is cut off by hashed-strings, then changed to another word."""
    fit = fill_hashes(w.tree(load=None))
    node = fit.at(KERNEL)
    fit.structure()
    size = len(fit.strings)
    conf = fit.at('configurations/conf-1')
    node.items.insert(0, Prop('load', u32(0x40600000)))
    sign(fit, conf, w.dev)
    conf.child('signature').set('hashed-strings', u32(0, size))
    conf.child('signature').set('value', w.dev.sign(fit.message(conf, size)))
    return fit
