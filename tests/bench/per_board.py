#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A line a board: size, RAM, and guest instructions from our entry to the kernel's first for payloads of 4 and 32 MiB.

usage: per_board.py --plugin SO --out O [--top N] [BOARD...]

The shipped configuration (gcc), with development keys. Started without the stages before it, so that nothing of theirs
counts: what ran before our first instruction is a few of QEMU's own. The payload is a kernel that is one branch to itself with
random bytes behind it; what runs in it is left out.
"""
import argparse
import bisect
import collections
import os
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE] + [os.path.join(HERE, '..', folder) for folder in ('attacks', 'check', 'demo')]

import count  # noqa: E402
import machine  # noqa: E402
import size  # noqa: E402
import verdict  # noqa: E402
import workload  # noqa: E402

PAYLOADS = (4 << 20, 32 << 20)
FLASH = 64 << 20
# Straight into the loader: U-Boot SPL is left out.
DIRECT = {
    'orangepi-pc': ((' -drive', ' -device loader,file={loader},addr=0x4a000000,force-raw=on'
                                ' -device loader,addr=0x4a000000,cpu-num=0 -drive'),),
}
# They poll a timer or a device, and run as long as the machine takes.
WAITS = ('plat_now_us', 'arch_timer_us', 'virtio_wait', 'virtio_queue_wait', 'virtio_rng_wait')


def payload(arch, length):
    """A kernel of this many bytes that does nothing."""
    if arch == 'arm64':
        head = struct.pack('<IIQQQQQQ4sI', 0x14000000, 0, 0, length, 2, 0, 0, 0, b'ARM\x64', 0)
    else:
        head = struct.pack('<9I4I', *[0xeafffffe] * 9, 0x016f2818, 0, length, 0x04030201)
    return head + workload.ramdisk(length)[len(head):]


class Bench:
    largest = ()

    def __init__(self, plugin, out, name, top=0):
        self.plugin, self.out, self.name, self.row = plugin, out, name, machine.BOARDS[name]
        self.top, self.work = top, os.path.join(out, 'bench', 'boards')
        os.makedirs(self.work, exist_ok=True)
        self.elf = os.path.join(out, name, 'holdfast.elf')
        self.loader = os.path.join(out, name, 'holdfast.bin')
        # Device trees of the boards whose first stage or release brings them.
        self.trees = os.path.dirname(self.call('platform/external/kernel.sh', self.row.kernel).strip().splitlines()[-1])

    def path(self, name):
        return os.path.join(self.work, f'{self.name}-{name}')

    def call(self, *argv):
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f'{" ".join(argv)}\n{done.stderr}')
        return done.stdout

    def tool(self, name, *argv):
        return self.call(os.path.join(self.out, 'host', 'holdfast-' + name), *argv)

    def disk(self, length):
        """A medium with this payload; empty if it does not fit."""
        kernel, fit, disk = self.path('kernel'), self.path('fit'), self.path('disk')
        with open(kernel, 'wb') as file:
            file.write(payload(self.row.arch, length))
        tree = ['--dtb', os.path.join(self.trees, self.row.tree)] if self.row.tree else []
        self.tool('image', 'fit', '--kernel', kernel, *tree, '--compatible', self.row.compatible, '--cmdline', 'quiet',
                  '--yes', '-q', '-o', fit)
        self.tool('keys', 'sign', '--key', os.path.join(self.out, 'dev-keys', 'dev.pem'), fit)
        words = ['--first-stage', self.loader, '--root-disk', self.path('roots')] if self.row.roots else []
        try:
            self.tool('image', 'disk', '--board', self.name, '--slot', f'a={fit}', *words, '--no-fw-env-config', '--yes',
                      '-q', '-o', disk)
        except RuntimeError as error:
            if 'too large' not in str(error) and 'fit' not in str(error):
                raise
            return ''
        return disk

    def arguments(self, disk):
        line = self.row.arguments
        for old, new in DIRECT.get(self.name, ()):
            line = line.replace(old, new, 1)
        sound = machine.silence(self.row.qemu).split() if self.name in ('vexpress-a15', 'zcu102') else []
        words = [w.format(loader=self.loader, disk=disk, roots=self.path('roots'), trees=self.trees) for w in line.split()]
        return [self.row.qemu, *words, *sound]

    def boot(self, disk):
        """(console, what ran) of one boot up to the hand-off."""
        console, counts = self.path('console'), self.path('count')
        for path in (console, counts):
            if os.path.exists(path):
                os.unlink(path)
        argv = [*self.arguments(disk), '-plugin', f'{self.plugin},out={counts}', '-icount', 'shift=0,sleep=off', '-nic', 'none',
                '-display', 'none', '-monitor', 'none', '-no-reboot', '-serial', f'file:{console}']
        with open(self.path('stderr'), 'wb') as errors, \
                subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=errors) as process:
            try:
                until = time.monotonic() + 900
                while not self.said(console) and process.poll() is None and time.monotonic() < until:
                    time.sleep(0.1)
                time.sleep(0.2)
            finally:
                process.terminate()
                process.wait()
        with open(console, encoding='latin-1') as file:
            return file.read().replace('\r', ''), count.read_counts(counts)[1]

    @staticmethod
    def said(console):
        if not os.path.exists(console):
            return False
        with open(console, encoding='latin-1') as file:
            return '\n' in file.read().partition('HF-HANDOFF')[2]

    def places(self, records):
        """Where the loader ran after it had moved: the address of its first byte that explains the most opcodes."""
        with open(self.elf.replace('.elf', '.raw'), 'rb') as file:
            code = file.read()
        words, votes = collections.defaultdict(list), collections.Counter()
        for at in range(0, len(code) - 3, 2):
            words[code[at:at + 4]].append(at)
        for address, opcode, _ in records:
            found = words.get(struct.pack('<I', opcode), ())
            if len(found) <= 4:
                votes.update(address - at for at in found)
        return votes.most_common(1)[0][0]

    def functions(self, records):
        """function -> instructions, of the loader in its last place."""
        lines = [line.split() for line in self.call(size.tool(self.elf, 'nm'), '-n', '--defined-only', self.elf).splitlines()]
        symbols = [(int(p[0], 16) & ~1, p[2]) for p in lines if p[1] in 'tTW' and not p[2].startswith('$')]
        starts, home = [s[0] for s in symbols], self.places(records)
        found = collections.Counter()
        for address, _, n in records:
            i = bisect.bisect_right(starts, address - home) - 1
            found[symbols[i][1].split('.')[0] if i >= 0 and address - home < FLASH else 'before'] += n
        return found

    def instructions(self, length):
        """(instructions without waiting, waiting); None if the payload does not fit."""
        disk = self.disk(length)
        if not disk:
            return None
        console, records = self.boot(disk)
        handoff = verdict.lines(console, 'HF-HANDOFF')
        if not handoff:
            raise RuntimeError(f'{self.name}: no kernel was entered\n{console[-2000:]}')
        kernel = int(handoff[0]['load'], 16)
        ours = [record for record in records if not kernel <= record[0] < kernel + length]
        functions = self.functions(ours)
        waiting = sum(functions[name] for name in WAITS)
        self.largest = functions.most_common(self.top)
        return sum(functions.values()) - waiting, waiting

    def line(self):
        ram = sum(bytes_ for _, _, bytes_ in size.sections(self.elf))
        counts = [self.instructions(length) for length in PAYLOADS]
        return [self.name, f'{os.path.getsize(self.loader):,}', f'{ram:,}',
                *[f'{c[0] / 1e6:.1f} M' if c else 'no room' for c in counts],
                *[f'{c[1] / 1e6:.1f} M' if c else '-' for c in counts]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--plugin', required=True, type=os.path.abspath)
    parser.add_argument('--out', required=True, type=os.path.abspath)
    parser.add_argument('--top', type=int, default=0, help='show the largest functions')
    parser.add_argument('boards', nargs='*')
    args = parser.parse_args()
    print(f'{"board":<14}' + ''.join(f'{w:>12}' for w in ('bytes', 'RAM', '4 MiB', '32 MiB', 'waiting', 'waiting')))
    for name in args.boards or machine.BOARDS:
        bench = Bench(args.plugin, args.out, name, args.top)
        first, *words = bench.line()
        print(f'{first:<14}' + ''.join(f'{word:>12}' for word in words), flush=True)
        for function, n in bench.largest:
            print(f'{n:>14,}  {function}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
