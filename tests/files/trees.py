# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Trees to make images of, and what is in them."""
import hashlib
import os
import random
import shutil
import stat

# What make check reads of a Debian root; the nightly run reads all of it.
PARTS = ('etc', 'usr/bin', 'usr/share/zoneinfo', 'usr/lib/systemd')
LINKS_MAX = 16  # FILE_LINKS_MAX


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)


def odd(at, many):
    """What Debian's packages have none of."""
    noise = random.Random(5)
    top = os.path.join(at, 'odd').encode()
    for size in (0, 1, 511, 512, 4095, 4096, 4097, 65536, 131071, 131072, 131073, 1 << 20, (1 << 20) + 1):
        put(os.path.join(top, b'sizes', b'zero-%d' % size), bytes(size))
        put(os.path.join(top, b'sizes', b'noise-%d' % size), noise.randbytes(size))
        put(os.path.join(top, b'sizes', b'text-%d' % size), (b'the quick brown fox %d\n' % size * (size // 20 + 1))[:size])
    put(os.path.join(top, b'sizes', b'mixed'), b''.join(bytes([i & 255]) * 3000 + noise.randbytes(1500) for i in range(1000)))
    with open(os.path.join(top, b'sizes', b'holes'), 'wb') as file:
        file.write(b'begin')
        file.seek(3 << 20)
        file.write(b'end')
    os.link(os.path.join(top, b'sizes', b'mixed'), os.path.join(top, b'second name'))
    for name in (b'new\nline', b'\xff\xfe', 'ä€𐍈'.encode(), b'n' * 254, b' ', b'.hidden', b'...', b'-o', b'\x01', b'a\\b', b'"'):
        put(os.path.join(top, b'names', name), b'named ' + name)
    put(os.path.join(top, *[b'deep'] * 60, b'file'), b'down here')
    for i in range(many):
        put(os.path.join(top, b'many', b'%d-%s' % (i, b'x' * (i % 90))), b'%d' % i)
    os.makedirs(os.path.join(top, b'empty'))
    for name, target in ((b'absolute', b'/odd/sizes/mixed'), (b'relative', b'../odd/./sizes//mixed'), (b'loop', b'loop'),
                         (b'a', b'b'), (b'b', b'a'), (b'nowhere', b'/no/such'), (b'up', b'../../../../..'),
                         (b'long', b'./' * 500 + b'sizes'), (b'through-file', b'sizes/mixed/x'), (b'directory', b'many')):
        os.symlink(target, os.path.join(top, name))
    for i in range(20):
        os.symlink(b'chain%d' % (i + 1) if i < 19 else b'sizes/mixed', os.path.join(top, b'chain%d' % i))
    os.mkfifo(os.path.join(top, b'fifo'))


def debian(suite, at, whole):
    """The suite's root (or parts of it) with the odd tree in it."""
    for part in ('.',) if whole else PARTS:
        shutil.copytree(os.path.join(suite.root, part), os.path.join(at, part), symlinks=True, dirs_exist_ok=True)
    odd(at, 3000 if whole else 1000)


def small(at):
    put(os.path.join(at, 'file'), random.Random(3).randbytes(30000))
    put(os.path.join(at, 'text'), b'some text\n' * 2000)
    put(os.path.join(at, 'boot', 'tail'), b'short')
    os.symlink('boot/tail', os.path.join(at, 'link'))
    for i in range(40):
        put(os.path.join(at, 'many', f'number-{i}'), b'%d' % i)


def describe(path):
    """(kind, size, value) as walk says them; the size of a directory is the format's own business."""
    status = os.lstat(path)
    if stat.S_ISREG(status.st_mode):
        with open(path, 'rb') as file:
            return 'file', status.st_size, hashlib.file_digest(file, 'sha256').hexdigest()
    if stat.S_ISLNK(status.st_mode):
        return 'link', status.st_size, os.readlink(path).hex()
    return 'directory' if stat.S_ISDIR(status.st_mode) else 'other', 0, '-'


def contents(at):
    """path -> (kind, size, value) of everything below at."""
    at, found = os.fsencode(at), {}
    for where, directories, files in os.walk(at):
        for name in directories + files:
            path = os.path.join(where, name)
            found[path[len(at):]] = describe(path)
    return found


def leads(found, path):
    """Where a path leads with links followed inside the root; None: nowhere."""
    left, here, links = path.split(b'/'), [], 0
    while left:
        name = left.pop(0)
        if name in (b'', b'.'):
            continue
        if name == b'..':
            here = here[:-1]
            continue
        there = b'/' + b'/'.join(here + [name])
        kind, _, value = found.get(there, (None, 0, ''))
        if kind == 'link':
            links += 1
            target = bytes.fromhex(value)
            if links > LINKS_MAX:
                return None
            here = [] if target[:1] == b'/' else here
            left[:0] = target.split(b'/')
        elif kind == 'directory' or kind and not left:
            here.append(name)
        else:
            return None
    return b'/' + b'/'.join(here)
