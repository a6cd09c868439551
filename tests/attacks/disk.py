# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A GPT disk as bytes, with every field open to change (UEFI 2.10, section 5.3)."""
import struct
import uuid
import zlib

SECTOR = 512
LINUX = uuid.UUID('0fc63daf-8483-4772-8e79-3d69d8477de4')
ENTRIES = 128
ENTRY_SIZE = 128
TABLE_SECTORS = ENTRIES * ENTRY_SIZE // SECTOR


class Partition:
    """A partition; first and last are sectors and are chosen if they are not given."""

    def __init__(self, name, data=b'', first=None, last=None, kind=LINUX, sectors=None):
        self.name, self.data, self.kind = name, data, kind
        self.first, self.last = first, last
        self.sectors = sectors or max(1, -(-len(data) // SECTOR))
        self.guid = uuid.uuid5(LINUX, repr(name))

    def entry(self):
        name = self.name.encode('utf-16-le') if isinstance(self.name, str) else self.name
        return (self.kind.bytes_le + self.guid.bytes_le +
                struct.pack('<QQQ', self.first, self.last, 0) + name[:72].ljust(72, b'\0'))


class Disk:
    """change(field dict, is backup) may alter a header before its own CRC is made; damage is a
    list of (byte offset, bytes) written last.
    """

    def __init__(self, partitions, sectors=None, change=None):
        self.partitions, self.change, self.damage = partitions, change, []
        self.extra_entries = []
        at = 2 + TABLE_SECTORS
        for p in partitions:
            if p.first is None:
                p.first = at
            if p.last is None:
                p.last = p.first + p.sectors - 1
            if p.last < 1 << 30:
                at = max(at, p.last + 1)
        self.sectors = sectors or at + TABLE_SECTORS + 1

    def table(self):
        raw = b''.join(p.entry() for p in self.partitions) + b''.join(self.extra_entries)
        return raw.ljust(ENTRIES * ENTRY_SIZE, b'\0')

    def header(self, backup, table):
        last = self.sectors - 1
        fields = dict(signature=b'EFI PART', revision=0x10000, size=92, reserved=0,
                      mine=last if backup else 1, other=1 if backup else last,
                      first=2 + TABLE_SECTORS, last=last - TABLE_SECTORS - 1,
                      guid=uuid.uuid5(LINUX, 'disk').bytes_le,
                      table=last - TABLE_SECTORS if backup else 2, entries=ENTRIES,
                      entry_size=ENTRY_SIZE, table_crc=zlib.crc32(table), crc=None)
        if self.change:
            self.change(fields, backup)

        def pack(crc):
            return struct.pack('<8sIIIIQQQQ16sQIII', fields['signature'], fields['revision'],
                               fields['size'] & 0xffffffff, crc, fields['reserved'],
                               fields['mine'], fields['other'], fields['first'], fields['last'],
                               fields['guid'], fields['table'], fields['entries'],
                               fields['entry_size'], fields['table_crc'])
        crc = fields['crc']
        if crc is None:
            span = pack(0).ljust(SECTOR, b'\0')[:fields['size'] if fields['size'] <= 512 else 92]
            crc = zlib.crc32(span)
        return pack(crc).ljust(SECTOR, b'\0')

    def mbr(self):
        entry = struct.pack('<BBBBBBBBII', 0, 0, 2, 0, 0xee, 255, 255, 255, 1,
                            min(self.sectors - 1, 0xffffffff))
        return bytes(446) + entry + bytes(48) + b'\x55\xaa'

    def blob(self):
        table = self.table()
        last = self.sectors - 1
        image = bytearray(self.sectors * SECTOR)
        image[:SECTOR] = self.mbr()
        image[SECTOR:2 * SECTOR] = self.header(False, table)
        image[2 * SECTOR:2 * SECTOR + len(table)] = table
        for p in self.partitions:
            at = p.first * SECTOR
            if p.data and at + len(p.data) <= len(image):
                image[at:at + len(p.data)] = p.data
        image[(last - TABLE_SECTORS) * SECTOR:last * SECTOR] = table
        image[last * SECTOR:] = self.header(True, table)
        for at, data in self.damage:
            image[at:at + len(data)] = data
        return bytes(image)


def slots(a=b'', b=None, recovery=None, root_a=None):
    """The partitions of a disk with these FITs."""
    found = [Partition('holdfast-a', a)]
    if b is not None:
        found.append(Partition('holdfast-b', b))
    if recovery is not None:
        found.append(Partition('holdfast-recovery', recovery))
    if root_a is not None:
        found.append(Partition('root-a', root_a))
    return found
