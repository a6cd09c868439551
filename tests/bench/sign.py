#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Seconds and peak memory of signing a FIT of 64 MiB, holdfast-keys beside mkimage, on this machine.

usage: sign.py --host DIR [--size MIB] [--runs N]

Both sign in place with RSA-2048; holdfast-keys also compares every hash with the data and verifies the result with the
loader's code. The best of N runs; peak memory is the kernel's figure (maximum resident set), mapped files included.
"""
import argparse
import os
import shutil
import subprocess
import tempfile
import time

ITS = '''/dts-v1/; / { description = "bench"; #address-cells = <1>;
  images { kernel { description = "k"; data = /incbin/("kernel"); type = "kernel"; arch = "arm64"; os = "linux";
    compression = "none"; load = <0>; entry = <0>; hash-1 { algo = "sha256"; }; }; };
  configurations { default = "c"; c { description = "c"; kernel = "kernel";
    signature { algo = "sha256,rsa2048"; key-name-hint = "dev"; sign-images = "kernel"; }; }; }; };'''


def once(words, place):
    """(seconds, KiB) of one run, which must succeed."""
    begin = time.monotonic()
    process = subprocess.Popen(words, cwd=place, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f'{words[0]}: exit {process.returncode}')
    return time.monotonic() - begin, usage.ru_maxrss


def best(words, place, runs):
    found = []
    for _ in range(runs):
        shutil.copy(os.path.join(place, 'base.fit'), os.path.join(place, 'x.fit'))
        found.append(once(words, place))
    return min(f[0] for f in found), min(f[1] for f in found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--host', required=True)
    parser.add_argument('--size', type=int, default=64)
    parser.add_argument('--runs', type=int, default=5)
    args = parser.parse_args()
    tool = os.path.join(os.path.abspath(args.host), 'holdfast-keys')
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, 'kernel'), 'wb') as kernel:
            kernel.write(os.urandom(args.size << 20))
        with open(os.path.join(place, 'x.its'), 'w', encoding='ascii') as its:
            its.write(ITS)
        subprocess.run(['openssl', 'req', '-batch', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'dev.key', '-out',
                        'dev.crt'], cwd=place, check=True, capture_output=True)
        print(f'signing a FIT of {args.size} MiB{"":<10}{"seconds":>10}{"peak MiB":>10}')
        for layout, options in (('embedded', []), ('external', ['-E'])):
            subprocess.run(['mkimage', *options, '-f', 'x.its', 'base.fit'], cwd=place, check=True, capture_output=True)
            for name, words in (('mkimage -F -k', ['mkimage', *options, '-F', '-k', '.', 'x.fit']),
                                ('holdfast-keys sign', [tool, 'sign', '-q', '--key', 'dev.key', 'x.fit'])):
                seconds, peak = best(words, place, args.runs)
                print(f'{name:<22}{layout:<11}{seconds:>10.2f}{peak / 1024:>10.0f}', flush=True)


if __name__ == '__main__':
    main()
