# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the checks that need a compiler share: the compile commands, and running them two at a time."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def add_options(check):
    check.parser.add_argument("--commands", type=Path, nargs="+", required=True, help="compile_commands.json, of one board or more")
    return check.start()


def load(*paths):
    """(source, arguments up to -c, output) for each compile command; what several boards compile, once a compiler."""
    seen = set()
    for entry in [e for path in paths for e in json.loads(path.read_text(encoding="utf-8"))]:
        # Without -flto: the analysers and the call graph want code from each file, not at link time.
        arguments = [a for a in entry["arguments"] if not a.startswith("-flto")]
        if (entry["file"], arguments[0]) not in seen:
            seen.add((entry["file"], arguments[0]))
            yield entry["file"], arguments[:arguments.index("-c")], entry["output"]


def run_all(jobs, cwd):
    """Run (key, argv) jobs, as many at a time as there are processors; yields (key, CompletedProcess) in order."""
    def run(job):
        return job[0], subprocess.run(job[1], capture_output=True, text=True, cwd=cwd, check=False)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        yield from pool.map(run, jobs)
