#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""No private key is in the tree, nor was in a commit of this branch: test keys are made when a test runs."""

import re
import subprocess

from common import Check, tree_files

BASE64 = rb"[A-Za-z0-9+/=]{40}"
# PEM whose body follows (as a line, or as text in a program); OpenSSH; PKCS#8, PKCS#1 and SEC 1 in DER.
PEM = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|[\s\"'])+(?:(?:Proc-Type|DEK-Info)[^\n]*\s+)*" + BASE64)
KINDS = (
    ("a private key in PEM", PEM),
    ("an OpenSSH private key", re.compile(rb"openssh-key-v1\0|b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/]")),
    ("a private key in PKCS#8", re.compile(rb"\x30(?:\x82..|\x81.|[\x20-\x7f])\x02\x01\x00\x30.\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
                                           rb"|\x07\x2a\x86\x48\xce\x3d\x02\x01)", re.S)),
    ("an RSA private key", re.compile(rb"\x30\x82..\x02\x01\x00\x02\x82.[\x00\x01]..", re.S)),
    ("an EC private key", re.compile(rb"\x30(?:\x81.|[\x20-\x7f])\x02\x01\x01\x04[\x20\x30\x42].{32}.*\xa0.\x06", re.S)),
)


def history(check):
    """Commits that brought a PEM key, also if a later one took it away."""
    found = subprocess.run(["git", "-C", check.root, "log", "--format=%h", "-G", "^-----BEGIN [A-Z ]*PRIVATE KEY-----$", "HEAD"],
                           capture_output=True, text=True, check=False)
    for commit in found.stdout.split():
        check.report(f"commit {commit}", 0, "brings or removes a private key: it is known to all who have the history")


def main():
    check = Check(__doc__).start()
    count = 0
    for path in tree_files(check.root):
        count += 1
        content = path.read_bytes()
        for what, pattern in KINDS:
            match = pattern.search(content)
            if match:
                check.report(path, content.count(b"\n", 0, match.start()) + 1, f"{what}: make keys when they are needed")
    history(check)
    check.finish(f"{count} files")


if __name__ == "__main__":
    main()
