#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Every source file begins with its SPDX licence line."""

from common import Check, read, tree_files

WORD = "SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later"
SUFFIXES = {".c", ".h", ".S", ".ld", ".py", ".sh", ".mk", ".its", ".dts", ".dtsi", ".bash", ".toml", ".yaml", ".yml"}
NAMES = {"Makefile", "Kconfig", "defconfig", "run"}


def main():
    check = Check(__doc__).start()
    count = 0
    for path in tree_files(check.root):
        if path.suffix in SUFFIXES or path.name in NAMES or path.name.endswith("_defconfig"):
            head = read(path).splitlines()[:2]
            count += 1
            if not any(WORD in line for line in (head[:1] if not head or not head[0].startswith("#!") else head)):
                check.report(path, 1, f"does not begin with {WORD}")
    check.finish(f"{count} files")


if __name__ == "__main__":
    main()
