# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""ast2600-evb: the FIT in SPI NOR, the root on the eMMC. What is particular about having two media."""
import os

import pytest

import board
import boards
import verdict

WAY = boards.WAYS['ast2600-evb']
SPL_AND_LOADER = 0x100000
SLOTS = ['A', 'B', 'recovery']


@pytest.fixture(scope='module')
def ast2600(release):
    return boards.Release(release, 'ast2600-evb')


@pytest.fixture
def roots(ast2600):
    return boards.copy_of(ast2600.roots, ast2600.path('changed-roots.img'))


def boot(ast2600, log, roots, disk='', until='HF-FAIL'):
    return board.Boot(ast2600.arguments(WAY, '', disk or ast2600.disk, roots), log, until, 90)


def refusals(done):
    return {line['slot']: (line['code'], line['at']) for line in verdict.lines(done.console, 'HF-REFUSE')}


def reached(done, slot):
    assert not done.timed_out, done.explain()
    linux = verdict.lines(done.console, 'HF-LINUX')
    assert linux and (linux[0]['verity'], linux[0]['slot']) == ('V', slot), done.explain()
    assert f'dm-mod.waitfor=PARTLABEL=root-{slot.lower()} ' in done.console


def top_of_tree(ast2600, roots, slot):
    """The first block behind the data is the superblock, the next the top of the tree."""
    data = os.path.getsize(ast2600.erofs)
    return ast2600.partition(roots, 'root-' + slot)['offset'] + data + 4096


def test_other_root(ast2600, roots, log):
    """Its root is not what slot A's release was signed with: slot B and its root."""
    boards.flip(roots, top_of_tree(ast2600, roots, 'a') + 40)
    done = boot(ast2600, log, roots, until='HF-LINUX')
    assert refusals(done) == {'A': ('verity-root', 'root')}, done.explain()
    reached(done, 'B')


def test_no_sound_root(ast2600, roots, log):
    boards.flip(roots, *(top_of_tree(ast2600, roots, slot) + 40 for slot in 'ab'))
    done = boot(ast2600, log, roots)
    assert refusals(done) == {'A': ('verity-root', 'root'), 'B': ('verity-root', 'root'),
                              'recovery': ('no-image', 'magic')}, done.explain()
    assert 'HF-HANDOFF' not in done.console


def test_partition_table(ast2600, roots, log):
    """Both tables of the eMMC are broken: that is said, and not that there is no root."""
    boards.flip(roots, 512 + 16, os.path.getsize(roots) - 512 + 16)
    done = boot(ast2600, log, roots)
    assert refusals(done) == {'A': ('bad-gpt', 'header-crc'), 'B': ('bad-gpt', 'header-crc'),
                              'recovery': ('no-image', 'magic')}, done.explain()


def test_backup_table(ast2600, roots, log):
    """Linux takes it only if the loader says so."""
    boards.flip(roots, 512 + 16)
    done = boot(ast2600, log, roots, until='HF-LINUX')
    assert not refusals(done), done.explain()
    assert ' gpt dm-mod.waitfor=' in done.console, done.explain()
    reached(done, 'A')


def test_empty_emmc(ast2600, log):
    empty = ast2600.path('empty-roots.img')
    with open(empty, 'wb') as file:
        file.truncate(boards.FLASH)
    done = boot(ast2600, log, empty)
    assert refusals(done) == {'A': ('no-image', 'root-a'), 'B': ('no-image', 'root-b'),
                              'recovery': ('no-image', 'magic')}, done.explain()


@pytest.mark.parametrize('slot', SLOTS)
def test_every_slot_of_the_flash(ast2600, log, slot):
    """Also behind the first 16 MiB, which the flash does not show by itself after a reset."""
    disk = boards.copy_of(ast2600.disk, ast2600.path('one-slot.img'))
    at = {s: ast2600.partition(disk, 'holdfast-' + s.lower())['offset'] for s in SLOTS}
    fit = boards.contents(ast2600.fit)
    with open(disk, 'r+b') as file:
        for other in SLOTS:
            file.seek(at[other])
            file.write(fit if other == slot else b'\xff' * len(fit))
    done = boot(ast2600, log, ast2600.roots, disk, 'HF-VERIFIED')
    assert [line['slot'] for line in verdict.lines(done.console, 'HF-VERIFIED')] == [slot], done.explain()


def test_started_by_the_flash(ast2600, log):
    """Without SPL: the loader itself at 0."""
    disk = boards.copy_of(ast2600.disk, ast2600.path('direct.img'))
    loader = boards.contents(ast2600.loader)
    assert len(loader) <= SPL_AND_LOADER
    with open(disk, 'r+b') as file:
        file.write(loader)
    done = boot(ast2600, log, ast2600.roots, disk, 'HF-LINUX')
    assert 'U-Boot' not in done.console
    reached(done, 'A')
