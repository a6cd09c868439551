#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Instructions per byte and per verification: each engine of the loader, mbedTLS, and U-Boot's code for the same.

usage: engines.py --plugin SO --work DIR NAME=PROGRAM...     NAME: arm64, arm

The loader's own objects as a program for Linux (engines/main.c), run with qemu-user and the counting plugin: the
difference between three operations and one, so that nothing counts that happens once.
"""
import argparse
import json
import os
import subprocess
import sys

import count

QEMU = {'arm64': ['qemu-aarch64', '-cpu', 'max'], 'arm': ['qemu-arm', '-cpu', 'max']}
CHUNK = 65536
ENGINES = ('armv8', 'asm', 'mbedtls', 'u-boot')
ROWS = ('sha256', 'sha512', 'rsa2048', 'rsa4096', 'ecdsa256', 'ecdsa384')
MISSING = 1


def instructions(plugin, work, machine, program, operation, times):
    """Of the whole program; None if there is no such operation."""
    out = os.path.join(work, f'engines-{machine}.count')
    code = subprocess.run([*QEMU[machine], '-plugin', f'{plugin},out={out}', program, operation, str(times)],
                          check=False).returncode
    if code == MISSING:
        return None
    if code:
        raise RuntimeError(f'{program} {operation} {times}: {code}')
    return count.read_counts(out)[0]['total']


def measure(plugin, work, machine, program):
    """{row: {engine: instructions per operation}}"""
    found = {}
    for row in ROWS:
        for engine in ENGINES:
            one, three = (instructions(plugin, work, machine, program, f'{row}-{engine}', n) for n in (1, 3))
            if one is not None:
                found.setdefault(row, {})[engine] = (three - one) / 2
    return found


def show(machine, found):
    print(f'{machine}: instructions per byte (sha), per verification (rsa, ecdsa)')
    print(f'{"":<10}' + ''.join(f'{e:>14}' for e in ENGINES))
    for row, engines in found.items():
        values = ((f'{engines[e] / CHUNK:.3f}' if row.startswith('sha') else f'{engines[e]:,.0f}')
                  if e in engines else '-' for e in ENGINES)
        print(f'{row:<10}' + ''.join(f'{v:>14}' for v in values))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--plugin', required=True)
    parser.add_argument('--work', required=True)
    parser.add_argument('programs', nargs='+')
    args = parser.parse_args()
    results = {}
    for pair in args.programs:
        machine, program = pair.split('=', 1)
        results[machine] = measure(args.plugin, args.work, machine, program)
        show(machine, results[machine])
    with open(os.path.join(args.work, 'engines.json'), 'w') as f:
        json.dump(results, f, indent=1)
    return 0


if __name__ == '__main__':
    sys.exit(main())
