#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""pack.py deflate|lz4 arm|arm64 UNPACKER RAW OUT: OUT = UNPACKER, the length of RAW, and RAW packed.

RAW is the loader as linked; branches.py goes over it first. Packing is by zopfli and lz4, the best that their formats
allow; both give the same bytes each time.
"""
import os
import struct
import subprocess
import sys
import tempfile
import zlib

import branches

LZ4_LEGACY_HEADER = 8  # magic, length of the only block


def deflate(path, raw):
    packed = subprocess.run(['zopfli', '--deflate', '--i30', '-c', path], check=True,
                            stdout=subprocess.PIPE).stdout
    if zlib.decompress(packed, -15) != raw:
        sys.exit('pack: what zopfli made does not unpack to the loader')
    return packed


def lz4(path, _):
    framed = subprocess.run(['lz4', '-l', '-12', '-q', '-c', path], check=True,
                            stdout=subprocess.PIPE).stdout
    (size,) = struct.unpack_from('<I', framed, 4)
    if LZ4_LEGACY_HEADER + size != len(framed):
        sys.exit('pack: lz4 made more than one block')
    return framed[LZ4_LEGACY_HEADER:]


def main():
    if len(sys.argv) != 6 or sys.argv[1] not in ('deflate', 'lz4') or sys.argv[2] not in branches.FILTERS:
        sys.exit(__doc__.splitlines()[0])
    how, arch, unpacker, path, out = sys.argv[1:]
    with open(path, 'rb') as file:
        raw = file.read()
    with open(unpacker, 'rb') as file:
        stub = file.read()
    absolute = branches.FILTERS[arch](raw, 1)
    if branches.FILTERS[arch](absolute, -1) != raw:
        sys.exit('pack: what branches.py made does not go back to the loader')
    with tempfile.NamedTemporaryFile() as file:
        file.write(absolute)
        file.flush()
        packed = dict(deflate=deflate, lz4=lz4)[how](file.name, absolute)
    image = stub + struct.pack('<I', len(raw)) + packed + bytes(-len(packed) % 4 + 4)
    with open(out + '.tmp', 'wb') as file:
        file.write(image)
    os.replace(out + '.tmp', out)


if __name__ == '__main__':
    main()
