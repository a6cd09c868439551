#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Commit messages: "area: what", at most 72 characters, and a body that says why and how it was tested."""

import re
import subprocess

from common import Check

SUBJECT = re.compile(r"^[a-z0-9][\w./*, -]*: \S")
SUBJECT_MAX = 72


def main():
    check = Check(__doc__).start()
    log = subprocess.run(["git", "-C", check.root, "log", "--no-merges", "-z", "--format=%h%n%s%n%b"],
                         capture_output=True, text=True, check=False)
    if log.returncode != 0:
        check.finish("no git history here")
    commits = [c for c in log.stdout.split("\0") if c.strip()]
    for commit in commits:
        identity, subject, *body = commit.strip("\n").split("\n")
        if not SUBJECT.match(subject):
            check.report(identity, 0, f'subject is not "area: what": {subject}')
        if len(subject) > SUBJECT_MAX:
            check.report(identity, 0, f"subject has {len(subject)} characters; at most {SUBJECT_MAX}")
        if subject.endswith("."):
            check.report(identity, 0, "subject ends with a full stop")
        if not any(line.strip() for line in body):
            check.report(identity, 0, f"no body: {subject}")
    check.finish(f"{len(commits)} commits")


if __name__ == "__main__":
    main()
