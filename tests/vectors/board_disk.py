#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The public vectors as a medium for the test build of a board (board_records.c reads it).

board_disk.py FILE WYCHEPROOF [--every N] [--soft N] [--falsify]

--every N: only each N-th signature. --soft N: of those, software takes each N-th of a kind.
--falsify: one digest, one number and both verdicts are wrong, to see that they are noticed.

Little-endian; a header's sector, then records, each from a sector on:
    "HFVECTOR", u32 records, u32 soft
    u32 bytes with this head, u8 kind, u8 digest, u8 padding, u8 result, u32 bits, u32 0, u64 exponent,
    u32 sizes of five parts; the parts from byte 64 on
"""

import argparse
import struct
from pathlib import Path

import vectors

SECTOR = 512
HEAD = 64
KINDS = {"digest": 1, "monte": 2, "rsa": 3, "ecdsa": 4}
DIGESTS = {"sha256": 1, "sha384": 2, "sha512": 3}
RESULTS = {"invalid": 0, "valid": 1, "acceptable": 2}
EXPONENTS = 1 << 64


def octets(text):
    return b"" if text == "-" else bytes.fromhex(text)


def record(kind, digest, parts, padding="", result="invalid", bits=0, exponent=0):
    sizes = [len(p) for p in parts] + [0] * (5 - len(parts))
    head = struct.pack("<IBBBBIIQ5I", HEAD + sum(sizes), KINDS[kind], DIGESTS[digest], padding == "pss", RESULTS[result],
                       bits, 0, exponent, *sizes)
    blob = head.ljust(HEAD, b"\0") + b"".join(parts)
    return blob + bytes(-len(blob) % SECTOR)


def rsa(name, padding, modulus, exponent, message, signature, result):
    digest, bits = name.split(",rsa")
    n, e, s = int(modulus, 16), int(exponent, 16), int(signature, 16) if signature != "-" else 0
    size = len(octets(modulus))
    raw = pow(s, e, n).to_bytes(size, "big") if s < n and len(octets(signature)) == size else b""
    constant = pow(2, 16 * size, n).to_bytes(size, "big")
    return record("rsa", digest, [octets(modulus), octets(message), octets(signature), raw, constant], padding, result,
                  int(bits), e)


def ecdsa(name, x, y, message, signature, result):
    digest, bits = name.split(",ecdsa")
    return record("ecdsa", digest, [octets(x), octets(y), octets(message), octets(signature)], "", result, int(bits))


def from_line(line):
    kind, *fields = line.split()
    if kind == "rsa":
        return rsa(*fields)
    if kind == "ecdsa":
        return ecdsa(*fields)
    return record(kind, fields[0], [octets(fields[1]), octets(fields[2])])


def falsify(lines):
    """One valid signature of each kind becomes invalid and one invalid one valid; one digest differs."""
    other = {"valid": "invalid", "invalid": "valid"}
    wanted = {("rsa", "valid"), ("rsa", "invalid"), ("ecdsa", "valid"), ("ecdsa", "invalid"), ("digest", "sha256")}
    for line in lines:
        fields = line.split()
        what = (fields[0], fields[1] if fields[0] == "digest" else fields[-1])
        # The 0th software takes too.
        if what in wanted:
            wanted.remove(what)
            if fields[0] == "digest":
                fields[-1] = fields[-1][:-1] + ("0" if fields[-1][-1] != "0" else "1")
            else:
                fields[-1] = other[what[1]]
        yield " ".join(fields)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("directory")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--soft", type=int, default=1)
    parser.add_argument("--falsify", action="store_true")
    arguments = parser.parse_args()
    lines = [*vectors.nist(), *list(vectors.wycheproof(arguments.directory))[::arguments.every]]
    if arguments.falsify:
        lines = list(falsify(lines))
    records = [from_line(line) for line in lines]
    header = struct.pack("<8sII", b"HFVECTOR", len(records), arguments.soft)
    Path(arguments.file).write_bytes(header.ljust(SECTOR, b"\0") + b"".join(records))


if __name__ == "__main__":
    main()
