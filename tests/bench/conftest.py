# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE] + [os.path.join(os.path.dirname(HERE), n) for n in ('attacks', 'qemu')]
sys.dont_write_bytecode = True
