# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The relocation tables of both architectures, from ELF files made here (platform/arch/common/pack_relocations.py)."""
import struct
import subprocess
import sys

import pytest

SCRIPT = 'platform/arch/common/pack_relocations.py'
ARM, ARM64 = 40, 183


def elf(machine, entries, section=None):
    """An ELF file with one table of relocations: (where, type, addend), the addend only for AArch64."""
    if machine == ARM64:
        table = b''.join(struct.pack('<QQq', *e) for e in entries)
        head, layout, counts = 64, '<IIQQQQQIIQQ', ('<Q', 0x28, 0x3A)
    else:
        table = b''.join(struct.pack('<II', *e[:2]) for e in entries)
        head, layout, counts = 52, '<IIIIIIIIII', ('<I', 0x20, 0x2E)
    section = section or {ARM64: '.rela.dyn', ARM: '.rel.dyn'}[machine]
    names = b'\0' + section.encode() + b'\0'
    at = head + len(table) + len(names)
    headers = [struct.pack(layout, *fields) for fields in (
        (0,) * len(layout[1:]),
        (1, 9, 0, 0, head, len(table)) + (0,) * (len(layout[1:]) - 6),
        (0, 3, 0, 0, head + len(table), len(names)) + (0,) * (len(layout[1:]) - 6))]
    file = bytearray(head)
    struct.pack_into('<H', file, 0x12, machine)
    struct.pack_into(counts[0], file, counts[1], at)
    struct.pack_into('<HHH', file, counts[2], len(headers[0]), 3, 2)
    return bytes(file) + table + names + b''.join(headers)


def pack(tmp_path, file, image):
    (tmp_path / 'elf').write_bytes(file)
    (tmp_path / 'bin').write_bytes(image)
    done = subprocess.run([sys.executable, SCRIPT, tmp_path / 'elf', tmp_path / 'bin'], capture_output=True,
                          text=True, check=False)
    return done, (tmp_path / 'bin').read_bytes()


def test_arm64(tmp_path):
    done, out = pack(tmp_path, elf(ARM64, [(24, 1027, 0x1234), (8, 1027, -1)]), bytes(32))
    assert done.returncode == 0, done.stderr
    assert out == struct.pack('<qqqq', 0, -1, 0, 0x1234) + struct.pack('<HHH', 2, 1, 3)


def test_arm(tmp_path):
    image = struct.pack('<IIII', 1, 2, 3, 4)
    done, out = pack(tmp_path, elf(ARM, [(12, 23), (4, 23)]), image)
    assert done.returncode == 0, done.stderr
    assert out == image + struct.pack('<HHH', 2, 1, 3)


@pytest.mark.parametrize('machine', [ARM, ARM64])
def test_nothing_to_relocate(tmp_path, machine):
    done, out = pack(tmp_path, elf(machine, []), bytes(16))
    assert done.returncode == 0 and out == bytes(18)


@pytest.mark.parametrize('machine, entry, section, words', [
    (ARM, (4, 21), None, 'type 21'), (ARM64, (8, 1026, 0), None, 'type 1026'),
    (ARM, (2, 23), None, 'unaligned'), (ARM64, (4, 1027, 0), None, 'unaligned'),
    (ARM, (16, 23), None, 'outside'), (ARM64, (16, 1027, 0), None, 'outside'),
    (ARM, (4, 23), '.rela.dyn', 'not this machine'), (ARM64, (8, 1027, 0), '.rel.dyn', 'not this machine'),
], ids=str)
def test_refused(tmp_path, machine, entry, section, words):
    done, out = pack(tmp_path, elf(machine, [entry], section), bytes(16))
    assert done.returncode == 1 and words in done.stderr
    assert out == bytes(16)


def test_too_far(tmp_path):
    done, _ = pack(tmp_path, elf(ARM, [(0x40000, 23)]), bytes(0x40010))
    assert done.returncode == 1 and 'outside' in done.stderr


def test_another_machine(tmp_path):
    done, _ = pack(tmp_path, elf(ARM, []).replace(struct.pack('<H', ARM), struct.pack('<H', 62), 1), b'')
    assert done.returncode == 1 and 'machine 62' in done.stderr
