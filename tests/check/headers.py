#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Public headers say what they promise: guard, a comment above each prototype, as much comment as code."""

import re

from common import Check, code_lines, comment_lines, is_core, read, without_comments

PROTOTYPE = re.compile(r"^[A-Za-z_][^;{}#=]*\([^;{}]*\)[^;{}()]*;\s*$")
# A line of a table that is nothing but a sentence (status.h) explains, as a comment does.
SENTENCE = re.compile(r'^\s*"[^"]*\."[,)]*\s*\\?$', re.M)
FUNCTION = re.compile(r"^(?:static inline |_Noreturn |MUST_CHECK |const )*[a-z_][\w\s*]*?\**(\w+)\(")


def statements(text):
    """(first line, last line, text) of each statement or preprocessor line at the outermost level."""
    depth, begin, collected = 0, None, ""
    lines = without_comments(text, strings=True).splitlines()
    continued = False
    for number, line in enumerate(lines, 1):
        if continued or line.lstrip().startswith("#"):
            continued = line.endswith("\\")
            continue
        if not line.strip() and begin is None:
            continue
        begin = begin or number
        collected += line + "\n"
        depth += line.count("{") - line.count("}")
        if depth == 0 and line.rstrip().endswith((";", "}")):
            yield begin, number, collected
            begin, collected = None, ""


def documented(lines, first, previous_end):
    """A comment ends right above line first, or a documented statement does (a group under one comment)."""
    above = lines[first - 2].rstrip() if first > 1 else ""
    return above.endswith("*/") or above.lstrip().startswith("//") or (previous_end == first - 1)


def check_prototypes(check, path, text):
    lines = text.splitlines()
    count, group_end = 0, 0
    for first, last, statement in statements(text):
        flat = " ".join(statement.split())
        if not (PROTOTYPE.match(flat) or flat.startswith("static inline")) or flat.startswith(("struct {", "typedef")):
            continue
        count += 1
        if documented(lines, first, group_end) or lines[last - 1].rstrip().endswith("*/"):
            group_end = last
        else:
            name = FUNCTION.match(flat)
            check.report(path, first, f"{name.group(1) if name else 'a prototype'} has no comment above it")
    return count


def main():
    check = Check(__doc__).start()
    prototypes = comments = code = 0
    for path in check.files(".h"):
        text = read(path)
        guard = re.search(r"^#ifndef (\w+)\n#define (\w+)$", text, re.M)
        if path.relative_to(check.root).parts[0] != "tests" and \
                (not guard or guard.group(1) != guard.group(2) or not text.rstrip().endswith("#endif")):
            check.report(path, 1, "no include guard around the whole file")
        if not is_core(check.root, path):
            continue
        prototypes += check_prototypes(check, path, text)
        sentences = len(SENTENCE.findall(text))
        comments += comment_lines(text) + sentences
        code += code_lines(text) - sentences
    if comments < code:
        check.report("public headers", 0, f"{comments} lines of comment for {code} of code: headers explain")
    check.finish(f"{prototypes} prototypes, {comments} lines of comment, {code} of code")


if __name__ == "__main__":
    main()
