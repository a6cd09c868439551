#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""gcc -fanalyzer over what is ours in the loader."""

import re

import commands
from common import Check

FINDING = re.compile(r"^([^:\s]+):(\d+):\d+: (?:warning|error): (.*)$", re.M)


def main():
    check = commands.add_options(Check(__doc__))
    jobs = [(source, [*arguments, "-Wno-error", "-fanalyzer", "-c", "-o", "/dev/null", source])
            for source, arguments, _ in commands.load(*check.arguments.commands)]
    for source, result in commands.run_all(jobs, check.root):
        for path, line, message in FINDING.findall(result.stderr):
            if "-Wanalyzer" in message:
                check.report(path, line, message)
        if result.returncode != 0:
            check.report(source, 0, result.stderr.strip()[-500:])
    check.finish(f"{len(jobs)} files")


if __name__ == "__main__":
    main()
