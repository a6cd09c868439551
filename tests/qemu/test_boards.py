# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Every board, from its real boot medium to Linux on its verity root, and each attack on it refused.

What was seen goes to $O/boards/BOARD, which make boards prints.
"""
import os
import time

import pytest

import board
import boards
import verdict
from boards import WAYS
from build import OUT

SLOTS = ['A', 'B', 'recovery']
SECONDS = 90
# For each way in: test -> None while it runs, then how far it got.
SEEN = {name: {} for name in WAYS}
VERIFIED = [name for name, way in WAYS.items() if way.verifier]


@pytest.fixture(scope='module')
def releases(request, release):
    """Everything is built and written before the first boot. What an earlier run saw does not stay."""
    for item in request.session.items:
        way = WAYS.get(getattr(item, 'callspec', None) and item.callspec.params.get('name'))
        if way and os.path.exists(record_of(way.board)):
            os.unlink(record_of(way.board))
    kinds = dict.fromkeys((way.board, way.media) for way in WAYS.values())
    yield {kind: boards.Release(release, *kind) for kind in kinds}
    for name in dict.fromkeys(way.board for way in WAYS.values()):
        record(name)


class Case:
    """A way in, and what one test did with it."""

    def __init__(self, releases, name, test, log):
        self.way, self.log = WAYS[name], log
        self.release = releases[self.way.board, self.way.media]
        self.seen = SEEN[name]
        self.test = test
        self.seen[test] = 'fail'

    def boot(self, kind='', until='HF-LINUX', media=True):
        release, way = self.release, self.way
        files = release.damaged(way, kind) if kind else (release.firmware(way.firmware), release.disk, release.roots)
        return board.Boot(release.arguments(way, *files, media=media), self.log, until, SECONDS)

    def passed(self):
        self.seen[self.test] = 'pass'


@pytest.fixture
def case(request, releases, log):
    return lambda name: Case(releases, name, request.node.originalname, log)


def one(boot, tag, **values):
    """The first line with this tag; its values are these."""
    found = verdict.lines(boot.console, tag)
    assert found, boot.explain()
    assert {k: found[0].get(k) for k in values} == values, boot.explain()
    return found[0]


def refusals(boot):
    return {line['slot']: line['code'] for line in verdict.lines(boot.console, 'HF-REFUSE')}


def linux(boot, slot, root_hash):
    assert not boot.timed_out, boot.explain()
    one(boot, 'HF-HANDOFF', slot=slot)
    one(boot, 'HF-LINUX', root='/dev/dm-0', verity='V', slot=slot, roothash=root_hash)


def refused(boot, at_most):
    """It ends with HF-FAIL, and nothing was started."""
    assert not boot.timed_out, boot.explain()
    assert 'HF-HANDOFF' not in boot.console, boot.explain()
    one(boot, 'HF-FAIL', code='no-slot')
    assert boot.seconds < at_most, boot.explain()


@pytest.mark.parametrize('name', WAYS)
def test_good(case, name):
    run = case(name)
    boot = run.boot()
    run.seen['reached'] = reached(boot.console)
    one(boot, 'HF-BOOT', board=run.way.board, trust='dev', **dict(run.way.banner))
    one(boot, 'HF-VERIFIED', slot='A', key='dev', index='7')
    assert not refusals(boot), boot.explain()
    linux(boot, 'A', run.release.root_hash)
    run.passed()


@pytest.mark.parametrize('name', WAYS)
def test_kernel_in_slot_a(case, name):
    """It is refused, and slot B is started in the same boot."""
    run = case(name)
    boot = run.boot('kernel')
    one(boot, 'HF-REFUSE', slot='A', code='hash-mismatch', at='kernel')
    assert list(refusals(boot)) == ['A'], boot.explain()
    linux(boot, 'B', run.release.root_hash)
    run.passed()


@pytest.mark.parametrize('name', WAYS)
def test_signature(case, name):
    """A: another signature. B: other signed text."""
    run = case(name)
    boot = run.boot('signature', 'HF-FAIL')
    assert refusals(boot) == {'A': 'bad-signature', 'B': 'bad-signature', 'recovery': 'no-image'}, boot.explain()
    refused(boot, SECONDS)
    run.passed()


@pytest.mark.parametrize('name', WAYS)
def test_root(case, name):
    """The loader starts it, and Linux refuses the block."""
    run = case(name)
    boot = run.boot('root_block', 'read=')
    one(boot, 'HF-HANDOFF', slot='A')
    one(boot, 'HF-LINUX', verity='C', read='EIO', slot='A')
    run.passed()


@pytest.mark.parametrize('name', WAYS)
def test_no_medium(case, name):
    run = case(name)
    boot = run.boot(until='HF-FAIL', media=False)
    found = refusals(boot)
    assert list(found) == SLOTS and set(found.values()) <= {'no-image', 'media-io'}, boot.explain()
    refused(boot, SECONDS)
    run.passed()


@pytest.mark.parametrize('name', WAYS)
def test_medium_pulled_out(case, name):
    """While it is read. Where the slots are in flash, their roots' disk goes, before it is looked at."""
    run = case(name)
    release, way = run.release, run.way
    disk, roots = release.long()
    arguments = release.arguments(way, release.firmware(way.firmware), disk, roots)
    boot = boards.Pulled(arguments, run.log, 'HF-BOOT' if roots else 'HF-VERIFIED', way.pull, 'HF-FAIL', SECONDS)
    assert boot.answer and 'error' not in boot.answer.lower(), boot.answer + boot.explain()
    first = one(boot, 'HF-REFUSE', slot='A')
    assert roots or (first['code'], first['at']) in (('verity-io', 'root'), ('media-io', 'kernel')), boot.explain()
    assert set(refusals(boot).values()) <= {'media-io', 'verity-io', 'no-image'}, boot.explain()
    refused(boot, SECONDS)
    run.passed()


