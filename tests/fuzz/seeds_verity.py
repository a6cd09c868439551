#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Seeds of fuzz_verity.

usage: seeds_verity.py OUT      OUT/fuzz_verity/ is written; the layout is at the head of the fuzzer
"""
import random
import struct
import sys

from seeds import put


def verity(out):
    """Of every shape, whole and damaged; numbers at the edges."""
    noise = random.Random(7)
    for choice in range(16):
        for shape in range(4):
            numbers = (30, 0, 0, 512) if not choice & 1 else ((2, 8, 0, 511), (0xffffffff, 0xffffffff, 512, 511),
                                                             (100, 50, 1024, 100), (3, 0xfffffff, 0, 511))[shape]
            blocks = (9 + shape % 4 if choice & 1 else shape, 9 + shape if choice & 1 else 3 - shape)
            head = struct.pack('<4B6I2BH', choice, shape, *blocks, *numbers, 20, 40, 2, 32, shape)
            reads = b''.join(struct.pack('<3I', 512 * i, 3000 * i + 512, 5000 * i * shape + 70) for i in range(4))
            put(out, 'fuzz_verity', f'{choice}-{shape}', head + reads + noise.randbytes(3000))


if __name__ == '__main__':
    verity(*sys.argv[1:2])
