# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""RSA offloaded to virtio-crypto, signature by signature: every good one accepted, every flipped one refused."""
import os
import random
import shutil

import pytest

import board
import verdict
from board import Machine
from build import O, OUT, make, run

SIZES = (2048, 3072, 4096)
PADDINGS = ('pkcs-1.5', 'pss')
ROUNDS = 4
SEED = int(os.environ.get('SEED', '0')) or random.SystemRandom().getrandbits(32)
AT = os.path.join(OUT, 'nightly')


def tool(name, *arguments):
    return run(os.path.join(OUT, 'host', name), *arguments)


class Signer:
    """A key, the loader that trusts it, and a FIT signed by it."""

    def __init__(self, bits, padding):
        self.at = os.path.join(AT, f'rsa{bits}-{padding}')
        shutil.rmtree(self.at, ignore_errors=True)
        os.makedirs(self.at)
        key, public, trust = (self.path(n) for n in ('dev.pem', 'dev.pub', 'trust.dtb'))
        run('openssl', 'genpkey', '-quiet', '-algorithm', 'RSA', '-pkeyopt', f'rsa_keygen_bits:{bits}', '-out', key)
        run('openssl', 'pkey', '-in', key, '-pubout', '-out', public)
        make('tools', os.path.join(O, 'attacks', 'stub.bin'), trust=trust)
        tool('holdfast-keys', 'enroll', '--key', public, '-o', trust)
        make(f'LOADER={self.path("loader")}', 'loader', trust=trust)
        self.loader = self.path('loader/holdfast.bin')
        self.fit = self.path('good.itb')
        tool('holdfast-image', 'fit', '--kernel', os.path.join(OUT, 'attacks', 'stub.bin'), '--compatible',
             'linux,dummy-virt', '-o', self.fit)
        tool('holdfast-keys', 'sign', '--key', key, '--padding', padding, self.fit)
        node = '/configurations/' + run('fdtget', '-l', self.fit, '/configurations').split()[0]
        sub = next(n for n in run('fdtget', '-l', self.fit, node).split() if n.startswith('signature'))
        value = run('fdtget', '-t', 'bx', self.fit, f'{node}/{sub}', 'value').split()
        self.value = bytes(int(byte, 16) for byte in value)
        assert len(self.value) == bits // 8

    def path(self, name):
        return os.path.join(self.at, name)

    def flipped(self, name, chance):
        """The FIT with one bit of the signature's value changed."""
        with open(self.fit, 'rb') as f:
            data = bytearray(f.read())
        assert data.count(self.value) == 1
        bit = chance.randrange(8 * len(self.value))
        data[data.index(self.value) + bit // 8] ^= 1 << bit % 8
        with open(self.path(name), 'wb') as f:
            f.write(data)
        return self.path(name)

    def disk(self, name, **slots):
        words = [word for slot, fit in slots.items() for word in ('--slot', f'{slot}={fit}')]
        tool('holdfast-image', 'disk', '--board', 'virt-arm64', *words, '--yes', '-q', '-o', self.path(name))
        return self.path(name)


@pytest.fixture(scope='module', name='qemu')
def built_qemu():
    return run('platform/external/qemu.sh').strip().splitlines()[-1]


@pytest.mark.parametrize('padding', PADDINGS)
@pytest.mark.parametrize('bits', SIZES)
def test_offload(qemu, bits, padding):
    signer = Signer(bits, padding)
    chance = random.Random(SEED + bits)
    print(f'SEED={SEED}')
    for number in range(ROUNDS):
        flips = [signer.flipped(f'flip-{number}-{slot}.itb', chance) for slot in 'ab']
        disk = signer.disk(f'{number}.disk', a=flips[0], b=flips[1], recovery=signer.fit)
        machine = Machine(bus=('mmio-modern', 'pci')[number % 2], extra=[
            '-object', 'cryptodev-backend-builtin,id=c0', '-device',
            ('virtio-crypto-device', 'virtio-crypto-pci')[number % 2] + ',cryptodev=c0'])
        argv = machine.arguments(signer.loader, disk)
        boot = board.Boot([qemu] + argv[1:], signer.path(f'{number}.log'), 'HF-STUB-END', 60)
        banner = verdict.lines(boot.console, 'HF-BOOT')[0]
        assert (banner['rsa'], banner['crypto']) == ('virtio-crypto', 'rsa'), boot.explain()
        # Struck off, it would have been said: every one of these signatures was raised by the device.
        assert 'struck-off' not in boot.console, boot.explain()
        refused = verdict.lines(boot.console, 'HF-REFUSE')
        assert [(r['slot'], r['code']) for r in refused] == [
            ('A', 'bad-signature'), ('B', 'bad-signature')], boot.explain()
        verified = verdict.lines(boot.console, 'HF-VERIFIED')
        assert [(v['slot'], v['algo']) for v in verified] == [
            ('recovery', f'sha256,rsa{bits}')], boot.explain()
        assert 'HF-STUB-END' in boot.console, boot.explain()
