# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A release that carries its bill of materials boots; a bill that was changed afterwards is verify's affair, not the loader's."""
import json
import os
import subprocess

import pytest

import board
import verdict
from board import Machine

BILL = {'bomFormat': 'CycloneDX', 'specVersion': '1.6', 'components': [{'type': 'library', 'name': 'zlib', 'version': '1'}]}


@pytest.fixture(scope='module')
def with_bill(release):
    """The release once more, with a bill of materials."""
    bill, fit = release.path('bill.json'), release.path('bill.itb')
    with open(bill, 'w', encoding='utf-8') as file:
        json.dump(BILL, file)
    release.image_tool('fit', '--kernel', release.kernel, '--root-partition', release.verity, '--compatible',
                       'linux,dummy-virt', '--cmdline', 'console=ttyAMA0 panic=-1', '--index', '7', '--sbom', bill, '-o', fit)
    release.keys_tool('sign', '--key', release.key, fit)
    return fit


def linux(release, fit, log):
    disk = release.make_disk(os.path.basename(fit) + '.img', f'a={fit},{release.verity}')
    done = board.boot(Machine(), release.loader, disk, log, 'HF-LINUX', 60)
    lines = verdict.lines(done.console, 'HF-LINUX')
    assert lines and (lines[0]['verity'], lines[0]['slot']) == ('V', 'A'), done.explain()


def verify(release, fit):
    return subprocess.run([os.path.join(release.tools, 'holdfast-keys'), 'verify', '--trust', release.trust, '--compatible',
                           'linux,dummy-virt', fit], capture_output=True, text=True, check=False)


def test_boots(release, with_bill, log):
    assert verify(release, with_bill).returncode == 0
    linux(release, with_bill, log)


def test_changed_bill(release, with_bill, log):
    """It is not loaded, so it cannot do harm, and no device stays away for it."""
    with open(with_bill, 'rb') as file:
        blob = file.read()
    changed = release.path('changed-bill.itb')
    with open(changed, 'wb') as file:
        file.write(blob.replace(b'"zlib"', b'"zlip"'))
    done = verify(release, changed)
    assert done.returncode == 1 and 'code=hash-mismatch at=sbom' in done.stderr
    linux(release, changed, log)
