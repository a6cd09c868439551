#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""A check that cannot fail is a defect: plant each violation in a scratch tree and expect it to be reported.

Each case is (check, file, content, what the report must contain). The same tree without the file must pass.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SPDX = "Apache-2.0 OR GPL-2.0-or-later"
HEAD = f"/* SPDX-License-Identifier: {SPDX} */\n"
LONG = HEAD + "int f(void)\n{\n" + "\tg();\n" * 60 + "}\n"
DOC = "/* A number. */\n"

SOUND = {
    "platform/include/base.h": HEAD + "/* Base.\n * It is the base.\n * That is all.\n */\n#ifndef BASE_H\n#define BASE_H\n\n"
                               "/* A number; 0 is none. */\nint number(void);\n\n#endif\n",
    "keys/trust.h": HEAD + "/* Trust.\n * It is.\n * That is all.\n */\n#ifndef TRUST_H\n#define TRUST_H\n\n#endif\n",
    "keys/trust.c": HEAD + '#include "base.h"\n\n#include <stdint.h>\n\nint trust(void)\n{\n\treturn 1;\n}\n',
    "boot/main.h": HEAD + "/* Boot.\n * It is.\n * That is all.\n */\n#ifndef MAIN_H\n#define MAIN_H\n\n#endif\n",
    "boot/run.sh": f"#!/usr/bin/env bash\n# SPDX-License-Identifier: {SPDX}\nset -euo pipefail\necho hello\n",
}

CASES = (
    ("floors", "keys/up.c", HEAD + '#include "main.h"\n', "main.h is above keys"),
    ("floors", "platform/drivers/up.c", HEAD + '#include "trust.h"\n', "trust.h is above platform"),
    ("floors", "boot/fdt.c", HEAD + "#include <libfdt.h>\n", "libfdt.h may only"),
    ("floors", "keys/rsa.c", HEAD + "#include <mbedtls/bignum.h>\n", "mbedtls/bignum.h may only"),
    ("floors", "boot/print.c", HEAD + "#include <stdio.h>\n", "needs a C library"),
    ("headers", "keys/bare.h", HEAD + "#ifndef A\n#define A\n\nint bare(int x);\n\n#endif\n", "bare has no comment"),
    ("headers", "keys/open.h", HEAD + DOC + "int open(int x);\n", "no include guard"),
    ("headers", "keys/terse.h", HEAD + "#ifndef A\n#define A\n" + "extern int a;\n" * 40 + "#endif\n", "headers explain"),
    ("functions", "boot/long.c", LONG, "f: 63 lines"),
    ("functions", "boot/tall.c", HEAD + "int a;\n" * 400, "401 lines"),
    ("functions", "boot/wide.c", HEAD + "/* " + "x" * 100 + " */\n", "columns"),
    ("functions", "boot/cut.c", HEAD + "int f(void)\n{\n#ifdef X\n\treturn 1;\n#endif\n}\n", "#if inside a function"),
    ("functions", "boot/weak.c", HEAD + "__attribute__((weak)) int f(void);\n", "weak"),
    ("functions", "boot/heap.c", HEAD + "int f(void)\n{\n\treturn malloc(1) != 0;\n}\n", "no heap"),
    ("functions", "boot/tail.c", HEAD + "int a; \n", "space at the end"),
    ("lines", "boot/big.c", HEAD + "int a;\n" * 8000, "lines of code"),
    ("licence", "boot/mine.c", "int a;\n", "does not begin"),
    ("licence", "boot/mine.py", "#!/usr/bin/env python3\nprint()\n", "does not begin"),
    ("places", "boot/there.c", HEAD + 'const char *p = "/' + 'home/me/keys";\n', "a path of one machine"),
    ("places", "boot/net.sh", "curl http:/" + "/deb.debian" + ".org/x\n", "a host name"),
    ("places", "README.md", "from deb.debian" + ".org\n", "a host name"),
    ("documents", "keys/page.md", "# A `b`\n[x](#a-b) [y](../boot/main.h)\n\n[z](gone.md)\n", "page.md:4: gone.md is not there"),
    ("documents", "keys/page.md", "# A\n[x](#a)\n```\n# B\n```\n[y](#b)\n", "page.md:6: page.md has no heading #b"),
    ("format", "boot/ugly.c", HEAD + "int  f( void ){return 1;}\n", "not formatted"),
    ("shell", "boot/loose.sh", "#!/usr/bin/env bash\necho $1\n", "without set -euo pipefail"),
    ("shell", "boot/odd.sh", "#!/usr/bin/env bash\nset -euo pipefail\nx=1\ncd /tmp\n", "SC2034"),
    ("cppcheck", "boot/read.c", HEAD + "int f(void)\n{\n\tint a[2];\n\n\treturn a[2];\n}\n", "out of bounds"),
)

