# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A root hash that Linux checks once more: PKCS#7 out of the FIT, through /chosen and an initramfs, to the verity target.

The kernel is one of its own (kernel.sh arm64-signed, 4 minutes to build once), which trusts a certificate made with it.
"""
import json
import os
import subprocess

import pytest

import board
import verdict
from board import Machine
from build import O, OUT, make, run

LOADER = os.path.join(OUT, 'virt-arm64', 'holdfast.bin')
TOOL, KEYS = os.path.join(OUT, 'host', 'holdfast-image'), os.path.join(OUT, 'host', 'holdfast-keys')
KEY = os.path.join(OUT, 'dev-keys', 'dev.pem')
WORK = os.path.join(OUT, 'signed-roots')


# Also keeps dm-init, which has no key, from making the root before the initramfs does.
REQUIRED = 'dm_verity.require_signatures=1'


class Parts:
    def __init__(self):
        os.makedirs(WORK, exist_ok=True)
        make('tools', 'dev-keys', 'loader', trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
        self.kernel = run('platform/external/kernel.sh', 'arm64-signed').strip().splitlines()[-1]
        self.signer = os.path.join(os.path.dirname(self.kernel), 'root-signer')
        self.bare, self.root, self.initrd = path('root.erofs'), path('root.verity'), path('initrd')
        run('fit-images/root/build.sh', self.bare)
        run('fit-images/root/initramfs.sh', self.initrd)
        run(TOOL, 'verity', self.bare, '--fec-roots', '2', '--yes', '-o', self.root)
        self.hash = json.loads(run(TOOL, 'show', '--json', self.root))['root_hash']

    def sign(self, name, text, key=None, certificate=None):
        """What systemd and cryptsetup take: PKCS#7, detached, nothing but the signature."""
        subprocess.run(['openssl', 'smime', '-sign', '-nocerts', '-noattr', '-binary', '-inkey', key or self.signer + '.key',
                        '-signer', certificate or self.signer + '.pem', '-outform', 'DER', '-out', path(name)],
                       input=text.encode(), check=True, capture_output=True)
        return path(name)

    def disk(self, name, signature, cmdline=REQUIRED, initrd=True):
        fit, disk = path(name + '.itb'), path(name + '.img')
        more = (['--root-hash-signature', signature] if signature else []) + (['--initrd', self.initrd] if initrd else [])
        run(TOOL, 'fit', '--kernel', self.kernel, '--root-partition', self.root, '--compatible', 'linux,dummy-virt', *more,
            '--cmdline', f'console=ttyAMA0 panic=-1 {cmdline}'.strip(), '--yes', '-q', '-o', fit)
        run(KEYS, 'sign', '--key', KEY, fit)
        run(TOOL, 'disk', '--slot', f'a={fit},{self.root}', '--no-fw-env-config', '--yes', '-q', '-o', disk)
        return disk


def path(name):
    return os.path.join(WORK, name)


@pytest.fixture(scope='module')
def parts():
    return Parts()


def boot(disk):
    return board.boot(Machine(), LOADER, disk, disk + '.log', 'HF-LINUX', 60)


def refused(done, word):
    assert verdict.lines(done.console, 'HF-HANDOFF') and not verdict.lines(done.console, 'HF-LINUX'), done.explain()
    assert word in done.console, done.explain()


def test_accepted(parts):
    done = boot(parts.disk('good', parts.sign('good.p7', parts.hash)))
    linux = verdict.lines(done.console, 'HF-LINUX')
    assert linux and (linux[0]['verity'], linux[0]['roothash']) == ('V', parts.hash), done.explain()


def test_of_another_root(parts):
    done = boot(parts.disk('other', parts.sign('other.p7', parts.hash[::-1])))
    refused(done, 'initramfs: device-mapper: Key was rejected by service')


def test_by_a_stranger(parts):
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-noenc', '-sha256', '-days', '3650', '-subj', '/CN=stranger',
                    '-keyout', path('stranger.key'), '-out', path('stranger.pem')], check=True, capture_output=True)
    signature = parts.sign('stranger.p7', parts.hash, path('stranger.key'), path('stranger.pem'))
    refused(boot(parts.disk('stranger', signature)), 'initramfs: device-mapper: Required key not available')


def test_none_where_one_is_required(parts):
    refused(boot(parts.disk('none', None)), 'initramfs: device-mapper: Required key not available')


def test_none_where_none_is_required(parts):
    linux = verdict.lines(boot(parts.disk('unsigned', None, '', initrd=False)).console, 'HF-LINUX')
    assert linux and linux[0]['verity'] == 'V'


def test_without_the_initramfs(parts):
    """dm-init has no key: the kernel alone refuses where a signature is required."""
    done = boot(parts.disk('alone', parts.sign('alone.p7', parts.hash), initrd=False))
    refused(done, 'Unable to mount root')


def test_initramfs_is_the_same_every_time(parts):
    run('fit-images/root/initramfs.sh', path('again'))
    with open(parts.initrd, 'rb') as first, open(path('again'), 'rb') as second:
        assert first.read() == second.read()
