# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The failure matrix: each verb of both tools with each thing that can go wrong around it. Always the documented exit code,
one line that says what to do, no output file, no temporary file, and what was there before is byte for byte the same."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from failures import (CASES, COUNTS, NOBODY, WRITERS, as_nobody, call, contents, judge, lay_out, make_preload, make_stage)
from keys_helper import BUILD, ENV, run

ids = [c.name for c in CASES]
writer_ids = [c.name for c in WRITERS]
ROOT = os.getuid() == 0


@pytest.fixture(scope='module')
def stage(request):
    place = make_stage()
    make_preload(place)
    yield place
    shutil.rmtree(place)
    report(request.config)


def report(config):
    """Exit code -> number of cases, for people and for the closing note."""
    lines = ['failure cases by exit code:']
    for code, count in sorted(COUNTS.items(), key=str):
        lines.append(f'  {signal.Signals(-code).name if code < 0 else code:>8}  {count}')
    lines.append(f'     total  {sum(COUNTS.values())}')
    (BUILD / 'failure-cases.txt').write_text('\n'.join(lines) + '\n')
    with config.pluginmanager.getplugin('capturemanager').global_and_fixture_disabled():
        print('\n' + '\n'.join(lines))


@pytest.fixture
def place(stage):
    path = Path(tempfile.mkdtemp(dir=stage))
    path.chmod(0o755)
    yield path / 'x'
    shutil.rmtree(path)


def spoil(path, how):
    """Make an input what it must not be. Unreadable is for whoever is not root."""
    data = path.read_bytes()
    if how in ('missing', 'directory', 'pipe'):
        path.unlink()
    if how == 'directory':
        path.mkdir()
    elif how == 'pipe':
        os.mkfifo(path)
    elif how == 'unreadable':
        os.chown(path, 0, 0) if ROOT else None
        path.chmod(0)
    elif how == 'empty':
        path.write_bytes(b'')
    elif how == 'half':
        path.write_bytes(data[:len(data) // 2])


INPUTS = [pytest.param(c, name, how, code, id=f'{c.name}-{name}-{how}') for c in CASES
          for name, table in c.inputs.items() for how, code in table.items() if code is not None]


@pytest.mark.parametrize('wanted, name, how, code', INPUTS)
def test_input(stage, place, wanted, name, how, code):
    lay_out(stage, place, wanted)
    spoil(place / name, how)
    before = contents(place)
    judge(call(stage, wanted, place, prefix=as_nobody()), code, wanted)
    assert contents(place) == before


@pytest.mark.parametrize('wanted', CASES, ids=ids)
def test_it_works_otherwise(stage, place, wanted):
    """Without this the rest would prove nothing."""
    lay_out(stage, place, wanted)
    before = contents(place)
    done = call(stage, wanted, place, prefix=as_nobody())
    assert done.returncode == 0 and done.stderr == '', done.stderr
    new = set(contents(place)) - set(before)
    assert new == {n for n in (wanted.output, *wanted.more) if n and n not in before}


def elsewhere(wanted, path):
    """The same call with its output at another place."""
    return [str(path) if w == wanted.output else w for w in wanted.words]


@pytest.mark.parametrize('wanted', [c for c in WRITERS if '-o' in c.words], ids=lambda c: c.name)
@pytest.mark.parametrize('how', ['absent directory', 'read-only directory', 'file as directory', 'directory', 'device',
                                 'pipe', 'dangling link'])
def test_output(stage, place, wanted, how):
    lay_out(stage, place, wanted)
    ending = Path(wanted.output).suffix
    target = place / f'sub/out{ending}'
    code = 6
    if how != 'absent directory':
        (place / 'sub').mkdir()
    if how == 'read-only directory':
        (place / 'sub').chmod(0o555)
    elif how == 'file as directory':
        (place / 'sub').rmdir()
        (place / 'sub').write_text('a file')
    elif how == 'directory':
        target.mkdir()
    elif how == 'device':
        if not ROOT:
            pytest.skip('only root makes devices')
        run('mknod', target, 'c', '1', '7')  # /dev/full, but not the one that others use
    elif how == 'pipe':
        os.mkfifo(target)
    elif how == 'dangling link':
        target.symlink_to('nowhere')
    if how in ('directory', 'device', 'pipe'):
        code = (3, 5)
    if how == 'dangling link':
        code = 5 if wanted.creates and wanted.verb != 'disk' else 0
    if ROOT and how in ('directory', 'pipe', 'dangling link'):
        os.chown(place / 'sub', NOBODY, NOBODY)
    before = contents(place)
    prefix = () if how == 'device' else as_nobody()
    done = call(stage, wanted, place, words=elsewhere(wanted, target), prefix=prefix)
    if done.returncode == 0 and code == 0:
        return
    judge(done, code, wanted)
    assert contents(place) == before


@pytest.mark.parametrize('wanted, name', [pytest.param(c, n, id=f'{c.name}-{n}') for c in WRITERS if c.creates
                                          for n in (c.output, *c.more)])
def test_exists(stage, place, wanted, name):
    lay_out(stage, place, wanted)
    (place / name).write_text('precious')
    before = contents(place)
    judge(call(stage, wanted, place), 5, wanted)
    assert contents(place) == before


@pytest.mark.parametrize('wanted', WRITERS, ids=writer_ids)
@pytest.mark.parametrize('limit', [0, 10])
def test_file_size_limit(stage, place, wanted, limit):
    lay_out(stage, place, wanted)
    before = contents(place)
    done = call(stage, wanted, place, prefix=('prlimit', f'--fsize={limit}'))
    judge(done, 6, wanted)
    assert contents(place) == before


@pytest.fixture(scope='module')
def small_disk(stage):
    """A file system with no room left, but for a name or two."""
    path = stage / 'small'
    path.mkdir()
    if not ROOT or subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'none', path], check=False).returncode != 0:
        pytest.skip('no file system can be mounted')
    yield path
    run('umount', path)


