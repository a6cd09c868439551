# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The tools of a Debian suite, run as that suite runs them: with its own dynamic linker and libraries."""
import glob
import hashlib
import os
import subprocess

from build import CLEAN, OUT, run

HERE = os.path.dirname(os.path.abspath(__file__))

SALT = hashlib.sha256(b'salt').hexdigest()
UUID = '00000000-1111-2222-3333-444444444444'
SUITES = ('bookworm', 'trixie')
EPOCH = 1700000000


class Suite:
    def __init__(self, name):
        self.name = name
        self.at = run(os.path.join(HERE, 'debian.sh'), name).strip().splitlines()[-1]
        self.root = os.path.join(self.at, 'root')
        with open(os.path.join(self.at, 'versions'), encoding='utf-8') as file:
            self.versions = dict(line.split() for line in file)
        self.libraries = ':'.join(p for usr in ('', 'usr/')
                                  for p in sorted(glob.glob(os.path.join(self.root, usr + 'lib', '*-linux-gnu*'))))
        self.linker = next(path for usr in ('', 'usr/')
                           for path in glob.glob(os.path.join(self.root, usr + 'lib', '*-linux-gnu*', 'ld-linux*.so.*')))

    def tool(self, name, *arguments):
        """What it printed; it has to succeed."""
        path = next(p for p in (os.path.join(self.root, d, name) for d in ('usr/bin', 'usr/sbin', 'bin', 'sbin'))
                    if os.path.exists(p))
        done = subprocess.run([self.linker, '--library-path', self.libraries, path, *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True, errors='replace',
                              env={**CLEAN, 'SOURCE_DATE_EPOCH': str(EPOCH), 'LD_LIBRARY_PATH': ''})
        assert done.returncode == 0, f'{self.name} {name} {" ".join(arguments)}\n{done.stdout[-3000:]}'
        return done.stdout

    def erofs(self, tree, out, *options):
        self.tool('mkfs.erofs', '-T', str(EPOCH), '-U', UUID, *options, out, tree)

    def squashfs(self, tree, out, *options):
        self.tool('mksquashfs', tree, out, '-noappend', '-no-progress', '-processors', '1', *options)


class Root:
    """An image with its hash tree behind it, made by veritysetup, and what walk has to be told."""

    def __init__(self, suite, path, algorithm='sha256', data=4096, hashes=4096):
        self.path, self.algorithm, self.data, self.hashes = path, algorithm, data, hashes
        larger = max(data, hashes)
        with open(path, 'r+b') as file:
            size = -(-os.path.getsize(path) // larger) * larger
            file.truncate(max(size, 2 * larger))
        self.size = os.path.getsize(path)
        self.blocks, self.start = self.size // data, self.size // hashes + 1
        self.verity = path + '.verity'
        subprocess.run(['cp', path, self.verity], check=True)
        said = suite.tool('veritysetup', 'format', f'--uuid={UUID}', f'--salt={SALT}', f'--hash={algorithm}',
                          f'--data-block-size={data}', f'--hash-block-size={hashes}', f'--data-blocks={self.blocks}',
                          f'--hash-offset={self.size}', self.verity, self.verity)
        self.hash = next(line.split()[-1] for line in said.splitlines() if line.startswith('Root hash:'))

    def words(self):
        return [self.verity, str(self.blocks), str(self.data), str(self.hashes), str(self.start), self.algorithm, self.hash,
                SALT]

    def ours(self):
        """The same by holdfast-image: (root hash, bytes equal)."""
        other = self.path + '.ours'
        said = run(os.path.join(OUT, 'host', 'holdfast-image'), 'verity', '--salt', SALT, '--uuid', UUID, '--hash',
                   self.algorithm, '--data-block-size', str(self.data), '--hash-block-size', str(self.hashes), '--yes', '-q',
                   '-o', other, self.path)
        same = subprocess.run(['cmp', other, self.verity], check=False).returncode == 0
        os.unlink(other)
        return said.split()[-1], same

    def levels(self):
        """hash block -> level, 1 is the lowest; as Linux lays them out."""
        width = {'sha256': 32, 'sha384': 64, 'sha512': 64}[self.algorithm]
        per, counts = self.hashes // width, [self.blocks]
        while counts[-1] > 1:
            counts.append(-(-counts[-1] // per))
        found, at = {}, self.start
        for level in range(len(counts) - 1, 0, -1):
            for _ in range(counts[level]):
                found[at] = level
                at += 1
        return found
