# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""FITs, requests and trust sets made by somebody who wants a signature for something else than what is shown, or a signer to be
lost, or a command of his to be run where the key is."""
import json
import shutil

import pytest

from image_tool import good
from keys_helper import COMPATIBLE, POLICY, REFUSED, keys, mkimage, refused, run, signature
from test_keys_request import airgap, made_request, openssl_only, unchanged  # noqa: F401

TWO = f'conf-2 {{ description = "two"; compatible = "{COMPATIBLE}"; kernel = "kernel"; cmdline = "init=/bin/sh"; }};'


def junk(strings):
    """A signature node with a value that is none, and a claim on how many bytes of names are signed."""
    return f'signature {{ algo = "sha256,rsa2048"; key-name-hint = "dev"; value = <1>; hashed-strings = <0 {strings}>; }};'


@pytest.mark.parametrize('strings', [0, 1, 40])
def test_names_a_request_leaves_out(tmp_path, made, airgap, strings):
    """A signature without the names of properties is one for other names, too (U-Boot would take them)."""
    fit = mkimage(tmp_path, signature=junk(strings))
    request, _ = made_request(made, fit)
    keys('attach', '--signature', *airgap(request, made.key('dev')), '--request', request, fit)
    keys('verify', '--trust', made.trust('dev'), fit)


@pytest.mark.parametrize('words', [('request', '--check', 'req.json'), ('attach', '--signature', 'req.json', '--request', 'req.json')],
                         ids=['check', 'attach'])
def test_names_the_request_says_to_leave_out(tmp_path, made, words):
    fit = mkimage(tmp_path)
    request, document = made_request(made, fit)
    document['prepare']['strings'] = 1
    request.write_text(json.dumps(document))
    assert refused(unchanged(tmp_path, *words, fit, expect=REFUSED, cwd=tmp_path)) == 'not-covered'


@pytest.mark.parametrize('board', ['b\\n  command line: quiet', 'b\\r', 'b\\x1b[8m', 'b\\xc2\\x9b8m'])
def test_text_that_forges_lines(tmp_path, made, board):
    """What a person reads before signing has the lines that the tool wrote, and no others."""
    fit = mkimage(tmp_path, properties=f'compatible = "{board}"; cmdline = "init=/bin/sh";')
    done = unchanged(tmp_path, 'request', '--key', made.pub('dev'), '-o', tmp_path / 'r', fit, expect=REFUSED)
    assert refused(done) == 'bad-fit'
    shown = good('show', fit)
    assert '\x1b' not in shown and not any(line.strip().startswith('command line') for line in shown.splitlines())


def test_the_signer_is_told_of_two(tmp_path, made):
    """Whoever asked said --yes to two configurations for one board; whoever signs has to say so, too."""
    fit = mkimage(tmp_path, properties=f'compatible = "{COMPATIBLE}";', configurations=TWO)
    keys('request', '--yes', '--key', made.pub('dev'), '-o', tmp_path / 'r', fit)
    assert 'may pick either' in unchanged(tmp_path, 'request', '--check', tmp_path / 'r', fit, expect=POLICY).stderr
    keys('request', '--yes', '--check', tmp_path / 'r', fit)


@pytest.mark.parametrize('name', ['a;touch${IFS}x;', '$(id)', '`id`', 'a";int(x)=1;char*y="', 'a\\', '../a', 'a%n', "a'b", 'a|b'])
def test_names_of_trusted_keys(tmp_path, made, name):
    """They stand in a shell's command and in a table in C."""
    trust = tmp_path / 't.dtb'
    shutil.copy(made.trust('dev'), trust)
    run('fdtput', '-t', 's', trust, '/signature/key-dev', 'key-name-hint', name)
    fit = mkimage(tmp_path)
    for words in (('request', '--trust', trust, '-o', tmp_path / 'r', fit), ('table', trust, '-o', tmp_path / 't.c')):
        assert refused(unchanged(tmp_path, *words, expect=REFUSED)) == 'no-trust'
