#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make size: bytes and RAM of each configuration, then both by module.

size.py CONFIG=PATH...: PATH.elf, PATH.bin and PATH.map are those of one configuration (GNU ld's map).
"""

import re
import subprocess
import sys
from pathlib import Path

MODULES = (
    ("mbedTLS", r"external/mbedtls/"), ("libfdt", r"external/libfdt/"), ("zlib", r"external/zlib/"),
    ("lz4", r"external/lz4/"), ("zstd", r"external/zstd-"), ("keys", r"obj/keys/"),
    ("fit-images", r"obj/fit-images/"), ("boot", r"obj/boot/"), ("platform/common", r"obj/platform/common/"),
    ("arch", r"obj/platform/arch/"), ("drivers", r"obj/platform/drivers/"), ("board", r"obj/platform/boards/"),
    ("trust set", r"gen/keyring_table"),
)
OUTPUT = re.compile(r"^(\.[\w.]+)(?:\s+0x[0-9a-f]+\s+0x[0-9a-f]+|\s*$)")
INPUT = re.compile(r"^ (\.[\w.$-]+|COMMON|\*fill\*)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?:\s+(\S+))?$")
OTHER = "linker (padding, tables)"


def sections(elf):
    """(name, in RAM only, size) of the sections that take memory."""
    text = subprocess.run(["readelf", "-SW", elf], capture_output=True, text=True, check=True).stdout
    for name, kind, size, flags in re.findall(
            r"\] (\S+)\s+(\w+)\s+[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) \w+\s+([A-Za-z]*)\s", text):
        if "A" in flags:
            yield name, kind == "NOBITS", int(size, 16)


def module_of(path):
    return next((name for name, pattern in MODULES if re.search(pattern, path)), OTHER)


def by_module(linker_map, names):
    """bytes[module] over the input sections that went into the named output sections."""
    text = linker_map.read_text(encoding="utf-8", errors="replace")
    text = text[text.index("Linker script and memory map"):]
    text = re.sub(r"\n ([.\w*$-]+)\n\s+0x", r"\n \1 0x", text)
    current, sums = None, {}
    for line in text.splitlines():
        output = OUTPUT.match(line)
        if output:
            current = output.group(1)
        found = INPUT.match(line)
        if found and current in names and found.group(3) != "0" and found.group(4):
            module = module_of(found.group(4))
            sums[module] = sums.get(module, 0) + int(found.group(3), 16)
    return sums


def large_objects(elf, least=1024):
    """(bytes, name) of the writable objects that take most, largest first."""
    text = subprocess.run(["nm", "-S", "--size-sort", "-r", elf], capture_output=True, text=True, check=True).stdout
    for size, name in re.findall(r"^[0-9a-f]+ ([0-9a-f]+) [bBdD] (\S+)$", text, re.M):
        if int(size, 16) >= least:
            yield int(size, 16), name


def main():
    configs = dict(word.split("=", 1) for word in sys.argv[1:])
    in_file, in_ram, ram = {}, {}, {}
    for config, path in configs.items():
        parts = list(sections(f"{path}.elf"))
        loaded = {n for n, nobits, _ in parts if not nobits}
        ram[config] = sum(size for _, _, size in parts)
        in_file[config] = by_module(Path(f"{path}.map"), loaded)
        in_ram[config] = by_module(Path(f"{path}.map"), {n for n, nobits, _ in parts if nobits})
        size = Path(f"{path}.bin").stat().st_size
        in_file[config][OTHER] = size - sum(v for k, v in in_file[config].items() if k != OTHER)
        print(f"{config} {size} {ram[config]}")
    for title, table in (("bytes in the binary", in_file), ("bytes of RAM besides", in_ram)):
        print(f"\n{title:26}" + "".join(f"{c:>10}" for c in configs))
        for module in [m for m, _ in MODULES] + [OTHER]:
            if any(table[c].get(module) for c in configs):
                print(f"{module:26}" + "".join(f"{table[c].get(module, 0):10}" for c in configs))
    first = next(iter(configs))
    print(f"\nlargest writable objects of {first}")
    for size, name in large_objects(f"{configs[first]}.elf"):
        print(f"{name:26}{size:10}")


if __name__ == "__main__":
    main()
