# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Roots in every place where they may lie, and what Linux does with a damaged block of each: EIO, correction, panic, restart."""
import json
import os

import pytest

import board
import verdict
from board import Machine
from boards import MARK
from build import O, OUT, make, run

BLOCK = 4096
# How the FIT names the root, and how the disk holds it.
PLACES = {'appended': ('--root-partition', (), ()),
          'split': ('--root-partition', ('--verity-split',), ('--verity-split',)),
          'inside': ('--root', (), ())}


class Roots:
    """Releases and disks, each made once; a test damages a copy on the way into QEMU."""

    def __init__(self, release):
        self.release, self.disks = release, {}
        os.makedirs(release.path('roots'), exist_ok=True)

    def path(self, name):
        return self.release.path('roots/' + name)

    def root(self, parity):
        """The root with its tree, and this many parity bytes."""
        path = self.path(f'root-{parity}.verity')
        if not os.path.exists(path):
            self.release.image_tool('verity', self.release.root, '--fec-roots', str(parity), '-o', path)
        return path

    def disk(self, place, slot='a', parity=0, fit=()):
        key = (place, slot, parity, *fit)
        if key not in self.disks:
            name = '-'.join(map(str, key)).replace('--', '')
            self.disks[key] = self.make(self.path(name.replace('/', '')), place, slot, parity, fit)
        return self.disks[key]

    def make(self, path, place, slot, parity, fit):
        option, fit_split, disk_split = PLACES[place]
        root = self.root(parity)
        self.release.image_tool('fit', '--kernel', self.release.kernel, option, root, *fit_split, *fit, '--compatible',
                                'linux,dummy-virt', '--cmdline', 'console=ttyAMA0 panic=-1', '--yes', '-q', '-o', path + '.itb')
        self.release.keys_tool('sign', '--key', self.release.key, path + '.itb')
        part = '' if place == 'inside' else ',' + root
        self.release.image_tool('disk', '--board', 'virt-arm64', '--slot', f'{slot}={path}.itb{part}', *disk_split,
                                '--no-fw-env-config', '--yes', '-q', '-o', path + '.img')
        return path + '.img'


@pytest.fixture(scope='module')
def roots(release):
    made = Roots(release)
    for name in os.listdir(release.path('roots')):
        os.unlink(made.path(name))
    return made


class Changed:
    """Changes to a disk that are undone at the end."""

    def __init__(self, disk):
        self.disk, self.before = disk, []

    def __enter__(self):
        return self

    def write(self, offset, contents):
        with open(self.disk, 'r+b') as file:
            file.seek(offset)
            self.before.append((offset, file.read(len(contents))))
            file.seek(offset)
            file.write(contents)

    def __exit__(self, *_):
        with open(self.disk, 'r+b') as file:
            for offset, contents in reversed(self.before):
                file.seek(offset)
                file.write(contents)


def boot(roots, disk, log, until='HF-LINUX'):
    return board.boot(Machine(), roots.release.loader, disk, log, until, 60)


def linux(done):
    lines = verdict.lines(done.console, 'HF-LINUX')
    assert lines, done.explain()
    return lines[0]


def mark_at(disk):
    with open(disk, 'rb') as file:
        return file.read().index(MARK)


@pytest.mark.parametrize('slot', ['a', 'b'])
@pytest.mark.parametrize('place', PLACES)
def test_good_and_damaged(roots, place, slot, log):
    disk = roots.disk(place, slot)
    hashed = roots.release.image_tool('verity', roots.release.root, '-n').strip()
    said = linux(boot(roots, disk, log))
    assert (said['root'], said['verity'], said['roothash'], said['slot']) == ('/dev/dm-0', 'V', hashed, slot.upper())
    assert 'read' not in said
    with Changed(disk) as changed:
        changed.write(mark_at(disk), b'L')
        said = linux(boot(roots, disk, log))
    assert (said['verity'], said['read'], said['slot']) == ('C', 'EIO', slot.upper())
    assert said['file'] == '/data/lines.txt'


