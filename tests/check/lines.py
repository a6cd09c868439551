#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The core is small enough to read: lines of code (comments and blanks not counted) by floor.

The core is what keys, fit-images and boot put into the loader; what is behind the proof and only finds files in a root
(fit-images/files) is counted apart. The ceilings go down, towards the goal; up only with what an issue adds to the loader,
and not beyond it (last: bytes of a root proved from its hash down, with error correction, and files of it, 1,380 lines).
"""

from common import CORE, Check, code_lines, is_core, read

COUNTED = ("keys", "fit-images", "fit-images/verity", "fit-images/decompress", "boot")
FILES = "fit-images/files"
GOAL, CEILING, FILES_CEILING = 5000, 7800, 1600


def main():
    check = Check(__doc__).start()
    floors = dict.fromkeys(CORE, 0)
    for path in check.files(".c", ".h", under=CORE):
        if is_core(check.root, path):
            floors[path.parent.relative_to(check.root).as_posix()] += code_lines(read(path))
    total = sum(floors[name] for name in COUNTED)
    if total >= CEILING:
        check.report("core", 0, f"{total} lines of code; the ceiling is {CEILING}")
    if floors[FILES] >= FILES_CEILING:
        check.report(FILES, 0, f"{floors[FILES]} lines of code; the ceiling is {FILES_CEILING}")
    check.finish(f"core {total:,} lines of code; goal {GOAL:,}, ceiling {CEILING:,}: " +
                 ", ".join(f"{k} {v}" for k, v in floors.items()))


if __name__ == "__main__":
    main()
