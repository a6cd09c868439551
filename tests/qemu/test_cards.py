# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Boards that read an SD card: no card, noise on it, errors, a card pulled out in the middle; and slots in flash."""
import json
import os
import random
import socket
import sys
import time

import pytest

import board
import verdict
from build import O, OUT, TOP, make, run

sys.path.insert(0, os.path.join(TOP, 'tests', 'demo'))
import machine  # noqa: E402

# Started without U-Boot SPL, which is on the card itself.
DIRECT = {'orangepi-pc': '-M orangepi-pc -device loader,file={loader},addr=0x4a000000,force-raw=on'
                         ' -device loader,addr=0x4a000000,cpu-num=0'}
BOARDS = ['orangepi-pc', 'vexpress-a15']
SLOTS = ['A', 'B', 'recovery']
# Long enough to load that it can be pulled out meanwhile.
KERNEL_SIZE = 24 << 20


class Board:
    """A board with a card that has the same release in both slots."""

    def __init__(self, release, name):
        self.name, self.row, self.release = name, machine.BOARDS[name], release
        trust = os.path.join(O, 'dev-keys', 'trust.dtb')
        make(f'BOARD={name}', 'loader', trust=trust)
        self.loader = os.path.join(OUT, name, 'holdfast.bin')
        kernel = run('platform/external/kernel.sh', self.row.kernel).strip().splitlines()[-1]
        self.parts = machine.parts(name, kernel)
        root = self.path('root.erofs')
        run('fit-images/root/build.sh', root, self.row.arch)
        self.root = self.path('root.verity')
        release.image_tool('verity', root, '--yes', '-o', self.root)
        self.fit = self.sign('fit', kernel)
        self.card = self.path('card.img')
        self.image('disk', '--slot', f'a={self.fit},{self.root}', '--slot', f'b={self.fit},{self.root}', '-o', self.card)

    def path(self, name):
        return self.release.path(f'{self.name}-{name}')

    def image(self, verb, *arguments):
        return self.release.image_tool(verb, '--board', self.name, '--yes', '-q', *arguments)

    def sign(self, name, kernel):
        unsigned, signed = self.path(name + '.unsigned'), self.path(name + '.itb')
        self.release.image_tool('fit', '--kernel', kernel, '--dtb', self.parts['DTB'], '--root-partition', self.root,
                                '--compatible', self.parts['COMPATIBLE'], '--cmdline', self.parts['CMDLINE'],
                                '--yes', '-q', '-o', unsigned)
        self.release.keys_tool('sign', '--key', self.release.key, unsigned, '--yes', '-o', signed)
        return signed

    def long(self):
        """A card whose kernel has much behind it."""
        kernel, card = self.path('long'), self.path('long.img')
        with open(self.parts['KERNEL'], 'rb') as file:
            data = file.read()
        with open(kernel, 'wb') as file:
            file.write(data.ljust(KERNEL_SIZE, b'\0'))
        fit = self.sign('long', kernel)
        self.image('disk', '--slot', f'a={fit},{self.root}', '-o', card)
        return card

    def partition(self, name):
        said = json.loads(self.release.image_tool('show', '--board', self.name, '--json', self.card))
        return next(p for p in said['partitions'] if p['name'] == name)

    def arguments(self, card, loader=''):
        """card: a QEMU -drive without if=sd, or nothing."""
        line = DIRECT.get(self.name, self.row.arguments).partition(' -drive')[0].format(loader=loader or self.loader)
        qemu = os.environ.get('QEMU_ARM', self.row.qemu)
        sound = machine.silence(qemu) if self.name == 'vexpress-a15' else ''
        return [qemu, *line.split(), *sound.split(), *'-nic none -display none -monitor none -no-reboot'.split(),
                *(['-drive', 'if=sd,id=card,' + card] if card else [])]

    def boot(self, card, log, until='HF-FAIL', seconds=60, **options):
        return board.Boot(self.arguments(card, **options), log, until, seconds)


@pytest.fixture(scope='module', params=BOARDS)
def card_board(request, release):
    return Board(release, request.param)


@pytest.fixture(scope='module')
def vexpress(release):
    return Board(release, 'vexpress-a15')


def raw(path):
    return f'format=raw,file={path},snapshot=on'


def refusals(boot):
    return {line['slot']: line['code'] for line in verdict.lines(boot.console, 'HF-REFUSE')}


def failed(boot):
    assert not boot.timed_out, boot.explain()
    assert 'HF-HANDOFF' not in boot.console
    assert [line['code'] for line in verdict.lines(boot.console, 'HF-FAIL')] == ['no-slot'], boot.explain()


def reached(boot, slot):
    """Linux, on the root of this slot."""
    assert not boot.timed_out, boot.explain()
    linux = verdict.lines(boot.console, 'HF-LINUX')[0]
    assert (linux['root'], linux['verity'], linux['slot']) == ('/dev/dm-0', 'V', slot), boot.explain()