@pytest.mark.parametrize('wanted', WRITERS, ids=writer_ids)
def test_disk_full(stage, small_disk, wanted):
    place = small_disk / wanted.name
    lay_out(stage, place, wanted)
    try:
        with open(place / 'filler', 'wb') as filler:
            while filler.write(bytes(4096)):
                filler.flush()
    except OSError:
        pass
    before = contents(place)
    judge(call(stage, wanted, place), 6, wanted)
    after = contents(place)
    shutil.rmtree(place)
    assert after == before


def whole_or_nothing(stage, wanted, before, after):
    """Nothing happened, or all of it did: no third file, and nothing half written."""
    names = {n for n in (wanted.output, *wanted.more) if n}
    assert set(after) in (set(before), set(before) | names), set(after) ^ set(before)
    for name, state in before.items():
        if name not in names:
            assert after[name] == state
    if wanted.output in before and after[wanted.output] != before[wanted.output]:
        assert after[wanted.output][1][:4] == before[wanted.output][1][:4]


@pytest.mark.parametrize('wanted', CASES, ids=ids)
@pytest.mark.parametrize('how', ['full', 'closed', 'all closed'])
def test_standard_output(stage, place, wanted, how):
    """A result that cannot be told is an error; what was written stays whole, and nothing is written into it."""
    lay_out(stage, place, wanted)
    before = contents(place)
    shell = {'full': 'exec "$@" >/dev/full', 'closed': 'exec "$@" >&-', 'all closed': 'exec "$@" <&- >&- 2>&-'}[how]
    done = call(stage, wanted, place, prefix=('bash', '-c', shell, 'bash'))
    silent = not call(stage, wanted, lay_out(stage, place.with_name('y'), wanted)).stdout
    if silent:
        assert done.returncode == 0, done.stderr
    elif how == 'all closed':
        assert done.returncode == 6
    else:
        judge(done, 6)
    after = contents(place)
    whole_or_nothing(stage, wanted, before, after)
    for name in set(after) - set(before):
        assert not re.search(rb'holdfast-|role dev, ', after[name][1][-200:]), name


@pytest.mark.parametrize('wanted', [c for c in CASES if c.tool == 'holdfast-keys' and not c.output], ids=lambda c: c.name)
def test_reader_went_away(stage, place, wanted):
    lay_out(stage, place, wanted)
    before = contents(place)
    reading, writing = os.pipe()
    os.close(reading)
    done = call(stage, wanted, place, stdout=writing, stderr=subprocess.PIPE, capture_output=False)
    os.close(writing)
    assert done.returncode == -signal.SIGPIPE and 'Sanitizer' not in done.stderr
    COUNTS[done.returncode] += 1
    assert contents(place) == before


@pytest.mark.parametrize('wanted', WRITERS, ids=writer_ids)
@pytest.mark.parametrize('point', ['fchmod', 'fsync', 'rename'])
@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_interrupted(stage, place, wanted, point, number):
    """The signal comes when the temporary file is there, is full, is about to get its name."""
    lay_out(stage, place, wanted)
    before = contents(place)
    env = dict(ENV, LD_PRELOAD=str(stage / 'strike.so'), STRIKE_AT=point, STRIKE_WITH=str(int(number)))
    done = call(stage, wanted, place, tool=f'plain-{wanted.tool}', env=env)
    assert done.returncode == -number, (done.returncode, done.stderr)
    COUNTS[done.returncode] += 1
    after = contents(place)
    whole_or_nothing(stage, wanted, before, after)
    if not wanted.more or point != 'rename':
        assert after == before


