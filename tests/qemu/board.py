# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""One QEMU run of the loader: from its real medium, with its console kept in a file.

Works with QEMU 7.2 to 10: only options that all of them know.
"""
import os
import subprocess
import time
from dataclasses import dataclass, field

QEMU = os.environ.get('QEMU', 'qemu-system-aarch64')


@dataclass
class Machine:
    """A virt machine. start: 'el1', 'el2' (straight from flash), or 'tf-a' (behind it, at EL2)."""
    cpu: str = 'cortex-a57'
    gic: str = '2'
    cores: int = 1
    start: str = 'el1'
    bus: str = 'mmio'
    memory: int = 1024
    rng: bool = False
    extra: list = field(default_factory=list)

    def name(self):
        cpu = self.cpu.split(',')[0]
        return f'{cpu}-gic{self.gic}-smp{self.cores}-{self.start}-{self.bus}'

    def arguments(self, firmware, disk, drive=''):
        machine = f'virt,gic-version={self.gic}'
        if self.start != 'el1':
            machine += ',virtualization=on'
        if self.start == 'tf-a':
            machine += ',secure=on'
        device = {'mmio': 'virtio-blk-device', 'mmio-modern': 'virtio-blk-device',
                  'pci': 'virtio-blk-pci'}[self.bus]
        argv = [QEMU, '-M', machine, '-cpu', self.cpu, '-smp', str(self.cores), '-m',
                str(self.memory), '-nic', 'none', '-display', 'none', '-monitor', 'none',
                '-no-reboot', '-bios', firmware]
        argv += ['-global', 'virtio-mmio.force-legacy=' +
                 ('false' if self.bus == 'mmio-modern' else 'true')]
        if disk:
            argv += ['-drive', drive or f'if=none,format=raw,readonly=on,file={disk},id=disk0',
                     '-device', f'{device},drive=disk0']
        if self.rng:
            rng = 'virtio-rng-pci' if self.bus == 'pci' else 'virtio-rng-device'
            argv += ['-device', rng]
        return argv + self.extra


class Boot:
    """Runs until `until` is printed, QEMU ends, or seconds are over. console is what was printed."""

    def __init__(self, argv, log, until='', seconds=60):
        os.makedirs(os.path.dirname(log), exist_ok=True)
        self.log = log
        if os.path.exists(log):
            os.unlink(log)
        argv = argv + ['-serial', f'file:{log}']
        with open(log + '.cmd', 'w') as f:
            f.write(' '.join(argv) + '\n')
        start = time.monotonic()
        self.timed_out = False
        with open(log + '.err', 'wb') as errors, \
                subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=errors,
                                 stderr=errors) as process:
            try:
                while process.poll() is None and not self.said(until):
                    if time.monotonic() - start > seconds:
                        self.timed_out = True
                        break
                    time.sleep(0.02)
            finally:
                process.kill()
                process.wait()
        self.seconds = time.monotonic() - start
        self.console = self.read()

    def said(self, until):
        """Whether a whole line with this in it was printed."""
        return until and '\n' in self.read().partition(until)[2]

    def read(self):
        try:
            with open(self.log, encoding='latin-1') as f:
                return f.read().replace('\r', '')
        except FileNotFoundError:
            return ''

    def explain(self):
        with open(self.log + '.err', encoding='latin-1') as f:
            return f'{self.log} after {self.seconds:.1f} s:\n{self.console[-3000:]}\n{f.read()}'


def boot(machine, firmware, disk, log, until='', seconds=60, drive=''):
    return Boot(machine.arguments(firmware, disk, drive), log, until, seconds)
