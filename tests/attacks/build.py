# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the tests of the whole are run on: made by the top Makefile, below $O."""
import json
import os
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# As it was given: another word for the same place is other flags, and everything would be compiled again.
O = os.environ.get('O', 'build')
OUT = os.path.abspath(os.path.join(TOP, O))
ENVIRONMENT = dict(
    os.environ, ASAN_OPTIONS='detect_leaks=0:abort_on_error=1',
    UBSAN_OPTIONS='print_stacktrace=1:abort_on_error=1')
# What a make above us has set for its own children is not for this one.
CLEAN = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MAKELEVEL', 'MFLAGS')}


def run(*argv, **options):
    done = subprocess.run(argv, cwd=TOP, env=CLEAN, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **options)
    assert done.returncode == 0, f'{" ".join(argv)}\n{done.stdout[-4000:]}'
    return done.stdout


def make(*goals, trust=None):
    """make, with the trust set of the attacks unless another is named."""
    trust = trust or os.path.join(OUT, 'attacks', 'dev.trust.dtb')
    return run('make', '-j2', f'O={O}', f'TRUST={trust}', *goals)


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

    def loader(self, trust='dev'):
        """The default build with a trust set of the attacks, linked apart from the one for development keys."""
        where = self.path('loader' if trust == 'dev' else f'loader-{trust}')
        make(f'LOADER={where}', 'loader', trust=self.trust(trust))
        return os.path.join(where, 'holdfast.bin')

    def run(self, *argv, data=None, seconds=900):
        return subprocess.run(argv, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=ENVIRONMENT, timeout=seconds, check=False)


if __name__ == '__main__':
    # Everything that more than one of the test runs needs.
    for name in ('dev', 'root-optional'):
        Attacks().loader(name)
    make('san-tools', 'fuzz-programs', 'fuzz-seeds', 'bench-plugin')
    # With everything that a row asks for.
    make('CONFIG=full', 'attack-board')
