#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Seeds for the fuzzers, from the table of attacks: hostile inputs reach further than random bytes.

usage: seeds.py ATTACKS OUT      OUT/<fuzzer>/ is written; the layouts are at the head of each fuzzer
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile

SECTOR = 512
LARGEST = 8192


def put(out, fuzzer, name, data):
    where = os.path.join(out, fuzzer)
    os.makedirs(where, exist_ok=True)
    with open(os.path.join(where, name), 'wb') as f:
        f.write(data)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


# Tables as they are, so that a changed byte is a changed number; and some that are packed.
SQUASHFS = {'plain': '-comp lz4 -noI -noD -noF -noX', 'gzip': '-comp gzip', 'lz4': '-comp lz4', 'zstd': '-comp zstd',
            'gzip-data': '-comp gzip -noI -noX', 'lz4-data': '-comp lz4 -noI -noX', 'zstd-data': '-comp zstd -noI -noX',
            'blocks': '-comp lz4 -noI -noX -no-fragments -no-exports', 'tails': '-comp gzip -noI -noX -always-use-fragments',
            'large': '-comp lz4 -noI -noX -b 1M -no-duplicates -nopad'}


def squashfs(out):
    """A small image of everything: files of several blocks, holes, links, directories, devices."""
    with tempfile.TemporaryDirectory() as work:
        tree = os.path.join(work, 'tree')
        os.makedirs(os.path.join(tree, 'd', 'e'))
        text = b'the quick brown fox ' * 1000
        for name, data in (('a', b'a'), ('empty', b''), ('d/e/f', text[:9000]), ('tail', text[:4097]),
                           ('holes', bytes(8192) + b'x' + bytes(4095)), ('noise', bytes(i * i // 7 % 251 for i in range(5000)))):
            with open(os.path.join(tree, name), 'wb') as f:
                f.write(data)
        for i in range(20):
            os.symlink('../d/e/f', os.path.join(tree, 'd', f'link-{i}'))
        os.symlink('loop', os.path.join(tree, 'loop'))
        os.link(os.path.join(tree, 'tail'), os.path.join(tree, 'd', 'hard'))
        os.mkfifo(os.path.join(tree, 'fifo'))
        for name, options in SQUASHFS.items():
            image = os.path.join(work, name)
            block = [] if '-b' in options.split() else ['-b', '4096']
            subprocess.run(['mksquashfs', tree, image, '-noappend', '-no-progress', '-all-root', *block, *options.split(),
                            '-p', 'null c 666 0 0 1 3'], stdout=subprocess.DEVNULL, check=True)
            with open(image, 'rb') as f:
                data = f.read()
            put(out, 'fuzz_squashfs', name, data[:int.from_bytes(data[40:48], 'little')])


EROFS = {'plain': '', 'lz4': '-zlz4', 'large': '-zlz4 -C16384', 'tails': '-zlz4 -Eztailpacking', 'legacy': '-zlz4 -Elegacy-compress',
         'chunks': '--chunksize=4096', 'indexes': '--chunksize=8192 -Eforce-inode-extended,force-chunk-indexes',
         'legacy-tails': '-zlz4 -Elegacy-compress,ztailpacking',
         # of mkfs.erofs 1.6 and later; before, they are ignored or an error
         'fragments': '-zlz4 -Efragments', 'dedupe': '-zlz4 -Ededupe -C8192', 'all': '-zlz4 -Eall-fragments,dedupe,ztailpacking',
         'blocks-512': '-b512 -zlz4 -C4096'}


def erofs(out):
    """Likewise; files that pack and files that do not, twice the same, names that fill no block."""
    with tempfile.TemporaryDirectory() as work:
        tree = os.path.join(work, 'tree')
        os.makedirs(os.path.join(tree, 'd', 'e'))
        text = b''.join(b'w%d ' % (i * i % 10007 % 300) for i in range(4000))
        for name, data in (('text', text[:13000]), ('d/again', text[1000:9000]), ('d/small', text[:700]), ('zeros', bytes(9000)),
                           ('noise', bytes(i * i // 7 % 251 for i in range(5000))), ('empty', b'')):
            with open(os.path.join(tree, name), 'wb') as f:
                f.write(data)
        for i in range(10):
            os.symlink('t' * 20 * i + 'd/again', os.path.join(tree, 'd', 'e', f'link-{i}'))
        for number, (name, options) in enumerate(EROFS.items()):
            image = os.path.join(work, name)
            done = subprocess.run(['mkfs.erofs', '-T0', *options.split(), image, tree], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, check=False)
            if done.returncode == 0:
                put(out, 'fuzz_erofs', name, bytes([number & 3]) + read(image))
            else:
                assert number >= 8, options


def main(attacks, out):
    with open(os.path.join(attacks, 'index.json')) as f:
        rows = json.load(f)
    stage = read(os.path.join(attacks, 'stage.dtb'))
    for row in rows:
        name = row['id']
        if row['kind'] == 'fit':
            fit = read(os.path.join(attacks, name + '.fit'))
            if len(fit) <= LARGEST:
                put(out, 'fuzz_fit', name, b'\0' + fit)
        else:
            disk = read(os.path.join(attacks, name + '.disk'))
            if len(disk) >= 67 * SECTOR:
                put(out, 'fuzz_gpt', name, b'\0' + disk[SECTOR:34 * SECTOR] + disk[-33 * SECTOR:])
    sources = {'plain': '/dts-v1/; / { model = "x"; memory@0 { device_type = "memory"; reg = <0 1>; }; };',
               'overlay': '/dts-v1/; /plugin/; &{/} { test = "x"; sub { y; }; };'}
    for name, source in sources.items():
        blob = subprocess.run(['dtc', '-q', '-@', '-I', 'dts', '-O', 'dtb'], input=source.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        for choice in range(8):
            head = bytes([choice]) + len(stage).to_bytes(2, 'little')
            put(out, 'fuzz_tree', f'{name}-{choice}', head + stage + blob)
    squashfs(out)
    erofs(out)
    text = b'the quick brown fox ' * 40
    for choice, data in enumerate((gzip.compress(text, mtime=0),
                                   subprocess.run(['lz4', '-c', '-q'], input=text, check=True,
                                                  stdout=subprocess.PIPE).stdout,
                                   subprocess.run(['lz4', '-l', '-c', '-q'], input=text, check=True,
                                                  stdout=subprocess.PIPE).stdout,
                                   subprocess.run(['zstd', '-c', '-q'], input=text, check=True,
                                                  stdout=subprocess.PIPE).stdout)):
        put(out, 'fuzz_decompress', f'format-{choice}', bytes([choice]) + b'\x40\0' + data)


if __name__ == '__main__':
    main(*sys.argv[1:3])
