# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the checks share: which files there are, and how a finding is reported."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

CORE = ("platform/include", "platform/common", "keys", "fit-images", "fit-images/verity", "fit-images/files",
        "fit-images/decompress", "boot")
SOURCES = ("platform", "keys", "fit-images", "boot", "tests")


class Check:
    """One check over a tree: collects findings, prints them and a last line, gives the exit code."""

    def __init__(self, description):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2],
                            help="the tree to look at (default: this one)")
        self.parser = parser
        self.name = Path(sys.argv[0]).stem
        self.found = 0
        self.note = ""

    def start(self):
        self.arguments = self.parser.parse_args()
        self.root = self.arguments.root.resolve()
        return self

    def report(self, path, line, message):
        where = path.relative_to(self.root) if isinstance(path, Path) else path
        print(f"{where}:{line}: {message}" if line else f"{where}: {message}")
        self.found += 1

    def finish(self, what=""):
        verdict = f"{self.found} found" if self.found else "ok"
        print(f"{self.name}: {verdict}{' (' + what + ')' if what else ''}")
        sys.exit(1 if self.found else 0)

    def files(self, *suffixes, under=SOURCES):
        """Files of the tree that git knows or would take, with one of the suffixes, below one of the folders."""
        for path in tree_files(self.root):
            relative = path.relative_to(self.root).as_posix()
            if path.suffix in suffixes and relative.startswith(tuple(u + "/" for u in under)):
                yield path


def tree_files(root):
    """Every file git tracks or would add; every file if the tree is no git checkout."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z", "-co", "--exclude-standard"],
                            capture_output=True, check=False)
    if listed.returncode == 0 and (root / ".git").exists():
        names = sorted(n for n in listed.stdout.decode().split("\0") if n)
        return [root / n for n in names if (root / n).is_file()]
    return sorted(p for p in root.rglob("*") if p.is_file() and ".git" not in p.parts)


# On a floor, but linked into programs of the host only.
HOST_ONLY = ("keys/trust_dtb.", "keys/key_id.", "keys/r_squared_soft.", "keys/r_squared.h")


def is_core(root, path):
    """True for what is linked into the loader on every board (the four floors, no tools)."""
    relative = path.relative_to(root)
    return relative.parent.as_posix() in CORE and not relative.as_posix().startswith(HOST_ONLY)


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def without_comments(text, strings=False):
    """C text with comments blanked (and the insides of strings, if asked), line numbers kept."""
    def blank(match):
        token = match.group(0)
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token)
        return token[0] + " " * (len(token) - 2) + token[-1] if strings else token
    return _TOKEN.sub(blank, text)


def code_lines(text):
    """Lines that are neither blank nor comment only."""
    return sum(1 for line in without_comments(text).splitlines() if line.strip())


def comment_lines(text):
    """Lines that carry a comment, licence line not counted."""
    plain = without_comments(text)
    return sum(1 for whole, rest in zip(text.splitlines(), plain.splitlines())
               if whole.strip() != rest.strip() and "SPDX-License" not in whole)


_NAME = re.compile(r"([A-Za-z_]\w*)\s*\(")


def functions(text):
    """(name, first line, last line) of each function: a brace in column 0 opens and closes it."""
    lines = without_comments(text, strings=True).splitlines()
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{") and start is None:
            start = number
        elif line.startswith("}") and start is not None:
            first = start - 1
            while first > 1 and lines[first - 2].strip() and not lines[first - 2].rstrip().endswith((";", "}")) \
                    and not lines[first - 2].startswith("#"):
                first -= 1
            names = _NAME.findall(" ".join(lines[first - 1:start]))
            names = [n for n in names if n not in ("__attribute__", "aligned", "section")]
            yield (names[0] if names else "?", first, number)
            start = None
