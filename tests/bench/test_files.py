# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Files of a root by 1 and 4 processors: each does its share, and the first one is relieved of it (files.py, with less to load)."""
import argparse
import os

import files
from build import OUT, make

SIZE = 8 << 20
# Of SHA-256's instructions: 98 for each 64 bytes.
HASHING = 2 * SIZE // 64 * 98


def test_all_processors_share(monkeypatch):
    monkeypatch.setattr(files, 'SIZE', SIZE)
    trust = os.path.join(os.environ.get('O', 'build'), 'dev-keys', 'trust.dtb')
    make('bench-plugin', 'tools', 'dev-keys', trust=trust)
    make('BOARD=virt-arm64', 'CONFIG=full', 'loader', trust=trust)
    args = argparse.Namespace(plugin=os.path.join(OUT, 'bench', 'count.so'), out=OUT, qemu='qemu-system-aarch64',
                              work=os.path.join(OUT, 'bench', 'files-small'))
    files.prepare(args.work, args.out)
    alone = files.measure(args, 'files', 1)[0]
    four = files.measure(args, 'files', 4)[0]
    assert HASHING < alone[0] < 1.6 * HASHING, alone
    assert all(HASHING / 4 < count < HASHING / 3 for count in four[1:]), four
    # What is not hashing stays.
    assert alone[0] - four[0] > 0.7 * HASHING, (alone, four)
