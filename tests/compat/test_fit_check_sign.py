# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What holdfast-keys signed is accepted by U-Boot's fit_check_sign, with the trust set that enroll made.

RSA only: fit_check_sign of this release cannot take an ECDSA key from a control tree."""
import subprocess

import pytest

from keys_helper import BUILD, COMPATIBLE, ENV, REFUSED, USAGE, arm64_image, keys, mkimage, refused, run, signature

LAYOUTS = {'embedded': (), 'external': ('-E',), 'position': ('-E', '-p', '0x10000'), 'aligned': ('-E', '-B', '0x1000')}
TWO = 'conf-2 { description = "two"; kernel = "kernel"; };'
RSA = [('sha256', 'rsa2048', 'pkcs-1.5'), ('sha256', 'rsa2048', 'pss'), ('sha384', 'rsa3072', 'pss'),
       ('sha512', 'rsa4096', 'pkcs-1.5')]


def accepts(uboot, fit, trust, configuration='conf-1'):
    """fit_check_sign says OK, and says so about a signature: with an empty control tree it would too."""
    done = subprocess.run([str(uboot / 'fit_check_sign'), '-f', str(fit), '-k', str(trust), '-c', configuration],
                          env=ENV, capture_output=True, text=True, check=False)
    good = done.returncode == 0 and 'Signature check OK' in done.stdout + done.stderr
    assert not good or 'rsa' in done.stdout, done.stdout
    return good


@pytest.mark.parametrize('node', [False, True], ids=['no-node', 'node'])
@pytest.mark.parametrize('layout', LAYOUTS)
@pytest.mark.parametrize('digest, kind, padding', RSA)
def test_accepted(tmp_path, keydir, uboot, trust, digest, kind, padding, layout, node):
    parts = {'signature': signature(f'{digest},{kind}', kind, padding=padding)} if node else {}
    fit = mkimage(tmp_path, *LAYOUTS[layout], **parts)
    words = [] if node else ['--hash', digest, '--padding', padding]
    keys('sign', '--key', keydir / f'{kind}.pem', *words, fit)
    control = trust.get(kind, digest)
    assert accepts(uboot, fit, control)
    keys('verify', '--trust', control, fit)
    whole = fit.read_bytes()
    for at in (whole.index(b'ARM\x64') + 100, whole.index(b'linux\0') + 1):
        fit.write_bytes(whole[:at] + b'?' + whole[at + 1:])
        assert not accepts(uboot, fit, control)


def test_two_configurations(tmp_path, keydir, uboot, trust):
    fit = mkimage(tmp_path, '-E', configurations=TWO)
    keys('sign', '--key', keydir / 'rsa2048.pem', fit)
    for name in ('conf-1', 'conf-2'):
        assert accepts(uboot, fit, trust.get('rsa2048', 'sha256'), name)


def test_two_keys(tmp_path, keydir, uboot):
    """required-mode all: both must have signed, for U-Boot as for us."""
    control = tmp_path / 'control.dtb'
    for kind in ('rsa2048', 'rsa3072'):
        keys('enroll', '--key', keydir / f'{kind}.pub', '-o', control)
    fit = mkimage(tmp_path)
    keys('sign', '--key', keydir / 'rsa2048.pem', fit)
    assert not accepts(uboot, fit, control)
    keys('sign', '--replace', '--key', keydir / 'rsa2048.pem', '--key', keydir / 'rsa3072.pem', fit)
    assert accepts(uboot, fit, control)
    keys('verify', '--trust', control, fit)


def test_any_of_two(tmp_path, keydir, uboot):
    control = tmp_path / 'control.dtb'
    for kind in ('rsa2048', 'rsa3072'):
        keys('enroll', '--key', keydir / f'{kind}.pub', '--mode', 'any', '-o', control)
    fit = mkimage(tmp_path)
    keys('sign', '--key', keydir / 'rsa3072.pem', fit)
    assert accepts(uboot, fit, control)


def test_unsigned(tmp_path, uboot, trust):
    """The oracle can say no."""
    assert not accepts(uboot, mkimage(tmp_path), trust.get('rsa2048', 'sha256'))


def test_other_key(tmp_path, keydir, uboot, trust):
    fit = mkimage(tmp_path)
    keys('sign', '--key', keydir / 'rsa3072.pem', fit)
    assert not accepts(uboot, fit, trust.get('rsa2048', 'sha256'))


# The traps c, d, e: it says OK to an unsigned FIT, or nothing of use; we refuse.
def says(uboot, *words):
    done = subprocess.run([str(uboot / 'fit_check_sign'), *[str(w) for w in words]], env=ENV, capture_output=True, text=True, check=False)
    return done.returncode, 'Signature check OK' in done.stdout + done.stderr


def test_vacuous_without_a_required_key(tmp_path, keydir, uboot):
    """c: the key is there, and not required (mkimage without -r)."""
    fit, control = mkimage(tmp_path), tmp_path / 'control.dtb'
    keys('enroll', '--key', keydir / 'rsa2048.pub', '--required', 'no', '-o', control)
    assert says(uboot, '-f', fit, '-k', control) == (0, True)
    assert refused(keys('verify', '--trust', control, fit, expect=REFUSED)) == 'no-trust'


def test_vacuous_without_a_key(tmp_path, uboot):
    """d: no key at all, as mkimage leaves the control tree when its key file is missing."""
    fit, control = mkimage(tmp_path), tmp_path / 'control.dtb'
    run('dtc', '-O', 'dtb', '-o', control, input=b'/dts-v1/; / { };')
    assert says(uboot, '-f', fit, '-k', control) == (0, True)
    assert refused(keys('verify', '--trust', control, fit, expect=REFUSED)) == 'no-trust'


def test_without_a_trust_set(tmp_path, uboot):
    """e: nobody to trust is a mistake in the call, before any file is opened (2026.10 says OK to it, this release does not)."""
    assert says(uboot, '-f', mkimage(tmp_path))[1] is False
    keys('verify', tmp_path / 'absent.fit', expect=USAGE)


@pytest.mark.parametrize('layout', [[], ['--embed']], ids=['external', 'embedded'])
def test_bill_of_materials(tmp_path, keydir, uboot, trust, layout):
    """An image that only holdfast,sbom names is covered for U-Boot too: not its bytes, which it does not load, but its hash."""
    (tmp_path / 'Image').write_bytes(arm64_image())
    (tmp_path / 'bill.json').write_text('{"bomFormat": "CycloneDX", "specVersion": "1.6"}')
    fit, control = tmp_path / 'test.fit', trust.get('rsa2048', 'sha256')
    run(BUILD / 'host/holdfast-image', 'fit', '--kernel', tmp_path / 'Image', '--compatible', COMPATIBLE, '--sbom',
        tmp_path / 'bill.json', *layout, '-o', fit)
    keys('sign', '--key', keydir / 'rsa2048.pem', fit)
    assert accepts(uboot, fit, control)
    keys('verify', '--trust', control, fit)
    whole = fit.read_bytes()
    fit.write_bytes(whole.replace(b'"CycloneDX"', b'"CycloneDY"'))
    assert accepts(uboot, fit, control)
    assert refused(keys('verify', '--trust', control, fit, expect=REFUSED)) == 'hash-mismatch'
    fit.write_bytes(whole.replace(b'bill of materials\0', b'bill 0f materials\0'))
    assert not accepts(uboot, fit, control)
    assert refused(keys('verify', '--trust', control, fit, expect=REFUSED)) == 'bad-signature'
