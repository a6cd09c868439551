#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""No function of ours calls itself, directly or through others; the deepest stack of direct calls fits.

From gcc -fcallgraph-info=su of every object of the loader that is ours. Calls through pointers (engines, media) are
not edges here: their targets are leaves by design.
"""

import re
import sys
import tempfile
from pathlib import Path

import commands
from common import Check

NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"')
STACK = re.compile(r"(\d+) bytes \((static|dynamic|dynamic,bounded)\)")
FRAME_MAX = 4096


def short(title):
    return title.split(":")[-1]


def graph(check, jobs_commands):
    """calls[function] = set of functions; frames[function] = bytes."""
    calls, frames = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        jobs = []
        for number, (source, arguments, _) in enumerate(jobs_commands):
            jobs.append((number, [*arguments, "-fcallgraph-info=su", "-c", "-o", f"{scratch}/{number}.o", source]))
        for number, result in commands.run_all(jobs, check.root):
            if result.returncode != 0:
                check.report("gcc", 0, result.stderr.strip())
                continue
            text = Path(scratch, f"{number}.ci").read_text(encoding="utf-8")
            for title, label in NODE.findall(text):
                size = STACK.search(label)
                if size:
                    frames[title] = int(size.group(1))
                    if size.group(2) == "dynamic":
                        check.report(title, 0, "a frame of unknown size")
            for source, target in EDGE.findall(text):
                if target != "__indirect_call":
                    calls.setdefault(source, set()).add(target)
    return calls, frames


def cycles(calls):
    """Functions on a cycle, each cycle once, as lists."""
    state, found = {}, []
    for start in sorted(calls):
        if start in state:
            continue
        stack = [(start, iter(sorted(calls.get(start, ()))))]
        state[start] = 1
        while stack:
            node, targets = stack[-1]
            for target in targets:
                if state.get(target) == 1:
                    names = [n for n, _ in stack]
                    found.append(names[names.index(target):])
                elif target not in state:
                    state[target] = 1
                    stack.append((target, iter(sorted(calls.get(target, ())))))
                    break
            else:
                state[node] = 2
                stack.pop()
    return found


def deepest(calls, frames):
    """(bytes, path) of the deepest chain of direct calls; only for graphs without cycles."""
    best = {}

    def depth(node):
        if node not in best:
            best[node] = (frames.get(node, 0), [node])
            tails = [depth(t) for t in calls.get(node, ())]
            if tails:
                size, path = max(tails, key=lambda t: t[0])
                best[node] = (frames.get(node, 0) + size, [node, *path])
        return best[node]
    return max((depth(n) for n in list(frames)), key=lambda t: t[0], default=(0, []))


def judge(check, path):
    """One board's graph: its cycles and frames are reported; the deepest chain of calls, in words."""
    calls, frames = graph(check, commands.load(path))
    for cycle in cycles(calls):
        check.report(cycle[0], 0, "recursion: " + " -> ".join(short(n) for n in [*cycle, cycle[0]]))
    for name, size in sorted(frames.items(), key=lambda f: -f[1]):
        if size > FRAME_MAX:
            check.report(name, 0, f"a frame of {size} bytes; at most {FRAME_MAX}")
    if check.found:
        return 0, path.parent.name
    size, chain = deepest(calls, frames)
    return size, f"{path.parent.name}, {len(frames)} functions: " + " > ".join(short(n) for n in chain)


def main():
    check = commands.add_options(Check(__doc__.splitlines()[0]))
    sys.setrecursionlimit(10000)
    size, where = max(judge(check, path) for path in check.arguments.commands)
    check.finish(f"deepest of {len(check.arguments.commands)}: {size} bytes in {where}")


if __name__ == "__main__":
    main()