COMPILED = (
    ("recursion", "int b(int n);\nint a(int n)\n{\n\treturn n ? b(n - 1) * 2 : 0;\n}\nint b(int n)\n{\n\treturn a(n) + 1;\n}\n",
     "recursion: "),
    ("analyzer", "int f(int n)\n{\n\tint *p = 0;\n\n\treturn n ? *p : 0;\n}\n", "NULL"),
    ("tidy", "int f(int n)\n{\n\tif (n > 1)\n\t\treturn 1;\n\telse\n\t\treturn n > n;\n}\n", "redundant"),
)

LINK = """
SECTIONS {
	. = 0x1000;
	.text : { *(.text*) }
	%s
}
"""
LINKS = (
    ("writable and executable", LINK % ".data : { *(.data*) }", "-Wl,-N"),
    ("does not begin on a page", LINK % ".data : { *(.data*) }", "-Wl,-z,max-page-size=16,-z,noseparate-code"),
    ("is not the base", ("SECTIONS { . = 0x1000; .first : { *(.text.other) } . = ALIGN(4096); .text : { *(.text*) } "
                         ". = ALIGN(4096); .data : { *(.data*) } }"), "-Wl,-z,max-page-size=4096"),
    ("notes must be discarded", LINK % ". = ALIGN(4096); .data : { *(.data*) }", "-Wl,--build-id,-z,max-page-size=4096"),
)


def run(name, root, *arguments):
    result = subprocess.run([sys.executable, HERE / f"{name}.py", "--root", root, *arguments],
                            capture_output=True, text=True, check=False)
    return result.returncode, result.stdout + result.stderr


def tree(directory, extra=()):
    for name, content in [*SOUND.items(), *extra]:
        path = Path(directory, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    style = HERE.parents[1] / ".clang-format"
    Path(directory, ".clang-format").write_text(style.read_text(encoding="utf-8"), encoding="utf-8")


class Verdicts:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, what, good, output):
        self.passed += good
        self.failed += not good
        if not good:
            print(f"{what}: not as expected\n{output}")


def static(verdicts):
    for name in sorted({c[0] for c in CASES}):
        with tempfile.TemporaryDirectory() as scratch:
            tree(scratch)
            code, output = run(name, scratch)
            verdicts.expect(f"{name} on a sound tree", code == 0, output)
    for name, path, content, word in CASES:
        with tempfile.TemporaryDirectory() as scratch:
            tree(scratch, [(path, content)])
            code, output = run(name, scratch)
            verdicts.expect(f"{name} on {path}", code == 1 and word in output, output)


def compiled(verdicts):
    for name, content, word in COMPILED:
        for source, good in ((f"int f(int n);\n{content}", False), ("int f(int n);\nint f(int n)\n{\n\treturn n;\n}\n", True)):
            with tempfile.TemporaryDirectory() as scratch:
                Path(scratch, "x.c").write_text(source, encoding="utf-8")
                Path(scratch, ".clang-tidy").write_text((HERE.parents[1] / ".clang-tidy").read_text(encoding="utf-8"))
                listing = Path(scratch, "c.json")
                listing.write_text(json.dumps([{"file": "x.c", "directory": scratch, "output": "x.o",
                                                "arguments": ["gcc", "-O1", "-c", "x.c"]}]))
                code, output = run(name, scratch, "--commands", listing)
                wanted = code == 0 if good else code == 1 and word in output
                verdicts.expect(f"{name} on {'sound' if good else 'planted'} code", wanted, output)


