# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Boards that take kernel and device tree from their root: from SD cards, and with the FIT in NOR flash.

A block that does not verify is named as Linux names it, and the other slot is started in the same boot.
"""
import os

import pytest

import board
import boards
from boards import WAYS
from build import OUT
from test_boards import SECONDS, linux, one, refusals

NAMES = ['vexpress-a15', 'zcu102', 'vexpress-a15-flash']
TESTS = ['test_good', 'test_damaged_block', 'test_damaged_leaf', 'test_path_that_is_not_there']
PASSED = set()  # (test, name)


@pytest.fixture(scope='module')
def releases(release):
    for name in NAMES:
        if os.path.exists(record_of(name)):
            os.unlink(record_of(name))
    yield {name: boards.FilesRelease(release, WAYS[name].board, WAYS[name].media) for name in NAMES}
    for board_name in {WAYS[name].board for name in NAMES}:
        wanted = {(test, name) for test in TESTS for name in NAMES if WAYS[name].board == board_name}
        if wanted & PASSED:
            with open(record_of(board_name), 'w', encoding='utf-8') as file:
                file.write(f'root-files={"pass" if wanted <= PASSED else "partial"}\n')


def record_of(name):
    """A word more for make boards."""
    return os.path.join(OUT, 'boards', f'{WAYS[name].board}.files')


@pytest.fixture
def passed(request):
    """Noted by each test at its end."""
    name = request.node.callspec.params['name']
    return lambda: PASSED.add((request.node.originalname, name))


@pytest.fixture
def boot(releases, log):
    def start(name, disk='', roots=''):
        release, way = releases[name], WAYS[name]
        files = (disk, roots) if disk else (release.disk, release.roots)
        return board.Boot(release.arguments(way, release.firmware(way.firmware), *files), log, 'HF-LINUX', SECONDS)
    return start


@pytest.mark.parametrize('name', NAMES)
def test_good(boot, releases, passed, name):
    booted = boot(name)
    one(booted, 'HF-VERIFIED', slot='A', key='dev', index='7')
    assert not refusals(booted), booted.explain()
    linux(booted, 'A', releases[name].root_hash)
    blocks = int(one(booted, 'HF-HANDOFF', slot='A')['root-blocks'])
    # The kernel and what leads to it; not the root.
    kernel = -(-len(boards.contents(releases[name].parts['KERNEL'])) // 4096)
    assert kernel <= blocks <= kernel + 40, booted.explain()
    passed()


def other_slot(booted, releases, name, **refusal):
    one(booted, 'HF-REFUSE', slot='A', **refusal)
    assert list(refusals(booted)) == ['A'], booted.explain()
    linux(booted, 'B', releases[name].root_hash)


@pytest.mark.parametrize('name', NAMES)
def test_damaged_block(boot, releases, passed, name):
    release = releases[name]
    booted = boot(name, *release.in_slot_a(release.kernel_block()))
    other_slot(booted, releases, name, code='verity-io', at=f'level-0-data-block-{release.kernel_block()}')
    passed()


@pytest.mark.parametrize('name', NAMES)
def test_damaged_leaf(boot, releases, passed, name):
    release = releases[name]
    booted = boot(name, *release.in_slot_a(release.leaf()))
    other_slot(booted, releases, name, code='verity-io', at=f'level-1-hash-block-{release.leaf()}')
    passed()


@pytest.mark.parametrize('name', NAMES)
def test_path_that_is_not_there(boot, releases, passed, name):
    other_slot(boot(name, *releases[name].misnamed()), releases, name, code='no-file')
    passed()
