# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Where the sources refuse something: every call that ends in refuse(), with its code, its at= and its hint.

A function that passes a parameter of its own on to refuse() is a refuser itself, and its callers are read in its
place, so that the hint is found where it was written.
"""

import re
from collections import namedtuple

from common import functions, read, without_comments

FOLDERS = ("platform", "keys", "fit-images", "boot")
# at is what the console prints, or in words what it stands for; tool: said by a tool, not by the loader.
Cause = namedtuple("Cause", "code at hint path tool")
# Which argument of a refuser has the code, at and hint; or the C text that it always has.
Passes = namedtuple("Passes", "code at hint")
ROOTS = {name: {Passes(0, 1, 2)} for name in ("refuse", "refuse_different")}
CODE = re.compile(r"\bERR_[A-Z0-9_]+\b")
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
# A word between texts, and what it stands for: #define WORD "text".
WORD = re.compile(r'\b[A-Z][A-Z0-9_]+\b(?=[^"]*(?:"[^"]*"[^"]*)*$)')
DEFINED = re.compile(r'^#define (\w+) ("[^"\n]*")$', re.M)
# What an expression for at stands for, by a word in it.
STANDS_FOR = (("config", "a configuration"), ("compatible", "the board"), ("owner", "what claims it"),
              ("image", "an image"), ("path", "a file"), ("roots[", "an argument"), ("slot", "the slot"),
              ("key", "a key"), ("engine", "an engine"), ("partition", "a partition"), ("digest", "a digest"))


def arguments(text, at):
    """The arguments of the call whose bracket opens at text[at], as C text."""
    found, depth, begin, i = [], 0, at + 1, at
    while i < len(text):
        char = text[i]
        if char == '"':
            i = STRING.match(text, i).end()
            continue
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 or (depth == 1 and char == ","):
            found.append(" ".join(text[begin:i].split()))
            begin = i + 1
        if depth == 0:
            return found
        i += 1
    return found


class Function:
    """A function's parameters and body, comments blanked."""

    def __init__(self, path, name, lines):
        self.path, self.name = path, name
        head, _, self.body = "\n".join(lines).partition("\n{")
        bracket = head.find(name + "(")
        self.parameters = [re.sub(r"\[.*", "", p).split()[-1].lstrip("*") if p.split() else ""
                           for p in (arguments(head, bracket + len(name)) if bracket >= 0 else [])]
        # A static function is known in its own file only.
        self.key = (path, name) if head.startswith("static") else name
        self.tool = "tool" in path.parts or "host" in path.parts

    def refusals(self, known):
        """(code, at, hint, offset) of each call of a refuser, as C text."""
        names = {key if isinstance(key, str) else key[1] for key in known if isinstance(key, str) or key[0] == self.path}
        for match in re.finditer(rf"\b({'|'.join(sorted(names))})\(", self.body):
            given = arguments(self.body, match.end() - 1)
            for passes in known.get((self.path, match.group(1))) or known.get(match.group(1), ()):
                yield *(given[part] if isinstance(part, int) and part < len(given) else str(part)
                        for part in passes), match.start()

    def passes_on(self, expression):
        """True for a parameter whose value only the caller knows."""
        return expression in self.parameters and not re.search(rf"\b{expression} == ERR_", self.body)

    def codes(self, expression, offset):
        """The codes that an expression can be: those in it, the case under which it stands, what it was compared with."""
        if CODE.search(expression):
            return CODE.findall(expression)
        case = re.findall(r"case (ERR_\w+):|(\bdefault:|\n\t}\n)", self.body[:offset])
        if case and case[-1][0]:
            return [case[-1][0]]
        return re.findall(rf"\b{re.escape(expression)} == (ERR_\w+)", self.body[:offset])


def sources(root):
    """Every function of the product."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.c")):
            text = read(path)
            lines = without_comments(text).splitlines()
            for name, first, last in functions(text):
                yield Function(path.relative_to(root), name.strip("()"), lines[first - 1:last])


def refusers(every):
    """ROOTS, and whatever passes parameters of its own on to one of them."""
    known, changed = {name: set(passes) for name, passes in ROOTS.items()}, True
    while changed:
        changed = False
        for function in every:
            for code, at, hint, _ in list(function.refusals(known)):
                if function.passes_on(code) or function.passes_on(hint):
                    passes = Passes(*(function.parameters.index(text) if function.passes_on(text) else text
                                      for text in (code, at, hint)))
                    changed |= passes not in known.setdefault(function.key, set())
                    known[function.key].add(passes)
    return known


def place(expression):
    """at in words: what is printed, or what it stands for."""
    literal = STRING.findall(expression)
    if literal:
        return ", ".join(f"`{word}`" for word in literal if word)
    if "%s" in expression or expression in ("NULL", ""):
        return ""
    return next((words for word, words in STANDS_FOR if word in expression.lower()), "its name")


def hints(expression, defined):
    """The texts that a hint can be: one, or one for each branch of a condition."""
    expression = WORD.sub(lambda word: defined.get(word.group(0), word.group(0)), expression)
    for branch in re.split(r"[?:](?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", expression):
        text = "".join(STRING.findall(branch)).replace('\\"', '"')
        if text and "==" not in branch:
            yield text


def causes(root):
    """Every Cause in the sources, sorted, each once."""
    every = [function for function in sources(root) if function.path.name != "status.c"]
    defined = dict(pair for folder in FOLDERS for path in sorted((root / folder).rglob("*.[ch]"))
                   for pair in DEFINED.findall(read(path)))
    known, found = refusers(every), set()
    for function in every:
        path = function.path.as_posix()
        for code, at, hint, offset in function.refusals(known):
            if function.passes_on(code) or function.passes_on(hint):
                continue
            found |= {Cause(one, place(at), text, path, function.tool)
                      for one in function.codes(code, offset) for text in list(hints(hint, defined)) or [""]}
        for one in CODE.findall(" ".join(re.findall(r"return [^;(]*;", function.body))):
            found.add(Cause(one, "", "", path, function.tool))
    return sorted(found)
