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


def media(attacks, case, offset, length, *code):
    """kind -> (tried, refused); none of them was another boot."""
    done = attacks.run(attacks.program('media'), attacks.stage, attacks.trust('dev'), attacks.path(case + '.disk'),
                       str(offset), str(length), *code)
    text = done.stdout.decode('latin-1')
    assert done.returncode == 0, done.stderr.decode('latin-1')[-3000:]
    kinds = {name: (int(tried), int(bad)) for name, tried, bad in re.findall(r'case=(\S+) tried=(\d+) refused=(\d+)', text)}
    assert set(kinds) == {'second-differs', 'first-differs', 'error-once', 'error-forever', 'short-read', 'noise'}
    return kinds


def test_media(attacks):
    """A medium that lies, changes its mind, fails or falls silent: no other boot, no crash."""
    case = 'external-aligned'
    kinds = media(attacks, case, FIT_AT, os.path.getsize(attacks.path(case + '.fit')))
    assert all(refused > 0 for _, refused in kinds.values()), kinds


@pytest.mark.parametrize('part', ['superblock', 'kernel', 'tree'])
def test_media_of_a_root(attacks, part):
    """The same of a root: what its first read was proved to be is what is used, whatever a later one says."""
    with open(attacks.path('files-partition.disk'), 'rb') as f:
        disk = f.read()
    superblock = disk.index(b'\xe2\xe1\xf5\xe0')
    at = {'superblock': superblock, 'kernel': disk.index(b'ARM\x64') - 56,
          'tree': superblock - 1024 + int.from_bytes(disk[superblock + 36:superblock + 40], 'little') * 4096}[part]
    kinds = media(attacks, 'files-partition', at, 96, 'verity-io')
    assert kinds['first-differs'] == (96, 96), kinds
    assert kinds['second-differs'][1] in (0, 96), kinds
    assert kinds['error-once'][1] > 3 and kinds['noise'][1] > 10 and len(set(kinds['error-forever'])) == 1, kinds
