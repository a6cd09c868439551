# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The stages before the loader: they verify it, or nothing starts. U-Boot SPL on ast2600-evb, TF-A on virt-arm64.

What is trusted without proof here is SPL in the flash, and BL1 in the flash that only the secure world sees.
"""
import os
import struct
import subprocess
import sys

import libfdt
import pytest

import board
import verdict
from board import Boot, Machine
from build import O, OUT, TOP, make, run

sys.path.insert(0, os.path.join(TOP, 'tests', 'demo'))
import machine  # noqa: E402

FIT_AT = 0x10000
FIP_AT = 0x40000
STARTED = 'HF-BOOT '


def flipped(data, at):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


@pytest.fixture(scope='module')
def other_key(release):
    """A key that nobody trusts."""
    path = release.path('other.pem')
    if not os.path.exists(path):
        release.keys_tool('new', '--alg', 'rsa3072', '--role', 'dev', '-o', path)
    return path


# U-Boot SPL.

class Spl:
    """ast2600-evb's SPL, the loader behind it, and boots of both with empty slots."""

    def __init__(self, release):
        self.release = release
        make('BOARD=ast2600-evb', 'first-stage', 'loader', trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
        self.at = os.path.join(OUT, 'ast2600-evb')
        self.loader = os.path.join(self.at, 'holdfast.bin')
        with open(os.path.join(self.at, 'first-stage.bin'), 'rb') as f:
            whole = f.read()
        self.spl, self.fit = whole[:FIT_AT], whole[FIT_AT:]
        release.image_tool('disk', '--board', 'ast2600-evb', '--root-disk', release.path('roots.img'), '--root-size', '1M',
                           '--yes', '-q', '--no-fw-env-config', '-o', release.path('flash.img'))

    def boot(self, log, fit):
        stage, flash = self.release.path('spl.bin'), self.release.path('spl.img')
        with open(stage, 'wb') as f:
            f.write(self.spl + fit)
        self.release.image_tool('disk', '--board', 'ast2600-evb', '--first-stage', stage, '--yes', '-q', '--no-fw-env-config',
                                '-o', flash)
        argv = machine.command('ast2600-evb', self.loader, flash, self.release.path('roots.img'))
        ends = ('HF-FAIL', 'Please RESET the board')
        return Boot(argv, log, ends[0] if fit == self.fit else ends[1], 30)


@pytest.fixture(scope='module')
def spl(release):
    return Spl(release)


def test_spl_starts_what_is_signed(spl, log):
    boot = spl.boot(log, spl.fit)
    assert 'sha256,rsa3072:loader+ OK' in boot.console and 'sha256+ OK' in boot.console, boot.explain()
    banner = verdict.lines(boot.console, 'HF-BOOT')
    assert banner and banner[0]['board'] == 'ast2600-evb' and banner[0]['el'] == 'svc', boot.explain()


def metadata(fit):
    return libfdt.Fdt(bytearray(fit[:struct.unpack_from('>I', fit, 4)[0]]))


def changed_loader(spl, _):
    return flipped(spl.fit, len(spl.fit) - 20000)


def changed_load_address(spl, _):
    tree = metadata(spl.fit)
    tree.setprop_u32(tree.path_offset('/images/loader'), 'load', 0x80100000)
    return bytes(tree.as_bytearray()) + spl.fit[tree.totalsize():]


def more_data(spl, _):
    """The size is not signed: all that the flash has is read before the hash is compared, and must not hit SPL itself."""
    tree = metadata(spl.fit)
    tree.setprop_u32(tree.path_offset('/images/loader'), 'data-size', 0x3400000)
    return bytes(tree.as_bytearray()) + spl.fit[tree.totalsize():]


def more_metadata(spl, _):
    """Nor is the size of the FIT, which is read first; too much for SPL's heap."""
    return spl.fit[:4] + struct.pack('>I', 0x2400000) + spl.fit[8:]


def without_signature(spl, _):
    tree = metadata(spl.fit)
    tree.del_node(tree.path_offset('/configurations/conf-1/signature'))
    return bytes(tree.as_bytearray()) + spl.fit[tree.totalsize():]


def other_signature(spl, other_key):
    made = spl.release.path('other.bin')
    run('env', f'TOOLS={spl.release.tools}', 'platform/external/u-boot-spl.sh', 'ast2600-evb', '--key', other_key,
        spl.loader, made)
    with open(made, 'rb') as f:
        return f.read()[FIT_AT:]


def plain_loader(spl, _):
    with open(spl.loader, 'rb') as f:
        return f.read()


def legacy_image(spl, _):
    made = spl.release.path('legacy.img')
    run('mkimage', '-A', 'arm', '-O', 'u-boot', '-T', 'firmware', '-C', 'none', '-a', '0x80000000', '-e', '0x80000000',
        '-d', spl.loader, made)
    with open(made, 'rb') as f:
        return f.read()


@pytest.mark.parametrize('attack', [changed_loader, changed_load_address, more_data, more_metadata, without_signature,
                                    other_signature, plain_loader, legacy_image], ids=lambda f: f.__name__)
def test_spl_refuses(spl, other_key, log, attack):
    boot = spl.boot(log, attack(spl, other_key))
    assert STARTED not in boot.console, boot.explain()
    assert 'SPL: failed to boot from all boot devices' in boot.console, boot.explain()


# TF-A with trusted board boot.

class TrustedBoot:
    """BL1, and the FIP behind it, for the loader of the release."""

    def __init__(self, release, key):
        self.release = release
        self.bios = release.path(f'tbb-{os.path.basename(key)}.bios')
        run('platform/external/tf-a.sh', '--rot-key', key, release.loader, self.bios)
        with open(self.bios, 'rb') as f:
            self.bytes = f.read()

    def entries(self):
        """Offset and size of what the FIP holds (TF-A include/tools_share/firmware_image_package.h)."""
        at, found = FIP_AT + 16, []
        while True:
            uuid, offset, size, _ = struct.unpack_from('<16sQQQ', self.bytes, at)
            if uuid == bytes(16):
                return found
            found.append((FIP_AT + offset, size))
            at += 40

    def boot(self, log, image, until):
        path = self.release.path('tbb-changed.bios')
        with open(path, 'wb') as f:
            f.write(image)
        return board.boot(Machine(start='tf-a'), path, self.release.disk, log, until, 60)


@pytest.fixture(scope='module')
def trusted_boot(release):
    return TrustedBoot(release, release.key)


def test_from_rom_to_root(trusted_boot, log):
    """One chain of signatures: BL1, BL2, the loader, the kernel, the root."""
    boot = trusted_boot.boot(log, trusted_boot.bytes, 'HF-LINUX')
    for stage in ('BL1: Booting BL2', 'BL1: Booting BL31', 'BL31: v'):
        assert stage in boot.console, boot.explain()
    assert verdict.lines(boot.console, 'HF-BOOT')[0]['el'] == '2', boot.explain()
    linux = verdict.lines(boot.console, 'HF-LINUX')
    assert linux and linux[0]['root'] == '/dev/dm-0' and linux[0]['verity'] == 'V', boot.explain()


# BL2, BL31, BL33 and their six certificates.
@pytest.mark.parametrize('entry', range(9))
def test_tf_a_refuses_a_changed_byte(trusted_boot, log, entry):
    entries = trusted_boot.entries()
    assert len(entries) == 9
    offset, size = entries[entry]
    boot = trusted_boot.boot(log, flipped(trusted_boot.bytes, offset + size // 2), 'ERROR:')
    assert 'Failed to load' in boot.console and STARTED not in boot.console, boot.explain()


def test_tf_a_refuses_another_root_key(release, trusted_boot, other_key, log):
    """A whole FIP signed by somebody else, behind our BL1."""
    other = TrustedBoot(release, other_key)
    boot = trusted_boot.boot(log, trusted_boot.bytes[:FIP_AT] + other.bytes[FIP_AT:], 'ERROR:')
    assert 'Failed to load BL2 firmware' in boot.console, boot.explain()
    assert 'Booting BL2' not in boot.console and STARTED not in boot.console, boot.explain()


def test_packing_says_what_is_missing(release, spl, other_key, tmp_path):
    """Exit codes and no output: a verifying SPL without a key, another one with a key, no such board, no loader."""
    out = tmp_path / 'out'
    for code, words in ((4, ['ast2600-evb', spl.loader]), (2, ['orangepi-pc', '--key', other_key, spl.loader]),
                        (2, ['virt-arm', spl.loader]), (3, ['ast2600-evb', '--key', other_key, 'absent'])):
        done = subprocess.run([os.path.join(TOP, 'platform/external/u-boot-spl.sh'), *words, out], stderr=subprocess.PIPE,
                              env=dict(os.environ, TOOLS=release.tools), check=False, text=True)
        assert done.returncode == code and done.stderr.startswith('u-boot-spl: '), (words, done.stderr)
    for code, words in ((4, ['--rot-key', 'absent', spl.loader]), (3, ['--rot-key', other_key, 'absent'])):
        done = subprocess.run([os.path.join(TOP, 'platform/external/tf-a.sh'), *words, out], stderr=subprocess.PIPE,
                              check=False, text=True)
        assert done.returncode == code and done.stderr.startswith('tf-a: '), (words, done.stderr)
    assert not out.exists()
