#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""pack_relocations.py ELF BIN: append the relocation table that start.S reads to BIN.

The linker's table takes 24 bytes for each word that holds an address. All of them are
R_AARCH64_RELATIVE and the link address is 0, so the word itself already holds the addend; what is
left to say is which words: a count and so many word numbers, 16 bits each, little-endian.
"""
import os
import struct
import sys

R_AARCH64_RELATIVE = 1027


def sections(elf):
    """Yield (name, offset, size) of each section of a 64-bit little-endian ELF file."""
    (shoff,) = struct.unpack_from("<Q", elf, 0x28)
    entsize, count, names_index = struct.unpack_from("<HHH", elf, 0x3A)
    headers = [struct.unpack_from("<IIQQQQ", elf, shoff + i * entsize) for i in range(count)]
    names = headers[names_index][4]
    for name, _, _, _, offset, size in headers:
        at = names + name
        yield elf[at:elf.index(b"\0", at)].decode(), offset, size


def relocated_words(elf):
    """The sorted addresses of the words to relocate, with their addends."""
    words = []
    for name, offset, size in sections(elf):
        if name != ".rela.dyn":
            continue
        for at in range(offset, offset + size, 24):
            where, info, addend = struct.unpack_from("<QQq", elf, at)
            if info != R_AARCH64_RELATIVE:
                sys.exit(f"pack_relocations: type {info & 0xffffffff} at {where:#x}: an undefined "
                         "symbol, or code that is not position independent")
            words.append((where, addend))
    return sorted(words)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: pack_relocations.py ELF BIN")
    with open(sys.argv[1], "rb") as file:
        words = relocated_words(file.read())
    with open(sys.argv[2], "rb") as file:
        image = bytearray(file.read())
    for where, addend in words:
        if where % 8 or where + 8 > len(image) or where // 8 > 0xFFFF:
            sys.exit(f"pack_relocations: the word at {where:#x} is unaligned or outside the image")
        struct.pack_into("<q", image, where, addend)
    table = struct.pack(f"<H{len(words)}H", len(words), *(where // 8 for where, _ in words))
    temporary = sys.argv[2] + ".tmp"
    with open(temporary, "wb") as file:
        file.write(image + table)
    os.replace(temporary, sys.argv[2])


if __name__ == "__main__":
    main()
