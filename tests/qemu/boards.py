# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Every board with a signed Linux on its boot medium, good and damaged, and how each way in is started.

The machines are those of tests/demo/machine.py. All images are made once, before the first boot.
"""
import json
import os
import re
import shutil
import socket
import sys
from dataclasses import dataclass

import board
from build import O, OUT, TOP, make, run

sys.path.insert(0, os.path.join(TOP, 'tests', 'demo'))
import machine  # noqa: E402

FLASH = 64 << 20
MARK = b'line 010000 of the data'
# Long enough to load that the medium can be taken away meanwhile.
LONG_KERNEL = 18 << 20


@dataclass(frozen=True)
class Way:
    """One way in. entered and fit are words of make boards; swap changes the machine's arguments."""
    board: str
    entered: str
    fit: str
    swap: tuple = ()
    firmware: str = 'loader'  # a file of Release that stands for {loader}
    # How the medium is pulled out, in QEMU's monitor: cards are ejected, other disks deleted.
    pull: str = 'eject -f card'
    # What a first stage that verifies says of a changed loader; empty: it verifies nothing, or there is none.
    verifier: str = ''
    banner: tuple = ()
    # What starts the loader in a machine without the medium, where that has it.
    bare: str = ''
    media: str = ''  # holdfast-image's name of the board, where it is not the board's


VIRTIO = 'drive_del disk'
WAYS = {
    'virt-arm64': Way('virt-arm64', 'pflash', 'virtio', (('-bios {loader}', '-drive if=pflash,format=raw,file={loader}'),),
                      'flash', VIRTIO, banner=(('el', '1'),)),
    'virt-arm64-tf-a': Way('virt-arm64', 'tf-a-tbb', 'virtio',
                           (('-M virt', '-M virt,secure=on,virtualization=on'),
                            ('-bios {loader}', '-drive if=pflash,format=raw,file={loader}')),
                           'tf-a', VIRTIO, 'ERROR:', (('el', '2'),)),
    'virt-arm': Way('virt-arm', 'pflash-svc', 'virtio', (('-bios {loader}', '-drive if=pflash,format=raw,file={loader}'),),
                    'flash', VIRTIO, banner=(('el', 'svc'), ('secure', '0'))),
    'virt-arm-hyp': Way('virt-arm', 'pflash-hyp', 'virtio',
                        (('-M virt', '-M virt,virtualization=on'),
                         ('-bios {loader}', '-drive if=pflash,format=raw,file={loader}')),
                        'flash', VIRTIO, banner=(('el', 'hyp'),)),
    'ast2600-evb': Way('ast2600-evb', 'u-boot-spl-verified', 'spi-nor', verifier='Bad hash',
                       banner=(('el', 'svc'), ('secure', '1'), ('sha256', 'hace'))),
    'orangepi-pc': Way('orangepi-pc', 'u-boot-spl', 'sd', banner=(('el', 'svc'), ('secure', '1')),
                       bare=' -device loader,file={loader},addr=0x4a000000,force-raw=on -device loader,addr=0x4a000000,cpu-num=0'),
    'vexpress-a15': Way('vexpress-a15', 'nor', 'sd', banner=(('el', 'svc'), ('secure', '1'))),
    'vexpress-a15-flash': Way('vexpress-a15', 'nor', 'nor',
                              (('file={disk}', 'file={roots}'), ('-bios {loader}', '-drive if=pflash,format=raw,file={disk}')),
                              banner=(('el', 'svc'), ('secure', '1')), media='vexpress-a15-flash'),
    'raspi3b': Way('raspi3b', 'kernel', 'sd', banner=(('el', '2'), ('dtb', 'stage-before'))),
    'zcu102': Way('zcu102', 'loader-el2', 'sd', banner=(('el', '2'), ('dtb', 'fit'))),
    'zcu102-el1': Way('zcu102', 'loader-el1', 'sd', ((',virtualization=on', ''),), banner=(('el', '1'),)),
}


def version(name):
    """Of the QEMU that a board runs on."""
    said = run(machine.BOARDS[name].qemu, '--version')
    return re.search(r'version ([\d.]+)', said).group(1)


def copy_of(source, path):
    run('cp', '--sparse=always', source, path)
    return path


def flip(path, *offsets):
    with open(path, 'r+b') as file:
        for offset in offsets:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1]))


def contents(path):
    with open(path, 'rb') as file:
        return file.read()


