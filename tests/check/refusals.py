#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""boot/REFUSALS.md is what the status table, the sources and the tests say; each code has a test that produces it.

refusals.py --write makes the page anew.
"""

import re
from itertools import groupby

from causes import causes
from common import Check, read

PAGE = "boot/REFUSALS.md"
ROW = re.compile(r'X\((ERR_\w+), 0x\w+, "([\w-]+)", "([^"]*)", "([^"]*)"\)')
# Part of the vocabulary; nothing can say them before there is slot state, a TPM, a watchdog.
LATER = {"state-bad", "tpm", "watchdog"}
# Between functions; never printed.
SILENT = {"absent", "unsupported"}
MANY = 4
HEAD = """<!-- SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later -->
<!-- Made by tests/check/refusals.py --write from platform/include/status.h, the sources and the tests. -->
# Why was it refused?

```
HF-REFUSE slot=A code=hash-mismatch at=kernel want=5bd119fbd82cfe7c.. got=d35538c6818572b8.. hint="..."
```

Look up `code` here. `at=` is what it happened to, `hint` the next step; `want` and `got` are the first bytes of two values that
should have been equal. Loader and tools use the same words, and `holdfast-keys verify` gives the loader's answer on a PC. A loader
that was built without `CONFIG_REFUSAL_HINTS` prints no hint: find it here by `at`.

| code | meaning | what to do |
|---|---|---|
"""


def table(root):
    """(name, word, meaning, fix) of each code, in the order of the table."""
    text = re.sub(r"\s*\\\n\s*", " ", read(root / "platform/include/status.h"))
    return ROW.findall(text)


def attacks(root):
    """word: rows of tests/attacks that must end with it."""
    found = {}
    for row, expected in re.findall(r"^\| `([^`]+)` \| ([^|]*) \|", read(root / "tests/attacks/TABLE.md"), re.M):
        for word in re.findall(r"`([a-z-]+)`", expected):
            found.setdefault(word, []).append(row)
    return found


def tests(root, name, word):
    """Test files that expect the code: a C test its name, a Python test its word."""
    quoted = re.compile(rf"code={word}\b(?!-)|(['\"]){word}\1")
    for path in sorted((root / "tests").rglob("test_*")):
        inside = path.relative_to(root).as_posix()
        if path.suffix == ".c" and not path.name.startswith("test_status") and \
                re.search(rf"assert_\w+\([^;]*\b{name}\b", read(path)):
            yield inside
        elif path.suffix == ".py" and quoted.search(read(path)):
            yield inside


def link(path):
    return f"[{path}](../{path})"


def section(name, word, meaning, fix, found, rows, files):
    """The part of the page about one code, as lines."""
    yield from ("", f"## {word}", "", meaning, "", f"**What to do:** {fix}")
    told = [cause for cause in found if cause.hint]
    if told:
        yield from ("", "| `at=` | hint | said by |", "|---|---|---|")
    for (at, hint), same in groupby(told, key=lambda cause: (cause.at, cause.hint)):
        yield f"| {at} | {hint.replace('|', chr(92) + '|')} | {', '.join(sorted({link(c.path) for c in same}))} |"
    bare = sorted({c.path for c in found} - {c.path for c in told})
    if bare:
        yield from ("", f"Also found by {', '.join(bare[:MANY])}{' and others' if len(bare) > MANY else ''}.")
    if word in LATER:
        yield from ("", "Nothing in this version says it.")
    if rows:
        more = " and more in [tests/attacks](../tests/attacks/TABLE.md)" if len(rows) > MANY else ""
        yield from ("", f"Attacks: {', '.join(f'`{row}`' for row in rows[:MANY])}{more}.")
    if files:
        yield from ("", f"Tests: {', '.join(link(path) for path in files[:MANY])}{' and others' if len(files) > MANY else ''}.")


def page(root, check):
    """The whole page; codes that no test produces, or that say nothing, are reported."""
    every, hostile = causes(root), attacks(root)
    lines, sections = [], []
    for name, word, meaning, fix in table(root):
        found = [cause for cause in every if cause.code == name]
        rows, files = hostile.get(word, []), list(tests(root, name, word))
        if word in SILENT:
            if any(cause.hint for cause in found):
                check.report("platform/include/status.h", 0, f"{word} is refused with somewhere; it may not be printed")
            continue
        if (word in LATER) == bool(found):
            check.report("platform/include/status.h", 0, f"{word}: " + ("no source refuses with it" if not found else
                         "is said now: take it out of LATER"))
        if word not in LATER and not rows and not files:
            check.report("platform/include/status.h", 0, f"{word}: no test produces it")
        lines.append(f"| [`{word}`](#{word}) | {meaning} | {fix} |")
        sections += section(name, word, meaning, fix, found, rows, files)
    return HEAD + "\n".join(lines + sections) + "\n"


def main():
    check = Check(__doc__)
    check.parser.add_argument("--write", action="store_true", help="make the page anew")
    check.start()
    made, path = page(check.root, check), check.root / PAGE
    if check.arguments.write:
        path.write_text(made, encoding="utf-8")
    elif not path.exists() or read(path) != made:
        check.report(PAGE, 0, "not what the table, the sources and the tests say: run tests/check/refusals.py --write")
    check.finish(f"{len(table(check.root))} codes")


if __name__ == "__main__":
    main()
