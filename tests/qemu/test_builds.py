# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The other builds of the loader boot too: by clang, and cut down."""
import os
import shutil

import pytest

import board
import verdict
from board import Machine
from build import O, OUT, make


def build(release, compiler, config):
    """The loader for the development keys, where make check builds it."""
    out = os.path.join(O, 'llvm') if compiler == 'clang' else O
    words = [f'O={out}', 'LLVM=1'] if compiler == 'clang' else []
    make(*words, f'CONFIG={config}', 'loader', trust=os.path.join(O, 'dev-keys', 'trust.dtb'))
    where = 'virt-arm64' if config == 'default' else 'virt-arm64-' + config
    made = os.path.join(OUT, 'llvm' if compiler == 'clang' else '', where, 'holdfast.bin')
    return shutil.copy(made, release.path(f'{compiler}-{config}.bin'))


@pytest.fixture(scope='module')
def rootless(release):
    """A release without a root: all that a loader without dm-verity starts."""
    fit = release.path('rootless.itb')
    release.image_tool('fit', '--kernel', release.kernel, '--compatible', 'qemu,virt', '--cmdline',
                       'console=ttyAMA0 panic=-1', '-o', fit)
    release.keys_tool('sign', '--key', release.key, fit)
    return release.make_disk('rootless.img', f'a={fit}')


def test_clang(release, log):
    boot = board.boot(Machine(), build(release, 'clang', 'default'), release.disk, log, 'HF-LINUX', 60)
    linux = verdict.lines(boot.console, 'HF-LINUX')
    assert linux and linux[0]['verity'] == 'V', boot.explain()


@pytest.mark.parametrize('compiler', ('gcc', 'clang'))
def test_minimal(release, rootless, log, compiler):
    boot = board.boot(Machine(), build(release, compiler, 'minimal'), rootless, log, 'Linux version', 60)
    banner = verdict.lines(boot.console, 'HF-BOOT')[0]
    assert (banner['sha256'], banner['rsa']) == ('mbedtls', 'mbedtls'), boot.explain()
    assert verdict.lines(boot.console, 'HF-HANDOFF') and 'Linux version' in boot.console, boot.explain()


def test_minimal_refuses_a_root(release, log):
    boot = board.boot(Machine(), build(release, 'gcc', 'minimal'), release.disk, log, 'HF-FAIL', 60)
    assert verdict.lines(boot.console, 'HF-REFUSE')[0]['code'] == 'verity-params', boot.explain()
    assert not verdict.lines(boot.console, 'HF-HANDOFF'), boot.explain()