def test_no_card(card_board, log):
    boot = card_board.boot('', log)
    failed(boot)
    assert refusals(boot) == dict.fromkeys(SLOTS, 'no-image'), boot.explain()


def test_noise(card_board, log):
    card = card_board.path('noise.img')
    with open(card, 'wb') as file:
        file.write(random.Random(7).randbytes(1 << 20))
        file.truncate(64 << 20)
    boot = card_board.boot(raw(card), log)
    failed(boot)
    assert refusals(boot) == dict.fromkeys(SLOTS, 'no-image'), boot.explain()


def test_unreadable_sector(card_board, log):
    """QEMU's card then gives what it read before, and says that all is well."""
    slot = card_board.partition('holdfast-a')
    kernel = next(i for i in slot['images'] if i['name'] == 'kernel')
    sector = (slot['offset'] + kernel['offset'] + kernel['size'] // 2) // 512
    rules = card_board.path('unreadable')
    with open(rules, 'w', encoding='ascii') as file:
        file.write(f'[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "{sector}"\n')
    boot = card_board.boot(f'format=raw,snapshot=off,file=blkdebug:{rules}:{card_board.card}', log, 'HF-LINUX')
    assert refusals(boot) == {'A': 'hash-mismatch'}, boot.explain()
    reached(boot, 'B')


class Pulled(board.Boot):
    """The card goes soon after slot A was verified: its kernel is being read then, or, on a slow host, the root's first block."""

    def __init__(self, argv, log, *rest):
        self.monitor, self.out = log + '.qmp', False
        super().__init__([*argv, '-qmp', f'unix:{self.monitor},server=on,wait=off'], log, *rest)

    def said(self, until):
        if not self.out and 'HF-VERIFIED' in self.read():
            self.out = True
            time.sleep(0.2)
            with socket.socket(socket.AF_UNIX) as qmp:
                # A path relative to here: a socket's may not be long.
                qmp.connect(os.path.relpath(self.monitor))
                answers = qmp.makefile()
                answers.readline()
                for command in ({'execute': 'qmp_capabilities'},
                                {'execute': 'human-monitor-command', 'arguments': {'command-line': 'eject -f card'}}):
                    qmp.sendall(json.dumps(command).encode())
                    answers.readline()
        return super().said(until)


def test_pulled_out(card_board, log):
    boot = Pulled(card_board.arguments(raw(card_board.long())), log, 'HF-FAIL', 60)
    failed(boot)
    first = verdict.lines(boot.console, 'HF-REFUSE')[0]
    assert (first['code'], first['at']) in (('media-io', 'kernel'), ('verity-io', 'root')), boot.explain()
    # Where the next slot would be: on the same card, or in (empty) flash.
    rest = {'orangepi-pc': 'media-io', 'vexpress-a15': 'no-image'}[card_board.name]
    assert refusals(boot) == {'A': first['code'], 'B': rest, 'recovery': rest}, boot.explain()


# vexpress-a15: slots in NOR flash, the loader in front of them. The card has only the roots: slots on it would come first.

SLOT_A = 0x00100000


def flash(vexpress, name, loader):
    """The flash and its card, with the same release in both slots."""
    image, card = vexpress.path(f'flash-{name}.img'), vexpress.path(f'roots-{name}.img')
    vexpress.release.image_tool('disk', '--board', 'vexpress-a15-flash', '--first-stage', loader, '--root-disk', card,
                                '--slot', f'a={vexpress.fit},{vexpress.root}', '--slot', f'b={vexpress.fit},{vexpress.root}',
                                '--yes', '-q', '-o', image)
    return image, card


@pytest.mark.parametrize('config', ['default', 'xip'])
def test_slots_in_flash(vexpress, log, config):
    """Also with a loader that runs in flash until it has moved."""
    loader = vexpress.loader
    if config != 'default':
        make('BOARD=vexpress-a15', f'CONFIG={config}', 'loader', trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
        loader = os.path.join(OUT, f'vexpress-a15-{config}', 'holdfast.bin')
    image, card = flash(vexpress, config, loader)
    boot = vexpress.boot(raw(card), log, 'HF-LINUX', loader=image)
    banner = verdict.lines(boot.console, 'HF-BOOT')[0]
    assert banner['start'] == ('flash' if config == 'xip' else 'ram')
    assert not refusals(boot)
    reached(boot, 'A')


def test_flash_behind_a_changed_slot(vexpress, log):
    image, card = flash(vexpress, 'changed', vexpress.loader)
    with open(image, 'r+b') as file:
        file.seek(SLOT_A + os.path.getsize(vexpress.fit) // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    boot = vexpress.boot(raw(card), log, 'HF-LINUX', loader=image)
    assert refusals(boot) == {'A': 'hash-mismatch'}, boot.explain()
    reached(boot, 'B')


def test_flash_without_a_root(vexpress, log):
    image, _ = flash(vexpress, 'alone', vexpress.loader)
    boot = vexpress.boot('', log, loader=image)
    failed(boot)
    assert refusals(boot) == dict.fromkeys(SLOTS, 'no-image'), boot.explain()
