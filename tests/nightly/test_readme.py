# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The commands of the top README, as they are written, in a copy of the tree: own keys to a boot, then a release."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
WORK = Path(TOP, os.environ.get('O', 'build')).resolve() / 'readme'
SECTIONS = ('With your own keys', 'A release that is one root image', 'Make a release')


def commands(title):
    """The first block of a section."""
    section = (TOP / 'README.md').read_text().split(f'\n## {title}\n')[1].split('\n## ')[0]
    return re.search(r'^```\n(.*?)^```$', section, re.S | re.M).group(1)


@pytest.fixture(scope='module')
def tree():
    """A copy of the tree with what `make demo` leaves for its reader: the root."""
    shutil.rmtree(WORK, ignore_errors=True)
    listed = subprocess.run(['git', '-C', TOP, 'ls-files', '-z', '-co', '--exclude-standard'], capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split('\0')):
        if (TOP / name).is_file():
            (WORK / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, WORK / name)
    (WORK / 'build/demo').mkdir(parents=True)
    ours = ('MAKE', 'MFLAGS', 'CHECK_', 'SOURCE_DATE')
    environment = {k: v for k, v in os.environ.items()
                   if not k.startswith(ours) and k not in ('O', 'BOARD', 'CONFIG', 'TRUST', 'KEYS')}
    # The date of the copy is that of the tree.
    environment['GIT_DIR'] = str(TOP / '.git')
    subprocess.run(['fit-images/root/build.sh', 'build/demo/root.erofs'], cwd=WORK, env=environment, check=True)
    subprocess.run(['make', '-s', '-j2', 'tools'], cwd=WORK, env=environment, check=True, stdout=subprocess.DEVNULL)
    return environment


def run(script, environment):
    """The console and everything else; QEMU ends by itself, or after two minutes."""
    script = script.replace('\nqemu-system-', '\ntimeout 120 qemu-system-')
    done = subprocess.run(['bash', '-euxo', 'pipefail', '-c', script], cwd=WORK, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def test_with_your_own_keys(tree):
    console = run(commands('With your own keys'), tree)
    assert re.search(r'^HF-BOOT .* trust=release ', console, re.M)
    assert re.search(r'^HF-LINUX root=/dev/dm-0 verity=V ', console, re.M)


def test_one_root_image(tree):
    """After the first section, in the same shell."""
    first, _, _ = commands('With your own keys').partition('\nqemu-system-')
    for name in ('release.pem', 'release.pub', 'trust.dtb', 'root.verity', 'release.itb', 'disk.img'):
        (WORK / name).unlink(missing_ok=True)
    console = run(first + '\n' + commands('A release that is one root image'), tree)
    assert re.search(r'^file +\d+ Image$', console, re.M) and re.search(r'^HF-HANDOFF .* root-blocks=\d+ .*fs=erofs', console, re.M)
    assert re.search(r'^HF-LINUX root=/dev/dm-0 verity=V ', console, re.M)


def test_make_a_release(tree):
    """After the section above it, in the same shell."""
    first, _, _ = commands('With your own keys').partition('\nqemu-system-')
    for name in ('release.pem', 'release.pub', 'trust.dtb', 'root.verity', 'release.itb', 'disk.img'):
        (WORK / name).unlink(missing_ok=True)
    run(first + '\n' + commands('Make a release'), tree)
    assert (WORK / 'release/disk.img').is_file()


@pytest.mark.parametrize('title', SECTIONS)
def test_section_is_there(title):
    assert 'holdfast-keys' in commands(title)
