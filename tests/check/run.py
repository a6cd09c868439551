#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make check: every stage in turn, a line each with its time, and the sum as the last line.

A stage is a check (one verdict), a build (one verdict) or a test run that prints "N passed, N failed" itself. All
stages run, also after a failure. run.py STAGE... runs only those. Builds and analysers use all processors themselves;
of the test runs, which mostly wait for one program at a time, two go side by side, the longest first. They may: what
they share was built before ("build tests"), and what they write has their own name.
"""

import os
import re
import shlex
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

O = os.environ.get("O", "build")
BOARD = os.environ.get("BOARD", "virt-arm64")
PYTHON = os.environ.get("PYTHON", "/usr/bin/python3")
CONFIGS = ("default", "minimal", "full")
BOARDS = sorted(path.parent.name for path in Path("platform/boards").glob("*/defconfig"))
FIRST_STAGES = sorted(Path("platform/boards").glob("*/u-boot.config"))
# What the second compiler makes: a board an architecture, and one without a tree of its own.
LLVM_BOARDS = ("virt-arm", "ast2600-evb")
# Where compiled things of the second compiler go.
LLVM = f"{O}/llvm"
OWN = re.compile(r"^(?:O|BOARD|CONFIG|TRUST|KEYS|LLVM|STAGES)=")
HEARTBEAT = 30


def make(*words):
    overrides = [w for w in shlex.split(os.environ.get("CHECK_OVERRIDES", "")) if not OWN.match(w)]
    return ["make", f"-j{os.cpu_count() or 1}", f"O={O}", f"TRUST={O}/dev-keys/trust.dtb", *overrides, *words]


def each(commands):
    """One command that runs several, until one fails."""
    return ["bash", "-ec", "\n".join(shlex.join(command) for command in commands)]


def elf(config, out=O, board=BOARD):
    return f"{out}/{board}{'' if config == 'default' else '-' + config}/holdfast.elf"


def check(name, *arguments):
    return [PYTHON, f"tests/check/{name}.py", *arguments]


def builds():
    yield "build tools", make("tools", "dev-keys", "unit-programs", "san-tools", "vectors-programs")
    for config in CONFIGS:
        yield f"build {config}", make(f"CONFIG={config}", "loader")
    yield "build boards", make("all-boards")
    # What boards boot: cached by content outside, so that this takes long only once.
    yield "build kernels", each(["platform/external/kernel.sh", flavour] for flavour in ("arm64", "arm64-boards", "arm"))
    yield "build stages", each([*(make(f"BOARD={path.parent.name}", "first-stage") for path in FIRST_STAGES),
                                make("BOARD=virt-arm64", "flash")])
    yield "build tests", [PYTHON, "-B", "tests/attacks/build.py"]
    yield "llvm tools", make("LLVM=1", f"O={LLVM}", "tools", "unit-programs")
    for config in CONFIGS:
        yield f"llvm {config}", make("LLVM=1", f"O={LLVM}", f"CONFIG={config}", "loader")
    for board in LLVM_BOARDS:
        yield f"llvm {board}", make("LLVM=1", f"O={LLVM}", f"BOARD={board}", "loader")
    others = [board for board in BOARDS if board != BOARD]
    yield "links", check("links", *[elf(c) for c in CONFIGS], *[elf(c, LLVM) for c in CONFIGS],
                         *[elf("default", board=b) for b in others], *[elf("default", LLVM, b) for b in LLVM_BOARDS])


def analysers():
    boards = [BOARD, *[board for board in BOARDS if board != BOARD]]
    yield "compile commands", each(make(*words, f"BOARD={board}", "compile-commands")
                                   for board in boards for words in ((), ("LLVM=1", f"O={LLVM}")))
    targets, host = [f"{O}/{board}/compile_commands.json" for board in boards], f"{O}/host/compile_commands.json"
    yield "recursion", check("recursion", "--commands", *targets)
    yield "analyzer", check("analyzer", "--commands", *targets)
    yield "analyzer host", check("analyzer", "--commands", host)
    yield "cppcheck", check("cppcheck")
    yield "tidy loader", check("tidy", "--commands", *[target.replace(O, LLVM, 1) for target in targets])
    yield "tidy host", check("tidy", "--commands", host.replace(O, LLVM, 1))


def pytest(*arguments):
    return [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=5", *arguments]


def tests():
    # Each of these two writes below a folder of its own.
    boards = [f"tests/qemu/{name}.py" for name in ("test_boards", "test_files", "test_ast2600", "test_cards", "test_first_stage")]
    yield "boards", ["env", "QEMU_WORK=boards-qemu", *pytest(*boards)]
    yield "qemu", pytest("tests/qemu", *[f"--ignore={name}" for name in boards])
    for folder in ("reproducible", "attacks", "demo", "compat", "tool", "vectors", "bench", "files", "fuzz"):
        if list(Path("tests", folder).glob("test_*.py")):
            yield folder, pytest(f"tests/{folder}")
    yield "unit", make("unit")
    yield "unit llvm", make("LLVM=1", f"O={LLVM}", "unit")


def statics():
    for name in ("floors", "headers", "functions", "lines", "licence", "places", "no_keys", "commits", "refusals",
                 "documents", "format", "shell"):
        yield name, check(name)
    yield "selftest", check("selftest")


def stages(wanted):
    """(stages, how many at a time), only the wanted ones."""
    for group, lanes in ((statics, 1), (builds, 1), (analysers, 1), (tests, 2)):
        yield [(name, command) for name, command in group()
               if not wanted or name in wanted or name.split()[0] in wanted], lanes


def counts(text, code):
    """(passed, failed, skipped) of a stage: what it says itself, else one verdict."""
    line = next((l for l in reversed(text.splitlines()) if re.search(r"\d+ (passed|failed|error)", l)), "")
    found = dict((word.rstrip("s"), int(n)) for n, word in
                 re.findall(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)", line))
    if not found:
        return (1, 0, 0) if code == 0 else (0, 1, 0)
    failed = found.get("failed", 0) + found.get("error", 0)
    return found.get("passed", 0), failed or (1 if code else 0), found.get("skipped", 0)


def run(name, command, log):
    """Run one stage with its output in a file; a sign of life twice a minute."""
    began, done = time.monotonic(), threading.Event()

    def alive():
        while not done.wait(HEARTBEAT):
            print(f"  ... {name}: {time.monotonic() - began:.0f} s", flush=True)
    threading.Thread(target=alive, daemon=True).start()
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    with open(log, "w", encoding="utf-8", errors="replace") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment, check=False).returncode
    done.set()
    text = Path(log).read_text(encoding="utf-8", errors="replace")
    return counts(text, code), time.monotonic() - began, text


def summary(passed, failed, skipped):
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def main():
    wanted, began = sys.argv[1:], time.monotonic()
    logs = Path(O, "check")
    logs.mkdir(parents=True, exist_ok=True)
    total, broken, printing = [0, 0, 0], [], threading.Lock()

    def stage(job):
        name, command = job
        result, seconds, text = run(name, command, logs / f"{name.replace(' ', '-')}.log")
        note = next((l for l in reversed(text.splitlines()) if l.startswith(f"{Path(command[1]).stem}:")), "")
        with printing:
            total[:] = [a + b for a, b in zip(total, result)]
            print(f"{'FAIL' if result[1] else 'ok  '} {name:16} {seconds:6.1f} s  {summary(*result):24} {note}", flush=True)
            if result[1]:
                broken.append(name)
                print("\n".join("     | " + l for l in text.splitlines()[-40:]), flush=True)

    for jobs, lanes in stages(wanted):
        with ThreadPoolExecutor(max_workers=lanes) as pool:
            list(pool.map(stage, jobs))
    used = os.times()
    if broken:
        print(f"failed: {', '.join(broken)} (whole output in {logs})")
    print(f"{time.monotonic() - began:.0f} s, {used.children_user + used.children_system:.0f} s of one processor")
    print(summary(*total))
    sys.exit(1 if total[1] or not total[0] else 0)


if __name__ == "__main__":
    main()
