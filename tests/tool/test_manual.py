# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make install, and the manual that it installs: rendered without a warning, its examples run as a reader sees them.

What an example finds in its directory is a small kernel, device trees, a root and FITs (workshop()), and what the page
makes before, in comments that no reader sees:

    .\\"$ COMMAND            run before the examples
    .\\"skip WORDS: REASON   the example that begins with WORDS is not run
"""
import re
import subprocess

import pytest

from keys_helper import TOP, run
from manual_fixtures import environment

PAGES = sorted(path for folder in ('keys', 'fit-images') for path in (TOP / folder / 'tool/man').glob('*.1'))
TOOLS = ('holdfast-keys', 'holdfast-image')
IGNORED = re.compile(r'mandoc: outdated mandoc.db|referenced manual not found')
def test_installed_files(installed):
    found = {str(path.relative_to(installed)): path for path in installed.rglob('*') if path.is_file()}
    schemas = {f'share/holdfast/schema/{path.name}' for path in (TOP / 'keys/tool/schema').glob('*.json')}
    assert schemas
    assert set(found) == {*[f'bin/{tool}' for tool in TOOLS], *[f'share/man/man1/{page.name}' for page in PAGES],
                          *[f'share/bash-completion/completions/{tool}' for tool in TOOLS], *schemas}
    for name, path in found.items():
        assert path.stat().st_mode & 0o777 == (0o755 if name.startswith('bin/') else 0o644)


@pytest.mark.parametrize('tool', TOOLS)
def test_installed_tool(installed, tmp_path, tool):
    """Each verb that --help names has --help and a page; the version is that of the tree."""
    env = environment(installed, tmp_path)
    version = re.search(r'^VERSION := (\S+)$', (TOP / 'Makefile').read_text(), re.M).group(1)
    assert run(tool, '--version', env=env).decode().strip() == f'{tool} {version}'
    verbs = re.findall(r'^  ([a-z]+)  ', run(tool, '--help', env=env).decode(), re.M)
    assert {f'{tool}.1', *[f'{tool}-{verb}.1' for verb in verbs]} == {p.name for p in PAGES if p.name.startswith(tool)}
    for verb in verbs:
        assert f'{tool} {verb}' in run(tool, verb, '--help', env=env).decode()


@pytest.mark.parametrize('tool', TOOLS)
def test_completion(installed, tmp_path, tool):
    """Every verb and every option of it is offered."""
    script = f'''. {installed}/share/bash-completion/completions/{tool}
        words=({tool} "$@" ""); shift $#
        complete_it() {{ COMP_WORDS=("${{words[@]}}"); COMP_CWORD=$((${{#words[@]}} - 1)); _{tool.replace('-', '_')}; printf '%s\\n' "${{COMPREPLY[@]}}"; }}
        [ "$option" = "" ] || words[-1]=$option
        complete_it'''
    env = environment(installed, tmp_path)

    def offered(*words, option=''):
        return set(run('bash', '-c', script, tool, *words, env=dict(env, option=option)).decode().split())
    verbs = set(re.findall(r'^  ([a-z]+)  ', run(tool, '--help', env=env).decode(), re.M))
    assert verbs <= offered()
    for verb in verbs:
        listed = set(re.findall(r'^ .*?(--[a-z-]+)', run(tool, verb, '--help', env=env).decode(), re.M)) - {'--usage'}
        assert listed - {'--help', '--version'} <= offered(verb, option='--'), verb


@pytest.mark.parametrize('page', PAGES, ids=lambda page: page.stem)
def test_page_renders(page):
    done = subprocess.run(['mandoc', '-T', 'lint', '-W', 'warning', page], capture_output=True, text=True, check=False)
    assert not [line for line in (done.stdout + done.stderr).splitlines() if not IGNORED.search(line)]


def examples(page):
    """The blocks of commands under EXAMPLES, as a reader sees them: what is indented further than the words around."""
    text = run('mandoc', '-T', 'utf8', page).decode()
    text = re.sub('.\b', '', text)
    found = re.search(r'\nEXAMPLES\n(.*?)(?=\n[A-Z][A-Z ]+\n)', text, re.S)
    block = []
    for line in [*(found.group(1) if found else '').splitlines(), '']:
        if re.match(' {9,}', line):
            block.append(line)
        elif block and (not line or line.strip()):
            yield '\n'.join(block)
            block = []


def prepared(page):
    """(commands to run before, examples to leave out)."""
    text = page.read_text()
    return re.findall(r'^\.\\"\$ (.*)$', text, re.M), re.findall(r'^\.\\"skip (.*?): ', text, re.M)


@pytest.mark.parametrize('page', PAGES, ids=lambda page: page.stem)
def test_examples(page, installed, workshop, tmp_path):
    """All of a page's examples, one after the other in one directory."""
    run('cp', '-r', f'{workshop}/.', tmp_path)
    before, skipped = prepared(page)
    blocks = list(examples(page))
    assert blocks
    starts = [block.strip() for block in blocks]
    for words in skipped:
        assert any(start.startswith(words) for start in starts), f'no example begins with {words}'
    wanted = [block for block in blocks if not block.strip().startswith(tuple(skipped) or ('\0',))]
    script = '\n'.join([*before, *wanted])
    done = subprocess.run(['bash', '-euxo', 'pipefail', '-c', script], cwd=tmp_path, env=environment(installed, tmp_path),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, f'{page.name}: exit {done.returncode} in\n{script}\n{done.stdout[-3000:]}'
