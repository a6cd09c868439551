#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The core is small enough to read: lines of code (comments and blanks not counted) by floor."""

from common import CORE, Check, code_lines, is_core, read

LIMIT = 5000


def main():
    check = Check(__doc__).start()
    floors = dict.fromkeys(CORE, 0)
    for path in check.files(".c", ".h", under=CORE):
        if is_core(check.root, path):
            floors[path.parent.relative_to(check.root).as_posix()] += code_lines(read(path))
    total = sum(floors.values())
    if total >= LIMIT:
        check.report("core", 0, f"{total} lines of code; below {LIMIT}")
    check.finish(f"core {total} lines of code: " + ", ".join(f"{k} {v}" for k, v in floors.items()))


if __name__ == "__main__":
    main()