@pytest.mark.parametrize('name', VERIFIED)
def test_changed_loader(case, name):
    """A bit of the loader, behind a first stage that verifies it: it never runs."""
    run = case(name)
    release, way = run.release, run.way
    firmware, disk = release.firmware(way.firmware), release.disk
    target = disk if release.row.first_stage else firmware
    bad = boards.copy_of(target, release.path('changed-loader.img'))
    loader = boards.contents(release.loader)
    boards.flip(bad, boards.contents(target).index(loader) + len(loader) // 2)
    firmware, disk = (firmware, bad) if release.row.first_stage else (bad, disk)
    boot = board.Boot(release.arguments(way, firmware, disk, release.roots), run.log, way.verifier, SECONDS)
    assert way.verifier in boot.console and 'HF-' not in boot.console, boot.explain()
    run.passed()


# The record.

def record_of(name):
    return os.path.join(OUT, 'boards', name)


def reached(console):
    """How far the good boot got, in a word."""
    if any(line.get('verity') == 'V' for line in verdict.lines(console, 'HF-LINUX')):
        return 'dm-verity-root'
    for mark, word in (('Linux version', 'linux'), ('HF-HANDOFF', 'kernel-entry'), ('HF-BOOT', 'loader')):
        if mark in console:
            return word
    return '-'


def cases_of(name):
    way = WAYS[name]
    return ['test_good', 'test_kernel_in_slot_a', 'test_signature', 'test_root', 'test_no_medium',
            'test_medium_pulled_out', *(['test_changed_loader'] if way.verifier else [])]


def record(name):
    """The line of make boards: pass only if every test of every way in did."""
    ways = [n for n, way in WAYS.items() if way.board == name and SEEN[n]]
    if not ways:
        return
    wanted = [(n, t) for n, way in WAYS.items() if way.board == name for t in cases_of(n)]
    missing = [f'{n}:{t[5:]}' for n, t in wanted if SEEN[n].get(t) != 'pass']
    good = [n for n in ways if SEEN[n].get('test_good') == 'pass']
    how = 'pass(root)' if not missing else 'partial' if good else 'fail'
    entered = ','.join(dict.fromkeys(WAYS[n].entered for n in good)) or '-'
    fit = ','.join(dict.fromkeys(WAYS[n].fit for n in good)) or '-'
    far = next((SEEN[n]['reached'] for n in [*good, *ways] if 'reached' in SEEN[n]), '-')
    os.makedirs(os.path.join(OUT, 'boards'), exist_ok=True)
    with open(record_of(name), 'w', encoding='utf-8') as file:
        file.write(f'{how} {time.strftime("%Y-%m-%d")} entered-by={entered} fit-from={fit} reached={far} '
                   f'qemu={boards.version(name)}{" missing=" + ",".join(missing) if missing else ""}\n')
