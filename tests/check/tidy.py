#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""clang-tidy over everything of ours that is compiled (.clang-tidy lists the checks and why some are out)."""

import re

import commands
from common import Check

FINDING = re.compile(r"^([^:\s]+):(\d+):\d+: (?:warning|error): (.*)$", re.M)


def main():
    check = commands.add_options(Check(__doc__))
    jobs = [(source, ["clang-tidy", "--quiet", source, "--", *arguments[1:]])
            for source, arguments, _ in commands.load(*check.arguments.commands)]
    seen = set()
    for source, result in commands.run_all(jobs, check.root):
        for path, line, message in FINDING.findall(result.stdout):
            key = (path.replace(f"{check.root}/", ""), line, message)
            if key not in seen:
                seen.add(key)
                check.report(*key)
        if result.returncode != 0 and not FINDING.search(result.stdout):
            check.report(source, 0, result.stderr.strip()[-500:])
    check.finish(f"{len(jobs)} files")


if __name__ == "__main__":
    main()
