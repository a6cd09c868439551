# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Good images, from which the attacks are made. Every call makes a new one."""
import hashlib
import os
import struct
import subprocess
import tempfile

from crypto import EcKey, RsaKey
from fit import Fit, Node, fill_hashes, sign, text, u32

BOARD = 'linux,dummy-virt'
LOAD = 0x40400000
RAMDISK = 0x48000000
TIMESTAMP = 1700000000


def arm64_image(body=b'', text_offset=0, image_size=None, flags=2, magic=b'ARM\x64'):
    """An arm64 kernel image header in front of body; flags 2: little-endian, 4 KiB pages."""
    if image_size is None:
        image_size = 64 + len(body)
    return struct.pack('<IIQQQQQQ4sI', 0x14000010, 0, text_offset, image_size, flags, 0, 0, 0,
                       magic, 0) + body


def hash_node(name='hash-1', algo='sha256'):
    return Node(name).set('algo', text(algo))


def image(name, data, kind, compression='none', load=None, entry=None, os_name='linux',
          hashes=('sha256',)):
    node = Node(name)
    node.set('description', text(name)).set('data', data).set('type', text(kind))
    node.set('arch', text('arm64')).set('os', text(os_name)).set('compression', text(compression))
    if load is not None:
        node.set('load', u32(load))
    if entry is not None:
        node.set('entry', u32(entry))
    for i, algo in enumerate(hashes):
        node.add(hash_node(f'hash-{i + 1}', algo))
    return node


def verity_tree(data, salt, block=4096, hash_block=4096):
    """(root hash, tree) of dm-verity type 1, SHA-256, tree levels root first."""
    def level(blocks):
        digests = b''.join(hashlib.sha256(salt + b).digest() for b in blocks)
        digests += b'\0' * (-len(digests) % hash_block)
        return [digests[i:i + hash_block] for i in range(0, len(digests), hash_block)]

    blocks = [data[i:i + block] for i in range(0, len(data), block)]
    levels = []
    while len(blocks) > 1 or not levels:
        blocks = level(blocks)
        levels.append(blocks)
    root = hashlib.sha256(salt + blocks[0]).digest()
    return root, b''.join(b''.join(part) for part in reversed(levels))


def verity_image(name='rootfs', blocks=8, salt=b'\x5a' * 32, data=None, hash_block=4096):
    """A root image of type filesystem with its tree behind it and a dm-verity node; data: whole blocks of 4096."""
    if data is None:
        data = b''.join(hashlib.sha256(bytes([i])).digest() * 128 for i in range(blocks))
    root, tree = verity_tree(data, salt, 4096, hash_block)
    node = image(name, data + tree, 'filesystem')
    verity = node.add(Node('dm-verity'))
    verity.set('algo', text('sha256')).set('data-block-size', u32(4096))
    verity.set('hash-block-size', u32(hash_block)).set('num-data-blocks', u32(len(data) // 4096))
    verity.set('hash-start-block', u32(len(data) // hash_block)).set('digest', root).set('salt', salt)
    return node


def erofs(files, *options):
    """An EROFS image of {path: bytes, None for a directory, or a str: a symbolic link's target}; the same every time."""
    with tempfile.TemporaryDirectory() as where:
        top = os.path.join(where, 'root')
        for path, content in files.items():
            at = top + path
            os.makedirs(os.path.dirname(at) if content is not None else at, exist_ok=True)
            if isinstance(content, str):
                os.symlink(content, at)
            elif content is not None:
                with open(at, 'wb') as f:
                    f.write(content)
        out = os.path.join(where, 'root.erofs')
        subprocess.run(['mkfs.erofs', '-T1700000000', '-U00000000-0000-0000-0000-000000000001', '--all-root',
                        *options, out, top], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        with open(out, 'rb') as f:
            data = f.read()
    return data + bytes(-len(data) % 4096)


class Workshop:
    """Keys, and the FITs that attacks start from. directory keeps the keys; stub is a kernel
    that says HF-STUB (None: one that is never entered).
    """

    def __init__(self, directory, stub=None):
        os.makedirs(directory, exist_ok=True)
        self.directory = directory
        self.made = {}
        self.kernel = stub or arm64_image(hashlib.sha256(b'kernel').digest() * 4)

    def key(self, name, kind='rsa2048'):
        """The key of this name; made at its first use."""
        if name not in self.made:
            path = os.path.join(self.directory, name + '.pem')
            self.made[name] = (EcKey(path, kind) if kind.startswith('ecdsa')
                               else RsaKey(path, int(kind[3:])))
        return self.made[name]

    @property
    def dev(self):
        return self.key('dev')

    def tree(self, kernel=None, load=LOAD, entry=LOAD, compression='none', cmdline='console=hvc0',
             hashes=('sha256',), kernel_type='kernel'):
        """An unsigned FIT with one kernel and one configuration."""
        data = self.kernel if kernel is None else kernel
        root = Node('')
        root.set('timestamp', u32(TIMESTAMP)).set('description', text('attack'))
        images = root.add(Node('images'))
        images.add(image('kernel', data, kernel_type, compression, load, entry, hashes=hashes))
        confs = root.add(Node('configurations')).set('default', text('conf-1'))
        conf = confs.add(Node('conf-1'))
        conf.set('description', text('release')).set('kernel', text('kernel'))
        conf.set('compatible', text(BOARD))
        if cmdline is not None:
            conf.set('cmdline', text(cmdline))
        return Fit(root)

    def with_image(self, fit, node, slot):
        """Add an image and name it in the configuration's slot."""
        fit.at('images').add(node)
        conf = fit.at('configurations/conf-1')
        old = conf.prop(slot)
        conf.set(slot, (old.value if old else b'') + node.name + b'\0')
        return fit

    def ramdisk(self, fit, data=b'initrd' * 20, load=None):
        return self.with_image(fit, image('ramdisk', data, 'ramdisk', load=load), 'ramdisk')

    def verity(self, fit, **options):
        return self.with_image(fit, verity_image(**options), 'loadables')

    def signed(self, fit, key=None, **options):
        """Fill the hashes and sign conf-1."""
        fill_hashes(fit)
        return sign(fit, fit.at('configurations/conf-1'), key or self.dev, **options)

    def good(self, **options):
        return self.signed(self.tree(**options))

    def good_external(self, **options):
        return self.good(**options).externalise()

    def good_verity(self, **options):
        """A release with a root in the FIT; its data external and 4 KiB-aligned."""
        fit = self.signed(self.verity(self.tree(**options)))
        return fit.externalise(align=4096)