def linked(verdicts):
    for word, script, flags in LINKS:
        with tempfile.TemporaryDirectory() as scratch:
            Path(scratch, "x.c").write_text("int data = 1;\nint other(void) { return 2; }\n"
                                            "int _start(void) { return data; }\n")
            Path(scratch, "x.ld").write_text(script)
            built = subprocess.run(["gcc", "-nostdlib", "-static", "-ffunction-sections", flags,
                                    "-T", "x.ld", "x.c", "-e", "_start", "-o", "x.elf"],
                                   cwd=scratch, capture_output=True, text=True, check=False)
            code, output = run("links", scratch, Path(scratch, "x.elf"))
            verdicts.expect(f"links on {word}", code == 1 and word in output, built.stderr + output)


def commits(verdicts):
    for message, word in (("no area here\n\nbody", "is not"), ("area: " + "x" * 80 + "\n\nbody", "characters"),
                          ("area: what", "no body"), ("area: what.\n\nbody", "full stop"), ("area: what\n\nwhy", "")):
        with tempfile.TemporaryDirectory() as scratch:
            git = ["git", "-C", scratch, "-c", "user.name=a", "-c", "user.email=a@b"]
            subprocess.run([*git, "init", "-q"], check=True)
            subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", message], check=True)
            code, output = run("commits", scratch)
            verdicts.expect(f"commits on {message!r}", code == (1 if word else 0) and word in output, output)


TABLE = '#define STATUS_TABLE(X) \\\n\tX(ERR_A, 0x01, "a-word", "It is.", \\\n\t  "Do it.") \\\n' \
        '\tX(ERR_TPM, 0x02, "tpm", "No.", "Look.")\n'
SAID = "int f(int x)\n{\n\treturn refuse(ERR_A, \"x\", x ? \"up\" : \"do\" \"wn\");\n}\n"
TOLD = "int f(int why)\n{\n\treturn refuse(why, name, \"told\");\n}\nint g(void)\n{\n\treturn f(ERR_A);\n}\n"


def refusals(verdicts):
    """The page of reason codes: made, then one thing changed."""
    sound = {"platform/include/status.h": TABLE, "boot/said.c": SAID, "tests/attacks/TABLE.md": "| `row-1` | `a-word` | x |\n"}
    for extra, word in (({}, "ok"), ({"boot/REFUSALS.md": "other"}, "run tests/check/refusals.py"),
                        ({"boot/said.c": TOLD}, "run tests/check/refusals.py"), ({"boot/said.c": ""}, "no source refuses"),
                        ({"tests/attacks/TABLE.md": ""}, "a-word: no test produces it"),
                        ({"boot/tpm.c": SAID.replace("ERR_A", "ERR_TPM")}, "tpm: is said now")):
        with tempfile.TemporaryDirectory() as scratch:
            tree(scratch, sound.items())
            _, output = run("refusals", scratch, "--write")
            page = Path(scratch, "boot/REFUSALS.md").read_text(encoding="utf-8")
            made = all(text in page for text in ("| up |", "| down |", "`row-1`", "It is.", "Do it.", "boot/said.c"))
            tree(scratch, extra.items())
            code, output = run("refusals", scratch)
            verdicts.expect(f"refusals on {word}", made and code == (word != "ok") and word in output, page + output)


def private_keys(verdicts):
    """Private keys of each kind in each form are found; their public halves are not."""
    kinds = (["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"])
    forms = ("pkey", "pkey -traditional", "pkey -outform DER", "pkcs8 -topk8 -nocrypt -outform DER",
             "pkey -aes256 -passout pass:word", "pkey -pubout", "pkey -pubout -outform DER")
    for kind in kinds:
        made = subprocess.run(["openssl", "genpkey", "-algorithm", *kind], capture_output=True, check=True).stdout
        for form in forms:
            key = subprocess.run(["openssl", *form.split()], input=made, capture_output=True, check=True).stdout
            with tempfile.TemporaryDirectory() as scratch:
                Path(scratch, "notes").write_bytes(b"x" * 10 + b"\n" + key)
                code, output = run("no_keys", scratch)
                good = code == (0 if "-pubout" in form else 1)
                verdicts.expect(f"no_keys on {kind[0]} by {form}", good, output)


def main():
    verdicts = Verdicts()
    for part in (static, compiled, linked, commits, refusals, private_keys):
        part(verdicts)
    print(f"{verdicts.passed} passed, {verdicts.failed} failed")
    sys.exit(1 if verdicts.failed else 0)


if __name__ == "__main__":
    main()
