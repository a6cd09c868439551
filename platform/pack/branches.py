#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""branches.py arm|arm64 FILE: print FILE with the targets of calls absolute, which packs better.

A call says how far away its target is, so calls of one function differ everywhere; with the target's own place in them
they are alike. branches_<arch>.c undoes it. Only bits that do not decide what an instruction is are changed, so data
that looks like a call comes back as well.
"""
import struct
import sys


def arm64(image, sign):
    """sign 1: absolute; -1: back. BL, and the pages of ADRP."""
    words = list(struct.unpack_from(f'<{len(image) // 4}I', image))
    for i, word in enumerate(words):
        if word >> 26 == 0x25:
            words[i] = word & 0xfc000000 | word + sign * i & 0x03ffffff
        elif word & 0x9f000000 == 0x90000000:
            page = (word >> 3 & 0x1ffffc | word >> 29 & 3) + sign * (i >> 10)
            words[i] = word & 0x9f00001f | (page & 0x1ffffc) << 3 | (page & 3) << 29
    return struct.pack(f'<{len(words)}I', *words) + image[4 * len(words):]


def arm(image, sign):
    """The same for Thumb-2: BL and B.W, with targets less than 4 MiB away."""
    halves = list(struct.unpack_from(f'<{len(image) // 2}H', image))
    i = 0
    while i + 1 < len(halves):
        if halves[i] & 0xf800 == 0xf000 and halves[i + 1] & 0xb800 == 0xb800:
            target = ((halves[i] & 0x7ff) << 11 | halves[i + 1] & 0x7ff) + sign * i
            halves[i] = halves[i] & 0xf800 | target >> 11 & 0x7ff
            halves[i + 1] = halves[i + 1] & 0xf800 | target & 0x7ff
            i += 1
        i += 1
    return struct.pack(f'<{len(halves)}H', *halves) + image[2 * len(halves):]


FILTERS = dict(arm=arm, arm64=arm64)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in FILTERS:
        sys.exit(__doc__.splitlines()[0])
    with open(sys.argv[2], 'rb') as file:
        sys.stdout.buffer.write(FILTERS[sys.argv[1]](file.read(), 1))


if __name__ == '__main__':
    main()
