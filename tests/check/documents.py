#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Links in the documents lead somewhere: a file of the tree, a heading of a page."""

import re
from urllib.parse import unquote

from common import Check, read, tree_files

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.S | re.M)


def headings(text):
    """The names under which a page's headings are reached."""
    found = set()
    for title in re.findall(r"^#+ +(.*?) *#*$", FENCE.sub("", text), re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).replace("`", "").lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def main():
    check = Check(__doc__).start()
    pages = [path for path in tree_files(check.root) if path.suffix == ".md"]
    count = 0
    for page in pages:
        text = FENCE.sub(lambda fence: "\n" * fence.group(0).count("\n"), read(page))
        for match in LINK.finditer(re.sub(r"`[^`\n]*`", lambda code: "x" * len(code.group(0)), text)):
            target, _, anchor = unquote(match.group(1)).partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            count += 1
            line = text.count("\n", 0, match.start()) + 1
            there = (page.parent / target) if target else page
            if not there.exists():
                check.report(page, line, f"{target} is not there")
            elif anchor and there.suffix == ".md" and anchor not in headings(read(there)):
                check.report(page, line, f"{target or page.name} has no heading #{anchor}")
    check.finish(f"{len(pages)} pages, {count} links")


if __name__ == "__main__":
    main()
