#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The table of attacks.

usage: table.py make OUT [--stub KERNEL]   write every case, the trust sets and an index below OUT
       table.py list                       the table as Markdown, for README.md
       table.py corpus OUT DISK            the cases of OUT on one disk, for the board
"""
import json
import os
import struct
import sys

import rows_boot
import rows_coverage
import rows_data
import rows_disk
import rows_files
import rows_revocation
import rows_signature
import rows_structure
import rows_values
from disk import SECTOR, Disk, slots
from rows import ROWS
from shapes import Workshop
from trust import sets

MODULES = (rows_structure, rows_signature, rows_coverage, rows_values, rows_revocation, rows_data, rows_boot, rows_disk, rows_files)
CORPUS_MAGIC = b'HFCORPUS'
CORPUS_NAME = 48


def as_bytes(made):
    return made if isinstance(made, (bytes, bytearray)) else made.blob()


def disk_of(row, blob):
    """The disk on which the loader meets the case."""
    if row.kind == 'disk':
        return blob
    disk = Disk(slots(blob))
    return disk.blob()


def check_ids():
    ids = [r.id for r in ROWS]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    assert not twice, f'ids used twice: {twice}'
    assert all(len(i) < CORPUS_NAME for i in ids)


def make(out, stub=None):
    check_ids()
    kernel = open(stub, 'rb').read() if stub else None
    workshop = Workshop(os.path.join(out, 'keys'), kernel)
    for name, blob in sets(workshop).items():
        with open(os.path.join(out, name + '.trust.dtb'), 'wb') as f:
            f.write(blob)
    index = []
    for row in ROWS:
        blob = as_bytes(row.make(workshop))
        if row.kind == 'fit':
            with open(os.path.join(out, row.id + '.fit'), 'wb') as f:
                f.write(blob)
        with open(os.path.join(out, row.id + '.disk'), 'wb') as f:
            f.write(disk_of(row, blob))
        index.append(dict(id=row.id, kind=row.kind, expect=row.expect, trust=row.trust,
                          boot=row.boot, options=row.options, source=row.source))
    with open(os.path.join(out, 'index.json'), 'w') as f:
        json.dump(index, f, indent=1)
    print(f'{len(index)} attacks')


def corpus(out, path, sets=()):
    """One disk (sets: trust sets beside those of the cases of OUT, so that their places are those of another corpus): a header sector, an index, then every case's disk at a sector boundary.

    Header: magic, u32 count, u32 first sector of the index. Entry, 64 bytes: name[48], u32 first
    sector, u32 sectors, u32 trust set (its place in the sorted names), u32 0. Little-endian.
    """
    with open(os.path.join(out, 'index.json')) as f:
        index = json.load(f)
    trust = sorted({row['trust'] for row in index} | set(sets))
    at = 1 + -(-len(index) * 64 // SECTOR)
    entries, bodies = b'', []
    for row in index:
        with open(os.path.join(out, row['id'] + '.disk'), 'rb') as f:
            body = f.read()
        body += b'\0' * (-len(body) % SECTOR)
        count = len(body) // SECTOR
        entries += struct.pack('<48sIIII', row['id'].encode(), at, count,
                               trust.index(row['trust']), 0)
        bodies.append(body)
        at += count
    with open(path, 'wb') as f:
        head = CORPUS_MAGIC + struct.pack('<II', len(index), 1)
        f.write(head.ljust(SECTOR, b'\0'))
        f.write(entries + b'\0' * (-len(entries) % SECTOR))
        for body in bodies:
            f.write(body)


def listing():
    """The table as Markdown."""
    check_ids()
    lines = ['# The attacks', '', f'{len(ROWS)} rows, made by `table.py list`; README.md says what they are.', '',
             '| attack | expected | from |', '|---|---|---|']
    for row in ROWS:
        trust = f' trust `{row.trust}`;' if row.trust != 'dev' else ''
        lines.append(f'| `{row.id}` | `{row.expect}` |{trust} {row.source} |')
    return '\n'.join(lines) + '\n'


def main(argv):
    if len(argv) >= 2 and argv[0] == 'make':
        os.makedirs(argv[1], exist_ok=True)
        make(argv[1], argv[3] if len(argv) == 4 and argv[2] == '--stub' else None)
    elif argv == ['list']:
        print(listing(), end='')
    elif len(argv) == 3 and argv[0] == 'corpus':
        corpus(argv[1], argv[2])
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv[1:])
