#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Shell scripts: bash with set -euo pipefail, and clean under shellcheck."""

import subprocess

from common import Check, read, tree_files


def main():
    check = Check(__doc__).start()
    count = 0
    for path in tree_files(check.root):
        text = read(path) if path.suffix in ("", ".sh") and path.stat().st_size < 200000 else ""
        first = text.split("\n", 1)[0]
        if not first.startswith("#!") or not first.rstrip().endswith(("sh", "bash")):
            continue
        count += 1
        if "env bash" in first and "\nset -euo pipefail" not in text:
            check.report(path, 1, "bash without set -euo pipefail")
        result = subprocess.run(["shellcheck", "-f", "gcc", "-S", "warning", path], capture_output=True, text=True,
                                check=False)
        for line in result.stdout.splitlines():
            where, number, _, message = line.split(":", 3)
            check.report(where.replace(f"{check.root}/", ""), number, message.strip())
    check.finish(f"{count} scripts")


if __name__ == "__main__":
    main()
