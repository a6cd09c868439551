# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Run QEMU with the counting plugin until the kernel's first instruction; say who ran what."""
import bisect
import collections
import json
import os
import re
import socket
import struct
import subprocess
import time


class Program:
    """A raw binary and the functions in it, wherever it runs: code is found by its opcodes."""

    def __init__(self, binary, elf, nm='aarch64-linux-gnu-nm', base=0):
        with open(binary, 'rb') as f:
            self.code = f.read()
        self.base = base
        lines = subprocess.run([nm, '-n', elf], stdout=subprocess.PIPE, check=True,
                               text=True).stdout.splitlines()
        symbols = [line.split() for line in lines]
        found = [(int(s[0], 16) - base, s[2]) for s in symbols
                 if len(s) == 3 and s[1] in 'tTwW' and not s[2].startswith('$')]
        self.starts = [a for a, _ in found]
        self.names = [n for _, n in found]
        self.words = collections.defaultdict(list)
        for at in range(0, len(self.code) - 3, 4):
            self.words[struct.unpack_from('<I', self.code, at)[0]].append(at)

    def places(self, records):
        """Where copies of the code ran: the differences that explain the most opcodes."""
        votes = collections.Counter()
        for address, opcode, _ in records:
            where = self.words.get(opcode, ())
            if 0 < len(where) <= 4:
                for at in where:
                    votes[address - at] += 1
        return [place for place, count in votes.most_common(12) if count >= 10]

    def name(self, offset, opcode):
        if not 0 <= offset <= len(self.code) - 4:
            return None
        if struct.unpack_from('<I', self.code, offset)[0] != opcode:
            return None
        i = bisect.bisect_right(self.starts, offset) - 1
        return self.names[i] if i >= 0 else '?'


def functions(records, programs):
    """function name -> instructions; code is looked for where most of the program ran first."""
    placed = [(p, place) for p in programs for place in p.places(records)]
    out = collections.Counter()
    for address, opcode, count in records:
        names = (p.name(address - place, opcode) for p, place in placed)
        out[next((n for n in names if n), 'unmapped')] += count
    return out


def block_statistics(path):
    """(bytes read, requests) of all drives, from QEMU's monitor."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(path)
    f = s.makefile('rw')
    f.readline()
    reply = {}
    for command in ('qmp_capabilities', 'query-blockstats'):
        f.write(json.dumps({'execute': command}) + '\n')
        f.flush()
        reply = json.loads(f.readline())
        while 'event' in reply:
            reply = json.loads(f.readline())
    s.close()
    stats = [b['stats'] for b in reply['return']]
    return sum(b['rd_bytes'] for b in stats), sum(b['rd_operations'] for b in stats)


def read_counts(path):
    head, records = {}, []
    with open(path) as f:
        for line in f:
            part = line.split()
            if part[0] in ('total', 'loaded', 'stored'):
                head[part[0]] = int(part[1])
            else:
                records.append((int(part[0], 16), int(part[1], 16), *map(int, part[2:])))
    return head, records


def of_cpu(records, cpu):
    """The records of one CPU alone, of a boot with cpus."""
    return [(r[0], r[1], r[3 + cpu]) for r in records if r[3 + cpu]]


def boot(plugin, qemu, arguments, out, loads=None, timeout=900, cpus=0):
    """Boot until the kernel; a dict of total, functions' records, bytes and requests read.

    out: a path prefix for logs. loads: (low, high) to count the CPU's loads there; slower. cpus: how many there are; records
    then also have a count for each (of_cpu).
    """
    for suffix in ('.count', '.count.done', '.count.go', '.qmp'):
        if os.path.exists(out + suffix):
            os.unlink(out + suffix)
    option = f'{plugin},out={out}.count' + (f',range={loads[0]:#x}-{loads[1]:#x}' if loads else '')
    option += f',cpus={cpus}' if cpus else ''
    argv = [qemu, '-plugin', option, '-icount', 'shift=0,sleep=off', '-display', 'none', '-monitor',
            'none', '-serial', f'file:{out}.serial', '-qmp', f'unix:{out}.qmp,server=on,wait=off',
            *arguments]
    with open(out + '.cmd', 'w') as f:
        f.write(' '.join(argv) + '\n')
    start = time.monotonic()
    with open(out + '.stderr', 'w') as errors, \
            subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=errors) as process:
        try:
            while not os.path.exists(out + '.count.done'):
                if process.poll() is not None or time.monotonic() - start > timeout:
                    raise RuntimeError(f'no kernel was entered; see {out}.serial, {out}.stderr')
                time.sleep(0.02)
            seconds = time.monotonic() - start
            read_bytes, requests = block_statistics(out + '.qmp')
            with open(out + '.count.go', 'w'):
                pass
            process.wait(timeout=30)
        finally:
            process.kill()
    head, records = read_counts(out + '.count')
    return dict(head, records=records, read_bytes=read_bytes, requests=requests, seconds=seconds)


def without(counts, pattern):
    """Instructions outside the functions whose names match, and the list of those that do."""
    waits = {n: c for n, c in counts.items() if re.search(pattern, n)}
    return sum(counts.values()) - sum(waits.values()), waits
