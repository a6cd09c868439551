#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make sbom: what a loader or a tool is made of and was made with, as OUT.cdx.json and OUT.spdx.json.

sbom.py loader --binary holdfast.bin --map holdfast.map --board B ...   what the linker's map names, and the stages before
sbom.py tool --binary holdfast-keys ...                                 what its debug information and its NEEDED name

The same binary on the same machine gives the same bytes (SOURCE_DATE_EPOCH). Exit 1 with a line that says why if something
in the binary belongs to no component.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from sbom_formats import Bill, cyclonedx, spdx
from sbom_parts import (OURS, Part, from_build_tool, from_libraries, from_source, from_sources, linked_by_debug,
                        linked_by_map, sha256_of)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("loader", "tool"))
    parser.add_argument("--version", required=True, help="of Holdfast")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--map", help="of the linker (loader)")
    parser.add_argument("--objects", nargs="*", default=[], help="what was linked, for maps that do not say (loader)")
    parser.add_argument("--board", default="", help="(loader)")
    parser.add_argument("--stage", action="append", default=[], metavar="NAME=FILE=SOURCE-DIR[=NAME]",
                        help="a first stage that was built, and which source is in it too (loader)")
    parser.add_argument("--compiler", default="gcc", help="who finds shared libraries (tool)")
    parser.add_argument("--built-with", action="append", default=[], metavar="COMMAND")
    parser.add_argument("-o", "--output", required=True, help="without .cdx.json and .spdx.json")
    parser.add_argument("--source", action="append", default=[], metavar="NAME=DIR")
    return parser.parse_args()


def product(name, given, kind, notes):
    return Part(name, given.version, OURS, f"pkg:generic/{name}@{given.version}", sha256_of(given.binary), kind,
                "Organization: Holdfast", notes={"hash-of": Path(given.binary).name, **notes})


def stage(words, sources, parts):
    """A part for the stage before; it may bring one of the sources that the loader does not have."""
    name, file, directory, *inside = words.split("=")
    part = from_source(name.removesuffix("-spl"), directory)
    part.name, part.kind, part.sha256 = name, "firmware", sha256_of(file)
    part.notes["source-sha256"] = from_source(name, directory).sha256
    part.notes["source"] = part.notes.pop("hash-of")
    part.notes["hash-of"] = f"{Path(file).name}, the loader included"
    part.links = [("STATIC_LINK", n) for n in inside]
    return [from_source(n, sources[n]) for n in inside if n not in {p.name for p in parts}] + [part]


def loader(given, sources):
    objects = linked_by_map(Path(given.map).read_text(encoding="utf-8"), given.objects)
    bill = Bill(product("holdfast", given, "firmware", {"board": given.board}), from_sources(objects, sources))
    bill.of.links = [("STATIC_LINK", p.name) for p in bill.parts]
    for words in given.stage:
        bill.parts += stage(words, sources, bill.parts)
        bill.of.links.append(("HAS_PREREQUISITE", words.split("=")[0]))
    return bill


def tool(given, sources):
    bill = Bill(product(Path(given.binary).name, given, "application", {}),
                from_sources(linked_by_debug(given.binary), sources))
    libraries, links = from_libraries(given.binary, given.compiler)
    bill.of.links = [("STATIC_LINK", p.name) for p in bill.parts] + links
    bill.parts += libraries
    return bill


def main():
    given = arguments()
    sources = dict(word.split("=", 1) for word in given.source)
    try:
        bill = {"loader": loader, "tool": tool}[given.what](given, sources)
        bill.tools = [from_build_tool(c) for c in dict.fromkeys(given.built_with)]
    except (OSError, ValueError) as error:
        sys.exit(f"sbom: {error}")
    bill.when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH") or "0")))
    for ending, make in (("cdx", cyclonedx), ("spdx", spdx)):
        path = Path(f"{given.output}.{ending}.json")
        path.write_text(json.dumps(make(bill), indent=2, sort_keys=True) + "\n", encoding="utf-8")
        print(path)
    for part in bill.parts:
        print(f"  {part.name} {part.version} {part.licence}")


if __name__ == "__main__":
    main()