@pytest.mark.parametrize('wanted', [c for c in WRITERS if c.creates and c.more], ids=lambda c: c.name)
@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_interrupted_between_two_names(stage, place, wanted, number):
    """One of the pair has its name: the other gets it, too, before the signal has its way."""
    lay_out(stage, place, wanted)
    before = contents(place)
    env = dict(ENV, LD_PRELOAD=str(stage / 'strike.so'), STRIKE_AT='second rename', STRIKE_WITH=str(int(number)))
    done = call(stage, wanted, place, tool=f'plain-{wanted.tool}', env=env)
    assert done.returncode == -number, (done.returncode, done.stderr)
    COUNTS[done.returncode] += 1
    assert set(contents(place)) == set(before) | {wanted.output, *wanted.more}


@pytest.mark.parametrize('wanted, name', [pytest.param(c, n, id=f'{c.name}-{n}') for c in WRITERS
                                          if c.creates and c.verb != 'disk' for n in (c.output, *c.more)])
def test_name_is_taken_meanwhile(stage, place, wanted, name):
    """Nobody had it when we looked. Who took it keeps it, and gets no half of ours beside it."""
    lay_out(stage, place, wanted)
    before = contents(place)
    env = dict(ENV, LD_PRELOAD=str(stage / 'strike.so'), STRIKE_AT='rename', STRIKE_FILE=name)
    judge(call(stage, wanted, place, tool=f'plain-{wanted.tool}', env=env), 5, wanted)
    assert contents(place) == {**before, name: (0o600, b'')}


SIZES = [
    ('sign with a key of another size', ('sign', '--key', 'k.pem', 'other-size.fit'), ('k.pem', 'other-size.fit'), (1, 5)),
    ('sign with a key of the right kind, not size', ('sign', '--key', 'rsa.pem', 'other-size.fit'),
     ('rsa.pem', 'other-size.fit'), (1, 5)),
    ('padding for a curve', ('enroll', '--key', 'k.pub', '--padding', 'pss', '-o', 'x.dtb'), ('k.pub',), 2),
    ('an image below the floor', ('verify', '--trust', 't.dtb', '--floor', '9', 's.fit'), ('t.dtb', 's.fit'), 1),
    ('a configuration that is not there', ('verify', '--trust', 't.dtb', '--config', 'x', 's.fit'), ('t.dtb', 's.fit'), 1),
    ('a configuration that is not there to sign', ('sign', '--key', 'k.pem', '--config', 'x', 'f.fit'), ('k.pem', 'f.fit'),
     (1, 3)),
    ('another key\'s certificate', ('verify', '--trust', 't.dtb', 'f.fit'), ('t.dtb', 'f.fit'), 1),
]


@pytest.mark.parametrize('words, inputs, code', [s[1:] for s in SIZES], ids=[s[0] for s in SIZES])
def test_disagreement(stage, place, words, inputs, code):
    from failures import case
    wanted = case('keys', *words, inputs=dict.fromkeys(inputs))
    lay_out(stage, place, wanted)
    before = contents(place)
    judge(call(stage, wanted, place), code, wanted)
    assert contents(place) == before


@pytest.mark.parametrize('name, header', [('t.dtb', 4), ('s.fit', 4)])
@pytest.mark.parametrize('size', [0, 40, 0x7fffffff, 0xffffffff])
def test_header_says_another_size(stage, place, name, header, size):
    wanted = next(c for c in CASES if c.name == 'verify')
    lay_out(stage, place, wanted)
    data = bytearray((place / name).read_bytes())
    data[header:header + 4] = size.to_bytes(4, 'big')
    (place / name).write_bytes(data)
    before = contents(place)
    judge(call(stage, wanted, place), 1, wanted)
    assert contents(place) == before


def test_two_at_once(stage, place):
    """One of two that make the same key wins; its halves belong together."""
    wanted = CASES[0]
    for _ in range(8):
        place.mkdir()
        both = [subprocess.Popen([stage / 'plain-holdfast-keys', *wanted.words, '-q'], cwd=place, env=ENV,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        codes = sorted((p.communicate(), p.returncode)[1] for p in both)
        assert codes == [0, 5]
        COUNTS[5] += 1
        assert {p.name for p in place.iterdir()} == {'out.pem', 'out.pub'}
        halves = [run('openssl', 'pkey', *more, '-pubout') for more in
                  (('-in', place / 'out.pem'), ('-pubin', '-in', place / 'out.pub'))]
        assert halves[0] == halves[1]
        shutil.rmtree(place)


def test_every_verb(stage):
    """A verb that has no row above has not been tried."""
    for tool in ('keys', 'image'):
        text = run(stage / f'plain-holdfast-{tool}', '--help').decode()
        verbs = set(re.findall(r'^  ([a-z]+) {2,}', text, re.M)) | ({'table'} if tool == 'keys' else set())
        assert verbs == {c.verb for c in CASES if c.tool == f'holdfast-{tool}'}
