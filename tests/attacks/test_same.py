# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""One verdict: the tool, the core on the host and the loader on the board say the same of every row."""
import table


def both(verdict):
    """(code, at=); of a trust set that no loader is built with, only the tool can say which key is wrong."""
    if not verdict:
        return None
    return verdict.code, '' if verdict.code == 'no-trust' else verdict.at


def test_same(attacks, host, corpus, tool, capsys):
    """Code and place, without exception. A partition table has no verdict from the tool: it reads FITs."""
    different, three, two = [], 0, 0
    for row in table.ROWS:
        said = {'core': both(host[0].get(row.id)), 'board': both(corpus[0].get(row.id))}
        if row.kind == 'fit':
            said['tool'] = both(tool[row.id][0])
        if len(set(said.values())) != 1 or None in said.values():
            different.append((row.id, said))
        three += len(said) == 3
        two += len(said) == 2
    with capsys.disabled():
        print(f'\nHF-SAME fits={three} disks={two} different={len(different)}')
    assert not different, different
    assert three + two == len(attacks.rows) and three > 400
