# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the boots need: the loader with development keys, a real Linux and its verity root on a disk."""
import os
import shutil
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), 'attacks')]
sys.dont_write_bytecode = True

from build import O, OUT, Attacks, make, run  # noqa: E402

# Two runs of a part of these tests each may go side by side in folders of their own.
WORK = os.path.join(OUT, os.environ.get('QEMU_WORK', 'qemu'))


class Release:
    """A signed Linux with a dm-verity root, on a disk; the loader that trusts it."""

    def __init__(self):
        self.at = WORK
        os.makedirs(self.at, exist_ok=True)
        self.trust = os.path.join(OUT, 'dev-keys', 'trust.dtb')
        self.key = os.path.join(OUT, 'dev-keys', 'dev.pem')
        make('tools', 'dev-keys', 'loader', trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
        self.loader = shutil.copy(os.path.join(OUT, 'virt-arm64', 'holdfast.bin'),
                                  self.path('holdfast.bin'))
        self.tools = os.path.join(OUT, 'host')
        self.kernel = run('platform/external/kernel.sh').strip().splitlines()[-1]
        self.root = self.path('root.erofs')
        run('fit-images/root/build.sh', self.root)
        run('make', '--no-print-directory', '-f', 'fit-images/release.mk', f'OUT={self.at}',
            f'TOOLS={self.tools}', f'KERNEL={self.kernel}', f'ROOT={self.root}', f'KEY={self.key}',
            f'TRUST={self.trust}', 'COMPATIBLE=linux,dummy-virt',
            'CMDLINE=console=ttyAMA0 panic=-1', 'INDEX=7')
        self.disk = self.path('disk.img')
        self.fit = self.path('release.itb')
        self.verity = self.path('root.verity')

    def path(self, name):
        return os.path.join(self.at, name)

    def image_tool(self, *arguments):
        return run(os.path.join(self.tools, 'holdfast-image'), *arguments)

    def keys_tool(self, *arguments):
        return run(os.path.join(self.tools, 'holdfast-keys'), *arguments)

    def make_disk(self, name, *slots):
        """A disk with these slots ("a=FIT,ROOT")."""
        words = [word for slot in slots for word in ('--slot', slot)]
        path = self.path(name)
        self.image_tool('disk', '--board', 'virt-arm64', *words, '--yes', '-q', '-o', path)
        return path

    def tf_a(self, gic):
        bios = self.path(f'tf-a-gicv{gic}.bios')
        run('platform/external/tf-a.sh', self.loader, bios, f'gicv{gic}')
        return bios


@pytest.fixture(scope='session')
def release():
    return Release()


@pytest.fixture(scope='session')
def attacks():
    return Attacks()


@pytest.fixture(scope='session')
def stub_loader(attacks):
    return attacks.loader()


@pytest.fixture
def log(request):
    """Where this test's console goes; kept."""
    name = request.node.name.replace('/', '-').replace(',', '-').replace('[', '-').rstrip(']')
    return os.path.join(WORK, name + '.log')
