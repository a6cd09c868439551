# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Man pages and completion know every option that --help knows, and no other; the first example of the page works."""
import re
import subprocess

import pytest

from keys_helper import ENV, TOOL, TOP, keys, mkimage

VERBS = ('new', 'import', 'list', 'pub', 'show', 'enroll', 'sign', 'request', 'attach', 'verify', 'inspect', 'report', 'rotate', 'revoke',
         'doctor')
MAN = TOP / 'keys/tool/man'
COMMON = {'output', 'dry-run', 'quiet', 'verbose', 'json', 'yes'}
ARGP = {'help', 'usage', 'version'}


def options(verb):
    return set(re.findall(r'^ .*?--([a-z-]+)', keys(verb, '--help').stdout, re.M)) - ARGP


@pytest.mark.parametrize('verb', VERBS)
def test_page(verb):
    page = (MAN / f'holdfast-keys-{verb}.1').read_text()
    own = options(verb) - COMMON
    assert COMMON <= options(verb)
    assert own <= set(re.findall(r'Fl -([a-z-]+)', page))
    assert set(re.findall(r'Fl -([a-z-]+)', page)) <= options(verb)
    assert '.Sh EXAMPLES' in page


@pytest.mark.parametrize('verb', VERBS)
def test_completion(verb):
    script = f'. {TOP}/keys/tool/completion/holdfast-keys.bash; _holdfast_keys_options {verb}'
    done = subprocess.run(['bash', '-c', script], capture_output=True, text=True, check=True)
    assert {w[2:] for w in done.stdout.split()} - ARGP == options(verb)


def test_overview():
    page = (MAN / 'holdfast-keys.1').read_text()
    assert set(re.findall(r'^\.It Cm (\w+)', page, re.M)) == set(VERBS)
    assert set(re.findall(r'^\.It (\d+)$', page, re.M)) == {'0', '1', '2', '3', '4', '5', '6', '70'}
    assert COMMON <= set(re.findall(r'Fl -([a-z-]+)', page))


def test_example(tmp_path):
    """The lines of the overview's example, as they stand."""
    page = (MAN / 'holdfast-keys.1').read_text()
    lines = re.search(r'\.Bd -literal -offset indent\n(.*?)\.Ed', page, re.S).group(1).splitlines()
    mkimage(tmp_path, name='release.fit')
    (tmp_path / 'bin').mkdir()
    (tmp_path / 'bin/holdfast-keys').symlink_to(TOOL)
    env = dict(ENV, PATH=f'{tmp_path}/bin:{ENV["PATH"]}')
    assert len(lines) == 4
    for line in lines:
        subprocess.run(['bash', '-ec', line], cwd=tmp_path, env=env, check=True, capture_output=True)
