#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The core is small enough to read: lines of code (comments and blanks not counted) by floor.

The core is what keys, fit-images and boot put into the loader. The ceiling goes down, towards the goal; up only with what an
issue adds to the loader, and not beyond it (last: keys that an image takes back, 140 lines).
"""

from common import CORE, Check, code_lines, is_core, read

COUNTED = ("keys", "fit-images", "boot")
GOAL, CEILING = 5000, 6390


def main():
    check = Check(__doc__).start()
    floors = dict.fromkeys(CORE, 0)
    for path in check.files(".c", ".h", under=CORE):
        if is_core(check.root, path):
            floors[path.parent.relative_to(check.root).as_posix()] += code_lines(read(path))
    total = sum(floors[name] for name in COUNTED)
    if total >= CEILING:
        check.report("core", 0, f"{total} lines of code; the ceiling is {CEILING}")
    check.finish(f"core {total:,} lines of code; goal {GOAL:,}, ceiling {CEILING:,}: " +
                 ", ".join(f"{k} {v}" for k, v in floors.items()))


if __name__ == "__main__":
    main()
