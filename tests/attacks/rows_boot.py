# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Releases that are signed by us and must still not boot: where they go, what they are, what they ask.

The signer is trusted to choose what runs, not to be free of mistakes: a payload over the loader is
refused however good its signature is.
"""
import gzip
import lzma
import struct
import subprocess
import zlib

from fit import Node, fill_hashes, sign, text, u32
from rows import ACCEPTED, row, rows_of
from shapes import LOAD, RAMDISK, arm64_image, image

CONF = 'configurations/conf-1'
KERNEL = 'images/kernel'
BODY = b'kernel' * 20


def _signed_with(w, path, **properties):
    fit = w.tree()
    for name, value in properties.items():
        name = name.replace('_', '-')
        if value is None:
            fit.at(path).drop(name)
        else:
            fit.at(path).set(name, value)
    return w.signed(fit)


# Where it goes. The board's RAM is 0x40000000 to 0x7fffffff.
LOADS = {
    'load-0': u32(0), 'load-flash': u32(0x100000), 'load-device': u32(0x09000000),
    'load-below-ram': u32(0x3fffffff & ~0x1fffff), 'load-end-of-ram': u32(0x80000000),
    'load-past-ram': u32(0xc0000000), 'load-4g-1': u32(0xffffffff),
    'load-64-bit': u32(0xffffffff, 0xffe00000), 'load-high': u32(1, 0x40400000),
}
rows_of(LOADS, 'bad-load', 'CVE-2018-18440 CVE-2023-39902; outside the window',
        lambda w, v: _signed_with(w, KERNEL, load=v, entry=v), boot=('load-past-ram',))
rows_of({'load-last-page': u32(0x7ffff000)}, 'overlap', 'the loader itself is there',
        lambda w, v: _signed_with(w, KERNEL, load=v, entry=v))
rows_of({'load-unaligned': u32(LOAD + 0x1000), 'load-odd': u32(LOAD + 1)}, 'bad-load',
        'arm64 booting.rst: 2 MiB', lambda w, v: _signed_with(w, KERNEL, load=v, entry=v))
rows_of({'load-3-bytes': b'\x40\0\0', 'load-empty': b'', 'load-12-bytes': u32(0, 0, LOAD)},
        'bad-fit', 'FIT specification: property types', lambda w, v: _signed_with(w, KERNEL, load=v))


@row('load-loader', 'overlap', 'CVE-2018-18440; payloads that claim the loader', boot=True)
def _(w):
    """The last 2 MiB of RAM: the loader is there."""
    kernel = arm64_image(BODY, image_size=0x200000)
    return w.good(kernel=kernel, load=0x7fe00000, entry=0x7fe00000)


rows_of({'load-earlier-tree': u32(0x40000000)}, ACCEPTED, 'the tree was copied before',
        lambda w, v: _signed_with(w, KERNEL, load=v, entry=v))
rows_of({'entry-outside': u32(0x50000000), 'entry-before': u32(LOAD - 4),
         'entry-4g-1': u32(0xffffffff), 'entry-odd': u32(LOAD + 2)}, 'bad-load',
        'CVE-2023-39902', lambda w, v: _signed_with(w, KERNEL, entry=v))


@row('load-ramdisk-on-kernel', 'overlap', 'payloads that claim each other', boot=True)
def _(w):
    return w.signed(w.ramdisk(w.tree(), load=LOAD))


@row('load-ramdisk-outside', 'bad-load', 'outside the window')
def _(w):
    return w.signed(w.ramdisk(w.tree(), load=0x10000000))


@row('load-ramdisk-good', ACCEPTED, 'control')
def _(w):
    return w.signed(w.ramdisk(w.tree(), load=RAMDISK))


# What it is.
KERNELS = {
    'kernel-magic': arm64_image(BODY, magic=b'ARMx'), 'kernel-63-bytes': arm64_image(b'')[:63],
    'kernel-not-an-image': b'\x7fELF' * 64, 'kernel-big-endian': arm64_image(BODY, flags=3),
    'kernel-image-size-0': arm64_image(BODY, image_size=0),
    'kernel-image-size-short': arm64_image(BODY, image_size=63),
    'kernel-text-offset-odd': arm64_image(BODY, text_offset=0x1234),
    'kernel-16k-pages-unknown': arm64_image(BODY, flags=0xffffffffffffff02),
}
rows_of({k: v for k, v in KERNELS.items() if k not in
         ('kernel-16k-pages-unknown', 'kernel-text-offset-odd', 'kernel-image-size-short')},
        'bad-kernel', 'arm64 booting.rst', lambda w, v: w.good(kernel=v), boot=('kernel-magic',))
rows_of({
    'kernel-image-size-512m': 0x20000000, 'kernel-image-size-2g': 0x80000000,
    'kernel-image-size-4g': 1 << 32, 'kernel-image-size-wraps': (1 << 64) - 0x1000,
}, 'bad-kernel', 'arm64 booting.rst: image_size above KERNEL_MAX',
    lambda w, v: w.good(kernel=arm64_image(BODY, image_size=v)))
rows_of({
    'kernel-type-ramdisk': ('type', text('ramdisk')), 'kernel-type-missing': ('type', None),
    'kernel-arch-arm': ('arch', text('arm')), 'kernel-arch-missing': ('arch', None),
    'kernel-os-u-boot': ('os', text('u-boot')), 'kernel-os-missing': ('os', None),
}, 'bad-kernel', 'FIT specification: property types', lambda w, v: _signed_with(w, KERNEL, **{v[0]: v[1]}))
rows_of({'kernel-two': b'kernel\0kernel\0'}, 'bad-fit', 'one kernel',
        lambda w, v: _signed_with(w, CONF, kernel=v))
rows_of({'cipher-node': 'images/kernel'}, 'bad-fit', 'not compiled in',
        lambda w, v: _cipher(w, v))


def _cipher(w, path):
    fit = w.tree()
    fit.at(path).add(Node('cipher')).set('algo', text('aes256')).set('iv', bytes(16))
    return w.signed(fit)


# Compression.
def _gzip(data):
    return gzip.compress(data, 9, mtime=0)


def _tool(name, data):
    return subprocess.run([name, '-c', '-q'], input=data, stdout=subprocess.PIPE,
                          check=True).stdout


def _packed(w, kind, data):
    return w.good(kernel=data, compression=kind)


def _big(size):
    """A good header, then zeros: a bomb once it is packed."""
    return arm64_image(bytes(size - 64))


rows_of({'gzip-good': 'gzip', 'lz4-good': 'lz4', 'zstd-good': 'zstd'}, ACCEPTED, 'control',
        lambda w, v: _packed(w, v, _gzip(w.kernel) if v == 'gzip' else _tool(v, w.kernel)))
rows_of({'gzip-bomb': 'gzip', 'lz4-bomb': 'lz4', 'zstd-bomb': 'zstd'}, 'decompress',
        '914ebe8b16b 2ff26c1e378: output larger than its buffer',
        lambda w, v: _packed(w, v, _gzip(_big(160 << 20)) if v == 'gzip'
                             else _tool(v, _big(160 << 20))))
rows_of({'gzip-cut': 'gzip', 'lz4-cut': 'lz4', 'zstd-cut': 'zstd'}, 'decompress',
        'decompressors',
        lambda w, v: _packed(w, v, (_gzip(w.kernel) if v == 'gzip'
                                    else _tool(v, w.kernel))[:-9]))
rows_of({'gzip-not': 'gzip', 'lz4-not': 'lz4', 'zstd-not': 'zstd'}, 'decompress', 'decompressors on the load path',
        lambda w, v: _packed(w, v, b'not packed at all' * 9))
rows_of({'gzip-empty': 'gzip', 'lz4-empty': 'lz4', 'zstd-empty': 'zstd'}, 'truncated',
        'a payload of no bytes', lambda w, v: _packed(w, v, b''))


@row('gzip-crc', ACCEPTED, 'RFC 1952: CRC32, not computed: a signed digest proved these bytes')
def _(w):
    data = _gzip(w.kernel)
    return _packed(w, 'gzip', data[:-8] + bytes([data[-8] ^ 1]) + data[-7:])


@row('gzip-length', 'decompress', 'RFC 1952: ISIZE', boot=True)
def _(w):
    data = _gzip(w.kernel)
    return _packed(w, 'gzip', data[:-4] + struct.pack('<I', 1))


@row('gzip-tail', 'decompress', 'RFC 1952: bytes behind the member')
def _(w):
    return _packed(w, 'gzip', _gzip(w.kernel) + b'tail')


@row('gzip-header-endless', 'decompress', 'CVE-2022-37434: long extra field')
def _(w):
    body = zlib.compress(w.kernel)[2:-4]
    return _packed(w, 'gzip', b'\x1f\x8b\x08\x04' + bytes(6) + b'\xff\xff' + body)


@row('gzip-name-endless', 'decompress', 'RFC 1952: FNAME without its NUL')
def _(w):
    return _packed(w, 'gzip', b'\x1f\x8b\x08\x08' + bytes(6) + b'n' * 300)


rows_of({'compression-empty': ''}, 'bad-fit', 'not a string',
        lambda w, v: _packed(w, v, w.kernel))
rows_of({'compression-lzma': 'lzma', 'compression-unknown': 'rot13'}, 'decompress', 'gzip, lz4 and zstd',
        lambda w, v: _packed(w, v, lzma.compress(w.kernel) if v == 'lzma' else w.kernel))


# What it asks: the command line.
def _cmdline(w, cmdline):
    return w.good(cmdline=cmdline)


rows_of({'cmdline-2048': 'x' * 2048, 'cmdline-4096': 'x' * 4096, 'cmdline-60k': 'x' * 60000},
        'cmdline-too-long', 'arm64 COMMAND_LINE_SIZE 2048', _cmdline)
rows_of({'cmdline-2047-and-ours': 'x' * 2047}, 'cmdline-too-long',
        'arm64 COMMAND_LINE_SIZE 2048: ours come behind', _cmdline, boot=('cmdline-2047-and-ours',))
rows_of({'cmdline-not-a-string': b'\xff\xfe\0', 'cmdline-two-strings': b'a\0b\0',
         'cmdline-unterminated': b'quiet', 'cmdline-newline': b'a\nb\0'}, 'bad-fit',
        'FIT specification: property types', lambda w, v: _signed_with(w, CONF, cmdline=v))


def _verity_cmdline(w, cmdline):
    fit = w.signed(w.verity(w.tree(cmdline=cmdline)))
    return fit.externalise(align=4096)


rows_of({
    'cmdline-second-table': 'quiet dm-mod.create="r,,,ro,0 1 linear 254:1 0"',
    'cmdline-dm-mod-waitfor': 'dm-mod.waitfor=/dev/vda1', 'cmdline-root': 'root=/dev/vda1 quiet',
    'cmdline-roothash': 'roothash=00', 'cmdline-systemd': 'systemd.verity_root_data=/dev/vda1',
}, 'verity-params', 'signed text beside a dm-verity image', _verity_cmdline,
        boot=('cmdline-second-table',))


# The root.
def _verity(w, change):
    fit = w.verity(w.tree())
    node = fit.at('images/rootfs/dm-verity')
    for name, value in change.items():
        if value is None:
            node.drop(name)
        else:
            node.set(name, value)
    return w.signed(fit).externalise(align=4096)


VERITY = {
    'verity-block-0': {'data-block-size': u32(0)}, 'verity-block-256': {
        'data-block-size': u32(256)},
    'verity-block-4095': {'data-block-size': u32(4095)},
    'verity-block-128k': {'data-block-size': u32(131072)},
    'verity-hash-block-0': {'hash-block-size': u32(0)},
    'verity-hash-block-2g': {'hash-block-size': u32(0x80000000)},
    'verity-blocks-0': {'num-data-blocks': u32(0)}, 'verity-blocks-missing': {
        'num-data-blocks': None},
    'verity-blocks-8-bytes': {'num-data-blocks': u32(0, 8)},
    'verity-digest-short': {'digest': bytes(31)}, 'verity-digest-missing': {'digest': None},
    'verity-salt-300': {'salt': bytes(300)}, 'verity-algo-sha1': {'algo': text('sha1')},
    'verity-algo-missing': {'algo': None},
}
rows_of(VERITY, 'verity-params', 'U-Boot dm-verity.rst', _verity)
rows_of({'verity-blocks-4g-1': {'num-data-blocks': u32(0xffffffff)}}, 'verity-params',
        'the tree inside the data', _verity)
rows_of({'verity-start-4g-1': {'hash-start-block': u32(0xffffffff)},
         'verity-start-past': {'hash-start-block': u32(9)}}, 'verity-io',
        'outside the device', _verity, boot=('verity-start-past',))
rows_of({'verity-root-wrong': {'digest': bytes(32)}, 'verity-salt-wrong': {'salt': bytes(32)}},
        'verity-root', 'root_check', _verity, boot=('verity-root-wrong',))


@row('verity-two', 'verity-params', 'at most one a configuration')
def _(w):
    fit = w.verity(w.verity(w.tree()), name='other')
    return w.signed(fit).externalise(align=4096)


@row('verity-tree-changed', 'verity-root', 'root_check')
def _(w):
    fit = w.good_verity()
    fit.payload = fit.payload[:-1] + b'\1'
    return fit


@row('verity-data-changed', ACCEPTED, 'the kernel refuses this block, not the loader')
def _(w):
    fit = w.good_verity()
    at = -9 * 4096
    fit.payload = fit.payload[:at] + bytes([fit.payload[at] ^ 1]) + fit.payload[at + 1:]
    return fit


@row('verity-embedded', 'verity-params', 'the data of a root is 4 KiB-aligned')
def _(w):
    return w.signed(w.verity(w.tree()))


@row('root-without-verity', 'verity-params', 'a root image without its dm-verity node')
def _(w):
    fit = w.verity(w.tree())
    fit.at('images/rootfs').drop('dm-verity')
    return w.signed(fit)


# Device trees.
def _dtb(source):
    return subprocess.run(['dtc', '-q', '-@', '-I', 'dts', '-O', 'dtb'], input=source.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def _overlay(body, plugin=True):
    return _dtb('/dts-v1/;\n' + ('/plugin/;\n' if plugin else '') + body)


def _with_overlay(w, data, compression='none'):
    fit = w.tree()
    w.with_image(fit, image('overlay', data, 'flat_dt', compression), 'fdt')
    return w.signed(fit)


GOOD_OVERLAY = '&{/} { holdfast-test = "overlay"; };'
OVERLAYS = {
    'overlay-chosen': '&{/chosen} { bootargs = "init=/bin/sh"; };',
    'overlay-chosen-from-root': '&{/} { chosen { bootargs = "init=/bin/sh"; }; };',
    'overlay-no-target': '&{/nowhere} { x; };', 'overlay-no-label': '&nolabel { x; };',
}
rows_of(OVERLAYS, 'bad-overlay', 'overlays may not touch /chosen; 4c531d9f58b',
        lambda w, v: _with_overlay(w, _overlay(v)), boot=('overlay-chosen',))
rows_of({'overlay-good': GOOD_OVERLAY}, ACCEPTED, 'control',
        lambda w, v: _with_overlay(w, _overlay(v)))
rows_of({'overlay-gzip': GOOD_OVERLAY}, ACCEPTED, 'control: packed',
        lambda w, v: _with_overlay(w, _gzip(_overlay(v)), 'gzip'))
rows_of({
    'overlay-cut': lambda d: d[:-40],
    'overlay-not': lambda d: b'not a tree' * 20, 'overlay-header': lambda d: d[:40],
    'overlay-totalsize': lambda d: d[:4] + u32(0x7fffffff) + d[8:],
    'overlay-struct-offset': lambda d: d[:8] + u32(0xfffffff0) + d[12:],
    'overlay-strings-size': lambda d: d[:32] + u32(0x7fffffff) + d[36:],
}, 'bad-overlay', '0b2939464fe: overlay headers trusted',
    lambda w, v: _with_overlay(w, v(_overlay(GOOD_OVERLAY))))


@row('base-tree-on-virt', 'bad-dtb', 'dtb=stage-before takes no base tree', boot=True)
def _(w):
    return _with_overlay(w, _dtb('/dts-v1/; / { compatible = "linux,dummy-virt"; };'))


# The rules of a size: 4 KiB and a name on every image are enough for a bomb of another kind.
@row('loadables-many', 'bad-fit', 'resource exhaustion: more loadables than slots for them')
def _(w):
    fit = w.tree()
    for i in range(200):
        w.with_image(fit, image('l%d' % i, b'x', 'firmware'), 'loadables')
    return w.signed(fit)


@row('configuration-names-itself', 'no-hash', 'CVE-2026-46728: names that are not images')
def _(w):
    fit = fill_hashes(w.tree())
    fit.at('images').add(Node('conf-1')).set('data', b'x')
    conf = fit.at(CONF).set('loadables', text('conf-1'))
    return sign(fit, conf, w.dev)


@row('good-no-load', ACCEPTED, 'control: the loader chooses where')
def _(w):
    return w.signed(w.ramdisk(w.tree(load=None, entry=None)))
