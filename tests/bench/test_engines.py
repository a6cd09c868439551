# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What each engine costs stays what it is: instructions a byte, instructions a verification."""
import os

import pytest

import engines
from build import OUT, O, run

# SHA-256 by instructions: U-Boot's are 1.547 a byte on arm64, the floor is 1.53.
MOST = {
    ('arm64', 'sha256-armv8'): 1.56 * engines.CHUNK,
    ('arm64', 'rsa2048-asm'): 360_000,
    ('arm64', 'rsa4096-asm'): 1_300_000,
    ('arm', 'sha256-armv8'): 1.67 * engines.CHUNK,
    ('arm', 'sha256-asm'): 30 * engines.CHUNK,
    ('arm', 'rsa2048-asm'): 330_000,
    ('arm', 'rsa4096-asm'): 1_230_000,
}


@pytest.fixture(scope='module')
def programs():
    found = {}
    for machine in ('arm64', 'arm'):
        run('make', '-j2', f'O={O}', f'BOARD=virt-{machine}', f'TRUST={O}/dev-keys/trust.dtb', 'dev-keys', 'bench-plugin',
            'bench-program')
        found[machine] = os.path.join(OUT, f'virt-{machine}', 'bench', 'engines')
    return found


@pytest.mark.parametrize('machine, operation', MOST)
def test_cost(programs, machine, operation):
    work = os.path.join(OUT, 'bench')
    one, three = (engines.instructions(os.path.join(work, 'count.so'), work, machine, programs[machine], operation, n)
                  for n in (1, 3))
    assert 0 < (three - one) / 2 <= MOST[machine, operation]
