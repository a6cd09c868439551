# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""U-Boot's tools and keys in the form they want; what the tests of holdfast-keys share."""
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'tool'))

from keys_helper import TOP, keys, openssl_key, run  # noqa: E402  pylint: disable=wrong-import-position

KINDS = {'rsa2048': 'rsa2048', 'rsa3072': 'rsa3072', 'rsa4096': 'rsa4096', 'ecdsa256': 'P-256', 'ecdsa384': 'P-384'}


@pytest.fixture(scope='session', name='uboot')
def _uboot():
    """The directory with mkimage, fit_check_sign and the others, built from Debian's U-Boot source."""
    done = subprocess.run([str(TOP / 'platform/external/u-boot-tools.sh')], check=True, stdout=subprocess.PIPE)
    return Path(done.stdout.decode().splitlines()[-1])


@pytest.fixture(scope='session', name='keydir')
def _keydir(tmp_path_factory):
    """A directory for mkimage -k: NAME.key, NAME.crt, NAME.pem; and NAME.dtb from enroll. NAME in KINDS."""
    place = tmp_path_factory.mktemp('keydir')
    for name, kind in KINDS.items():
        key = openssl_key(place / f'{name}.pem', kind)
        (place / f'{name}.key').write_bytes(key.read_bytes())
        run('openssl', 'req', '-batch', '-new', '-x509', '-key', f'{name}.key', '-out', f'{name}.crt', cwd=place)
    return place


@pytest.fixture(scope='session')
def trust(keydir, tmp_path_factory):
    """(kind, hash) -> a trust set with that key alone."""
    place, made = tmp_path_factory.mktemp('trust'), {}

    def get(kind, digest):
        if (kind, digest) not in made:
            made[kind, digest] = place / f'{kind}-{digest}.dtb'
            keys('enroll', '--key', keydir / f'{kind}.pub', '--hash', digest, '-o', made[kind, digest])
        return made[kind, digest]
    return SimpleNamespace(get=get)
