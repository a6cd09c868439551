# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Attacks on what is signed: configurations, coverage, algorithms, values."""
from fit import Node, Raw, digest, fill_hashes, sign, text, u32
from rows import ACCEPTED, row, rows_of
from shapes import BOARD, hash_node, image

CONF = 'configurations/conf-1'
SIGNATURE = CONF + '/signature'


@row('unsigned', 'no-signature', 'unsigned', boot=True)
def _(w):
    return fill_hashes(w.tree())


@row('signature-node-empty', 'no-signature', '40dcd5088b7: no signature, no check')
def _(w):
    fit = fill_hashes(w.tree())
    fit.at(CONF).add(Node('signature')).set('algo', text('sha256,rsa2048'))
    return fit


@row('signature-removed', 'no-signature', 'signature stripped')
def _(w):
    fit = w.good()
    fit.at(CONF).drop('signature')
    return fit


@row('signature-value-removed', 'no-signature', 'U-Boot signature.rst: signed properties')
def _(w):
    fit = w.good()
    fit.at(SIGNATURE).drop('value')
    return fit


@row('signature-on-image-only', 'no-signature', 'image signatures bind nothing')
def _(w):
    fit = fill_hashes(w.tree())
    node = fit.at('images/kernel').add(Node('signature'))
    data = fit.at('images/kernel').value('data')
    node.set('algo', text('sha256,rsa2048')).set('value', w.dev.sign(data))
    return fit


@row('signed-by-another-key', 'unknown-key', 'wrongly signed', boot=True)
def _(w):
    return w.signed(w.tree(), key=w.key('mallory'))


@row('signed-by-another-key-with-our-name', 'bad-signature', 'hint is advice only')
def _(w):
    return w.signed(w.tree(), key=w.key('mallory'), hint='dev')


@row('another-key-in-the-fit', 'unknown-key', '040fad3791f: keys searched in the FIT')
def _(w):
    fit = w.signed(w.tree(), key=w.key('mallory'))
    keys = fit.root.add(Node('signature'))
    node = keys.add(Node('key-mallory'))
    node.set('required', text('conf')).set('algo', text('sha256,rsa2048'))
    for name, value in w.key('mallory').public_key_properties():
        node.set(name, value)
    return fit


def _evil_kernel(fit, name='kernel-2', hashed=True):
    evil = image(name, b'evil' * 16, 'kernel', load=0x40400000, entry=0x40400000,
                 hashes=('sha256',) if hashed else ())
    fit.at('images').add(evil)
    return fill_hashes(fit)


@row('forged-configuration', 'bad-signature',
     'CVE-2020-10648 67acad3db71; U-Boot test_vboot forge', boot=True)
def _(w):
    fit = _evil_kernel(w.good(), hashed=True)
    conf = fit.at(CONF).copy('conf-2')
    conf.set('kernel', text('kernel-2'))
    fit.at('configurations').add(conf).name = b'conf-2'
    fit.at('configurations').set('default', text('conf-2'))
    return fit


@row('forged-configuration-no-hash', 'no-hash', 'CVE-2020-10648; U-Boot test_vboot forge')
def _(w):
    fit = _evil_kernel(w.good(), hashed=False)
    conf = fit.at(CONF).copy('conf-2')
    conf.set('kernel', text('kernel-2'))
    fit.at('configurations').add(conf)
    fit.at('configurations').set('default', text('conf-2'))
    return fit


def _clone(w, external):
    fit = w.good()
    images = fit.at('images')
    inner = images.copy('images')
    fit.at('images/kernel').set('data', b'evil' * len(w.kernel))
    kernel = images.child('kernel')
    kernel.child('hash-1').set('value', digest('sha256', kernel.value('data')))
    images.add(inner)
    fit.at(SIGNATURE).set('hashed-nodes', text('/', '/' + CONF, '/images/images/kernel',
                                               '/images/images/kernel/hash-1'), first=True)
    return fit.externalise() if external else fit


rows_of({'hashed-nodes-clone': False, 'hashed-nodes-clone-external': True}, 'bad-signature',
        'CVE-2026-46728 CVE-2026-33243; U-Boot test_vboot clone', _clone)
rows_of({
    'hashed-nodes-garbage': b'\xff' * 64, 'hashed-nodes-empty': b'',
    'hashed-nodes-unterminated': b'/images/' + b'a' * 300,
    'hashed-nodes-root-only': b'/\0',
}, ACCEPTED, 'f1c85688ab1: hashed-nodes is never read',
    lambda w, v: _edit(w.good(), SIGNATURE, 'hashed-nodes', v))


def _edit(fit, path, name, value):
    node = fit.root if path == '' else fit.at(path)
    if value is None:
        node.drop(name)
    else:
        node.set(name, value)
    return fit


