#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Wrap comments of C and assembler files at 100 columns, in place (make format).

Only comments with a line that is too long are touched, and in them only the paragraph with that line. A paragraph ends
at an empty line and before a line that is indented differently or begins a list item or "word:".
"""

import re
import sys
import textwrap
from pathlib import Path

WIDTH = 100
BLOCK = re.compile(r"^([ \t]*)/\*(.*?)\*/[ \t]*$", re.S | re.M)
ITEM = re.compile(r"^\s*(?:[-*]|\d+[.)]|[\w/, ()*]{1,24}:)\s")


def columns(text):
    return len(text.expandtabs(8))


def paragraphs(lines):
    """Groups of lines that may be filled together."""
    group = []
    for line in lines:
        indent = len(line) - len(line.lstrip())
        item = ITEM.match(line) and group and group[-1].rstrip().endswith((".", ":", ";", ","))
        if group and (not line.strip() or not group[-1].strip() or item or
                      (len(group) > 1 and indent != len(group[-1]) - len(group[-1].lstrip()))):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def fill(group, room):
    if all(columns(line) <= room for line in group) or any("\t" in line.strip() for line in group):
        return group
    first = re.match(r"\s*", group[0]).group(0)
    rest = re.match(r"\s*", group[1]).group(0) if len(group) > 1 else first + ("  " if ITEM.match(group[0]) else "")
    return textwrap.wrap(" ".join(line.strip() for line in group), room, initial_indent=first,
                         subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)


def rewrap(match):
    indent, body = match.groups()
    if all(columns(line) <= WIDTH for line in match.group(0).split("\n")) or "SPDX-" in body:
        return match.group(0)
    lines = [re.sub(r"^[ \t]*\*?", "", line, count=1) if number else line
             for number, line in enumerate(body.split("\n"))]
    lines = [line[1:] if line.startswith(" ") else line for line in lines]
    lines = [line.rstrip() for line in lines]
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    room = WIDTH - columns(indent) - 3
    out = [line for group in paragraphs(lines) for line in fill(group, room)]
    return "\n".join([f"{indent}/*", *[f"{indent} * {line}".rstrip() for line in out], f"{indent} */"])


TRAILING = re.compile(r"^([ \t]*)(\S.*?)[ \t]*/\*([^*]|\*(?!/))*\*/[ \t]*$")


def lift(line):
    """A comment behind code that makes the line too long goes above it."""
    match = TRAILING.match(line)
    if columns(line) <= WIDTH or not match or line.lstrip().startswith(("/*", "#", "*")) or line.endswith("\\"):
        return line
    code, comment = match.group(2), line[line.index("/*"):].strip()
    return f"{match.group(1)}{comment}\n{match.group(1)}{code}"


def main():
    for name in sys.argv[1:]:
        path = Path(name)
        text = path.read_text(encoding="utf-8")
        new = BLOCK.sub(rewrap, "\n".join(lift(line) for line in text.split("\n")))
        if new != text:
            path.write_text(new, encoding="utf-8")
            print(f"wrapped {name}")


if __name__ == "__main__":
    main()
