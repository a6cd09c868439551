#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""cppcheck over the sources: warnings, performance, portability."""

import os
import subprocess
from pathlib import Path

from common import CORE, Check

FOLDERS = ("platform", "keys", "fit-images", "boot")


def main():
    check = Check(__doc__).start()
    paths = list(check.files(".c", under=FOLDERS))
    command = ["cppcheck", "--quiet", "--std=c11", "--language=c", "--enable=warning,performance,portability",
               "--inline-suppr", "--error-exitcode=9", f"-j{os.cpu_count() or 1}", "--max-configs=2",
               "--suppress=missingInclude", "--suppress=missingIncludeSystem", "--suppress=unmatchedSuppression",
               "--template={file}:{line}: {severity}: {message} [{id}]",
               "-DCONFIG_CMDLINE_MAX=2047", "-DCONFIG_FIT_META_MAX=256", "-DCONFIG_KERNEL_MAX=128",
               "-DCONFIG_MBEDTLS_ARENA=64", "-DCONFIG_STACK_SIZE=32",
               f"--library={Path(__file__).resolve().parent / 'jansson.cfg'}",
               *[f"-I{floor}" for floor in CORE]]
    result = subprocess.run([*command, *[p.relative_to(check.root) for p in paths]], capture_output=True, text=True,
                            cwd=check.root, check=False)
    for line in sorted(set(result.stderr.splitlines())):
        if line.strip():
            where, number, message = (line.split(":", 2) + ["", ""])[:3]
            check.report(where, number, message.strip())
    if result.returncode not in (0, 9):
        check.report("cppcheck", 0, f"failed: {result.stdout[-300:]}")
    check.finish(f"{len(paths)} files")


if __name__ == "__main__":
    main()
