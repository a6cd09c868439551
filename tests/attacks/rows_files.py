# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Kernels, trees and initrds that a configuration names inside its dm-verity root."""
import gzip
import subprocess

from disk import SECTOR, Disk, Partition
from fit import Prop, fill_hashes, sign, text, u32
from rows import ACCEPTED, row, rows_of
from shapes import arm64_image, erofs, image, verity_image

CONF = 'configurations/conf-1'
ROOT = 'images/rootfs'
BLOCK = 4096
PATHS = 'one root hash from the signature to every file'
PROFILE = 'fit-images/README.md: paths in a configuration'


def _dtb(source):
    return subprocess.run(['dtc', '-q', '-@', '-I', 'dts', '-O', 'dtb'], input=source.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


OVERLAY = '/dts-v1/; /plugin/; &{/} { holdfast-test = "overlay"; };'


def _files(w):
    """Something of everything; the kernel is long enough to have blocks of its own."""
    kernel = w.kernel + bytes(30 * BLOCK)
    return {
        '/boot/Image': kernel, '/boot/Image.gz': gzip.compress(kernel, 9, mtime=0),
        '/boot/initrd': b'initrd' * 2000, '/boot/a.dtbo': _dtb(OVERLAY),
        '/boot/base.dtb': _dtb('/dts-v1/; / { compatible = "linux,dummy-virt"; };'),
        '/boot/empty': b'', '/boot/text': b'not a kernel\n' * 900, '/boot/modules': None,
        '/boot/big-endian': arm64_image(bytes(200), flags=3), '/boot/header': arm64_image(b'')[:63],
        '/vmlinuz': 'boot/Image', '/absolute': '/boot/Image',
        '/above': '../../../boot/Image', '/dangling': '/boot/none', '/loop': 'pool', '/pool': '/loop',
        '/itself': 'itself', '/to-modules': 'boot/modules',
    }


def _root(w, made={}):
    if w not in made:
        made[w] = erofs(_files(w))
    return made[w]


def _tree(w, data=None, hash_block=BLOCK, kernel=False, **properties):
    """A release of a root and paths, not signed; the root's data is external."""
    fit = w.tree(load=None, entry=None)
    if not kernel:
        fit.at(CONF).drop('kernel')
        fit.at('images').drop('kernel')
    w.with_image(fit, verity_image(data=_root(w) if data is None else data, hash_block=hash_block), 'loadables')
    for name, value in properties.items():
        fit.at(CONF).set('holdfast,' + name.replace('_', '-'), value)
    return fit


def _release(w, **options):
    options.setdefault('kernel_path', text('/boot/Image'))
    options = {k: v for k, v in options.items() if v is not None}
    return w.signed(_tree(w, **options)).externalise(align=BLOCK)


# The payload of such a release is data, then tree.
def _damaged(w, at, **options):
    fit = _release(w, **options)
    if at < 0:
        at += len(fit.payload)
    fit.payload = fit.payload[:at] + bytes([fit.payload[at] ^ 1]) + fit.payload[at + 1:]
    return fit


def _block_of(w, content):
    """Where in the root a block with these bytes lies."""
    at = _root(w).index(content)
    return at - at % BLOCK


GOOD = {
    'files-good': {}, 'files-link': {'kernel_path': text('/vmlinuz')},
    'files-link-absolute': {'kernel_path': text('/absolute')},
    'files-link-above-the-root': {'kernel_path': text('/above')},
    'files-dots': {'kernel_path': text('/../boot/./modules/../../boot//Image')},
    'files-gzip': {'kernel_path': text('/boot/Image.gz'), 'kernel_compression': text('gzip')},
    'files-compression-none': {'kernel_compression': text('none')},
    'files-ramdisk': {'ramdisk_path': text('/boot/initrd')},
    'files-overlay': {'fdt_path': text('/boot/a.dtbo')},
    'files-all': {'fdt_path': text('/boot/a.dtbo', '/boot/a.dtbo'), 'ramdisk_path': text('/boot/initrd')},
    'files-small-hash-blocks': {'hash_block': 512},
    'files-beside-kernel-image': {'kernel': True, 'kernel_path': None, 'ramdisk_path': text('/boot/initrd')},
}
rows_of(GOOD, ACCEPTED, 'control: ' + PATHS, lambda w, v: _release(w, **v), boot=('files-all',))


rows_of({'files-lz4': ('-zlz4',), 'files-extended-inodes': ('-Eforce-inode-extended',)}, ACCEPTED, 'control: mkfs.erofs',
        lambda w, v: _release(w, data=erofs(_files(w), *v), ramdisk_path=text('/boot/initrd')))


@row('files-ramdisk-image', ACCEPTED, 'control: ' + PATHS)
def _(w):
    fit = w.ramdisk(_tree(w, kernel_path=text('/boot/Image')))
    return w.signed(fit).externalise(align=BLOCK)


# What a path may be.
rows_of({
    'files-path-missing': {'kernel_path': text('/boot/vmlinux')}, 'files-path-relative': {'kernel_path': text('boot/Image')},
    'files-path-directory': {'kernel_path': text('/boot')}, 'files-path-root': {'kernel_path': text('/')},
    'files-path-through-file': {'kernel_path': text('/boot/Image/Image')},
    'files-path-slash-behind': {'kernel_path': text('/boot/Image/')},
    'files-path-link-to-directory': {'kernel_path': text('/to-modules')},
    'files-path-dangling': {'kernel_path': text('/dangling')}, 'files-path-empty-file': {'kernel_path': text('/boot/empty')},
    'files-path-loop': {'kernel_path': text('/loop')}, 'files-path-itself': {'kernel_path': text('/itself')},
    'files-path-1025': {'kernel_path': text('/boot/' + 'x/' * 520)},
    'files-path-name-256': {'kernel_path': text('/boot/' + 'x' * 256)},
    'files-path-long-way': {'kernel_path': text('/boot/..' * 2000 + '/boot/Image')},
    'files-ramdisk-missing': {'ramdisk_path': text('/boot/no-initrd')},
    'files-fdt-missing': {'fdt_path': text('/boot/a.dtbo', '/boot/b.dtbo')},
}, 'no-file', PATHS, lambda w, v: _release(w, **v), boot=('files-path-loop',))
rows_of({
    'files-path-empty': {'kernel_path': text('')}, 'files-path-no-bytes': {'kernel_path': b''},
    'files-path-unterminated': {'kernel_path': b'/boot/Image'}, 'files-path-control': {'kernel_path': text('/boot/\x01mage')},
    'files-path-latin1': {'kernel_path': b'/boot/\xe4\0'}, 'files-two-kernels': {'kernel_path': text('/boot/Image', '/boot/Image')},
    'files-two-ramdisks': {'ramdisk_path': text('/boot/initrd', '/boot/initrd')},
    'files-fdt-hole': {'fdt_path': text('/boot/a.dtbo', '', '/boot/a.dtbo')},
    'files-and-kernel': {'kernel': True}, 'files-compression-of-image': {
        'kernel': True, 'kernel_path': None, 'kernel_compression': text('gzip')},
    'files-compression-number': {'kernel_compression': u32(1)},
}, 'bad-fit', PROFILE, lambda w, v: _release(w, **v), boot=('files-and-kernel',))


def _both(w, slot, name, kind, path):
    fit = _tree(w, kernel_path=text('/boot/Image'), **{slot.replace('-', '_') + '_path': text(path)})
    return w.signed(w.with_image(fit, image(name, b'x' * 64, kind), slot)).externalise(align=BLOCK)


rows_of({'files-and-ramdisk': ('ramdisk', 'ramdisk', 'ramdisk', '/boot/initrd'),
         'files-and-fdt': ('fdt', 'overlay', 'flat_dt', '/boot/a.dtbo')}, 'bad-fit', PROFILE,
        lambda w, v: _both(w, *v))


@row('files-without-root', 'verity-params', 'a path with no root hash above it', boot=True)
def _(w):
    fit = w.tree(load=None, entry=None)
    fit.at(CONF).set('holdfast,ramdisk-path', text('/boot/initrd'))
    return w.signed(fit)


@row('files-alone', 'no-image', 'a configuration that names no image')
def _(w):
    fit = w.tree()
    fit.at(CONF).drop('kernel').set('holdfast,kernel-path', text('/boot/Image'))
    return w.signed(fit)


@row('files-root-without-kernel', 'bad-kernel', 'a root and no path in it')
def _(w):
    return _release(w, kernel_path=None)


# What a file may be: the rules of images.
rows_of({'files-kernel-text': {'kernel_path': text('/boot/text')},
         'files-kernel-big-endian': {'kernel_path': text('/boot/big-endian')},
         'files-kernel-63-bytes': {'kernel_path': text('/boot/header')},
         'files-kernel-packed': {'kernel_path': text('/boot/Image.gz')}}, 'bad-kernel', 'arm64 booting.rst',
        lambda w, v: _release(w, **v), boot=('files-kernel-text',))
rows_of({'files-compression-wrong': {'kernel_compression': text('gzip')},
         'files-compression-other': {'kernel_path': text('/boot/Image.gz'), 'kernel_compression': text('lz4')},
         'files-compression-lzma': {'kernel_compression': text('lzma')}}, 'decompress', 'gzip, lz4 and zstd',
        lambda w, v: _release(w, **v))
rows_of({'files-fdt-too-large': (2 << 20) + 1}, 'too-big', 'a file larger than its claim',
        lambda w, v: _release(w, data=erofs(dict(_files(w), **{'/large': bytes(v)}), '-zlz4'), fdt_path=text('/large')),
        boot=('files-fdt-too-large',))
rows_of({'files-fdt-17': {'fdt_path': text(*['/boot/a.dtbo'] * 17)},
         'files-fdt-base-on-virt': {'fdt_path': text('/boot/base.dtb')}}, 'bad-dtb', 'the rules of fdt images',
        lambda w, v: _release(w, **v))
rows_of({'files-fdt-not': {'fdt_path': text('/boot/text')}}, 'bad-overlay', 'the rules of fdt images',
        lambda w, v: _release(w, **v))


# Who says so.
@row('files-path-added', 'bad-signature', 'a path that nobody signed')
def _(w):
    fit = w.signed(_tree(w, kernel=True))
    fit.at(CONF).set('holdfast,ramdisk-path', text('/boot/initrd'))
    return fit.externalise(align=BLOCK)


@row('files-path-changed', 'bad-signature', 'another path than the signed one')
def _(w):
    fit = w.signed(_tree(w, kernel_path=text('/boot/Image')))
    fit.at(CONF).set('holdfast,kernel-path', text('/boot/text'))
    return fit.externalise(align=BLOCK)


def _unsigned_name(w, prop, value):
    """As load-through-unsigned-name: hashed-strings ends before the name."""
    fit = fill_hashes(w.tree())
    conf = fit.at(CONF)
    fit.structure()
    size = len(fit.strings)
    conf.items.insert(0, Prop(prop, value))
    sign(fit, conf, w.dev)
    conf.child('signature').set('hashed-strings', u32(0, size))
    conf.child('signature').set('value', w.dev.sign(fit.message(conf, size)))
    return fit


rows_of({'files-kernel-path-not-covered': ('holdfast,kernel-path', text('/boot/Image')),
         'files-fdt-path-not-covered': ('holdfast,fdt-path', text('/boot/a.dtbo')),
         'files-ramdisk-path-not-covered': ('holdfast,ramdisk-path', text('/boot/initrd')),
         'files-compression-not-covered': ('holdfast,kernel-compression', text('gzip'))}, 'not-covered',
        'the coverage gate', lambda w, v: _unsigned_name(w, *v))


# The root, block by block.
@row('files-block-of-kernel', 'verity-io', 'a data block that does not verify', boot=True)
def _(w):
    return _damaged(w, _block_of(w, w.kernel[:64]))


@row('files-superblock', 'verity-io', 'the file system is proved before it is parsed')
def _(w):
    return _damaged(w, 1024)


@row('files-leaf', 'verity-io', 'a block inside the tree that does not verify')
def _(w):
    return _damaged(w, len(_root(w)) + 512, hash_block=512)


@row('files-top', 'verity-root', 'the top of the tree')
def _(w):
    return _damaged(w, len(_root(w)))


@row('files-block-of-another-file', ACCEPTED, 'lazy: a block that no file needs is the kernel\'s to refuse')
def _(w):
    return _damaged(w, _block_of(w, b'not a kernel\n' * 20))


@row('files-tree-cut', 'verity-io', 'outside the device')
def _(w):
    fit = _release(w, hash_block=512)
    fit.payload = fit.payload[:-BLOCK]
    fit.at(ROOT).set('data-size', u32(len(fit.payload)))
    return fit


@row('files-data-cut', 'verity-io', 'outside the device')
def _(w):
    fit = _release(w)
    fit.payload = fit.payload[:8 * BLOCK]
    fit.at(ROOT).set('data-size', u32(len(fit.payload)))
    return fit


def _geometry(w, change):
    fit = _tree(w, kernel_path=text('/boot/Image'))
    for name, value in change.items():
        fit.at(ROOT + '/dm-verity').set(name, value)
    return w.signed(fit).externalise(align=BLOCK)


rows_of({'files-block-size-0': {'data-block-size': u32(0)}, 'files-block-size-2g': {'data-block-size': u32(1 << 31)},
         'files-blocks-1': {'num-data-blocks': u32(1)}, 'files-salt-257': {'salt': bytes(257)},
         'files-hash-block-511': {'hash-block-size': u32(511)}}, 'verity-params', 'absurd geometry', _geometry)
rows_of({'files-start-4g-1': {'hash-start-block': u32(0xffffffff)}}, 'verity-io', 'outside the device', _geometry)


# Signed, and still not a file system that is read.
def _system(w, change):
    return _release(w, data=change(_root(w)))


def _put(at, value):
    return lambda data: data[:at] + value + data[at + len(value):]


rows_of({'files-noise': lambda d: bytes(range(256)) * 256, 'files-zeros': lambda d: bytes(16 * BLOCK),
         'files-magic': _put(1024, b'XXXX'), 'files-block-bits': _put(1024 + 12, b'\xff'),
         'files-root-inode': _put(1024 + 14, b'\xff\xff'),
         'files-metadata-far': _put(1024 + 40, b'\xff\xff\xff\xff'),
         'files-features': _put(1024 + 80, b'\xff\xff\xff\xff')}, 'file-system', 'a signed root that is malformed',
        _system, boot=('files-noise',))


# In partitions, and from one slot to the next.
def _partitions(w, a=lambda d: d, tree=False, b=False, b_root=lambda d: d):
    fit = _tree(w, kernel_path=text('/vmlinuz'), ramdisk_path=text('/boot/initrd'))
    root = fit.at(ROOT)
    whole = root.value('data')
    data, hashes = whole[:len(_root(w))], whole[len(_root(w)):]
    root.set('data', b'x')
    node = root.child('dm-verity').set('holdfast,partition', text('root'))
    if tree:
        node.set('hash-start-block', u32(0))
    blob = w.signed(fit).blob()
    parts = [Partition('holdfast-a', blob), Partition('root-a', a(data + (b'' if tree else hashes)))]
    if tree:
        parts.append(Partition('verity-a', hashes))
    if b:
        parts += [Partition('holdfast-b', blob), Partition('root-b', b_root(data + hashes))]
    return Disk(parts)


def _flip(at):
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


@row('files-partition', ACCEPTED, 'control: the root in a partition', kind='disk')
def _(w):
    return _partitions(w)


@row('files-partition-split', ACCEPTED, 'control: data and tree in partitions of their own', kind='disk')
def _(w):
    return _partitions(w, tree=True)


@row('files-partition-block', 'verity-io', 'a data block that does not verify', kind='disk', boot=True)
def _(w):
    return _partitions(w, _flip(_block_of(w, w.kernel[:64])))


@row('files-partition-next-slot', ACCEPTED, 'a block that does not verify: the next slot, in the same boot', kind='disk',
     boot=True, options={'slot': 'B'})
def _(w):
    return _partitions(w, _flip(_block_of(w, w.kernel[:64])), b=True)


@row('files-partition-other-root', 'verity-root', 'the root of another release', kind='disk')
def _(w):
    return _partitions(w, lambda data: bytes(len(data)))


@row('files-partition-short', 'verity-io', 'the partition is smaller than its root', kind='disk')
def _(w):
    return _partitions(w, lambda data: data[:3 * SECTOR])
