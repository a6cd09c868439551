#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Seeds for the fuzzers, from the table of attacks: hostile inputs reach further than random bytes.

usage: seeds.py ATTACKS OUT      OUT/<fuzzer>/ is written; the layouts are at the head of each fuzzer
"""
import gzip
import json
import os
import subprocess
import sys

SECTOR = 512
LARGEST = 8192


def put(out, fuzzer, name, data):
    where = os.path.join(out, fuzzer)
    os.makedirs(where, exist_ok=True)
    with open(os.path.join(where, name), 'wb') as f:
        f.write(data)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def main(attacks, out):
    with open(os.path.join(attacks, 'index.json')) as f:
        rows = json.load(f)
    stage = read(os.path.join(attacks, 'stage.dtb'))
    for row in rows:
        name = row['id']
        if row['kind'] == 'fit':
            fit = read(os.path.join(attacks, name + '.fit'))
            if len(fit) <= LARGEST:
                put(out, 'fuzz_fit', name, b'\0' + fit)
        else:
            disk = read(os.path.join(attacks, name + '.disk'))
            if len(disk) >= 67 * SECTOR:
                put(out, 'fuzz_gpt', name, b'\0' + disk[SECTOR:34 * SECTOR] + disk[-33 * SECTOR:])
    sources = {'plain': '/dts-v1/; / { model = "x"; memory@0 { device_type = "memory"; reg = <0 1>; }; };',
               'overlay': '/dts-v1/; /plugin/; &{/} { test = "x"; sub { y; }; };'}
    for name, source in sources.items():
        blob = subprocess.run(['dtc', '-q', '-@', '-I', 'dts', '-O', 'dtb'], input=source.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        for choice in range(8):
            head = bytes([choice]) + len(stage).to_bytes(2, 'little')
            put(out, 'fuzz_tree', f'{name}-{choice}', head + stage + blob)
    text = b'the quick brown fox ' * 40
    for choice, data in enumerate((gzip.compress(text, mtime=0),
                                   subprocess.run(['lz4', '-c', '-q'], input=text, check=True,
                                                  stdout=subprocess.PIPE).stdout,
                                   subprocess.run(['lz4', '-l', '-c', '-q'], input=text, check=True,
                                                  stdout=subprocess.PIPE).stdout,
                                   subprocess.run(['zstd', '-c', '-q'], input=text, check=True,
                                                  stdout=subprocess.PIPE).stdout)):
        put(out, 'fuzz_decompress', f'format-{choice}', bytes([choice]) + b'\x40\0' + data)


if __name__ == '__main__':
    main(*sys.argv[1:3])