class Release:
    """What a board boots: slots A and B hold the same signed Linux, each with a root of its own."""
    form = ''

    def __init__(self, common, name, media=''):
        self.common, self.name, self.row, self.media = common, name, machine.BOARDS[name], media or name
        os.makedirs(common.path('boards'), exist_ok=True)
        kernel = run('platform/external/kernel.sh', self.row.kernel).strip().splitlines()[-1]
        self.parts, self.trees = machine.parts(name, kernel), os.path.dirname(kernel)
        self.erofs, self.root = self.make_root()
        self.root_hash = json.loads(common.image_tool('show', '--json', self.root))['root_hash']
        make(f'BOARD={name}', 'loader', *(['first-stage'] if self.row.first_stage else []),
             trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
        self.loader = shutil.copy(os.path.join(OUT, name, 'holdfast.bin'), self.path('holdfast.bin'))
        self.first_stage = os.path.join(OUT, name, 'first-stage.bin') if self.row.first_stage else self.loader if media else ''
        self.two_media = self.row.roots or bool(media)
        self.fit = self.sign('release', kernel)
        self.disk, self.roots = self.write('disk', self.fit)
        self.made = {}

    def path(self, name):
        return self.common.path(f'boards/{self.form}{self.media}-{name}')

    def make_root(self, name='', files=()):
        """The root and its tree, with files in it; without, they are the same for all boards of an architecture."""
        name = name or f'root-{self.row.arch}'
        erofs, root = self.common.path(f'boards/{name}.erofs'), self.common.path(f'boards/{name}.verity')
        run('fit-images/root/build.sh', erofs, self.row.arch, *files)
        self.common.image_tool('verity', erofs, '--yes', '-o', root)
        return erofs, root

    def sources(self, kernel):
        """Options of holdfast-image fit: what is booted."""
        return ['--kernel', kernel, *[word for part, option in (('DTB', '--dtb'), ('OVERLAYS', '--overlay'))
                                      if part in self.parts for word in (option, self.parts[part])]]

    def sign(self, name, kernel, change=lambda unsigned: None):
        unsigned, signed = self.path(name + '.unsigned'), self.path(name + '.itb')
        self.common.image_tool('fit', *self.sources(kernel), '--root-partition', self.root, '--index', '7',
                               '--compatible', self.parts['COMPATIBLE'], '--cmdline', self.parts['CMDLINE'],
                               '--yes', '-q', '-o', unsigned)
        change(unsigned)
        self.common.keys_tool('sign', '--key', self.common.key, unsigned, '--yes', '-o', signed)
        return signed

    def write(self, name, fit, other=''):
        """(disk, disk of the roots) with this FIT in slot A, and the other or the same in slot B."""
        disk, roots = self.path(name + '.img'), self.path(name + '-roots.img') if self.two_media else ''
        words = ['--first-stage', self.first_stage] if self.first_stage else []
        words += ['--root-disk', roots] if roots else []
        self.common.image_tool('disk', '--board', self.media, '--slot', f'a={fit},{self.root}', '--slot',
                               f'b={other or fit},{self.root}', *words, '--no-fw-env-config', '--yes', '-q', '-o', disk)
        return disk, roots

    def partition(self, disk, name):
        words = () if name.startswith('root-') else ('--board', self.media)
        shown = json.loads(self.common.image_tool('show', *words, '--json', disk))
        return next(p for p in shown['partitions'] if p['name'] == name)

    # Firmware, by the name in Way.firmware.

    def firmware(self, name):
        if name == 'loader':
            return self.loader
        path = self.path(name + '.img')
        if name not in self.made:
            source = self.loader
            if name == 'tf-a':
                make(f'BOARD={self.name}', 'flash', trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
                source = os.path.join(OUT, self.name, 'flash.img')
            shutil.copyfile(source, path)
            os.truncate(path, FLASH)
            self.made[name] = path
        return path

    # Damage.

    def damaged(self, way, kind):
        """(firmware, disk, roots) for way; kind names one of the functions below."""
        firmware, disk, roots = self.firmware(way.firmware), self.disk, self.roots
        if kind == 'root_block' and roots:
            roots = copy_of(roots, self.path(f'{kind}-roots.img'))
            self.root_block(roots)
        else:
            disk = copy_of(disk, self.path(f'{kind}.img'))
            getattr(self, kind)(disk)
        return firmware, disk, roots

    def slot(self, disk, letter):
        return self.partition(disk, 'holdfast-' + letter)['offset']

    def kernel(self, disk):
        """A bit of slot A's kernel."""
        part = contents(self.parts['KERNEL'])
        flip(disk, self.slot(disk, 'a') + contents(self.fit).index(part) + len(part) // 2)

    def signature(self, disk):
        """A bit of slot A's signature; in slot B a letter of what is signed, the command line."""
        fit = contents(self.fit)
        value = run('fdtget', '-t', 'bx', self.fit, '/configurations/conf-1/signature', 'value')
        at = fit.index(bytes(int(word, 16) for word in value.split()))
        flip(disk, self.slot(disk, 'a') + at + 40, self.slot(disk, 'b') + fit.index(b'console=' + self.row.console.encode()) + 9)

    def root_block(self, disk):
        """A bit of a file in slot A's root."""
        flip(disk, self.partition(disk, 'root-a')['offset'] + contents(self.erofs).index(MARK))

    def long(self):
        """(disk, roots) with a kernel that has much behind it."""
        if 'long' not in self.made:
            kernel = self.path('long')
            with open(kernel, 'wb') as file:
                file.write(contents(self.parts['KERNEL']).ljust(LONG_KERNEL, b'\0'))
            self.made['long'] = self.write('long', self.sign('long', kernel))
        return self.made['long']

    # Boots.

    def without_media(self):
        """The machine's arguments without the card or the disk; flash stays."""
        pairs = re.findall(r'(-\S+) ([^-]\S*)', self.row.arguments)
        return ' '.join(f'{o} {v}' for o, v in pairs if not v.startswith(('if=sd', 'if=none', 'virtio-blk')))

    def arguments(self, way, firmware, disk, roots, media=True):
        """media=False: the machine without a medium."""
        row = self.row.arguments if media else self.without_media() + way.bare
        for old, new in way.swap:
            row = row.replace(old, new)
        for old, new in (('if=sd,', 'if=sd,id=card,'), ('file={disk}', 'snapshot=on,file={disk}'), ('file={roots}', 'snapshot=on,file={roots}'),
                         ('pflash,format=raw,', 'pflash,format=raw,snapshot=on,')):
            row = row.replace(old, new)
        qemu = os.environ.get('QEMU_' + self.row.arch.upper(), self.row.qemu)
        sound = machine.silence(qemu).split() if self.name in ('vexpress-a15', 'zcu102') else []
        words = [w.format(loader=firmware, disk=disk, roots=roots, trees=self.trees) for w in row.split()]
        return [qemu, *words, *sound, *'-nic none -display none -monitor none -no-reboot'.split()]


class FilesRelease(Release):
    """The same with everything in the root: kernel, device tree and overlay are files of it."""
    form = 'files-'

    def make_root(self, name='', files=()):
        self.rest, files = machine.in_root(self.parts)
        return super().make_root(f'{self.form}{self.media}-root', files)

    def sources(self, kernel):
        options = {'KERNEL_PATH': '--kernel-path', 'DTB_PATH': '--dtb-path', 'OVERLAY_PATHS': '--overlay-path'}
        return [word for part, option in options.items() if part in self.rest for word in (option, self.rest[part])]

    def kernel_block(self):
        """A data block in the middle of the kernel."""
        kernel = contents(self.parts['KERNEL'])
        return (contents(self.erofs).index(kernel[:4096]) + len(kernel) // 2) // 4096

    def leaf(self):
        """The hash block that has that block's digest, from the start of the root: the top is the first block of the tree."""
        shown = json.loads(self.common.image_tool('show', '--json', self.root))
        assert 128 < shown['data_blocks'] <= 128 * 128
        return shown['hash_start_block'] + 1 + self.kernel_block() // 128

    def in_slot_a(self, block):
        """(disk, roots) with a bit of this block of slot A's root changed."""
        target = copy_of(self.roots or self.disk, self.path('flipped.img'))
        flip(target, self.partition(target, 'root-a')['offset'] + block * 4096 + 13)
        return (self.disk, target) if self.roots else (target, '')

    def misnamed(self):
        """(disk, roots) with a signed FIT in slot A that names a kernel which is not there."""
        def change(unsigned):
            run('fdtput', '-t', 's', unsigned, '/configurations/conf-1', 'holdfast,kernel-path', self.rest['KERNEL_PATH'][:-1] + 'X')
        return self.write('misnamed', self.sign('misnamed', '', change), self.fit)


class Pulled(board.Boot):
    """The medium goes when a line with `when` in it was printed."""

    def __init__(self, argv, log, when, command, until, seconds):
        self.monitor, self.when, self.command, self.out = log + '.qmp', when, command, False
        self.answer = ''
        super().__init__([*argv, '-qmp', f'unix:{self.monitor},server=on,wait=off'], log, until, seconds)

    def said(self, until):
        if not self.out and self.when in self.read():
            self.out = True
            self.answer = self.pull()
        return super().said(until)

    def pull(self):
        with socket.socket(socket.AF_UNIX) as qmp:
            # A path relative to here: a socket's may not be long.
            qmp.connect(os.path.relpath(self.monitor))
            answers = qmp.makefile()
            answers.readline()
            for command in ({'execute': 'qmp_capabilities'},
                            {'execute': 'human-monitor-command', 'arguments': {'command-line': self.command}}):
                qmp.sendall(json.dumps(command).encode())
                answer = answers.readline()
            return answer
