# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A real Linux on its verity root, on every machine of the covering array."""
import pytest

import board
import matrix
import verdict


def test_every_pair_is_there():
    found = set()
    for row in matrix.rows():
        found |= matrix.pairs(row)
    assert found == matrix.all_pairs()


@pytest.mark.parametrize('machine', matrix.machines(), ids=lambda m: m.name())
def test_linux(release, log, machine):
    firmware = release.tf_a(machine.gic) if machine.start == 'tf-a' else release.loader
    boot = board.boot(machine, firmware, release.disk, log, 'HF-LINUX', 120)
    assert not boot.timed_out, boot.explain()
    banner = verdict.lines(boot.console, 'HF-BOOT')[0]
    assert banner['el'] == ('1' if machine.start == 'el1' else '2'), boot.explain()
    assert banner['board'] == 'virt-arm64' and banner['trust'] == 'dev'
    assert (banner['sha256'], banner['rsa']) == ('armv8-ce', 'arm64-asm'), boot.explain()
    linux = verdict.lines(boot.console, 'HF-LINUX')
    assert linux, boot.explain()
    assert linux[0]['root'] == '/dev/dm-0' and linux[0]['verity'] == 'V'
    assert linux[0]['slot'] == 'A'
