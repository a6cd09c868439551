#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Nothing names one machine: no private paths anywhere, no host names in code."""

import re

from common import Check, read, tree_files

PATHS = re.compile(r"(?<![\w.$(){}~<>*-])/(?:work|home|root|srv|mnt|opt|builds?)/[\w.-]")
HOSTS = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:org|com|net)\b|://[a-z0-9-]+\.[a-z0-9.-]+")
# Names that are identifiers in formats we write, not machines we talk to.
IDENTIFIERS = re.compile(r"(?:spdx|cyclonedx|in-toto|slsa|w3|json-schema|gnu|apache|uapi-group)\.(?:org|io|com|dev)$")
MIRRORS = re.compile(r"\b(?:deb|mirror|proxy|registry|pypi|ftp)\.[a-z0-9.-]+\.(?:org|com|net|io)\b")
PROSE = {".md"}


def main():
    check = Check(__doc__).start()
    count = 0
    for path in tree_files(check.root):
        data = path.read_bytes()
        if b"\0" in data or path.parts[-2:-1] == ("LICENSES",) or path.name == "LICENSE":
            continue
        count += 1
        for number, line in enumerate(read(path).splitlines(), 1):
            if PATHS.search(line):
                check.report(path, number, f"a path of one machine: {PATHS.search(line).group(0)}...")
            if path.suffix in PROSE:
                hosts = MIRRORS.findall(line)
            else:
                hosts = [h for h in HOSTS.findall(line) if not IDENTIFIERS.search(h)]
            for host in hosts:
                check.report(path, number, f"a host name: {host}")
    check.finish(f"{count} files")


if __name__ == "__main__":
    main()
