# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Keys and trust sets that are made once for all tests of holdfast-keys."""
from types import SimpleNamespace

import pytest

from keys_helper import keys, openssl_key

KINDS = {'dev': 'rsa2048', 'big': 'rsa4096', 'p256': 'P-256', 'p384': 'P-384'}


@pytest.fixture(scope='session')
def made(tmp_path_factory):
    """.key(NAME) a private key, .trust(NAME) a trust set with it alone; NAME in KINDS."""
    place = tmp_path_factory.mktemp('keys')
    for name, kind in KINDS.items():
        openssl_key(place / f'{name}.pem', kind)
        keys('enroll', '--key', place / f'{name}.pub', '-o', place / f'{name}.dtb')
    return SimpleNamespace(key=lambda n: place / f'{n}.pem', pub=lambda n: place / f'{n}.pub',
                           trust=lambda n: place / f'{n}.dtb')
