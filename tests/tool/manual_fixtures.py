# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Where the manual and the runbooks are tried: installed tools, and a directory with what their commands begin with."""
import gzip
import os

import pytest

from keys_helper import TOP, arm64_image, its, run

DTS = '/dts-v1/; / { compatible = "vendor,board"; #address-cells = <2>; #size-cells = <2>; };'


@pytest.fixture(scope='session')
def installed(tmp_path_factory):
    """Where make install has put everything: the prefix, below a DESTDIR."""
    place = tmp_path_factory.mktemp('installed')
    clean = {k: v for k, v in os.environ.items() if not k.startswith(('MAKE', 'MFLAGS'))}
    run('make', '-s', '-j2', f'O={os.environ.get("O", "build")}', 'install', f'DESTDIR={place}', 'PREFIX=/usr',
        cwd=TOP, env=clean)
    return place / 'usr'


@pytest.fixture(scope='session')
def workshop(tmp_path_factory):
    """The files that examples begin with."""
    place = tmp_path_factory.mktemp('workshop')
    (place / 'Image').write_bytes(arm64_image())
    (place / 'kernel').write_bytes(arm64_image())
    (place / 'Image.gz').write_bytes(gzip.compress(arm64_image(), mtime=0))
    (place / 'ramdisk').write_bytes(b'ramdisk ' * 100)
    (place / 'initrd.cpio.gz').write_bytes(gzip.compress(b'070701', mtime=0))
    (place / 'first-stage.bin').write_bytes(bytes(range(256)) * 64)
    (place / 'release.its').write_text(its())
    (place / 'tree').mkdir()
    (place / 'tree/file').write_bytes(os.urandom(40000))
    run('mkfs.erofs', place / 'root.erofs', place / 'tree')
    for name in ('board', 'one', 'two'):
        run('dtc', '-q', '-o', place / f'{name}.dtb', '-', input=DTS.encode())
    run('mkimage', '-E', '-B', '0x1000', '-f', 'release.its', 'release.fit', cwd=place)
    return place


def environment(installed, home):
    """As on a machine of its user: the installed tools first in PATH, nothing of ours besides."""
    keep = {k: v for k, v in os.environ.items() if k in ('PATH', 'TMPDIR', 'LANG')}
    return dict(keep, PATH=f'{installed}/bin:/usr/bin:{keep["PATH"]}', HOME=str(home), LC_ALL='C.UTF-8')
