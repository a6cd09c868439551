# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""FITs, requests and trust sets made by somebody who wants a signature for something else than what is shown, or a signer to be
lost, or a command of his to be run where the key is."""
import shutil

import pytest

from keys_helper import REFUSED, mkimage, refused, run, signature
from test_keys_request import airgap, made_request, openssl_only, unchanged  # noqa: F401


@pytest.mark.parametrize('name', ['a;touch${IFS}x;', '$(id)', '`id`', 'a";int(x)=1;char*y="', 'a\\', '../a', 'a%n', "a'b", 'a|b'])
def test_names_of_trusted_keys(tmp_path, made, name):
    """They stand in a shell's command and in a table in C."""
    trust = tmp_path / 't.dtb'
    shutil.copy(made.trust('dev'), trust)
    run('fdtput', '-t', 's', trust, '/signature/key-dev', 'key-name-hint', name)
    fit = mkimage(tmp_path)
    for words in (('request', '--trust', trust, '-o', tmp_path / 'r', fit), ('table', trust, '-o', tmp_path / 't.c')):
        assert refused(unchanged(tmp_path, *words, expect=REFUSED)) == 'no-trust'
