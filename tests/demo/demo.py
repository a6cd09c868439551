#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make demo: pack and sign a release, boot it in QEMU to a userland on dm-verity, then show what tampering comes to.

Twice: with the kernel as an image in the FIT, and with the kernel inside the root (form files). Exit 0 only if the good
images reached their userland with an intact root, a damaged root block was refused by the kernel, and a damaged kernel by
the loader. --run boots the good image with the console on this terminal instead.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import machine

TOP = Path(__file__).resolve().parents[2]
MARK = b"line 010000 of the data"
# Console lines worth seeing in the short form.
WORTH = ("HF-", "userland: read", "userland: cpus", "device-mapper: verity", "Linux version", "Kernel panic")


class Demo:
    def __init__(self, options):
        self.options = options
        self.out = Path(options.out)  # of the form at hand
        self.forms = ["images", "files"] if options.form == "both" else [options.form]
        self.board = machine.BOARDS[options.board]
        self.trees = ""
        self.image = Path(options.tools, "holdfast-image")
        boots = {"images": 3, "files": 2}
        self.step, self.steps = 0, 1 + sum(2 + (0 if options.run else boots[form]) for form in self.forms)
        self.rows, self.good = [], True

    def say(self, text):
        print(text, flush=True)

    def begin(self, what):
        self.step += 1
        self.say(f"[{self.step}/{self.steps}] {what}")

    def show(self, text):
        if self.options.verbose or any(word in text for word in WORTH):
            self.say(f"      | {text}")

    def call(self, *arguments):
        """Run a program; its last line on stdout. Its stderr is seen as it comes."""
        result = subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE, text=True, cwd=TOP, check=False)
        if result.returncode:
            sys.exit(f"demo: {Path(str(arguments[0])).name} ended with {result.returncode}\n{result.stdout}")
        return result.stdout.strip().splitlines()[-1] if result.stdout.strip() else ""

    # The parts of a release.

    def kernel(self):
        self.begin(f"kernel: {'our own configuration' if self.options.kernel == 'own' else 'Debian cloud kernel'}")
        began = time.monotonic()
        if self.options.kernel == "own":
            kernel = self.call("platform/external/kernel.sh", self.board.kernel)
            parts = machine.parts(self.options.board, kernel)
        else:
            store = self.call("platform/external/debian_kernel.sh")
            parts = {**machine.parts(self.options.board, f"{store}/Image"), "INITRD": f"{store}/initrd"}
        self.trees = Path(parts["KERNEL"]).parent
        self.say(f"      {parts['KERNEL']} ({time.monotonic() - began:.1f} s)")
        return parts

    def root(self, files=()):
        self.begin("root: a read-only erofs with one static program and some data"
                   + (", and what is booted: " + " ".join(f.rpartition("=")[2] for f in files) if files else ""))
        self.call("fit-images/root/build.sh", self.out / "root.erofs", self.board.arch, *files)
        return {"ROOT": self.out / "root.erofs"}

    def release(self, parts):
        self.begin("release: hash tree, FIT, signature, disk (fit-images/release.mk)")
        options = self.options
        board = options.board
        variables = {"OUT": self.out, "TOOLS": options.tools, "BOARD": board, "KEY": options.key, "TRUST": options.trust,
                     "INDEX": 7, **parts}
        if options.first_stage:
            variables["FIRST_STAGE"] = options.first_stage
        if self.board.roots:
            variables["ROOT_DISK"] = self.out / "roots.img"
        for name in ("root.verity", "unsigned.itb", "release.itb", "disk.img", "roots.img"):
            (self.out / name).unlink(missing_ok=True)
        environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")}
        result = subprocess.run(["make", "--no-print-directory", "-f", "fit-images/release.mk",
                                 *[f"{k}={v}" for k, v in variables.items()]], cwd=TOP, env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        for line in result.stdout.splitlines():
            if options.verbose or result.returncode or not line.startswith("\t"):
                self.say(f"      {line.strip() if result.returncode else line.strip()[:110]}")
        if result.returncode:
            sys.exit("demo: the release could not be made")
        return self.out / "disk.img"

    def describe(self, file, *arguments):
        return json.loads(subprocess.run([self.image, "show", *arguments, "--json", file], stdout=subprocess.PIPE, check=True).stdout)

    # Boots.

    def command(self, disk, roots=None):
        return machine.command(self.options.board, self.options.loader, disk, roots or self.out / "roots.img", self.trees)

    def boot(self, name, disk, roots=None):
        log = self.out / f"console-{name}.log"
        arguments = self.command(disk, roots)
        result = machine.boot(arguments, log, self.options.timeout, self.show)
        self.say(f"      {result.seconds:.1f} s; the whole console is in {log}")
        return result

    def judge(self, what, boot, checks):
        """A row of the table; every check is (what is expected, found or not)."""
        missing = [text for text, found in checks if not found]
        if boot.ended == "timeout":
            missing.append("an end in time")
        for text in missing:
            self.say(f"      MISSING: {text}")
        self.good = self.good and not missing
        self.rows.append((what, self.outcome(boot), f"{boot.seconds:.1f} s", "no" if missing else "yes"))

    @staticmethod
    def outcome(boot):
        """What decided, in short: the refusal of slot A, or what Linux said."""
        refusal, linux, failed = boot.find("HF-REFUSE", slot="A"), boot.find("HF-LINUX"), boot.find("HF-FAIL")
        keys = {"HF-REFUSE": ("slot", "code", "at"), "HF-LINUX": ("root", "verity", "slot", "read", "file")}
        line = refusal or linux
        if not line:
            return failed.text if failed else "nothing"
        words = [line.word, *[f"{k}={line.values[k]}" for k in keys[line.word] if k in line.values]]
        return " ".join(words) + (f"; {failed.text}" if failed else "")

    def boot_good(self, disk, what="good image", handoff=()):
        self.begin("boot the release")
        root_hash = self.describe(self.out / "root.verity")["root_hash"]
        boot = self.boot("good", disk)
        self.judge(what, boot, [
            ("HF-BOOT", boot.find("HF-BOOT", board=self.options.board)),
            ("HF-VERIFIED slot=A index=7", boot.find("HF-VERIFIED", slot="A", index="7")),
            ("HF-HANDOFF slot=A", boot.find("HF-HANDOFF", slot="A")),
            *[(f"HF-HANDOFF {key}=", key in getattr(boot.find("HF-HANDOFF"), "values", {})) for key in handoff],
            ("HF-LINUX root=/dev/dm-0 verity=V slot=A with the signed root hash",
             boot.find("HF-LINUX", root="/dev/dm-0", verity="V", slot="A", roothash=root_hash)),
            ("no refusal", not boot.find("HF-REFUSE")),
        ])

    def copy(self, disk, name):
        copy = self.out / f"disk-{name}.img"
        subprocess.run(["cp", "--sparse=always", disk, copy], check=True)
        return copy

    def partition(self, disk, name):
        # The slots may be in raw flash, which only the board's name explains; roots are on a disk with a table.
        board = () if name.startswith("root-") else ("--board", self.options.board)
        return next(p for p in self.describe(disk, *board)["partitions"] if p["name"] == name)

    def flip(self, disk, offset):
        with open(disk, "r+b") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1]))
        self.say(f"      byte {offset}: {byte:#04x} -> {byte ^ 1:#04x}")

    def boot_flipped_root(self, name, disk, offset):
        """Boot with one bit of the root's data changed."""
        whole = self.out / "roots.img" if self.board.roots else disk
        copy = self.copy(whole, name)
        self.flip(copy, self.partition(whole, "root-a")["offset"] + offset)
        return self.boot(name, disk, copy) if self.board.roots else self.boot(name, copy)

    def boot_damaged_root(self, disk):
        self.begin("one bit of the root's data on the disk: the kernel must refuse the block")
        boot = self.boot_flipped_root("root", disk, Path(self.out, "root.erofs").read_bytes().index(MARK))
        self.judge("root data, 1 bit", boot, [
            ("HF-VERIFIED slot=A", boot.find("HF-VERIFIED", slot="A")),
            ("HF-LINUX verity=C read=EIO", boot.find("HF-LINUX", verity="C", read="EIO")),
            ("no HF-LINUX verity=V", not boot.find("HF-LINUX", verity="V")),
        ])

    def boot_damaged_kernel(self, disk):
        self.begin("one bit of the kernel in the FIT: the loader must refuse the slot")
        copy = self.copy(disk, "kernel")
        slot = self.partition(disk, "holdfast-a")
        kernel = next(i for i in slot["images"] if i["name"] == "kernel")
        self.flip(copy, slot["offset"] + kernel["offset"] + kernel["size"] // 2)
        boot = self.boot("kernel", copy)
        self.judge("kernel, 1 bit", boot, [
            ("HF-REFUSE slot=A code=hash-mismatch", boot.find("HF-REFUSE", slot="A", code="hash-mismatch")),
            ("HF-FAIL", boot.find("HF-FAIL")),
            ("no HF-HANDOFF", not boot.find("HF-HANDOFF")),
            ("no HF-LINUX", not boot.find("HF-LINUX")),
        ])

    def boot_damaged_kernel_in_root(self, disk, kernel):
        self.begin("one bit of the kernel in the root: the loader must refuse the block, and say which")
        content = Path(kernel).read_bytes()
        offset = Path(self.out, "root.erofs").read_bytes().index(content[:4096]) + len(content) // 2
        boot = self.boot_flipped_root("kernel-file", disk, offset)
        at = f"level-0-data-block-{offset // 4096}"
        self.judge("kernel file, 1 bit", boot, [
            (f"HF-REFUSE slot=A code=verity-io at={at}", boot.find("HF-REFUSE", slot="A", code="verity-io", at=at)),
            ("HF-FAIL", boot.find("HF-FAIL")),
            ("no HF-HANDOFF", not boot.find("HF-HANDOFF")),
            ("no HF-LINUX", not boot.find("HF-LINUX")),
        ])

    # The two forms of a release.

    def images(self, parts):
        """Kernel, tree and initrd are images in the FIT."""
        disk = self.release({**parts, **self.root()})
        if not self.options.run:
            self.boot_good(disk)
            self.boot_damaged_root(disk)
            self.boot_damaged_kernel(disk)
        return disk

    def files(self, parts):
        """They are files in the root: one root image and one signature."""
        self.out = self.out / "files"
        self.out.mkdir(exist_ok=True)
        rest, files = machine.in_root(parts)
        disk = self.release({**rest, **self.root(files)})
        if not self.options.run:
            self.boot_good(disk, "kernel in the root", ["root-blocks"])
            self.boot_damaged_kernel_in_root(disk, parts["KERNEL"])
        return disk

    def table(self, seconds):
        self.say("")
        for what, outcome, took, ok in [("what", "what happened", "time", "as it must"), *self.rows]:
            self.say(f"  {what:18} {took:>7}  {ok:10}  {outcome}")
        self.say(f"\n  {'All as it must be' if self.good else 'NOT as it must be'}; {seconds:.0f} s in all.")

    def main(self):
        began = time.monotonic()
        self.out.mkdir(parents=True, exist_ok=True)
        self.say(f"Holdfast on {self.options.board}: {self.options.loader}, {os.path.getsize(self.options.loader)} bytes")
        parts = self.kernel()
        for form in self.forms:
            disk = getattr(self, form)(parts)
        if self.options.run:
            arguments = self.command(disk)
            self.say(f"      {' '.join(arguments)}\n      (leave QEMU with ctrl-a x)")
            return subprocess.call(arguments)
        self.table(time.monotonic() - began)
        return 0 if self.good else 1


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--board", default="virt-arm64", choices=sorted(machine.BOARDS))
    parser.add_argument("--loader", required=True, type=os.path.abspath, help="holdfast.bin")
    parser.add_argument("--tools", required=True, type=os.path.abspath, help="folder with holdfast-image and holdfast-keys")
    parser.add_argument("--first-stage", type=os.path.abspath, help="U-Boot SPL and the loader, for a board that has them on its disk")
    parser.add_argument("--key", required=True, type=os.path.abspath, help="private key that the loader trusts")
    parser.add_argument("--trust", required=True, type=os.path.abspath, help="the loader's trust set")
    parser.add_argument("--out", required=True, type=os.path.abspath, help="where to work")
    parser.add_argument("--kernel", default="own", choices=("own", "debian"),
                        help="own: built from source without initramfs; debian: stock cloud kernel with a small initramfs")
    parser.add_argument("--form", choices=("both", "images", "files"),
                        help="what the release is made of: images in a FIT, files in its root (default: both; --run: images)")
    parser.add_argument("--run", action="store_true", help="only boot the good image, console on this terminal")
    parser.add_argument("--timeout", type=float, default=180, help="seconds for one boot")
    parser.add_argument("-v", "--verbose", action="store_true", help="the whole console")
    result = parser.parse_args()
    if result.kernel == "debian" and result.board != "virt-arm64":
        parser.error("Debian's cloud kernel is for virt-arm64")
    result.form = result.form or ("images" if result.run else "both")
    if result.run and result.form == "both":
        parser.error("--run boots one form")
    return result


if __name__ == "__main__":
    sys.exit(Demo(options()).main())
