# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Real root images, read by the loader's own reader on the host and compared with what they were made of."""
import os
import random
import shutil
import subprocess

import pytest

import trees
from build import ENVIRONMENT, OUT, make
from suite import SUITES, Root, Suite

ALL = os.environ.get('FILES') == 'all'
WORK = os.path.join(OUT, 'files')
SEED = int(os.environ.get('SEED', '0')) or random.SystemRandom().getrandbits(31)

# name -> what makes it. Those of make check, and those of every night.
EROFS = {'plain': [], 'lz4hc-64k': ['-zlz4hc', '-C65536']}
SQUASHFS = {'gzip': ['-comp', 'gzip'], 'zstd-1m': ['-comp', 'zstd', '-Xcompression-level', '3', '-b', '1M']}
MORE_EROFS = {
    'lz4': ['-zlz4'], 'lz4hc-12': ['-zlz4hc,12'], 'lz4-1m': ['-zlz4', '-C1048576'], 'legacy': ['-zlz4', '-Elegacy-compress'],
    'chunks': ['--chunksize=4096'], 'chunks-64k': ['--chunksize=65536'], 'tails': ['-zlz4hc', '-Eztailpacking'],
    'compact': ['-Eforce-inode-compact'], 'extended': ['-Eforce-inode-extended'], 'no-xattrs': ['-x-1'],
}
NEW_EROFS = {
    'blocks-512': ['-b512', '-zlz4hc'], 'blocks-1k': ['-b1024'], 'fragments': ['-zlz4hc', '-Efragments'],
    'all-fragments': ['-zlz4hc', '-Eall-fragments', '-C65536'], 'dedupe': ['-zlz4hc', '-Ededupe'],
}
MORE_SQUASHFS = {
    'lz4': ['-comp', 'lz4'], 'lz4-hc-4k': ['-comp', 'lz4', '-Xhc', '-b', '4K'], 'gzip-1m': ['-comp', 'gzip', '-b', '1M'],
    'gzip-4k': ['-comp', 'gzip', '-b', '4K'], 'zstd': ['-comp', 'zstd'], 'zstd-64k': ['-comp', 'zstd', '-b', '64K'],
    'no-fragments': ['-comp', 'lz4', '-no-fragments'], 'all-fragments': ['-comp', 'gzip', '-always-use-fragments'],
    'plain': ['-noI', '-noD', '-noF', '-noX'], 'plain-inodes': ['-comp', 'zstd', '-noI'],
    'lean': ['-comp', 'gzip', '-no-exports', '-no-xattrs', '-no-duplicates', '-nopad'],
}
if ALL:
    EROFS |= MORE_EROFS
    SQUASHFS |= MORE_SQUASHFS
FORMS = [('erofs', name) for name in EROFS] + [('squashfs', name) for name in SQUASHFS]
# Every image has another tree: algorithm, data block, hash block.
TREES = [('sha256', 4096, 4096), ('sha512', 4096, 4096), ('sha256', 1024, 4096), ('sha256', 4096, 1024), ('sha512', 512, 512),
         ('sha256', 65536, 65536)]
JOBS = [(suite, kind, name) for suite in SUITES for kind, name in FORMS]
if ALL:
    JOBS += [('trixie', 'erofs', name) for name in NEW_EROFS]


@pytest.fixture(scope='session')
def programs():
    make('files-programs', 'tools')
    return os.path.join(OUT, 'host', 'san', 'tests', 'files')


@pytest.fixture(scope='session')
def sources():
    """suite -> (Suite, tree, what is in it)."""
    found = {}
    for name in SUITES:
        tree = os.path.join(WORK, name)
        shutil.rmtree(tree, ignore_errors=True)
        os.makedirs(tree)
        suite = Suite(name)
        trees.debian(suite, tree, ALL)
        found[name] = suite, tree, trees.contents(tree)
    return found


def form(kind, name):
    return {**EROFS, **NEW_EROFS}[name] if kind == 'erofs' else SQUASHFS[name]


def walk(programs, root):
    """path -> [kind, size, number, value, followed]."""
    done = subprocess.run([os.path.join(programs, 'walk'), *root.words()], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=ENVIRONMENT, check=False)
    assert done.returncode == 0, done.stderr.decode(errors='replace')[-3000:]
    records = (record.split(b' ', 5) for record in done.stdout.split(b'\0')[:-1])
    return {path: [field.decode() for field in fields] for *fields, path in records}


