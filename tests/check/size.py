#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make size: bytes and RAM of each configuration, then both by module.

size.py CONFIG=PATH...: PATH.elf and PATH.bin are those of one configuration.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

MODULES = (
    ("mbedTLS", r"external/mbedtls/"), ("libfdt", r"external/libfdt/"), ("zlib", r"external/zlib/"),
    ("zstd", r"external/zstd-"), ("trust set", r"gen/keyring_table"),
    ("keys", r"obj/keys/"), ("root files", r"obj/fit-images/(?:files/|verity/(?:reader|fec))"), ("fit-images", r"obj/fit-images/"), ("boot", r"obj/boot/"),
    ("platform/common", r"obj/platform/common/"), ("arch", r"obj/platform/arch/"),
    ("drivers", r"obj/platform/drivers/"), ("board", r"obj/platform/boards/"),
)
# Assembler gives its functions no size, strings have no symbols, stacks are the linker's.
OTHER = "assembler, strings, padding"
# By ELF machine.
PREFIXES = {40: "arm-linux-gnueabihf-", 183: "aarch64-linux-gnu-"}
# What the compiler adds to the name of a function or variable that it changed or renamed.
SUFFIX = re.compile(r"\.(?:lto_priv|isra|constprop|part|cold|\d+).*$")
STATIC = re.compile(r"^static [^(){};=]*?\b(\w+)(?:\[[^;=]*\])*(?: __attribute__\(\(.*\)\))?(?: =|;)", re.M)


def sections(elf):
    """(name, in RAM only, size) of the sections that take memory."""
    text = subprocess.run(["readelf", "-SW", elf], capture_output=True, text=True, check=True).stdout
    for name, kind, size, flags in re.findall(
            r"\] (\S+)\s+(\w+)\s+[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) \w+\s+([A-Za-z]*)\s", text):
        if "A" in flags and name != ".rela.dyn":
            yield name, kind == "NOBITS", int(size, 16)


def tool(elf, name):
    """The binary utility for the machine that a file is for."""
    with open(elf, "rb") as file:
        machine = int.from_bytes(file.read(20)[18:], "little")
    return (os.environ.get("CROSS_COMPILE") or PREFIXES[machine]) + name


def module_of(path):
    return next((name for name, pattern in MODULES if re.search(pattern, path)), OTHER)


def owners(elf):
    """module[symbol]: global symbols from the objects (gcc-nm also reads those that are compiled at link time), and
    static variables, which such objects do not list, from our own sources."""
    objects = [str(p) for folder in ("obj", "gen") for p in sorted(Path(Path(elf).parent, folder).rglob("*.o"))]
    text = subprocess.run([tool(elf, "gcc-nm"), "-A", "--defined-only", *objects], capture_output=True, text=True,
                          check=True).stdout
    names = {}
    for path, name in re.findall(r"^([^:]+):\S* \w (\S+)$", text, re.M):
        names.setdefault(SUFFIX.sub("", name), module_of(path))
    for path in objects:
        source = Path(path.split("/obj/", 1)[-1]).with_suffix(".c")
        if source.exists():
            for name in STATIC.findall(source.read_text(encoding="utf-8")):
                names.setdefault(name, module_of(path))
    return names


def by_module(elf):
    """Bytes of each module in the image and in RAM besides, by symbol; what was inlined counts for its caller.

    Functions by the file they were written in (DWARF), variables by name. Works as well when everything was compiled
    at link time, which leaves no objects in the linker's map.
    """
    module = owners(elf)
    text = subprocess.run([tool(elf, "nm"), "-S", "-l", "--defined-only", elf], capture_output=True, text=True,
                          check=True).stdout
    image, ram, seen = {}, {}, set()
    for address, size, kind, name, path in re.findall(
            r"^([0-9a-f]+) ([0-9a-f]+) (\w) (\S+)(?:\t(\S+):\d+)?$", text, re.M):
        if address not in seen:
            seen.add(address)
            owner = module_of(written(path)) if path else module.get(SUFFIX.sub("", name), OTHER)
            table = ram if kind in "bB" else image
            table[owner] = table.get(owner, 0) + int(size, 16)
    return image, ram


def written(path):
    """A source file as the object that would be made of it."""
    library = re.search(r"/(mbedtls|libfdt|zlib|zstd)-[\d.]", path)
    if library:
        return f"external/{library.group(1)}-/" if library.group(1) == "zstd" else f"external/{library.group(1)}/"
    ours = re.search(r"(?:^|/)((?:keys|fit-images|boot|platform/\w+)/.*)$", path)
    return f"obj/{ours.group(1)}" if ours else path


def large_objects(elf, least=1024):
    """(bytes, name) of the writable objects that take most, largest first."""
    text = subprocess.run([tool(elf, "nm"), "-S", "--size-sort", "-r", elf], capture_output=True, text=True,
                          check=True).stdout
    for size, name in re.findall(r"^[0-9a-f]+ ([0-9a-f]+) [bBdD] (\S+)$", text, re.M):
        if int(size, 16) >= least:
            yield int(size, 16), name


def main():
    configs = dict(word.split("=", 1) for word in sys.argv[1:])
    in_file, in_ram, ram = {}, {}, {}
    for config, path in configs.items():
        parts = list(sections(f"{path}.elf"))
        ram[config] = sum(size for _, _, size in parts)
        in_file[config], in_ram[config] = by_module(f"{path}.elf")
        for table, kind in ((in_file[config], False), (in_ram[config], True)):
            whole = sum(size for _, nobits, size in parts if nobits is kind)
            table[OTHER] = whole - sum(v for k, v in table.items() if k != OTHER)
        print(f"{config} {Path(f'{path}.bin').stat().st_size} {ram[config]}")
    for title, table in (("bytes, unpacked", in_file), ("bytes of RAM besides", in_ram)):
        print(f"\n{title:28}" + "".join(f"{c:>10}" for c in configs))
        for module in [m for m, _ in MODULES] + [OTHER]:
            if any(table[c].get(module) for c in configs):
                print(f"{module:28}" + "".join(f"{table[c].get(module, 0):10}" for c in configs))
    first = next(iter(configs))
    print(f"\nlargest writable objects of {first}")
    for size, name in large_objects(f"{configs[first]}.elf"):
        print(f"{name:28}{size:10}")


if __name__ == "__main__":
    main()
