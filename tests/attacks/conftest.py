# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the attacks need: built once a session, below $O/attacks."""
import json
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(TOP, 'tests', 'qemu')]
sys.dont_write_bytecode = True

OUT = os.path.abspath(os.path.join(TOP, os.environ.get('O', 'build')))
ENVIRONMENT = dict(
    os.environ, ASAN_OPTIONS='detect_leaks=0:abort_on_error=1',
    UBSAN_OPTIONS='print_stacktrace=1:abort_on_error=1')


def make(*goals, trust=None):
    """make, with the trust set of the attacks unless another is named."""
    environment = {k: v for k, v in os.environ.items()
                   if k not in ('MAKEFLAGS', 'MAKELEVEL', 'MFLAGS')}
    trust = trust or os.path.join(OUT, 'attacks', 'dev.trust.dtb')
    done = subprocess.run(['make', '-C', TOP, '-j2', f'O={OUT}', f'TRUST={trust}', *goals],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


class Attacks:
    """The cases on disk."""

    def __init__(self):
        make('attack-programs', 'tools')
        self.at = os.path.join(OUT, 'attacks')
        with open(os.path.join(self.at, 'index.json')) as f:
            self.rows = {row['id']: row for row in json.load(f)}
        self.stage = os.path.join(self.at, 'stage.dtb')

    def path(self, name):
        return os.path.join(self.at, name)

    def program(self, name):
        return os.path.join(OUT, 'host', 'san', 'tests', 'attacks', name)

    def trust(self, name):
        return self.path(name + '.trust.dtb')

    def run(self, *argv, data=None, seconds=600):
        return subprocess.run(argv, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=ENVIRONMENT, timeout=seconds, check=False)


@pytest.fixture(scope='session')
def attacks():
    return Attacks()
