#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Functions fit on a page, files in a head: lengths, columns, no #if inside, no weak symbols, no heap."""

import re
import statistics

from common import Check, functions, is_core, read, without_comments

FUNCTION_MAX = 60
FILE_MAX = 400
COLUMNS_MAX = 100
WEAK = re.compile(r"__attribute__\s*\(\(.*\bweak\b|\b__weak\b|#\s*pragma\s+weak|^\s*\.weak\b")
HEAP = re.compile(r"(?<![\w.>])(malloc|calloc|realloc|free|alloca)\s*\(")
IF = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|else)\b")


def check_file(check, path):
    text = read(path)
    lines = text.splitlines()
    plain = without_comments(text, strings=True).splitlines()
    if len(lines) > FILE_MAX:
        check.report(path, 1, f"{len(lines)} lines; at most {FILE_MAX}")
    core = is_core(check.root, path)
    for number, (line, code) in enumerate(zip(lines, plain), 1):
        if len(line.expandtabs(8)) > COLUMNS_MAX:
            check.report(path, number, f"{len(line.expandtabs(8))} columns; at most {COLUMNS_MAX}")
        if line != line.rstrip():
            check.report(path, number, "space at the end of the line")
        if core and WEAK.search(code):
            check.report(path, number, "a weak symbol: the link must fail when a board forgets one")
        if core and HEAP.search(code):
            check.report(path, number, "the core has no heap")
    sizes = []
    if path.suffix == ".S":
        return sizes
    for name, first, last in functions(text):
        sizes.append(last - first + 1)
        if sizes[-1] > FUNCTION_MAX:
            check.report(path, first, f"{name}: {sizes[-1]} lines; at most {FUNCTION_MAX}")
        for number in range(first, last + 1):
            if IF.match(plain[number - 1]):
                check.report(path, number, f"{name}: #if inside a function; use IS_ENABLED() or another file")
    return sizes


def main():
    check = Check(__doc__).start()
    sizes, count = [], 0
    for path in check.files(".c", ".h", ".S"):
        sizes += check_file(check, path)
        count += 1
    middle = int(statistics.median(sizes)) if sizes else 0
    check.finish(f"{count} files, {len(sizes)} functions, median {middle} lines")


if __name__ == "__main__":
    main()
