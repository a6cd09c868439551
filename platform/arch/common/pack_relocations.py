#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""pack_relocations.py ELF BIN: append the relocation table that start.S reads to BIN.

The linker's table takes 24 bytes (AArch64) or 8 (ARMv7) for each word that holds an address. All of
them are relative and the link address is 0, so the word itself holds the addend, or is made to;
what is left to say is which words: a count and so many word numbers, 16 bits each, little-endian.
"""
import os
import struct
import sys

EM_ARM = 40
EM_AARCH64 = 183
R_ARM_RELATIVE = 23
R_AARCH64_RELATIVE = 1027

# Of each machine: where the section headers are, one header (name to size), one relocation, its
# section and type, a word.
LAYOUTS = {
    EM_AARCH64: dict(start="<Q", at=0x28, counts=0x3A, header="<IIQQQQ", entry="<QQq",
                     section=".rela.dyn", type=R_AARCH64_RELATIVE, word="<q"),
    EM_ARM: dict(start="<I", at=0x20, counts=0x2E, header="<IIIIII", entry="<II",
                 section=".rel.dyn", type=R_ARM_RELATIVE, word="<i"),
}


def sections(elf, layout):
    """Yield (name, offset, size) of each section of a little-endian ELF file."""
    (shoff,) = struct.unpack_from(layout["start"], elf, layout["at"])
    entsize, count, names_index = struct.unpack_from("<HHH", elf, layout["counts"])
    headers = [struct.unpack_from(layout["header"], elf, shoff + i * entsize)
               for i in range(count)]
    names = headers[names_index][4]
    for name, _, _, _, offset, size in headers:
        at = names + name
        yield elf[at:elf.index(b"\0", at)].decode(), offset, size


def relocated_words(elf, layout):
    """The sorted addresses of the words to relocate, each with its addend or None if it holds it."""
    words = []
    for name, offset, size in sections(elf, layout):
        if name in (".rela.dyn", ".rel.dyn") and name != layout["section"] and size:
            sys.exit(f"pack_relocations: {name} is not this machine's kind of table")
        if name != layout["section"]:
            continue
        step = struct.calcsize(layout["entry"])
        for at in range(offset, offset + size, step):
            where, info, *addend = struct.unpack_from(layout["entry"], elf, at)
            if info != layout["type"]:
                sys.exit(f"pack_relocations: type {info & 0xffffffff} at {where:#x}: an undefined "
                         "symbol, or code that is not position independent")
            words.append((where, addend[0] if addend else None))
    return sorted(words, key=lambda w: w[0])


def pack(elf, image):
    """image with the addends in place and the table behind it."""
    (machine,) = struct.unpack_from("<H", elf, 0x12)
    if machine not in LAYOUTS:
        sys.exit(f"pack_relocations: machine {machine} is neither AArch64 nor ARM")
    layout = LAYOUTS[machine]
    size = struct.calcsize(layout["word"])
    image = bytearray(image)
    words = relocated_words(elf, layout)
    for where, addend in words:
        if where % size or where + size > len(image) or where // size > 0xFFFF:
            sys.exit(f"pack_relocations: the word at {where:#x} is unaligned or outside the image")
        if addend is not None:
            struct.pack_into(layout["word"], image, where, addend)
    return image + struct.pack(f"<H{len(words)}H", len(words), *(w // size for w, _ in words))


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: pack_relocations.py ELF BIN")
    with open(sys.argv[1], "rb") as file:
        elf = file.read()
    with open(sys.argv[2], "rb") as file:
        image = pack(elf, file.read())
    temporary = sys.argv[2] + ".tmp"
    with open(temporary, "wb") as file:
        file.write(image)
    os.replace(temporary, sys.argv[2])


if __name__ == "__main__":
    main()
