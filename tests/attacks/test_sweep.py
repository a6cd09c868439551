# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Exhaustive sweeps on the host: refused, or the same boot; never a crash."""
import os
import re

import pytest

FIT_AT = 34 * 512

# disk of a good case, trust set, mode. RSA-2048 whole; a sample of the others.
SWEEPS = [
    ('boot-cpuid', 'dev', 'flips'),
    ('external-aligned', 'dev', 'flips:5'),
    ('padding-pss', 'dev', 'flips:11'),
    ('load-ramdisk-good', 'dev', 'flips:11'),
    ('overlay-good', 'dev', 'flips:11'),
    ('ecdsa-good', 'ec', 'flips:29'),
    ('algorithm-rsa3072', 'others', 'flips:37'),
    ('algorithm-rsa4096-pss', 'others', 'flips:37'),
    ('algorithm-ecdsa384', 'others', 'flips:61'),
    ('boot-cpuid', 'dev', 'cuts'),
    ('load-ramdisk-good', 'dev', 'cuts'),
    ('boot-cpuid', 'dev', 'words'),
    ('external-aligned', 'dev', 'words'),
    ('overlay-good', 'dev', 'words'),
]


def numbers(text):
    found = re.search(r'HF-SWEEP mode=\S+ tried=(\d+) refused=(\d+) same=(\d+) different=(\d+)',
                      text)
    assert found, text
    return [int(n) for n in found.groups()]


def sweep(attacks, case, trust, offset, length, mode):
    done = attacks.run(attacks.program('sweep'), attacks.stage, attacks.trust(trust),
                       attacks.path(case + '.disk'), str(offset), str(length), mode)
    errors = done.stderr.decode('latin-1')
    assert done.returncode == 0, errors[-3000:]
    tried, refused, same, different = numbers(done.stdout.decode('latin-1'))
    assert different == 0 and tried == refused + same, errors[-3000:]
    return tried, refused, same


@pytest.mark.parametrize('case,trust,mode', SWEEPS, ids=lambda v: str(v).replace(':', '-'))
def test_sweep(attacks, case, trust, mode):
    size = os.path.getsize(attacks.path(case + '.fit'))
    if mode == 'flips':
        assert size <= 4096
    tried, refused, same = sweep(attacks, case, trust, FIT_AT, min(size, 4096), mode)
    assert refused > same
    if mode == 'flips':
        assert tried == size * 8


@pytest.mark.parametrize('offset,length', [(0, 512), (512, 512), (1024, 256)],
                         ids=['mbr', 'gpt-header', 'gpt-entries'])
def test_partition_table(attacks, offset, length):
    """One broken table changes nothing: the backup says the same."""
    tried, refused, _ = sweep(attacks, 'boot-cpuid', 'dev', offset, length, 'flips:3')
    assert refused == 0 and tried > 600


def test_stage_tree(attacks):
    size = os.path.getsize(attacks.stage)
    tried, refused, same = sweep(attacks, 'boot-cpuid', 'dev', 0, size, 'tree')
    assert refused and same and tried > size


def test_media(attacks):
    """A medium that lies, changes its mind, fails or falls silent: no other boot, no crash."""
    case = 'external-aligned'
    size = os.path.getsize(attacks.path(case + '.fit'))
    done = attacks.run(attacks.program('media'), attacks.stage, attacks.trust('dev'),
                       attacks.path(case + '.disk'), str(FIT_AT), str(size))
    text = done.stdout.decode('latin-1')
    assert done.returncode == 0, done.stderr.decode('latin-1')[-3000:]
    kinds = dict(re.findall(r'case=(\S+) tried=\d+ refused=(\d+)', text))
    assert set(kinds) == {'second-differs', 'first-differs', 'error-once', 'error-forever',
                          'short-read', 'noise'}
    assert all(int(n) > 0 for n in kinds.values()), text
