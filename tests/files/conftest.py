# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Helpers come from the tests of the attacks."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), 'attacks')]
sys.dont_write_bytecode = True
