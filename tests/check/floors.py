#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Who may know whom: a file includes its own floor or one below; libraries stay behind their doors.

    platform/include (0) <- keys (1) <- fit-images (2) <- boot (3)

platform/{arch,drivers,boards,host} implement floor 0 and may use the engine structs of keys.
"""

import re
from fnmatch import fnmatch

from common import CORE, Check, read, without_comments

FLOORS = {"platform": 0, "keys": 1, "fit-images": 2, "boot": 3}
NAMES = {number: name for name, number in FLOORS.items()}
ENGINES = ("keys/digest.h", "keys/modexp.h")
# header pattern -> the only files that may include it
DOORS = (
    ("libfdt*.h", ("boot/tree*.c", "keys/trust_dtb*.c", "platform/common/stage_tree*.c")),
    ("fdt.h", ("boot/tree*.c", "keys/trust_dtb*.c", "platform/common/stage_tree*.c")),
    ("mbedtls/*", ("keys/*_soft.c",)),
    ("zlib.h", ("fit-images/decompress/*.c",)),
    ("lz4.h", ("fit-images/decompress/*.c",)),
    ("lz4[fh]*.h", ("fit-images/decompress/*.c",)),
    ("zstd*.h", ("fit-images/decompress/*.c",)),
    ("openssl/*", ()),
)
# What a program without a C library may include.
FREESTANDING = {"float.h", "limits.h", "stdalign.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h",
                "stdnoreturn.h", "string.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def is_floor(relative):
    """Whether a file is on a floor: not a tool, not the demo's userland, not a recipe."""
    parts = relative.split("/")
    return parts[1] != "external" if parts[0] == "platform" else len(parts) == 2 or "/".join(parts[:-1]) in CORE


def may_include(relative, floor, target):
    """Whether a file on a floor may include the header target (both relative to the tree)."""
    if relative.startswith("platform/") and target.startswith("keys/"):
        return target in ENGINES and not relative.startswith(("platform/include/", "platform/common/"))
    return FLOORS[target.split("/")[0]] <= floor and is_floor(target)


def check_file(check, path, headers):
    relative = path.relative_to(check.root).as_posix()
    floor = FLOORS[relative.split("/")[0]]
    text = without_comments(read(path))
    hosted = relative.startswith("platform/host/")
    for match in INCLUDE.finditer(text):
        quote, name = match.groups()
        line = text.count("\n", 0, match.start()) + 1 + match.group(0).count("\n", 0, match.group(0).find("#"))
        for pattern, allowed in DOORS:
            if fnmatch(name, pattern) and not any(fnmatch(relative, a) for a in allowed):
                check.report(path, line, f"{name} may only be included by {', '.join(allowed) or 'tools'}")
                break
        else:
            if quote == '"':
                for target in headers.get(name.split("/")[-1], ()):
                    if path.parent == (check.root / target).parent or may_include(relative, floor, target):
                        break
                else:
                    if name.split("/")[-1] in headers:
                        check.report(path, line, f"{name} is above {NAMES[floor]} or not offered to it")
            elif not hosted and name not in FREESTANDING and not any(fnmatch(name, d[0]) for d in DOORS):
                check.report(path, line, f"<{name}> needs a C library")


def main():
    check = Check(__doc__.splitlines()[0]).start()
    headers = {}
    for path in check.files(".h", under=FLOORS):
        headers.setdefault(path.name, []).append(path.relative_to(check.root).as_posix())
    count = 0
    for path in check.files(".c", ".h", ".S", under=FLOORS):
        if is_floor(path.relative_to(check.root).as_posix()):
            check_file(check, path, headers)
            count += 1
    check.finish(f"{count} files")


if __name__ == "__main__":
    main()
