# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the attacks need: built once a session, below $O/attacks."""
import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), 'qemu')]
sys.dont_write_bytecode = True

from build import Attacks  # noqa: E402


@pytest.fixture(scope='session')
def attacks():
    return Attacks()
