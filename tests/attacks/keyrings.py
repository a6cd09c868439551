#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The trust sets of the cases as keyrings for one test build.

usage: keyrings.py ATTACKS HOLDFAST-KEYS OUT     writes OUT/keyrings.c and what it includes

Each set is turned into a table as for a loader (holdfast-keys table); a set that gets no table
because it would boot nothing is a keyring of nobody, and "optional" is the set of dev, not required.
"""
import json
import os
import re
import subprocess
import sys


def table(tool, trust, name, out):
    """The C text of a set with names of its own; None if there is no table for it."""
    path = os.path.join(out, name + '.c')
    done = subprocess.run([tool, 'table', trust, '-o', path], stderr=subprocess.DEVNULL,
                          check=False)
    if done.returncode:
        return None
    with open(path) as f:
        text = f.read()
    tag = name.replace('-', '_')
    # Its own names: the table, its keys, and what is numbered.
    text = re.sub(r'(?<![\w.])(keyring_table|keys|[a-z_]+_\d+)\b(?! table)', rf'\1_{tag}', text)
    return text.replace('#define IN_KEYRING', '#undef IN_KEYRING\n#define IN_KEYRING')


def main(attacks, tool, out):
    with open(os.path.join(attacks, 'index.json')) as f:
        names = sorted({row['trust'] for row in json.load(f)})
    body, entries = '', []
    for name in names:
        text = table(tool, os.path.join(attacks, name + '.trust.dtb'), name, out)
        if text is None and name == 'optional':
            text = table(tool, os.path.join(attacks, 'dev.trust.dtb'), name, out)
            text = text.replace('.required = true', '.required = false')
        entries.append('NULL' if text is None else '&keyring_table_' + name.replace('-', '_'))
        body += text or ''
    with open(os.path.join(out, 'keyrings.c'), 'w') as f:
        f.write(body)
        f.write('\nextern const struct keyring *const corpus_keyrings[];\n')
        f.write('const struct keyring *const corpus_keyrings[] = {\n')
        f.write(''.join(f'\t{e},\n' for e in entries) + '};\n')


if __name__ == '__main__':
    main(*sys.argv[1:4])
