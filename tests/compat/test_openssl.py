# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What holdfast-keys signed, verified by OpenSSL over the bytes that tests/attacks/fit.py says are signed: also what
fit_check_sign of this release has no opinion about, dm-verity nodes and ECDSA."""
import sys

import pytest

from keys_helper import TOP, keys, mkimage, verity_root

sys.path.insert(0, str(TOP / 'tests/attacks'))

import second_opinion  # noqa: E402  pylint: disable=wrong-import-position

KINDS = [('sha256', 'rsa2048', 'pkcs-1.5'), ('sha256', 'rsa2048', 'pss'), ('sha512', 'rsa4096', 'pss'), ('sha256', 'ecdsa256', None),
         ('sha384', 'ecdsa384', None)]


def signed(fit, control):
    found = second_opinion.read(fit.read_bytes())
    assert found
    return second_opinion.openssl(found, second_opinion.read(control.read_bytes()))


@pytest.mark.parametrize('verity', [False, True], ids=['plain', 'verity'])
@pytest.mark.parametrize('digest, kind, padding', KINDS)
def test_signed(tmp_path, keydir, trust, digest, kind, padding, verity):
    parts = {'images': verity_root(tmp_path), 'properties': 'loadables = "root";'} if verity else {}
    fit = mkimage(tmp_path, '-E', '-B', '0x1000', **parts)
    assert not signed(fit, trust.get(kind, digest))
    keys('sign', '--key', keydir / f'{kind}.pem', '--hash', digest, *(['--padding', padding] if padding else []), fit)
    assert signed(fit, trust.get(kind, digest))
    whole = fit.read_bytes()
    places = [whole.index(b'linux\0')] + ([whole.index(b'\xaa' * 32)] if verity else [])
    for at in places:
        fit.write_bytes(whole[:at] + b'?' + whole[at + 1:])
        assert not signed(fit, trust.get(kind, digest))


def test_every_key(tmp_path, keydir):
    """All of a set, in one run; one is not enough."""
    control = tmp_path / 'control.dtb'
    for kind in ('rsa2048', 'ecdsa256'):
        keys('enroll', '--key', keydir / f'{kind}.pub', '-o', control)
    fit = mkimage(tmp_path)
    keys('sign', '--key', keydir / 'ecdsa256.pem', fit)
    assert not signed(fit, control)
    keys('sign', '--replace', *(w for kind in ('rsa2048', 'ecdsa256') for w in ('--key', keydir / f'{kind}.pem')), fit)
    assert signed(fit, control)
