# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A few seconds of every fuzzer, from the seeds; make fuzz TIME= runs them for longer."""
import glob
import os
import re
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'attacks'))
sys.dont_write_bytecode = True

from build import CLEAN, OUT, make  # noqa: E402

SECONDS = 5
# What reads a whole root.
LONGER = dict.fromkeys(('fuzz_erofs', 'fuzz_squashfs', 'fuzz_verity'), 40)
NAMES = sorted(os.path.basename(p)[:-2] for p in glob.glob(os.path.join(HERE, 'fuzz_*.c')))


@pytest.fixture(scope='session')
def fuzzers():
    make('fuzz-programs', 'fuzz-seeds')
    return os.path.join(OUT, 'fuzz')


@pytest.mark.parametrize('name', NAMES)
def test_fuzz(fuzzers, tmp_path, name):
    """No crash, no leak, no hang, and the seeds are taken."""
    seeds = os.path.join(fuzzers, 'seeds', name)
    assert len(os.listdir(seeds)) >= 4
    done = subprocess.run([os.path.join(fuzzers, name), f'-max_total_time={LONGER.get(name, SECONDS)}', '-timeout=10',
                           f'-artifact_prefix={fuzzers}/', '-print_final_stats=1', str(tmp_path), seeds],
                          env=CLEAN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode('latin-1')
    assert done.returncode == 0, text[-4000:]
    runs = int(re.search(r'number_of_executed_units: *(\d+)', text).group(1))
    assert runs > len(os.listdir(seeds)), text[-2000:]
    print(f'{name}: {runs} executions')
