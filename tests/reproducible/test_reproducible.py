# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Two builds with everything around them changed give the same bytes: loaders, tools, root, FIT, disk, bills of materials.

The second one has another directory (longer, on another file system, files made in another order), user, home,
host name, locale, time zone, mask, date, number of processors. BOARDS=all builds every board (make nightly).
"""
import hashlib
import os
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests/demo'))
import machine  # noqa: E402

O = Path(TOP, os.environ.get('O', 'build')).resolve()
WORK = O / 'reproducible'
EPOCH = '1700000000'
NOBODY = '65534'
CACHE = Path(os.environ.get('HOLDFAST_CACHE') or
             Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache', 'holdfast'))
LIBRARIES = ('mbedtls', 'libfdt', 'zlib', 'zstd')
EVERY = sorted(path.parent.name for path in TOP.glob('platform/boards/*/defconfig'))
# For make check: one of each architecture, one with a device tree in its release.
SOME = ('virt-arm64', 'vexpress-a15')
BOARDS = EVERY if os.environ.get('BOARDS') == 'all' else SOME
SHOWN = 80


def run(*words, **options):
    done = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', check=False, **options)
    assert done.returncode == 0, f'{" ".join(str(w) for w in words)}\n{done.stdout[-4000:]}'
    return done.stdout


def ordinary():
    """The environment without what a make above us, or a test before us, has put there."""
    ours = ('MAKE', 'MFLAGS', 'O', 'BOARD', 'BOARDS', 'CONFIG', 'TRUST', 'KEYS', 'CHECK_', 'LC_', 'LANG', 'HOLDFAST_')
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)}


def tree_names():
    """Files of the tree that git tracks or would add."""
    listed = run('git', '-C', TOP, 'ls-files', '-z', '-co', '--exclude-standard').split('\0')
    return [name for name in listed if name and (TOP / name).is_file()]


def copy(source, names, to):
    for name in names:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, to / name)


def copy_sources(to, order):
    """The third-party sources of the cache, and what says which they are."""
    (to / 'current').mkdir(parents=True)
    for library in LIBRARIES:
        shutil.copy2(CACHE / 'current' / library, to / 'current' / library)
        directory = CACHE / 'src' / (CACHE / 'current' / library).read_text().splitlines()[1]
        names = order([str(p.relative_to(directory)) for p in directory.rglob('*') if p.is_file()])
        copy(directory, names, to / 'src' / directory.name)


def own_locale(at):
    """A locale in which i is not the small letter of I, if this machine can make it; else the plainest there is."""
    made = subprocess.run(['localedef', '-i', 'tr_TR', '-f', 'UTF-8', str(at / 'tr_TR.UTF-8')],
                          capture_output=True, check=False) if shutil.which('localedef') else None
    if made is None or not (at / 'tr_TR.UTF-8').is_dir():
        return {'LC_ALL': 'POSIX'}
    return {'LC_ALL': 'tr_TR.UTF-8', 'LANG': 'tr_TR.UTF-8', 'LOCPATH': str(at)}


def away():
    """A directory on another file system that has room, or else beside the first."""
    shm = Path('/dev/shm')
    if os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 1 << 30:
        return shm / f'holdfast-reproducible-with-a-longer-name-{os.getpid()}'
    return WORK / 'second-with-a-longer-name'


class Release:
    """The key, the trust set and the kernels: what is given to both."""

    def __init__(self, at):
        at.mkdir(parents=True)
        environment = dict(os.environ, SOURCE_DATE_EPOCH=EPOCH)
        tool = O / 'host/holdfast-keys'
        run('openssl', 'genrsa', '-out', at / 'dev.pem', '2048')
        run(tool, 'pub', '--key', at / 'dev.pem', '-o', at / 'dev.pub', env=environment)
        run(tool, 'enroll', '--key', at / 'dev.pub', '-o', at / 'trust.dtb', env=environment)
        for flavour in sorted({machine.BOARDS[board].kernel for board in BOARDS}):
            kernel = Path(run(TOP / 'platform/external/kernel.sh', flavour, env=environment).splitlines()[-1])
            copy(kernel.parent, [p.name for p in kernel.parent.iterdir() if p.is_file()], at / 'kernels' / flavour)
        self.at = at

    def lines(self, at):
        """The releases, for build.sh; at is where a copy of all this lies."""
        for board in BOARDS:
            row = machine.BOARDS[board]
            kernel = at / 'kernels' / row.kernel / ('zImage' if row.kernel == 'arm' else 'Image')
            words = {**machine.parts(board, kernel), 'BOARD': board, 'INDEX': 7}
            if row.roots:
                words['ROOT_DISK'] = at.parent / f'out/{board}-roots.img'
            yield '\t'.join([board, row.arch, *[f'{k}={v}' for k, v in words.items()]])


class Place:
    """A copy of everything in one directory, and how the build there is called."""

    def __init__(self, at, given, order, prefix=(), **environment):
        self.at, self.prefix = at, list(prefix)
        shutil.rmtree(at, ignore_errors=True)
        copy(TOP, order(tree_names()), at / 'tree')
        copy_sources(at / 'cache', order)
        copy(given.at, [str(p.relative_to(given.at)) for p in given.at.rglob('*') if p.is_file()], at / 'given')
        (at / 'given/releases').write_text(''.join(f'{line}\n' for line in given.lines(at / 'given')))
        (at / 'home').mkdir()
        self.environment = dict(ordinary(), HOLDFAST_CACHE=str(at / 'cache'), HOME=str(at / 'home'), TMPDIR=str(at / 'home'),
                                KEY=str(at / 'given/dev.pem'), TRUST=str(at / 'given/trust.dtb'),
                                RELEASES=str(at / 'given/releases'), SOURCE_DATE_EPOCH=EPOCH, **environment)

    def build(self, jobs, umask):
        loaders = [*BOARDS, 'virt-arm64:minimal']
        run(*self.prefix, 'bash', '-c', f'umask {umask}; exec "$0" "$@"', 'tests/reproducible/build.sh', self.at / 'out', jobs,
            *loaders, cwd=self.at / 'tree', env=self.environment)
        return self.at / 'out'


def stranger(at):
    """What comes before the command of the second build: another user, host name, date and one processor."""
    words = ['taskset', '-c', str(min(os.sched_getaffinity(0)))]
    if os.geteuid() == 0:
        for path in [at, *at.rglob('*')]:
            os.chown(path, int(NOBODY), int(NOBODY), follow_symlinks=False)
        other_host = ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere; exec "$@"', 'sh']
        # Root in a container may not be allowed to.
        if subprocess.run([*other_host, 'true'], capture_output=True, check=False).returncode == 0:
            words += other_host
        words += ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups']
    return [*words, 'faketime', '-f', '+500d']


def digests(at):
    """name: (mode, SHA-256) of every file that was built."""
    return {str(path.relative_to(at)): (oct(path.stat().st_mode & 0o777) if 'install' in path.parts else '',
                                        hashlib.sha256(path.read_bytes()).hexdigest())
            for path in sorted(at.rglob('*')) if path.is_file()}


def differences(first, second):
    """The names that differ, with what diffoscope says about the first few of them."""
    one, two = digests(first), digests(second)
    different = sorted(name for name in {*one, *two} if one.get(name) != two.get(name))
    said = ''
    for name in different[:3]:
        if (first / name).is_file() and (second / name).is_file() and shutil.which('diffoscope'):
            done = subprocess.run(['diffoscope', '--no-progress', '--max-report-size', '20000', first / name, second / name],
                                  capture_output=True, text=True, errors='replace', timeout=120, check=False)
            said += '\n'.join(done.stdout.splitlines()[:SHOWN]) + '\n'
    return different, said


@pytest.fixture(scope='module')
def built():
    """The two builds: where the results of each are."""
    shutil.rmtree(WORK, ignore_errors=True)
    given = Release(WORK / 'given')
    elsewhere = away()
    try:
        first = Place(WORK / 'first', given, sorted, LC_ALL='C.UTF-8', TZ='UTC0')
        shuffle = random.Random(1)
        second = Place(elsewhere, given, lambda names: shuffle.sample(names, len(names)),
                       TZ='<+14>-14', USER='nobody', LOGNAME='nobody', NO_FAKE_STAT='1', **own_locale(WORK))
        second.prefix = stranger(elsewhere)
        with ThreadPoolExecutor() as pool:
            outs = list(pool.map(lambda place, *how: place.build(*how), (first, second), (os.cpu_count() or 1, 1), ('022', '077')))
        # Kept, to be looked at.
        shutil.copytree(outs[1], WORK / 'second')
        yield outs[0], WORK / 'second', second
    finally:
        shutil.rmtree(elsewhere, ignore_errors=True)


def test_same_bytes(built):
    first, second, _ = built
    different, said = differences(first, second)
    assert not different, f'not reproducible: {", ".join(different)}\n{said}'


def test_what_was_compared(built):
    """Nothing is equal because nothing was built."""
    names = set(digests(built[0]))
    assert {f'{board}-default.bin' for board in BOARDS} <= names
    assert {'virt-arm64-minimal.bin', 'holdfast-keys', 'holdfast-image'} <= names
    for board in BOARDS:
        assert {f'{board}/release.itb', f'{board}/root.verity', f'{board}/disk.img', f'{board}.erofs'} <= names


def test_the_order_of_files_differs(built):
    """The second build really found its directories in another order."""
    if away().parts[1] != 'dev':
        pytest.skip('/dev/shm is too small: both builds are on one file system')
    folders = [Path(path) for path, _, names in os.walk(WORK / 'first/tree') if len(names) > 5]
    assert any(os.listdir(folder) != os.listdir(built[2].at / 'tree' / folder.relative_to(WORK / 'first/tree'))
               for folder in folders)


def test_a_difference_is_found(built, tmp_path):
    """One second in the date of a release, and its name is told."""
    first, _, _ = built
    shutil.copytree(first / 'virt-arm64', tmp_path / 'one')
    shutil.copytree(first / 'virt-arm64', tmp_path / 'two')
    run(first / 'holdfast-keys', 'sign', '--key', WORK / 'given/dev.pem', tmp_path / 'two/unsigned.itb',
        '-o', tmp_path / 'two/release.itb', env=dict(os.environ, SOURCE_DATE_EPOCH=str(int(EPOCH) + 1)))
    different, said = differences(tmp_path / 'one', tmp_path / 'two')
    assert different == ['release.itb']
    assert said or not shutil.which('diffoscope')