def compare(expected, walked):
    assert sorted(expected) == sorted(walked)
    for path, (kind, size, value) in expected.items():
        kind_, size_, number, value_, followed = walked[path]
        assert (kind, value) == (kind_, value_), path
        assert kind not in ('file', 'link') or size == int(size_), path
        target = trees.leads(expected, path)
        if target is None:
            assert followed == 'no-file', path
        elif target != b'/':
            assert followed == walked[target][2], path
        assert kind == 'link' or followed == number


@pytest.mark.parametrize('suite, kind, name', JOBS)
def test_every_file(programs, sources, tmp_path, suite, kind, name):
    """Every name, size, byte and link is what the image was made of, and so is where each link leads."""
    tools, tree, expected = sources[suite]
    path = str(tmp_path / 'root')
    getattr(tools, kind)(tree, path, *form(kind, name))
    root = Root(tools, path, *TREES[JOBS.index((suite, kind, name)) % len(TREES)])
    compare(expected, walk(programs, root))
    assert root.ours() == (root.hash, True)
    assert len(expected) > (10000 if ALL else 2000)
    assert expected[b'/odd/sizes/mixed'][0] == 'file'
    print(f'{suite} {kind} {name}: {len(expected)} entries, {os.path.getsize(path)} bytes')
    for made in tmp_path.iterdir():
        made.unlink()


SMALL = [('erofs', [], ('sha256', 4096, 4096)), ('erofs', ['-zlz4hc', '-C65536'], ('sha256', 4096, 512)),
         ('squashfs', ['-comp', 'gzip', '-b', '4K', '-nopad'], ('sha512', 512, 512)),
         ('squashfs', ['-comp', 'zstd'], ('sha256', 4096, 1024))]


@pytest.mark.parametrize('suite', SUITES)
@pytest.mark.parametrize('kind, options, shape', SMALL)
def test_every_block(programs, tmp_path, suite, kind, options, shape):
    """A bit anywhere in data or tree is found, at the block that has it, whoever reads it."""
    tree, tools, path = str(tmp_path / 'tree'), Suite(suite), str(tmp_path / 'root')
    os.makedirs(tree)
    trees.small(tree)
    getattr(tools, kind)(tree, path, *options)
    root = Root(tools, path, *shape)
    compare(trees.contents(tree), walk(programs, root))
    print(f'SEED={SEED}')
    done = subprocess.run([os.path.join(programs, 'every_block'), str(SEED), *root.words()], stdout=subprocess.PIPE,
                          env=ENVIRONMENT, check=True, text=True)
    levels, per, seen = root.levels(), root.hashes // root.data, 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) * root.hashes == os.path.getsize(root.verity)
    for number, files, files_at, device, device_at in lines:
        number = int(number)
        if number == root.start - 1:
            assert (files, device) == ('ok', 'ok'), 'nobody looks at the superblock'
            continue
        if number in levels:
            # Linux knows no tree block by its level; the top one is what the signed root hash is of.
            top = levels[number] == max(levels.values())
            wanted = {f'level-{levels[number]}-hash-block-{number}'}
            assert device == ('verity-root' if top else 'verity-io'), (number, device)
        else:
            first = number * root.hashes // root.data
            wanted = {f'level-0-data-block-{block}' for block in range(first, first + max(per, 1))}
            top = False
            assert device == 'verity-io', (number, device)
        assert top or device_at in wanted, (number, device_at)
        assert files == 'ok' or (files, files_at) == (device, device_at), (number, files, files_at)
        seen += files != 'ok'
    # All but what no file lies in: padding, attributes, spare tables.
    assert seen >= len(lines) * 0.7, f'{seen} of {len(lines)}'


def test_versions(sources):
    """The oldest and the newest of Debian 12 and 13."""
    for suite, (tools, _, expected) in sources.items():
        print(suite, len(expected), {name: tools.versions[name] for name in ('erofs-utils', 'squashfs-tools', 'cryptsetup-bin')})
    old, new = (sources[suite][0].versions for suite in SUITES)
    assert all(old[name] != new[name] for name in ('erofs-utils', 'squashfs-tools', 'cryptsetup-bin'))
