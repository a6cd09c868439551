# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What a row of the table is, and how the row files add theirs."""
from dataclasses import dataclass, field
from typing import Callable

ROWS = []

ACCEPTED = 'ok'


@dataclass
class Row:
    """One attack.

    id        unique, letters, digits and dashes
    expect    the reason code, or 'ok' where the change is outside what is trusted
    source    where it comes from: a CVE, a commit, a section of a standard
    make      (workshop) -> the hostile bytes (a Fit is written with blob())
    kind      'fit': a FIT at the start of a slot's partition; 'disk': a whole disk;
              'tree': the earlier stage's device tree
    trust     the trust set it is tried against (trust.py)
    boot      also booted with the shipped binary
    """
    id: str
    expect: str
    source: str
    make: Callable
    kind: str = 'fit'
    trust: str = 'dev'
    boot: bool = False
    options: dict = field(default_factory=dict)


def row(name, expect, source, **options):
    """Decorator: the function makes the attack of this row."""
    def add(function):
        ROWS.append(Row(name, expect, source, function, **options))
        return function
    return add


def rows_of(names, expect, source, function, boot=(), **options):
    """One row a name: function(workshop, value) with the values of the dict names.

    boot: the names that are also booted with the shipped binary.
    """
    for name, value in names.items():
        ROWS.append(Row(name, expect, source, lambda w, v=value: function(w, v),
                        boot=name in boot, **options))
