#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Run cmocka programs and count their cases. Last line: N passed, N failed[, N skipped].

A program that ends without a case, crashes, or is stopped by a sanitizer is a failure whatever it printed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

TIMEOUT = 300
ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}


def run(program):
    """(passed, failed, skipped, output) of one program."""
    try:
        result = subprocess.run([program], capture_output=True, text=True, errors="replace", timeout=TIMEOUT,
                                env={**os.environ, **ENVIRONMENT}, check=False)
        text, code = result.stdout + result.stderr, result.returncode
    except subprocess.TimeoutExpired:
        text, code = f"{program}: no end after {TIMEOUT} s\n", -1
    passed = len(re.findall(r"^\[ +OK \]", text, re.M))
    skipped = len(re.findall(r"^\[ +SKIPPED +\] (?!\d+ test)", text, re.M))
    failed = sum(int(n) for n in re.findall(r"^\[ +FAILED +\] (\d+) test", text, re.M))
    if failed == 0 and (code != 0 or passed + skipped == 0):
        failed = 1
        text += f"{program}: ended with {code} after {passed} cases\n"
    return passed, failed, skipped, text


def main():
    total = [0, 0, 0]
    for program in sys.argv[1:]:
        passed, failed, skipped, text = run(program)
        name = "/".join(Path(program).parts[-2:])
        print(f"{name}: {passed} passed" + (f", {failed} FAILED" if failed else ""), flush=True)
        if failed:
            print(text[-6000:], flush=True)
        total = [a + b for a, b in zip(total, (passed, failed, skipped))]
    print(f"{total[0]} passed, {total[1]} failed" + (f", {total[2]} skipped" if total[2] else ""))
    sys.exit(1 if total[1] or not total[0] else 0)


if __name__ == "__main__":
    main()
