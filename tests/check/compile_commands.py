#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Write compile_commands.json from what the Makefile knows (make compile-commands).

compile_commands.py -o FILE --set OBJECTS-DIR OBJECT... [--set ...]: OBJECTS-DIR/.flags holds compiler and flags;
an OBJECT may be followed by flags of its own, in the same word.
"""

import json
import shlex
import sys
from pathlib import Path


def sets(words):
    current = None
    for word in words:
        if word == "--set":
            current = []
            yield current
        else:
            current.append(word)


def main():
    output, commands = sys.argv[2], []
    for group in list(sets(sys.argv[3:])):
        directory, objects = group[0], group[1:]
        flags = shlex.split(Path(directory, ".flags").read_text(encoding="utf-8").splitlines()[0])
        for word in objects:
            name, *own = shlex.split(word)
            source = Path(name).with_suffix(".c")
            if source.exists():
                commands.append({"directory": str(Path.cwd()), "file": str(source), "output": f"{directory}/{name}",
                                 "arguments": [*flags, *own, "-c", "-o", f"{directory}/{name}", str(source)]})
    Path(output).write_text(json.dumps(commands, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
