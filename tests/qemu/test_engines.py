# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Engines that do their work, and engines that are there and do not: the loader says so, and its own software does it.

Debian's QEMU 7.2 offers RSA on virtio-crypto, opens a session for raw padding, and then fails each operation; its 10.0
does not offer RSA, but opens sessions. The successful offload is tests/nightly.
"""
import os
import re
import shutil
import subprocess

import pytest

import board
import verdict
from board import Machine
from build import OUT, make

MAJOR = int(re.search(r'version (\d+)', subprocess.run(
    [board.QEMU, '--version'], stdout=subprocess.PIPE, text=True, check=True).stdout).group(1))


def with_crypto(bus):
    device = 'virtio-crypto-pci' if bus == 'pci' else 'virtio-crypto-device'
    return Machine(bus=bus, extra=['-object', 'cryptodev-backend-builtin,id=c0',
                                   '-device', f'{device},cryptodev=c0'])


def boot(attacks, loader, name, bus, log, until):
    done = board.boot(with_crypto(bus), loader, attacks.path(name + '.disk'), log, until, 60)
    assert not done.timed_out, done.explain()
    banner = verdict.lines(done.console, 'HF-BOOT')[0]
    assert banner['rsa'] == 'arm64-asm', done.explain()
    return done, banner


@pytest.mark.parametrize('bus', ['mmio-modern', 'pci'])
def test_device_there_service_not(attacks, stub_loader, log, bus):
    done, banner = boot(attacks, stub_loader, 'load-ramdisk-good', bus, log, 'HF-STUB-END')
    lost = verdict.lines(done.console, 'HF-ENGINE')
    if MAJOR < 8:
        assert (banner['crypto'], banner['struck-off']) == ('rsa', 'virtio-crypto'), done.explain()
        assert lost == [{'engine': 'virtio-crypto', 'state': 'struck-off', 'code': 'media-io'}]
    else:
        assert banner['crypto'] == 'absent-service' and 'struck-off' not in banner, done.explain()
        assert not lost
    assert verdict.lines(done.console, 'HF-VERIFIED')[0]['slot'] == 'A'


def test_legacy_device(attacks, stub_loader, log):
    """Before 1.0 there was no crypto device worth talking to."""
    done, banner = boot(attacks, stub_loader, 'load-ramdisk-good', 'mmio', log, 'HF-STUB-END')
    assert banner['crypto'] == 'absent-service' and 'struck-off' not in banner, done.explain()


def test_a_lost_engine_accepts_nothing(attacks, stub_loader, log):
    done, _ = boot(attacks, stub_loader, 'signed-by-another-key', 'mmio-modern', log, 'HF-FAIL')
    assert verdict.lines(done.console, 'HF-REFUSE')[0]['code'] == 'unknown-key', done.explain()
    assert 'HF-HANDOFF' not in done.console


def test_hash_engine(attacks, log):
    """The AST2600's: it answers its tests, directly and by scatter list. Its flash is empty but for the loader."""
    where = os.path.join(OUT, 'qemu', 'ast2600-evb')
    make('BOARD=ast2600-evb', f'LOADER={where}', 'loader', trust=attacks.trust('dev'))
    flash = shutil.copy(os.path.join(where, 'holdfast.bin'), log + '.flash')
    os.truncate(flash, 64 << 20)
    done = board.Boot([board.QEMU, '-M', 'ast2600-evb', '-nic', 'none', '-display', 'none', '-monitor', 'none',
                       '-no-reboot', '-drive', f'if=mtd,format=raw,file={flash}'], log, 'HF-FAIL', 60)
    os.unlink(flash)
    banner = verdict.lines(done.console, 'HF-BOOT')[0]
    assert (banner['sha256'], banner['sha512']) == ('hace', 'hace'), done.explain()
    assert 'struck-off' not in done.console, done.explain()