@pytest.mark.parametrize('place', PLACES)
def test_corrected(roots, place, log):
    """A block of data and a leaf of the tree: Linux corrects both, all files are read, and the status letter stays V."""
    disk = roots.disk(place, parity=2)
    done = boot(roots, disk, log)
    assert (linux(done)['verity'], 'read' in linux(done)) == ('V', False), done.explain()
    assert ' 8 use_fec_from_device ' in done.console and 'corrected' not in done.console, done.explain()
    with Changed(disk) as changed:
        changed.write(mark_at(disk) // BLOCK * BLOCK, b'\xff' * BLOCK)
        done = boot(roots, disk, log)
    assert (linux(done)['verity'], 'read' in linux(done)) == ('V', False), done.explain()
    assert 'corrected' in done.console, done.explain()


def zero_leaf(roots, disk, changed):
    """The last leaf: without parity it is the image's last block."""
    with open(roots.root(0), 'rb') as file:
        leaf = file.read()[-BLOCK:]
    with open(disk, 'rb') as file:
        changed.write(file.read().index(leaf), bytes(BLOCK))


def test_leaf_corrected(roots, log):
    """All is read. But Linux 6.1 meets the leaf again while it corrects it, and says C."""
    disk = roots.disk('appended', parity=2)
    with Changed(disk) as changed:
        zero_leaf(roots, disk, changed)
        done = boot(roots, disk, log)
    assert (linux(done)['verity'], 'read' in linux(done)) == ('C', False), done.explain()
    assert 'corrected' in done.console, done.explain()


def test_leaf_corrected_in_vain(roots, log):
    """With panic-on-corruption Linux 6.1 goes down before the leaf is corrected: the two do not go together there."""
    disk = roots.disk('appended', parity=2, fit=('--verity-flag', 'panic-on-corruption'))
    with Changed(disk) as changed:
        zero_leaf(roots, disk, changed)
        done = boot(roots, disk, log)
    assert POLICIES['panic-on-corruption'] in done.console, done.explain()


POLICIES = {'restart-on-corruption': "Restarting system with command 'dm-verity device corrupted'",
            'panic-on-corruption': 'Kernel panic - not syncing: dm-verity device corrupted'}


@pytest.mark.parametrize('flag', POLICIES)
def test_policy(roots, flag, log):
    """Instead of an error to the reader: the machine goes down, and comes up from the loader again."""
    disk = roots.disk('appended', fit=('--verity-flag', flag))
    assert linux(boot(roots, disk, log))['verity'] == 'V'
    with Changed(disk) as changed:
        changed.write(mark_at(disk), b'L')
        done = boot(roots, disk, log, 'HF-LINUX')
    assert POLICIES[flag] in done.console and not verdict.lines(done.console, 'HF-LINUX'), done.explain()
    # QEMU ended by itself: a reset under -no-reboot.
    assert not done.timed_out, done.explain()


def test_checked_once(roots, log):
    done = boot(roots, roots.disk('appended', fit=('--verity-flag', 'check-at-most-once')), log)
    assert linux(done)['verity'] == 'V' and ' 1 check_at_most_once"' in done.console, done.explain()


@pytest.mark.parametrize('flag', ['restart-on-error', 'panic-on-error'])
def test_errors_are_for_newer_kernels(roots, flag, log):
    """Linux 6.1 does not know them and makes no root; nothing else is mounted instead."""
    done = boot(roots, roots.disk('appended', fit=('--verity-flag', flag)), log, 'Kernel panic')
    assert 'Unrecognized verity feature request' in done.console and 'Unable to mount root' in done.console, done.explain()


def test_flashed_over_noise(roots, log):
    """The whole disk, written over one that held other things, boots from there; so does a slot that was written then."""
    disk, used = roots.disk('appended'), roots.path('used.img')
    with open(used, 'wb') as file:
        file.write(b'\xff' * (os.path.getsize(disk) + (1 << 20)))
    roots.release.image_tool('write', disk, used, '--yes')
    assert linux(boot(roots, used, log))['verity'] == 'V'
    # The bare root: its tree is made, and its last block padded, on the way.
    roots.release.image_tool('slot', used, 'a', disk.replace('.img', '.itb'), roots.release.root)
    assert linux(boot(roots, used, log))['verity'] == 'V'


@pytest.fixture(scope='module')
def correcting(release):
    """The loader that corrects: virt-arm64's default leaves that to Linux."""
    make('CONFIG=full', 'loader', trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
    return os.path.join(OUT, 'virt-arm64-full', 'holdfast.bin')


def test_loader_corrects(roots, correcting, log):
    """A kernel in the root, whose blocks are damaged: data, a leaf and the top. Loader and Linux both come through."""
    release, fit, disk = roots.release, roots.path('files.itb'), roots.path('files.img')
    bare, root = roots.path('files.erofs'), roots.path('files.verity')
    run('fit-images/root/build.sh', bare, 'arm64', f'{release.kernel}=boot/Image')
    release.image_tool('verity', bare, '--fec-roots', '2', '-o', root)
    release.image_tool('fit', '--kernel-path', '/boot/Image', '--root-partition', root, '--compatible', 'linux,dummy-virt',
                       '--cmdline', 'console=ttyAMA0 panic=-1', '-q', '-o', fit)
    release.keys_tool('sign', '--key', release.key, fit)
    release.image_tool('disk', '--slot', f'a={fit},{root}', '--no-fw-env-config', '-q', '-o', disk)
    with open(disk, 'rb') as file, open(release.kernel, 'rb') as kernel:
        whole, part = file.read(), kernel.read()[1 << 20:(1 << 20) + 64]
    at = whole.index(part) // BLOCK * BLOCK
    start = next(p['offset'] for p in json.loads(release.image_tool('show', '--json', disk))['partitions'] if p['name'] == 'root-a')
    top = start + json.loads(release.image_tool('show', '--json', root))['hash_start_block'] * BLOCK
    # A block of the kernel, the top of the tree and the leaf of the kernel's beginning.
    leaf = top + BLOCK + (whole.index(part) - start) // BLOCK // 128 * BLOCK
    for damage, count in (((), 0), ((at,), 1), ((leaf,), 1), ((top,), 1), ((at, leaf, top), 3)):
        with Changed(disk) as changed:
            for offset in damage:
                changed.write(offset, b'\x5a' * BLOCK)
            done = board.boot(Machine(), correcting, disk, log, 'HF-LINUX', 60)
        handed = verdict.lines(done.console, 'HF-HANDOFF')
        assert handed and handed[0].get('repaired', '0') == str(count), done.explain()
        assert 'read' not in linux(done), done.explain()
    # Three damaged blocks in one round are too many for two roots.
    covered = int(run('fdtget', '-t', 'u', fit, '/images/root/dm-verity', 'holdfast,fec-blocks'))
    rounds = -(-covered // 253)
    with Changed(disk) as changed:
        for i in range(3):
            changed.write(at + i * rounds * BLOCK, b'\x5a' * BLOCK)
        done = board.boot(Machine(), correcting, disk, log, 'HF-FAIL', 60)
    refused = verdict.lines(done.console, 'HF-REFUSE')
    assert refused and refused[0]['code'] == 'verity-io' and refused[0]['at'].startswith('level-0-data-block-'), done.explain()
    assert not verdict.lines(done.console, 'HF-HANDOFF')
