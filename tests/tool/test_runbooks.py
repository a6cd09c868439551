# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The runbooks of keys/ as they are written: each section's ```sh blocks, one after the other, in a fresh directory.

The tools are the installed ones; the directory holds release.fit, a small kernel, a root and device trees (workshop()).
What a page takes for granted stands in comments that no reader sees:

    <!-- before: COMMAND -->    run at this place of the section
    <!-- not run: REASON -->    above a block: leave it out

A command that fails is named with its page, section and line.
"""
import re
import subprocess

import pytest

from keys_helper import TOP, run
from manual_fixtures import environment

PAGES = sorted((TOP / 'keys').glob('*.md'))
# The pages that issue, manual and scripts send people to; none may become empty.
WANTED = {'README.md': 1, 'ceremony.md': 3, 'rotation.md': 2, 'papers.md': 1}


def sections(page):
    """(title, script) of each section with commands. The script has as many lines as the page above it, so that bash's
    line numbers are the page's.
    """
    title, script, wanted, inside, skip = 'top', [], [], False, False
    lines = page.read_text().splitlines()
    for number, line in enumerate([*lines, '## end']):
        script += [''] * (number - len(script))
        if inside:
            inside = line != '```'
            if inside and not skip:
                script.append(line)
            skip = skip and inside
        elif line.startswith('```sh'):
            inside = True
            wanted.append(not skip)
        elif line.startswith('<!-- before: '):
            script.append(line[len('<!-- before: '):-len(' -->')])
        elif line.startswith('<!-- not run: '):
            skip = True
        elif re.match('##? ', line):
            if any(wanted):
                yield title, '\n'.join(script)
            title, script, wanted = line.lstrip('# '), [], []


CASES = [(page, title, script) for page in PAGES for title, script in sections(page)]


@pytest.mark.parametrize('page, title, script', CASES, ids=[f'{page.stem}-{title.replace(" ", "-")}' for page, title, _ in CASES])
def test_section(page, title, script, installed, workshop, tmp_path):
    run('cp', '-r', f'{workshop}/.', tmp_path)
    (tmp_path / '.script').write_text(script)
    name = f'{page.relative_to(TOP)}, "{title}"'
    caller = f"set -E; trap 'echo \"{name}, line $LINENO: $BASH_COMMAND\" >&2' ERR; . ./.script"
    done = subprocess.run(['bash', '-euo', 'pipefail', '-c', caller], cwd=tmp_path, env=environment(installed, tmp_path),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, f'{name}: exit {done.returncode}\n{done.stdout[-4000:]}'


@pytest.mark.parametrize('name, least', WANTED.items())
def test_pages_have_commands(name, least):
    assert sum(page.name == name for page, _, _ in CASES) >= least


def test_a_failure_is_named(tmp_path):
    """Page, section and line of a command that fails, and nothing after it is run."""
    page = tmp_path / 'page.md'
    page.write_text('# Page\n\n## One\n\n```sh\ntrue\n```\n\n<!-- before: false || x=1 -->\n'
                    '```sh\ntest "$x" = 1\nfalse\necho after\n```\n\n## Two\n\n<!-- not run: no -->\n```sh\nfalse\n```\n')
    (title, script), = sections(page)
    assert title == 'One' and script.splitlines()[11] == 'false' and 'after' in script
    assert [line for line in script.splitlines() if line] == ['true', 'false || x=1', 'test "$x" = 1', 'false', 'echo after']
