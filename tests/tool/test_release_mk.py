# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""fit-images/release.mk: what is asked for is what is there, also where no file is newer; nothing of before is left."""
import json
import os
import subprocess

import pytest

from keys_helper import TOP, run
from manual_fixtures import environment


class Release:
    def __init__(self, installed, workshop, place):
        self.installed, self.place = installed, place
        self.words = {'OUT': 'out', 'TOOLS': f'{installed}/bin', 'KERNEL': 'Image', 'ROOT': 'root.erofs', 'KEY': 'dev.pem',
                      'TRUST': 'trust.dtb', 'COMPATIBLE': 'acme,board', 'CMDLINE': 'quiet', 'INDEX': '1'}
        run('cp', '-r', f'{workshop}/.', place)
        for name, role in (('dev', 'dev'), ('release', 'release')):
            self.tool('keys', 'new', '-q', '--alg', 'ecdsa-p256', '--role', role, '-o', f'{name}.pem')
            self.tool('keys', 'enroll', '-q', '--key', f'{name}.pub', '-o', 'trust.dtb' if name == 'dev' else 'release.dtb')

    def tool(self, name, *words):
        return subprocess.run([f'{self.installed}/bin/holdfast-{name}', *words], cwd=self.place, check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def make(self, good=True, **more):
        words = [f'{k}={v}' for k, v in {**self.words, **more}.items()]
        done = subprocess.run(['make', '-f', TOP / 'fit-images/release.mk', *words], cwd=self.place,
                              env={**environment(self.installed, self.place), 'SOURCE_DATE_EPOCH': '1700000000'},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert (done.returncode == 0) == good, done.stdout
        return done.stdout

    def inspect(self):
        conf = json.loads(self.tool('keys', 'inspect', '--json', 'out/release.itb'))['configurations'][0]
        return {**conf['properties'], 'index': conf['rollback_index'], 'key': conf['signatures'][0]['key']}

    def there(self):
        return sorted(name for name in os.listdir(self.place / 'out') if name in ('release.itb', 'disk.img'))


@pytest.fixture(name='release')
def fixture_release(installed, workshop, tmp_path):
    made = Release(installed, workshop, tmp_path)
    made.make()
    return made


def test_nothing_to_do(release):
    assert 'holdfast-' not in release.make()


@pytest.mark.parametrize('more, member, want', [
    ({'INDEX': '2'}, 'index', 2),
    ({'CMDLINE': 'quiet ro'}, 'cmdline', 'quiet ro'),
    ({'COMPATIBLE': 'acme,other'}, 'compatible', 'acme,other'),
])
def test_other_words(release, more, member, want):
    assert release.inspect()[member] != want
    release.make(**more)
    assert release.inspect()[member] == want


def test_another_key(release):
    """Both are older than the release that is there."""
    for name in ('release.pem', 'release.dtb'):
        os.utime(release.place / name, (1, 1))
    release.make(KEY='release.pem', TRUST='release.dtb', RELEASE='1')
    assert release.inspect()['key'] == 'release'


def test_a_release_is_insisted_on(release):
    assert 'RELEASE=yes: a release for end users is RELEASE=1' in release.make(good=False, RELEASE='yes')
    assert release.there() == ['disk.img', 'release.itb']
    assert 'code=key-role' in release.make(good=False, RELEASE='1')
    assert release.there() == []
    release.make(RELEASE='0')
    assert release.there() == ['disk.img', 'release.itb']


def test_provenance_that_is_gone(release):
    release.make(PROVENANCE='p.json')
    (release.place / 'p.json').unlink()
    release.make(PROVENANCE='p.json')
    assert (release.place / 'p.json').exists()


def test_everything_in_the_root(release):
    """The kernel is a file of the root: another path makes another release, and KERNEL beside it is refused."""
    (release.place / 'tree/boot').mkdir()
    for name in ('Image', 'other', 'board.dtb', 'ramdisk'):
        run('cp', release.place / ('Image' if name == 'other' else name), release.place / 'tree/boot' / name)
    run('mkfs.erofs', '--quiet', release.place / 'complete.erofs', release.place / 'tree')
    del release.words['KERNEL']
    paths = {'ROOT': 'complete.erofs', 'KERNEL_PATH': '/boot/Image', 'DTB_PATH': '/boot/board.dtb', 'INITRD_PATH': '/boot/ramdisk'}
    release.make(**paths)
    assert 'holdfast-' not in release.make(**paths)
    shown = json.loads(release.tool('image', 'show', '--json', 'out/release.itb'))
    conf = shown['configurations'][0]
    assert [i['name'] for i in shown['images']] == ['root'] and conf['kernel_path'] == '/boot/Image'
    assert conf['fdt_path'] == '/boot/board.dtb' and conf['ramdisk_path'] == '/boot/ramdisk'
    release.make(**{**paths, 'KERNEL_PATH': '/boot/other'})
    assert json.loads(release.tool('image', 'show', '--json', 'out/release.itb'))['configurations'][0]['kernel_path'] == '/boot/other'
    assert 'KERNEL= and KERNEL_PATH=' in release.make(good=False, KERNEL='Image', **paths)
    assert 'code=no-file' in release.make(good=False, **{**paths, 'KERNEL_PATH': '/boot/absent'})
    assert release.there() == []
    assert 'KERNEL= is missing' in release.make(good=False)