SIGNED_EDITS = {
    'load-changed': ('images/kernel', 'load', u32(0x50000000)),
    'load-removed': ('images/kernel', 'load', None),
    'entry-changed': ('images/kernel', 'entry', u32(0x40400040)),
    'type-changed': ('images/kernel', 'type', text('firmware')),
    'os-changed': ('images/kernel', 'os', text('u-boot')),
    'compression-changed': ('images/kernel', 'compression', text('gzip')),
    'image-property-added': ('images/kernel', 'phase', text('spl')),
    'hash-value-changed': ('images/kernel/hash-1', 'value', b'\x11' * 32),
    'hash-algo-weakened': ('images/kernel/hash-1', 'algo', text('crc32')),
    'hash-ignored': ('images/kernel/hash-1', 'uboot-ignore', u32(1)),
    'compatible-changed': (CONF, 'compatible', text(BOARD, 'acme,other')),
    'cmdline-changed': (CONF, 'cmdline', text('init=/bin/sh')),
    'cmdline-removed': (CONF, 'cmdline', None),
    'rollback-index-added': (CONF, 'holdfast,rollback-index', u32(9)),
    'configuration-description-changed': (CONF, 'description', text('other')),
    'root-property-added': ('', 'model', text('x')),
    'timestamp-changed': ('', 'timestamp', u32(1)),
}
rows_of({k: v for k, v in SIGNED_EDITS.items() if k != 'hash-algo-weakened'}, 'bad-signature',
        'signed properties', lambda w, v: _edit(w.good(), *v))
rows_of({'hash-algo-weakened': SIGNED_EDITS['hash-algo-weakened']}, 'bad-signature',
        'U-Boot signature.rst: signed properties', lambda w, v: _edit(w.good(), *v))

UNSIGNED_EDITS = {
    'hint-changed': (SIGNATURE, 'key-name-hint', text('nobody')),
    'hint-removed': (SIGNATURE, 'key-name-hint', None),
    'hint-not-a-string': (SIGNATURE, 'key-name-hint', b'\x01\x02'),
    'sign-images-changed': (SIGNATURE, 'sign-images', text('nothing')),
    'signer-changed': (SIGNATURE, 'signer-name', text('\x1b[2J')),
    'signature-property-added': (SIGNATURE, 'odd', bytes(99)),
    'images-property-added': ('images', 'odd', bytes(9)),
    'configurations-property-added': ('configurations', 'odd', bytes(9)),
}
rows_of(UNSIGNED_EDITS, ACCEPTED, 'unsigned, and not acted on',
        lambda w, v: _edit(w.good(), *v))
rows_of({
    'default-to-nothing': text('conf-9'), 'default-removed': None,
    'default-not-a-string': b'\xff\xff',
}, ACCEPTED, 'CVE-2020-10648: the board chooses by compatible, not default',
    lambda w, v: _edit(w.good(), 'configurations', 'default', v))


@row('unreferenced-image-added', ACCEPTED, 'unsigned or signed by position: U-Boot signature.rst')
def _(w):
    return _evil_kernel(w.good())


@row('nop-in-images', ACCEPTED, 'NOP outside signed nodes')
def _(w):
    fit = w.good()
    fit.at('images').items.insert(0, Raw(u32(4)))
    return fit


@row('image-subnode-added', 'bad-signature', 'children of signed nodes show')
def _(w):
    fit = w.good()
    fit.at('images/kernel').add(Node('extra'))
    return fit


@row('configuration-subnode-added', 'bad-signature', 'U-Boot signature.rst: what is hashed')
def _(w):
    fit = w.good()
    fit.at(CONF).add(Node('extra'))
    return fit


@row('root-subnode-added', 'bad-signature', 'U-Boot signature.rst: what is hashed')
def _(w):
    fit = w.good()
    fit.root.add(Node('extra'))
    return fit


@row('property-order', 'bad-signature', 'unsigned or signed by position: U-Boot signature.rst')
def _(w):
    fit = w.good()
    items = fit.at('images/kernel').items
    items[2], items[3] = items[3], items[2]
    return fit


@row('hash-node-removed', 'no-hash', 'hash removed')
def _(w):
    fit = w.good()
    fit.at('images/kernel').drop('hash-1')
    return fit


@row('hash-node-added', 'bad-signature', 'hash added')
def _(w):
    fit = w.good()
    fit.at('images/kernel').add(hash_node('hash-2')).set('value', bytes(32))
    return fit


def _algorithm(w, algo):
    return w.signed(w.tree(), algo=algo)


def _algorithm_name(w, algo):
    return _edit(w.good(), SIGNATURE, 'algo', text(algo))


rows_of({'sha1-signature': 'sha1,rsa2048'}, 'algo-denied', '167fb1f8dc4: hash downgrade',
        _algorithm, boot=('sha1-signature',))
