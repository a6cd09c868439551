# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the failure matrix is made of: how each verb is called, what it reads and writes, and what every failure must look
like. A verb that is missing in CASES is a failing test (test_every_verb)."""
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from image_tool import arm64_image
from keys_helper import BUILD, COMPATIBLE, ENV, keys, mkimage, openssl_key, run, signature

TOOLS = {tool: BUILD / 'host/san' / tool for tool in ('holdfast-keys', 'holdfast-image')}
NOBODY = 65534
COUNTS = Counter()

# What becomes of an input that is missing, a directory, unreadable, a pipe, empty, cut in half. None: that is no failure.
KEY = dict(missing=4, directory=4, unreadable=4, pipe=4, empty=4, half=4)
TREE = dict(missing=3, directory=3, unreadable=3, pipe=3, empty=1, half=1)
JSON = dict(missing=3, directory=3, unreadable=3, pipe=3, empty=3, half=3)
FILE = dict(missing=3, directory=3, unreadable=3, pipe=3, empty=None, half=None)


def case(tool, verb, *words, inputs=None, output=None, more=(), creates=False, says=False, name=None):
    """A call that works. inputs: file -> its table; output: what it writes, alone or with more; creates: never over
    something; says: a failure is its result, on stdout."""
    return SimpleNamespace(tool=f'holdfast-{tool}', verb=verb, words=(verb, *words), inputs=inputs or {}, output=output,
                           more=more, creates=creates, says=says, name=name or verb)


CASES = [
    case('keys', 'new', '--alg', 'ecdsa-p256', '--role', 'dev', '-o', 'out.pem', output='out.pem', more=('out.pub',),
         creates=True),
    case('keys', 'import', '--key', 'k.pem', '--role', 'dev', '-o', 'out.pem', inputs={'k.pem': KEY}, output='out.pem',
         more=('out.pub',), creates=True),
    case('keys', 'import', '--key', 'k.pub', '--role', 'dev', '-o', 'out.pub', inputs={'k.pub': KEY}, output='out.pub',
         creates=True, name='import-public'),
    case('keys', 'pub', '--key', 'k.pem', '-o', 'out.pub', inputs={'k.pem': KEY}, output='out.pub', creates=True),
    case('keys', 'list', 'k.pem', inputs={'k.pem': dict(KEY, missing=3, directory=None)}),
    case('keys', 'list', 't.dtb', inputs={'t.dtb': dict(TREE, directory=None, unreadable=4, pipe=4, empty=4, half=4)},
         name='list-set'),
    case('keys', 'show', 'k.pub', inputs={'k.pub': dict(KEY, missing=3, directory=3, unreadable=3, pipe=3)}),
    case('keys', 'show', 't.dtb', inputs={'t.dtb': dict(TREE, empty=4)}, name='show-set'),
    case('keys', 'enroll', '--key', 'k.pub', '-o', 'out.dtb', inputs={'k.pub': KEY}, output='out.dtb'),
    case('keys', 'enroll', '--key', 'other.pub', '-o', 't.dtb', inputs={'other.pub': KEY, 't.dtb': dict(TREE, missing=None)},
         output='t.dtb', name='enroll-more'),
    case('keys', 'table', 't.dtb', '-o', 'out.c', inputs={'t.dtb': TREE}, output='out.c'),
    case('keys', 'sign', '--key', 'k.pem', 'f.fit', inputs={'k.pem': KEY, 'f.fit': TREE}, output='f.fit'),
    case('keys', 'sign', '--key', 'k.pem', '-o', 'out.fit', 'f.fit', inputs={'k.pem': KEY, 'f.fit': TREE}, output='out.fit',
         name='sign-to'),
    case('keys', 'sign', '--key', 'k.pem', '--provenance', 'out.json', 'f.fit', inputs={'k.pem': KEY, 'f.fit': TREE},
         output='f.fit', more=('out.json',), name='sign-provenance'),
    case('keys', 'request', '--key', 'k.pub', '-o', 'out.json', 'f.fit', inputs={'k.pub': KEY, 'f.fit': TREE},
         output='out.json'),
    case('keys', 'request', '--check', 'r.json', 'f.fit', inputs={'r.json': JSON, 'f.fit': TREE}, name='request-check'),
    case('keys', 'attach', '--request', 'r.json', '--signature', 'conf-1.k.sig', 'f.fit',
         inputs={'r.json': JSON, 'conf-1.k.sig': dict(FILE, empty=(1, 3), half=(1, 3)), 'f.fit': TREE}, output='f.fit'),
    case('keys', 'revoke', '--trust', 't3.dtb', '--key', 'other.pub', 'f.fit',
         inputs={'t3.dtb': TREE, 'other.pub': KEY, 'f.fit': TREE}, output='f.fit'),
    case('keys', 'revoke', '--trust', 't3.dtb', '--key', 'other.pub', '-o', 'out.fit', 'f.fit',
         inputs={'t3.dtb': TREE, 'other.pub': KEY, 'f.fit': TREE}, output='out.fit', name='revoke-to'),
    case('keys', 'rotate', 'check', '--fleet', 't.dtb', 's.fit', inputs={'t.dtb': TREE, 's.fit': TREE}, name='rotate-check'),
    case('keys', 'rotate', 'plan', '--from', 't.dtb', '--to', 't2.dtb', inputs={'t.dtb': TREE, 't2.dtb': TREE}),
    case('keys', 'verify', '--trust', 't.dtb', 's.fit', inputs={'t.dtb': TREE, 's.fit': TREE}),
    case('keys', 'inspect', 's.fit', inputs={'s.fit': TREE}),
    case('keys', 'report', '--trust', 't.dtb', 's.fit', inputs={'t.dtb': TREE, 's.fit': TREE}),
    case('keys', 'report', '-o', 'out.txt', 's.fit', inputs={'s.fit': TREE}, output='out.txt', creates=True, name='report-to'),
    case('keys', 'report', '--provenance', 's.json', 's.fit', inputs={'s.json': TREE, 's.fit': TREE}, name='report-provenance'),
    case('keys', 'verify', '--trust', 't.dtb', '--provenance', 's.json', 's.fit',
         inputs={'t.dtb': TREE, 's.json': TREE, 's.fit': TREE}, name='verify-provenance'),
    case('keys', 'doctor', '--key', 'k.pem', inputs={'k.pem': KEY}, says=True),
    case('keys', 'doctor', '--trust', 't.dtb', '--fit', 's.fit', inputs={'t.dtb': TREE, 's.fit': TREE}, name='doctor-fit'),
    case('image', 'fit', '--kernel', 'Image', '--compatible', COMPATIBLE, '-o', 'out.fit',
         inputs={'Image': dict(FILE, empty=1)}, output='out.fit'),
    case('image', 'verity', 'root.img', '-o', 'out.verity', inputs={'root.img': dict(FILE, empty=1)}, output='out.verity'),
    case('image', 'disk', '--board', 'virt-arm64', '--no-fw-env-config', '--slot', 'a=s.fit', '-o', 'out.disk',
         inputs={'s.fit': dict(TREE)}, output='out.disk', creates=True),
    case('image', 'slot', 'd.disk', 'a', 's.fit', inputs={'d.disk': dict(TREE), 's.fit': dict(TREE)}),
    case('image', 'write', 'root.img', 'medium.img', '--yes',
         inputs={'root.img': dict(FILE, empty=1), 'medium.img': dict(FILE, empty=1, half=1)},
         more=('medium.img',)),
    case('image', 'show', 's.fit', inputs={'s.fit': dict(TREE)}),
    case('image', 'fit', '--kernel', 'Image', '--compatible', COMPATIBLE, '--sbom', 'bill.json', '-o', 'out.fit',
         inputs={'Image': dict(FILE, empty=1), 'bill.json': JSON}, output='out.fit', name='fit-sbom'),
    case('image', 'show', '--sbom', 'bill.fit', '-o', 'out.json', inputs={'bill.fit': dict(TREE)}, output='out.json',
         name='show-sbom'),
]
# A root is proved: less of it is a refusal.
ROOT = dict(missing=3, directory=3, unreadable=3, pipe=3, empty=1, half=1)
CASES += [
    case('image', 'ls', '--fit', 'root.fit', 'root.verity', '/', inputs={'root.fit': dict(TREE, half=None), 'root.verity': ROOT}),
    case('image', 'cat', '--fit', 'root.fit', 'root.verity', '/file', '-o', 'out.file',
         inputs={'root.fit': dict(TREE, half=None), 'root.verity': ROOT}, output='out.file'),
    case('image', 'fit', '--kernel-path', '/boot/Image', '--root-partition', 'root.verity', '--compatible', COMPATIBLE,
         '-o', 'out.fit', inputs={'root.verity': ROOT}, output='out.fit', name='fit-path'),
]
WRITERS = [c for c in CASES if c.output]


def make_stage():
    """Every input, made once, in a directory that everybody may read; the tools are there too."""
    place = Path(tempfile.mkdtemp(prefix='holdfast-failures-'))
    place.chmod(0o755)
    for tool, path in TOOLS.items():
        shutil.copy(path, place / tool)
        shutil.copy(BUILD / 'host' / tool, place / f'plain-{tool}')
    files = place / 'files'
    files.mkdir()
    keys('new', '--alg', 'ecdsa-p256', '--role', 'dev', '-o', 'k.pem', cwd=files)
    keys('new', '--alg', 'ecdsa-p256', '--role', 'dev', '-o', 'other.pem', cwd=files)
    openssl_key(files / 'rsa.pem')
    keys('enroll', '--key', 'k.pub', '-o', 't.dtb', cwd=files)
    (files / 'Image').write_bytes(arm64_image())
    (files / 'root.img').write_bytes(os.urandom(10 * 4096))
    (files / 'medium.img').write_bytes(os.urandom(12 * 4096))
    work = place / 'work'
    work.mkdir()
    shutil.copy(mkimage(work), files / 'f.fit')
    shutil.copy(mkimage(work, signature=signature('sha256,rsa4096', 'rsa')), files / 'other-size.fit')
    shutil.copy(files / 'f.fit', files / 's.fit')
    keys('sign', '--key', 'k.pem', '--provenance', 's.json', 's.fit', cwd=files)
    keys('enroll', '--key', 'other.pub', '-o', 't2.dtb', cwd=files)
    keys('new', '--alg', 'ecdsa-p256', '--role', 'root', '-o', 'root.pem', cwd=files)
    for name, *more in (('k', '--mode', 'any'), ('other',), ('root', '--required', 'no')):
        keys('enroll', '--key', f'{name}.pub', *more, '-o', 't3.dtb', cwd=files)
    keys('request', '--key', 'k.pub', '-o', 'r.json', 'f.fit', cwd=files)
    for one in json.loads((files / 'r.json').read_text())['signatures']:
        run('bash', '-c', one['command'], cwd=files)
    run(place / 'plain-holdfast-image', 'disk', '--board', 'virt-arm64', '--no-fw-env-config', '--slot', 'a=s.fit', '-o',
        'd.disk', cwd=files, env=ENV)
    (files / 'bill.json').write_text('{"bomFormat": "CycloneDX", "specVersion": "%s"}' % ('1' * 5000))
    run(place / 'plain-holdfast-image', 'fit', '--kernel', 'Image', '--compatible', COMPATIBLE, '--sbom', 'bill.json',
        '-o', 'bill.fit', cwd=files, env=ENV)
    tree = work / 'tree'
    (tree / 'boot').mkdir(parents=True)
    (tree / 'boot/Image').write_bytes(arm64_image())
    (tree / 'file').write_bytes(os.urandom(300000))
    run('mkfs.erofs', '--quiet', work / 'root.erofs', tree)
    image = place / 'plain-holdfast-image'
    run(image, 'verity', work / 'root.erofs', '-o', 'root.verity', cwd=files, env=ENV)
    run(image, 'fit', '--kernel', 'Image', '--compatible', COMPATIBLE, '--root-partition', 'root.verity', '-o', 'root.fit',
        cwd=files, env=ENV)
    return place


def lay_out(stage, place, wanted):
    """The inputs of a call in a fresh directory that belongs to nobody, where that can be."""
    place.mkdir(mode=0o755, exist_ok=True)
    for name in wanted.inputs:
        run('cp', '--sparse=always', stage / 'files' / name, place / name)
    if os.getuid() == 0:
        for path in (place, *place.iterdir()):
            os.chown(path, NOBODY, NOBODY)
    return place


def as_nobody():
    return ('setpriv', '--reuid', str(NOBODY), '--regid', str(NOBODY), '--clear-groups') if os.getuid() == 0 else ()


def contents(place):
    """Everything under a directory: what must not change."""
    found = {}
    for path in sorted(Path(place).rglob('*')):
        st = path.lstat()
        data = path.read_bytes() if stat.S_ISREG(st.st_mode) else stat.S_IFMT(st.st_mode)
        found[str(path.relative_to(place))] = (stat.S_IMODE(st.st_mode), data)
    return found


def call(stage, wanted, place, words=None, prefix=(), tool=None, quiet=True, **options):
    program = stage / (tool or wanted.tool)
    settings = dict(cwd=place, env=ENV, capture_output=True, text=True, check=False, timeout=10, stdin=subprocess.DEVNULL)
    settings.update(options)
    return subprocess.run([*prefix, str(program), *(words or wanted.words), *(('-q',) if quiet else ())], **settings)


# The last clause of a diagnostic begins with what to do.
ACTION = re.compile(r'(?:^|[:;,.(] |, or )(?:add|allow|ask|check|choose|correct|enroll|find|free|get|give|install|keep|let|'
                    r'list|make|move|name|open|pick|raise|read|remove|run|say|see|set|sign|take|try|use|wait|write|'
                    r'start|begin|export|prepare|build|create|unlock|pass|--[a-z-]+ [a-z]+s )\b', re.I)


def judge(done, code, wanted=None):
    """The exit code, and one line that says what to do."""
    where = f'{done.args}: exit {done.returncode}\n{done.stdout}{done.stderr}'
    assert 'Sanitizer' not in str(done.stderr), where
    assert done.returncode in (code if isinstance(code, tuple) else (code,)), where
    COUNTS[done.returncode] += 1
    lines = done.stderr.splitlines()
    if wanted is not None and wanted.says and done.stdout:
        assert re.search(r'^fails .*: .', done.stdout, re.M) and len(lines) <= 1, where
        return
    refusals = [line for line in lines if line.startswith('HF-REFUSE ')]
    if done.returncode == 1:
        # One more line may say which file or key it is about.
        assert len(refusals) == 1 and ' hint="' in refusals[0] and refusals[0] == lines[-1] and len(lines) <= 2, where
        return
    assert len(lines) == 1 and not refusals, where
    assert lines[0].startswith(f'{wanted.tool if wanted else "holdfast-"}') and ACTION.search(lines[0]), where


PRELOAD = r'''
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void strike(const char *where)
{
	const char *at = getenv("STRIKE_AT"), *number = getenv("STRIKE_WITH"), *file = getenv("STRIKE_FILE");
	static int second;
	if (at && !strcmp(at, "second rename") && !strcmp(where, "rename") && second++ == 1) where = at;
	if (!at || strcmp(at, where)) return;
	unsetenv("STRIKE_AT");
	if (file) close(open(file, O_CREAT | O_EXCL | O_WRONLY, 0600));
	if (number) raise(atoi(number));
}
#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))
int fsync(int fd) { strike("fsync"); return REAL("fsync", int (*)(int))(fd); }
int fchmod(int fd, unsigned mode) { strike("fchmod"); return REAL("fchmod", int (*)(int, unsigned))(fd, mode); }
int rename(const char *a, const char *b)
{
	strike("rename");
	return REAL("rename", int (*)(const char *, const char *))(a, b);
}
int renameat2(int x, const char *a, int y, const char *b, unsigned f)
{
	strike("rename");
	return REAL("renameat2", int (*)(int, const char *, int, const char *, unsigned))(x, a, y, b, f);
}
'''


def make_preload(place):
    """A library that raises a signal, or makes a file, in the middle: when the temporary file is there."""
    (place / 'strike.c').write_text(PRELOAD)
    run('gcc', '-shared', '-fPIC', '-O1', '-o', place / 'strike.so', place / 'strike.c', '-ldl')
    return place / 'strike.so'
