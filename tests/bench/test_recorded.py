#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The shipped binary's own instructions on a small boot must not grow by more than 2 %.

recorded.json holds the figure; run this file as a program to write it anew, with the reason in the commit.
"""
import json
import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
if __name__ == '__main__':
    sys.path[:0] = [HERE, os.path.join(HERE, '..', 'attacks')]

import bench
import count
import loader
import workload
from build import OUT, TOP, Attacks, make
from disk import Disk, slots

RECORDED = os.path.join(HERE, 'recorded.json')
MOST = 1.02
RAMDISK = 1 << 20


def boot_once():
    """The figures of one boot: a stub kernel, 1 MiB of ramdisk, RSA-2048 and SHA-256."""
    attacks = Attacks()
    make('bench-plugin')
    binary = attacks.loader()
    from shapes import Workshop
    with open(attacks.path('stub.bin'), 'rb') as f:
        workshop = Workshop(attacks.path('keys'), f.read())
    fit = workshop.ramdisk(workshop.tree(), workload.ramdisk(RAMDISK))
    blob = workshop.signed(fit).externalise(align=4096).blob()
    work = os.path.join(OUT, 'bench')
    disk = os.path.join(work, 'small.disk')
    with open(disk, 'wb') as f:
        f.write(Disk(slots(blob + bytes(-len(blob) % 4096))).blob())
    build = os.path.join(OUT, 'virt-arm64')
    result = count.boot(os.path.join(work, 'count.so'), 'qemu-system-aarch64',
                        workload.MACHINE + ['-bios', binary] + workload.drive(disk), os.path.join(work, 'small'))
    functions = count.functions(result['records'], loader.programs(os.path.dirname(binary), build))
    net, waits = count.without(functions, bench.WAITS['holdfast'])
    return dict(instructions=net, read=result['read_bytes'], payload=RAMDISK + len(workshop.kernel),
                waits=sum(waits.values()), largest=functions.most_common(12))


@pytest.fixture(scope='module')
def now():
    return boot_once()


def test_instructions_do_not_grow(now):
    with open(RECORDED) as f:
        recorded = json.load(f)
    assert now['instructions'] <= recorded['instructions'] * MOST, (recorded, now)
    assert now['read'] <= recorded['read'] * 1.01, (recorded, now)


def test_counts_are_exact(now):
    """The hash loop runs once for each 64 bytes of payload, so the count is one of instructions."""
    name, instructions = now['largest'][0]
    assert name.startswith('sha256'), now
    blocks = now['payload'] / 64
    assert 97 * blocks <= instructions <= 106 * blocks, now


if __name__ == '__main__':
    os.chdir(TOP)
    figures = boot_once()
    with open(RECORDED, 'w') as out:
        json.dump({k: figures[k] for k in ('instructions', 'read', 'payload')}, out, indent=1)
        out.write('\n')
    print(figures)
