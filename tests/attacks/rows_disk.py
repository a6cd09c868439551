# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Attacks on the partition table, and what the slots make of it."""
import uuid

from disk import SECTOR, TABLE_SECTORS, Disk, Partition, slots
from rows import ACCEPTED, row, rows_of

UEFI = 'UEFI 2.10, section 5.3; vboot 55150fbf 1f7ca823'


def _good(w):
    return w.good().blob()


def _both(w, change):
    """The same change in both headers, with good CRCs."""
    disk = Disk(slots(_good(w)), change=lambda f, backup: f.update(change(f)))
    return disk


def _first(w, change):
    """Only in the first header: the backup is used."""
    def one(fields, backup):
        if not backup:
            fields.update(change(fields))
    return Disk(slots(_good(w)), change=one)


HEADERS = {
    'header-size-0': lambda f: {'size': 0}, 'header-size-91': lambda f: {'size': 91},
    'header-size-4g-1': lambda f: {'size': 0xffffffff},
    'header-lba-0': lambda f: {'mine': 0}, 'header-lba-far': lambda f: {'mine': 1 << 63},
    'header-crc': lambda f: {'crc': 1}, 'table-crc': lambda f: {'table_crc': 1},
    'table-lba-far': lambda f: {'table': 1 << 60}, 'table-lba-end': lambda f: {
        'table': (1 << 64) - 1}, 'table-lba-0': lambda f: {'table': 0},
    'entries-4g-1': lambda f: {'entries': 0xffffffff},
    'entries-2g': lambda f: {'entries': 0x80000000},
    'entry-size-0': lambda f: {'entry_size': 0}, 'entry-size-1': lambda f: {'entry_size': 1},
    'entry-size-64': lambda f: {'entry_size': 64},
    'entry-size-129': lambda f: {'entry_size': 129},
    'entry-size-4g-1': lambda f: {'entry_size': 0xffffffff},
    'entry-size-2g': lambda f: {'entry_size': 0x80000000},
    'usable-reversed': lambda f: {'first': f['last'], 'last': f['first']},
    'usable-everything': lambda f: {'first': 0, 'last': (1 << 64) - 1},
}
rows_of({'gpt-' + k: v for k, v in HEADERS.items() if k != 'header-crc'}, 'bad-gpt', UEFI, _both,
        kind='disk')
rows_of({'gpt-header-crc': HEADERS['header-crc']}, 'bad-gpt', UEFI, _both, kind='disk',
        boot=('gpt-header-crc',))
rows_of({'gpt-backup-' + k: v for k, v in HEADERS.items()}, ACCEPTED,
        'GPT with its backup header', _first, kind='disk')
rows_of({'gpt-signature-both': lambda f: {'signature': b'EFI PARX'}}, 'no-image', UEFI, _both,
        kind='disk')


@row('gpt-none', 'no-image', 'no GPT', kind='disk', boot=True)
def _(w):
    return bytes(256 * SECTOR)


@row('gpt-first-sectors-wiped', ACCEPTED, 'GPT with its backup header', kind='disk',
     boot=True)
def _(w):
    disk = Disk(slots(_good(w)))
    disk.damage.append((0, bytes((2 + TABLE_SECTORS) * SECTOR)))
    return disk


@row('gpt-no-slots', 'no-image', 'no slot', kind='disk')
def _(w):
    return Disk([Partition('data', _good(w))])


def _table(w, make):
    return Disk(make(w))


def _second(name, first, last):
    def make(w):
        a = Partition('holdfast-a', _good(w))
        return [a, Partition(name, b'', first=first, last=last)]
    return make


TABLES = {
    'gpt-duplicate-slot': lambda w: slots(_good(w)) + slots(b'other'),
    'gpt-overlap': _second('holdfast-b', 35, 36),
    'gpt-overlap-one-sector': _second('data', 34, 34),
    'gpt-reversed': _second('holdfast-b', 80, 60),
    'gpt-past-the-disk': _second('holdfast-b', 60, 1 << 40),
    'gpt-wraps': _second('holdfast-b', 60, (1 << 64) - 1),
    'gpt-over-the-header': _second('holdfast-b', 0, 1),
    'gpt-over-the-table': _second('holdfast-b', 2, 33),
    'gpt-end-minus-1': _second('holdfast-b', (1 << 64) - 1, (1 << 64) - 1),
}
rows_of(TABLES, 'bad-gpt', 'duplicate names, overlaps, ranges outside; ' + UEFI,
        _table, kind='disk')


@row('gpt-name-unterminated', ACCEPTED, UEFI, kind='disk')
def _(w):
    return Disk(slots(_good(w)) + [Partition('x' * 36)])


@row('gpt-name-surrogates', ACCEPTED, UEFI, kind='disk')
def _(w):
    return Disk(slots(_good(w)) + [Partition(b'\x00\xd8\x0a\x00' * 18)])


@row('gpt-type-zero', 'no-image', 'UEFI: an entry of type zero is unused', kind='disk')
def _(w):
    return Disk([Partition('holdfast-a', _good(w), kind=uuid.UUID(int=0))])


@row('gpt-table-short', 'bad-gpt', UEFI, kind='disk')
def _(w):
    """The disk ends in the middle of what it says it is: both tables out of reach."""
    disk = Disk(slots(_good(w)))
    return disk.blob()[:SECTOR * 10]


@row('gpt-header-only', 'no-image', UEFI, kind='disk')
def _(w):
    return Disk(slots(_good(w))).blob()[:SECTOR * 2]


@row('gpt-mbr-only', 'no-image', UEFI, kind='disk')
def _(w):
    return Disk(slots(_good(w))).blob()[:SECTOR]


@row('slot-empty', 'no-image', 'slots', kind='disk')
def _(w):
    return Disk(slots(bytes(4096)))


def _tampered(w):
    fit = w.good()
    fit.at('images/kernel').set('data', b'evil' * 16)
    return fit.blob()


@row('slot-a-bad-b-good', ACCEPTED, 'A, then B', kind='disk', boot=True,
     options={'slot': 'B'})
def _(w):
    return Disk(slots(_tampered(w), _good(w)))


@row('slot-a-b-bad-recovery', ACCEPTED, 'A, then B, then recovery', kind='disk', boot=True,
     options={'slot': 'recovery'})
def _(w):
    return Disk(slots(_tampered(w), b'junk' * 200, _good(w)))


@row('slot-cut', 'truncated', 'truncation', kind='disk')
def _(w):
    return Disk([Partition('holdfast-a', _good(w)[:1024])])
