# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Helpers come from the tests of the boards and of the attacks."""
import os
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, 'qemu'), os.path.join(TESTS, 'attacks')]
sys.dont_write_bytecode = True
