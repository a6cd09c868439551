# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The FIT on one disk, its root on another: found by name, and only if one disk has it."""
import pytest

import board
import verdict
from board import Machine
from build import run

MIB = 1 << 20


def disk(release, name, **partitions):
    """A disk with these partitions, and a file in each. Names may have a hyphen: root_a is root-a."""
    path = release.path(name)
    table, at = 'label: gpt\n', 1
    with open(path, 'wb') as file:
        for partition, source in partitions.items():
            with open(source, 'rb') as data:
                contents = data.read()
            size = len(contents) // MIB + 1
            file.seek(at * MIB)
            file.write(contents)
            table += f'start={at * 2048},size={size * 2048},name={partition.replace("_", "-")}\n'
            at += size
        file.truncate((at + 1) * MIB)
    run('sfdisk', '-q', path, input=table)
    return path


@pytest.fixture(scope='module')
def disks(release):
    return {'fit': disk(release, 'only-fit.img', holdfast_a=release.fit),
            'root': disk(release, 'only-root.img', root_a=release.verity),
            'tree': disk(release, 'only-tree.img', verity_a=release.verity),
            'both': disk(release, 'both.img', holdfast_a=release.fit, root_a=release.verity)}


def boot(release, disks, names, log, until):
    extra = []
    for number, name in enumerate(names):
        extra += ['-drive', f'if=none,format=raw,readonly=on,file={disks[name]},id=d{number}',
                  '-device', f'virtio-blk-device,drive=d{number}']
    return board.boot(Machine(extra=extra), release.loader, '', log, until, 60)


@pytest.mark.parametrize('names', ['fit root', 'root fit', 'fit tree root'])
def test_elsewhere(release, disks, names, log):
    done = boot(release, disks, names.split(), log, 'HF-LINUX')
    linux = verdict.lines(done.console, 'HF-LINUX')
    assert linux and (linux[0]['verity'], linux[0]['slot']) == ('V', 'A'), done.explain()
    assert ' PARTLABEL=root-a PARTLABEL=root-a ' in done.console, done.explain()


def test_beside_it_first(release, disks, log):
    """By its number: another disk's root-a is another partition."""
    done = boot(release, disks, ['root', 'both'], log, 'HF-LINUX')
    linux = verdict.lines(done.console, 'HF-LINUX')
    assert linux and linux[0]['verity'] == 'V', done.explain()
    assert 'PARTLABEL' not in done.console and 'PARTUUID=' in done.console, done.explain()


@pytest.mark.parametrize('names', ['fit root root', 'root fit root'])
def test_twice(release, disks, names, log):
    """Linux would take either."""
    done = boot(release, disks, names.split(), log, 'HF-FAIL')
    refused = verdict.lines(done.console, 'HF-REFUSE')
    assert (refused[0]['code'], refused[0]['at']) == ('bad-gpt', 'root-a'), done.explain()
    assert 'HF-HANDOFF' not in done.console


def test_nowhere(release, disks, log):
    done = boot(release, disks, ['fit', 'tree'], log, 'HF-FAIL')
    refused = verdict.lines(done.console, 'HF-REFUSE')
    assert (refused[0]['code'], refused[0]['at']) == ('no-image', 'root-a'), done.explain()
