# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""At least one attack for every reason code, as a boot of the shipped binary from its disk."""
import os

import pytest

import board
from build import OUT, make, run
import table
import verdict

ROWS = [row for row in table.ROWS if row.boot]
CODES = {row.expect for row in table.ROWS if row.expect != 'ok'}


@pytest.mark.parametrize('name', [row.id for row in ROWS])
def test_shipped(attacks, name):
    row = attacks.rows[name]
    loader = attacks.loader(row['trust'])
    log = os.path.join(OUT, 'qemu', f'shipped-{name}.log')
    until = 'HF-STUB-END' if row['expect'] == 'ok' else 'HF-FAIL'
    boot = board.boot(board.Machine(), loader, attacks.path(name + '.disk'), log, until)
    assert not boot.timed_out, boot.explain()
    found = verdict.read(boot.console)
    assert found and found.code == row['expect'], boot.explain()
    assert ('HF-STUB' in boot.console) == (row['expect'] == 'ok'), boot.explain()


def test_every_code_is_booted():
    assert {row.expect for row in ROWS} >= CODES - {'no-trust'}, \
        CODES - {row.expect for row in ROWS}


def test_a_loader_without_files(attacks):
    """What it cannot do is refused, never skipped: this one would boot the kernel that is an image, without the initrd."""
    where = attacks.path('loader-minimal')
    make(f'LOADER={where}', 'CONFIG=minimal', 'loader', trust=attacks.trust('dev'))
    log = os.path.join(OUT, 'qemu', 'without-files.log')
    boot = board.boot(board.Machine(), os.path.join(where, 'holdfast.bin'), attacks.path('files-without-root.disk'), log,
                      'HF-FAIL')
    found = verdict.read(boot.console)
    assert found and (found.code, found.at) == ('verity-params', 'holdfast,ramdisk-path'), boot.explain()


def test_the_list_is_shown(attacks):
    """A list that counts and names none of our keys: said, and booted."""
    log = os.path.join(OUT, 'qemu', 'revoked-line.log')
    boot = board.boot(board.Machine(), attacks.loader('root-optional'), attacks.path('revoked-unknown-id.disk'),
                      log, 'HF-STUB-END')
    line = verdict.lines(boot.console, 'HF-VERIFIED')[0]
    assert (line['key'], line['role'], line['revoked-version'], line['revoked']) == ('dev', 'dev', '1', 'none')


def configured(attacks, out, option, trust):
    """A build with one more option, up to its trust set: the folder of its virt-arm64."""
    build = os.path.join(out, 'virt-arm64')
    make(f'O={out}', 'genconfig', trust=attacks.trust(trust))
    with open(os.path.join(build, '.config'), 'a', encoding='ascii') as f:
        f.write(option + '\n')
    with open(os.path.join(build, '.config.edited'), 'w', encoding='ascii'):
        pass
    # Its time may be the same as that of the line above.
    os.remove(os.path.join(build, 'include', 'autoconf.h'))
    return build


def test_no_trust(attacks):
    """A test build without any key boots nothing. (Optional keys only: a row of the corpus.)"""
    out = os.path.join(OUT, 'attacks', 'trust-none')
    build = configured(attacks, out, 'CONFIG_TEST_TRUST=y', 'dev')
    make(f'O={out}', 'loader', trust='none')
    log = os.path.join(OUT, 'qemu', 'trust-none.log')
    boot = board.boot(board.Machine(), os.path.join(build, 'holdfast.bin'),
                      attacks.path('boot-cpuid.disk'), log, 'HF-FAIL')
    assert not boot.timed_out, boot.explain()
    assert 'HF-FAIL code=no-trust' in boot.console, boot.explain()
    assert ' trust=none ' in boot.console and 'HF-SLOT' not in boot.console, boot.explain()


def test_release_build(attacks):
    """A release loader is not built for a dev key, and refuses to boot if it was all the same."""
    out = os.path.join(OUT, 'attacks', 'release')
    build = configured(attacks, out, 'CONFIG_RELEASE=y', 'dev')
    with pytest.raises(AssertionError, match='HF-REFUSE code=key-role at=dev'):
        make(f'O={out}', 'loader', trust=attacks.trust('dev'))
    assert not os.path.exists(os.path.join(build, 'holdfast.bin'))
    run(os.path.join(OUT, 'host', 'holdfast-keys'), 'table', attacks.trust('dev'), '-o',
        os.path.join(build, 'gen', 'keyring_table.c'))
    make(f'O={out}', 'loader', trust=attacks.trust('dev'))
    log = os.path.join(OUT, 'qemu', 'release.log')
    boot = board.boot(board.Machine(), os.path.join(build, 'holdfast.bin'),
                      attacks.path('boot-cpuid.disk'), log, 'HF-FAIL')
    assert not boot.timed_out, boot.explain()
    assert 'HF-FAIL code=key-role at=dev ' in boot.console, boot.explain()
    assert 'HF-SLOT' not in boot.console, boot.explain()


def test_a_release_is_insisted_on(attacks):
    """By another word, over an edited configuration, and for a dev key that is called a release key."""
    out = os.path.join(OUT, 'attacks', 'release-words')
    dev, build = attacks.trust('dev'), os.path.join(out, 'virt-arm64')
    with pytest.raises(AssertionError, match='RELEASE=yes: a release build is RELEASE=1'):
        make(f'O={out}', 'RELEASE=yes', 'loader', trust=dev)
    make(f'O={out}', 'genconfig', trust=dev)
    with open(os.path.join(build, '.config.edited'), 'w', encoding='ascii'):
        pass
    os.utime(os.path.join(build, '.config'))
    with pytest.raises(AssertionError, match='HF-REFUSE code=key-role at=dev'):
        make(f'O={out}', 'RELEASE=1', 'loader', trust=dev)
    tool, key = os.path.join(OUT, 'host', 'holdfast-keys'), os.path.join(out, 'k.pem')
    if not os.path.exists(key):
        run(tool, 'new', '--alg', 'ecdsa-p256', '--role', 'dev', '-o', key)
    public = key.replace('.pem', '.pub')
    with pytest.raises(AssertionError, match='its file says role dev, not release'):
        run('make', '-j2', f'O={out}', 'RELEASE=1', f'KEYS=release:{public}', 'loader')
