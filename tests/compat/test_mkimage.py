# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What mkimage signed is accepted, in every layout; of Debian's own package and of the newer source.

Trust sets are both ours (enroll) and theirs (mkimage -K -r)."""
import subprocess

import pytest

from keys_helper import ENV, REFUSED, keys, mkimage, refused, run, signature

LAYOUTS = {'embedded': (), 'external': ('-E',), 'position': ('-E', '-p', '0x10000'), 'aligned': ('-E', '-B', '0x1000')}
RSA = [('sha256', 'rsa2048', 'pkcs-1.5'), ('sha256', 'rsa2048', 'pss'), ('sha384', 'rsa3072', 'pkcs-1.5'),
       ('sha256', 'rsa4096', 'pss'), ('sha512', 'rsa4096', 'pkcs-1.5')]
ECDSA = [('sha256', 'ecdsa256', None), ('sha384', 'ecdsa384', None)]
DTC = ('-D', '-I dts -O dtb -p 8192')


def control(directory):
    """An empty control tree with room for a key."""
    run('dtc', '-p', '8192', '-O', 'dtb', '-o', directory / 'control.dtb', input=b'/dts-v1/; / { };')
    return directory / 'control.dtb'


def check(tmp_path, trusts, fit):
    """Accepted by each trust set; refused once a byte of the kernel, or of the signed metadata, is another."""
    for one in trusts:
        keys('verify', '--trust', one, fit)
    whole = fit.read_bytes()
    for at, code in ((whole.index(b'ARM\x64') + 100, 'hash-mismatch'), (whole.index(b'linux\0') + 1, 'bad-signature')):
        fit.write_bytes(whole[:at] + b'?' + whole[at + 1:])
        assert refused(keys('verify', '--trust', trusts[0], fit, expect=REFUSED)) == code
    fit.write_bytes(whole)


@pytest.mark.parametrize('layout', LAYOUTS)
@pytest.mark.parametrize('digest, kind, padding', RSA)
@pytest.mark.parametrize('which', ['debian', 'source'])
def test_rsa(tmp_path, keydir, uboot, trust, which, digest, kind, padding, layout):
    tool = 'mkimage' if which == 'debian' else uboot / 'mkimage'
    theirs = control(tmp_path)
    fit = mkimage(tmp_path, *DTC, *LAYOUTS[layout], '-k', keydir, '-K', theirs, '-r', tool=tool,
                  signature=signature(f'{digest},{kind}', kind, padding=padding))
    check(tmp_path, [trust.get(kind, digest), theirs], fit)


@pytest.mark.parametrize('layout', LAYOUTS)
@pytest.mark.parametrize('digest, kind, padding', ECDSA)
def test_ecdsa(tmp_path, keydir, uboot, trust, digest, kind, padding, layout):
    theirs = control(tmp_path)
    fit = mkimage(tmp_path, *DTC, *LAYOUTS[layout], '-k', keydir, '-K', theirs, '-r', tool=uboot / 'mkimage',
                  signature=signature(f'{digest},{kind}', kind))
    check(tmp_path, [trust.get(kind, digest), theirs], fit)


def test_signed_later(tmp_path, keydir, trust):
    """mkimage -F signs a FIT that is there."""
    fit = mkimage(tmp_path, signature=signature('sha256,rsa2048', 'rsa2048'))
    run('mkimage', '-F', '-k', keydir, fit, env=ENV)
    check(tmp_path, [trust.get('rsa2048', 'sha256')], fit)


def test_incomplete_sign_images(tmp_path, keydir, trust):
    """mkimage leaves out what sign-images does not list and says nothing; that is refused here."""
    node = 'signature { algo = "sha256,rsa2048"; key-name-hint = "rsa2048"; sign-images = "kernel"; };'
    fit = mkimage(tmp_path, '-k', keydir, signature=node)
    assert refused(keys('verify', '--trust', trust.get('rsa2048', 'sha256'), fit, expect=REFUSED)) == 'bad-signature'


def test_silent_success(tmp_path, keydir, trust):
    """mkimage with the key missing, or of another size, exits 0; the FIT is refused here."""
    (tmp_path / 'nokeys').mkdir()
    fit = mkimage(tmp_path, '-k', 'nokeys', signature=signature('sha256,rsa2048', 'rsa2048'))
    assert refused(keys('verify', '--trust', trust.get('rsa2048', 'sha256'), fit, expect=REFUSED)) == 'no-signature'
    (tmp_path / 'other').mkdir()
    for end in ('key', 'crt'):
        (tmp_path / f'other/rsa4096.{end}').write_bytes((keydir / f'rsa2048.{end}').read_bytes())
    fit = mkimage(tmp_path, '-k', 'other', signature=signature('sha256,rsa4096', 'rsa4096'))
    for kind in ('rsa4096', 'rsa2048'):
        code = refused(keys('verify', '--trust', trust.get(kind, 'sha256'), fit, expect=REFUSED))
        assert code in ('bad-signature', 'unknown-key', 'algo-denied')


def test_optional_key(tmp_path, keydir):
    """A control tree made without -r trusts nobody."""
    theirs = control(tmp_path)
    fit = mkimage(tmp_path, '-k', keydir, '-K', theirs, signature=signature('sha256,rsa2048', 'rsa2048'))
    assert refused(keys('verify', '--trust', theirs, fit, expect=REFUSED)) == 'no-trust'


def test_key_by_fdt_add_pubkey(tmp_path, keydir, uboot):
    theirs = control(tmp_path)
    run(uboot / 'fdt_add_pubkey', '-a', 'sha256,rsa2048', '-k', keydir, '-n', 'rsa2048', '-r', 'conf', theirs)
    fit = mkimage(tmp_path, '-k', keydir, signature=signature('sha256,rsa2048', 'rsa2048'))
    check(tmp_path, [theirs], fit)


def test_resigned_by_mkimage(tmp_path, keydir, trust):
    """A FIT that holdfast-keys signed can be signed again by mkimage -F."""
    fit = mkimage(tmp_path)
    keys('sign', '--key', keydir / 'rsa2048.pem', fit)
    done = subprocess.run(['mkimage', '-F', '-k', str(keydir), str(fit)], env=ENV, capture_output=True, check=False)
    assert done.returncode == 0
    check(tmp_path, [trust.get('rsa2048', 'sha256')], fit)
