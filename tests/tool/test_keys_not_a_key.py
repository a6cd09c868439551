# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A file that is no key is told at once, however long it is: people give the kernel where the key should be."""
import os
import time

import pytest

from keys_helper import KEY, files, keys, mkimage, openssl_key

SIZE = 4 << 20
SECONDS = 20  # it took minutes; with sanitizers, on a busy machine


@pytest.fixture(params=['zeros', 'noise', 'sequence', 'text'])
def no_key(request, tmp_path):
    path = tmp_path / 'image'
    path.write_bytes({'zeros': bytes(SIZE), 'noise': os.urandom(SIZE), 'sequence': b'\x30\x82' + bytes(SIZE),
                      'text': b'holdfast-role: dev\n' * (SIZE // 19)}[request.param])
    return path


@pytest.mark.parametrize('verb', ['enroll', 'sign', 'list'])
def test_told_at_once(no_key, tmp_path, verb):
    fit = mkimage(tmp_path)
    before = files(tmp_path)
    began = time.monotonic()
    if verb == 'list':
        keys('list', no_key, expect=KEY)
    else:
        keys(verb, '--key', no_key, *(['-o', tmp_path / 'x.dtb'] if verb == 'enroll' else [fit]), expect=KEY)
    assert time.monotonic() - began < SECONDS
    assert files(tmp_path) == before


def test_a_key_behind_much_text_is_found(tmp_path):
    """What people write above a key does not hide it."""
    key = openssl_key(tmp_path / 'dev.pem')
    public = tmp_path / 'dev.pub'
    public.write_bytes(b'A note about this key.\n' * 3000 + public.read_bytes())
    keys('enroll', '--key', public, '-o', tmp_path / 'trust.dtb')
    keys('sign', '--key', key, mkimage(tmp_path))
