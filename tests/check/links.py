#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A linked loader is what it should be: W^X pages, entry at the base, no notes, only relative relocations."""

import re
import subprocess
from pathlib import Path

from common import Check

PAGE = 4096
PRIVATE = re.compile(rb"(?<![\w./-])/(?:work|home|root|srv|mnt)/[\w.-]+")


def readelf(option, elf):
    return subprocess.run(["readelf", "-W", option, elf], capture_output=True, text=True, check=True).stdout


def check_segments(check, elf):
    text = readelf("-l", elf)
    entry = int(re.search(r"Entry point (0x[0-9a-f]+)", text).group(1), 16)
    loads = re.findall(r"^\s+LOAD\s+(0x\w+) (0x\w+) (0x\w+) (0x\w+) (0x\w+) ([R W E]{3}) (0x\w+)", text, re.M)
    pages = {}
    for _, address, _, _, size, flags, align in loads:
        start, end = int(address, 16), int(address, 16) + int(size, 16)
        if "W" in flags and "E" in flags:
            check.report(elf, 0, f"segment at {address} is writable and executable")
        if int(align, 16) < PAGE or start % PAGE:
            check.report(elf, 0, f"segment at {address} does not begin on a page")
        for page in range(start // PAGE, (end + PAGE - 1) // PAGE):
            if pages.setdefault(page, flags) != flags:
                check.report(elf, 0, f"page {page * PAGE:#x} is in segments {pages[page]!r} and {flags!r}")
    if not loads:
        check.report(elf, 0, "no segments")
    elif entry != min(int(l[1], 16) for l in loads):
        check.report(elf, 0, f"entry {entry:#x} is not the base of the image")
    for kind in ("INTERP", "NOTE"):
        if re.search(rf"^\s+{kind}\b", text, re.M):
            check.report(elf, 0, f"has a {kind} segment")


def check_sections(check, elf):
    for name, flags in re.findall(r"\] (\S+)\s+\w+\s+[0-9a-f]+ \w+ \w+ \w+\s+([A-Za-z]*)\s", readelf("-S", elf)):
        if name.startswith(".note"):
            check.report(elf, 0, f"section {name}: notes must be discarded")
        if "W" in flags and "X" in flags:
            check.report(elf, 0, f"section {name} is writable and executable")
        if name in (".got", ".got.plt", ".plt") and "A" in flags:
            size = re.search(rf"\] {re.escape(name)}\s+\w+\s+[0-9a-f]+ \w+ (\w+)", readelf("-S", elf))
            if int(size.group(1), 16) > 24:
                check.report(elf, 0, f"section {name} is not empty: something is not hidden")


def check_symbols(check, elf):
    symbols = readelf("-s", elf)
    for name in set(re.findall(r"\bUND (\S+)\s*$", symbols, re.M)):
        check.report(elf, 0, f"undefined symbol {name}")
    for kind in set(re.findall(r"\s(R_\w+)", readelf("-r", elf))):
        if not kind.endswith("_RELATIVE") and kind != "R_AARCH64_RELATIV":
            check.report(elf, 0, f"relocation {kind}: only relative ones are applied at start")
    start = re.search(r"^\s*\d+: ([0-9a-f]+)\s.*\s_start$", symbols, re.M)
    entry = re.search(r"Entry point address:\s+(0x[0-9a-f]+)", readelf("-h", elf)).group(1)
    if not start or int(start.group(1), 16) != int(entry, 16):
        check.report(elf, 0, "_start is not the entry")


def main():
    check = Check(__doc__)
    check.parser.add_argument("elf", nargs="+", help="holdfast.elf")
    check.start()
    for elf in check.arguments.elf:
        check_segments(check, elf)
        check_sections(check, elf)
        check_symbols(check, elf)
        binary = Path(elf).with_suffix(".bin")
        for path in set(PRIVATE.findall(binary.read_bytes())) if binary.exists() else ():
            check.report(binary.as_posix(), 0, f"names a path of the machine it was built on: {path.decode()}")
    check.finish(f"{len(check.arguments.elf)} links")


if __name__ == "__main__":
    main()
