# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The machines: every pair of values of two factors meets on one of them (a covering array)."""
import itertools

from board import Machine

FACTORS = {
    'cpu': ('cortex-a53', 'cortex-a72', 'max,pauth-impdef=on'),
    'gic': ('2', '3'),
    'cores': (1, 2),
    'start': ('el1', 'el2', 'tf-a'),
    'bus': ('mmio', 'mmio-modern', 'pci'),
}


def pairs(row):
    """The pairs of (factor, value) of a row."""
    return set(itertools.combinations(sorted(row.items(), key=lambda item: item[0]), 2))


def all_pairs():
    found = set()
    for (a, left), (b, right) in itertools.combinations(sorted(FACTORS.items()), 2):
        found |= {((a, x), (b, y)) for x in left for y in right}
    return found


def rows():
    """Greedy and the same every time: of all combinations, the one that covers most of what is left."""
    every = [dict(zip(FACTORS, values)) for values in itertools.product(*FACTORS.values())]
    left, chosen = all_pairs(), []
    while left:
        best = max(every, key=lambda row: len(pairs(row) & left))
        chosen.append(best)
        left -= pairs(best)
    return chosen


def machines():
    return [Machine(**row) for row in rows()]
