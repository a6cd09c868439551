# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What a boot decided, read from its console: the same for the host, the board and a single boot."""
import re
from dataclasses import dataclass


@dataclass
class Verdict:
    """code: the first slot's reason, or how it ended without a slot; 'ok' if a kernel was entered."""
    code: str
    slot: str = ''
    at: str = ''

    def __str__(self):
        return f'{self.code}' + (f' slot={self.slot}' if self.slot else '') + (
            f' at={self.at}' if self.at else '')


def lines(console, tag):
    """The key=value pairs of every line with this tag."""
    found = []
    for line in console.splitlines():
        if line.startswith(tag + ' '):
            pairs = re.findall(r'([a-z0-9_-]+)=("[^"]*"|\S*)', line)
            found.append({k: v.strip('"') for k, v in pairs})
    return found


def read(console):
    """The verdict of one boot; None if it says nothing (a hang, a crash)."""
    handoff = lines(console, 'HF-HANDOFF')
    if handoff:
        return Verdict('ok', handoff[0].get('slot', ''))
    refused = lines(console, 'HF-REFUSE')
    failed = lines(console, 'HF-FAIL')
    if not failed:
        return None
    first = refused[0] if refused else failed[0]
    return Verdict(first.get('code', ''), first.get('slot', ''), first.get('at', ''))


def cases(console):
    """id -> verdict of a run that says HF-CASE id=ID before each boot."""
    out = {}
    for part in re.split(r'^HF-CASE ', console.replace('\r', ''), flags=re.M)[1:]:
        name, _, rest = part.partition('\n')
        out[name.strip()[3:]] = read(rest)
    return out


def of_tool(status, said):
    """(verdict, what was said) of holdfast-keys verify: exit status 0 without, or 1 with one HF-REFUSE line."""
    refusals = lines(said, 'HF-REFUSE')
    if (status, len(refusals)) == (0, 0):
        return Verdict('ok'), said
    if (status, len(refusals)) == (1, 1):
        return Verdict(refusals[0].get('code', ''), '', refusals[0].get('at', '')), said
    return Verdict(f'exit {status}'), said