rows_of({
    'algo-md5': 'md5,rsa2048', 'algo-crc32': 'crc32,rsa2048', 'algo-unknown-hash': 'foo,rsa2048',
    'algo-unknown-key': 'sha256,dsa2048', 'algo-no-comma': 'sha256', 'algo-empty': '',
    'algo-rsa1024': 'sha256,rsa1024', 'algo-secp521r1': 'sha512,secp521r1',
    'algo-case': 'SHA256,rsa2048', 'algo-prefix': 'sha256,rsa2048x', 'algo-long': 'a' * 200,
    'algo-comma-only': ',',
}, 'algo-denied', 'U-Boot signature.rst: algorithms and padding; unknown algorithms', _algorithm_name)
rows_of({'algo-other-hash': 'sha512,rsa2048', 'algo-other-type': 'sha256,ecdsa256',
         'algo-other-size': 'sha256,rsa4096'}, 'algo-denied',
        '167fb1f8dc4; algorithm pinned to the key', _algorithm_name)


@row('algo-removed', 'algo-denied', 'U-Boot signature.rst: algorithms and padding')
def _(w):
    return _edit(w.good(), SIGNATURE, 'algo', None)


rows_of({
    'padding-unknown': 'none', 'padding-empty': '', 'padding-oaep': 'oaep',
}, 'algo-denied', '19495dd9b6f b560c704d66: unknown padding',
    lambda w, v: _edit(w.good(), SIGNATURE, 'padding', text(v)))
rows_of({'padding-pss-on-pkcs': 'pss'}, 'bad-signature', 'U-Boot signature.rst: algorithms and padding',
        lambda w, v: _edit(w.good(), SIGNATURE, 'padding', text(v)))


@row('padding-pss', ACCEPTED, 'PSS, any salt length')
def _(w):
    return w.signed(w.tree(), padding='pss')


def _image_hash(w, hashes):
    return w.signed(w.tree(hashes=hashes))


rows_of({'image-hash-crc32': ('crc32',), 'image-hash-md5': ('md5',), 'image-hash-sha1': ('sha1',),
         'image-hash-sha1-beside-sha256': ('sha256', 'sha1'),
         'image-hash-crc32-first': ('crc32', 'sha256')}, 'algo-denied',
        'crc32-only hashes in signed configurations', _image_hash)
rows_of({'image-hash-none': ()}, 'no-hash', 'no hash passes in U-Boot', _image_hash,
        boot=('image-hash-none',))


@row('image-hash-value-short', 'bad-fit', 'wolfSSL CVE-2026-5194: digest size not checked')
def _(w):
    fit = fill_hashes(w.tree())
    node = fit.at('images/kernel/hash-1')
    node.set('value', node.value('value')[:4])
    return sign(fit, fit.at(CONF), w.dev)


@row('image-hash-value-empty', 'bad-fit', 'wolfSSL CVE-2026-5194')
def _(w):
    fit = fill_hashes(w.tree())
    fit.at('images/kernel/hash-1').set('value', b'')
    return sign(fit, fit.at(CONF), w.dev)


@row('image-hash-second-wrong', 'hash-mismatch', 'all hash nodes must match')
def _(w):
    fit = fill_hashes(w.tree(hashes=('sha256', 'sha256')))
    fit.at('images/kernel/hash-2').set('value', bytes(32))
    return sign(fit, fit.at(CONF), w.dev)


@row('image-hash-ignored-and-wrong', 'hash-mismatch', 'uboot-ignore')
def _(w):
    fit = fill_hashes(w.tree())
    node = fit.at('images/kernel/hash-1')
    node.set('value', bytes(32)).set('uboot-ignore', u32(1))
    return sign(fit, fit.at(CONF), w.dev)


@row('image-named-nothing', 'config-missing', 'a slot that names no image')
def _(w):
    fit = w.ramdisk(w.tree())
    fit.at('images').drop('ramdisk')
    return w.signed(fit)


@row('kernel-not-named', 'no-image', 'at least one image')
def _(w):
    fit = w.tree()
    fit.at(CONF).drop('kernel')
    return w.signed(fit)


@row('compatible-other', 'no-match', 'U-Boot image-fit.c: best match by compatible', boot=True)
def _(w):
    fit = w.tree()
    fit.at(CONF).set('compatible', text('acme,other'))
    return w.signed(fit)


@row('compatible-prefix', 'no-match', 'U-Boot image-fit.c: best match by compatible')
def _(w):
    fit = w.tree()
    fit.at(CONF).set('compatible', BOARD[:-1].encode() + b'\0')
    return w.signed(fit)


@row('two-configurations-one-rank', 'config-missing', 'design: two at one rank')
def _(w):
    fit = w.tree()
    fit.at('configurations').add(fit.at(CONF).copy('conf-2'))
    fit.at('configurations').drop('default')
    return w.signed(fit)
