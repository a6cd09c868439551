#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""C is formatted as .clang-format says (make format does it)."""

import os
import re
import subprocess

from common import Check


def main():
    check = Check(__doc__).start()
    paths = list(check.files(".c", ".h"))
    if paths:
        result = subprocess.run(["clang-format", "-n", "--style=file", *paths], capture_output=True, text=True,
                                cwd=check.root, check=False)
        seen = set()
        for line in result.stderr.splitlines():
            match = re.match(r"(.+?):(\d+):\d+: (?:warning|error): code should be clang-formatted", line)
            if match and (match.group(1), match.group(2)) not in seen:
                seen.add((match.group(1), match.group(2)))
                check.report(os.path.relpath(match.group(1), check.root), match.group(2), "not formatted")
        if result.returncode != 0 and not seen:
            check.report("clang-format", 0, result.stderr.strip() or "failed")
    check.finish(f"{len(paths)} files")


if __name__ == "__main__":
    main()
