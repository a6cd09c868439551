# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The boards' machines: how each is started in QEMU and what its release is made of, and what a console said.

One table for the demo and for all tests that boot boards; only options that QEMU 7.2 to 10 know.
"""

import functools
import os
import re
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Board:
    """A board in QEMU. In arguments: {loader} holdfast.bin, {disk} the medium with the slots (and SPL and the loader, if
    first_stage), {roots} the other disk, {trees} where the kernel's device trees lie.
    """

    qemu: str  # qemu-system-...
    arguments: str
    compatible: str  # of the release's configuration
    console: str  # the command line's
    kernel: str  # what platform/external/kernel.sh builds
    # With drivers probed late, or firmware that cannot power off.
    command_line: str = ""
    tree: str = ""  # of the release; empty: the stage before brings one
    overlay: str = ""
    first_stage: bool = False  # U-Boot SPL, on the disk
    roots: bool = False  # the roots are on a disk of their own
    resets: bool = True  # HF-FAIL and a reset end QEMU

    @property
    def arch(self):
        return "arm" if self.qemu.endswith("arm") else "arm64"


VIRTIO = " -bios {loader} -drive if=none,format=raw,file={disk},id=disk -device virtio-blk-device,drive=disk -device virtio-rng-device"
BOARDS = {
    "virt-arm64": Board(
        "qemu-system-aarch64", "-M virt -cpu cortex-a57 -m 1024" + VIRTIO,
        compatible="linux,dummy-virt", console="ttyAMA0", kernel="arm64"),
    "virt-arm": Board(
        "qemu-system-arm", "-M virt,highmem=off -cpu cortex-a15 -m 1024" + VIRTIO,
        compatible="holdfast,virt-arm", console="ttyAMA0", kernel="arm"),
    "ast2600-evb": Board(
        "qemu-system-arm", "-M ast2600-evb -drive if=mtd,format=raw,file={disk} -drive if=sd,index=2,format=raw,file={roots}",
        compatible="aspeed,ast2600-evb", console="ttyS4,115200", kernel="arm", command_line="hf.end=reset",
        tree="aspeed-ast2600-evb.dtb", first_stage=True, roots=True),
    "orangepi-pc": Board(
        "qemu-system-arm", "-M orangepi-pc -drive if=sd,format=raw,file={disk}",
        compatible="xunlong,orangepi-pc", console="ttyS0,115200", kernel="arm",
        command_line="hf.end=reset deferred_probe_timeout=1", tree="sun8i-h3-orangepi-pc.dtb", first_stage=True, resets=False),
    "vexpress-a15": Board(
        "qemu-system-arm", "-M vexpress-a15 -m 1024 -bios {loader} -drive if=sd,format=raw,file={disk}",
        compatible="arm,vexpress,v2p-ca15,tc1", console="ttyAMA0", kernel="arm", tree="vexpress-v2p-ca15-tc1.dtb"),
    "raspi3b": Board(
        "qemu-system-aarch64",
        "-M raspi3b -kernel {loader} -dtb {trees}/bcm2837-rpi-3-b.dtb -drive if=sd,format=raw,file={disk}",
        compatible="raspberrypi,3-model-b", console="ttyAMA0", kernel="arm64-boards", command_line="hf.end=reset"),
    "zcu102": Board(
        "qemu-system-aarch64",
        "-M xlnx-zcu102,virtualization=on -m 1024 -device loader,file={loader},addr=0x8000000,force-raw=on,cpu-num=0"
        " -drive if=sd,index=1,format=raw,file={disk}",
        compatible="xlnx,zynqmp-zcu102", console="ttyPS0", kernel="arm64-boards", tree="zynqmp-zcu102-rev1.0.dtb",
        overlay="zcu102-qemu.dtbo"),
}
COMMON = "-nic none -nographic -no-reboot"
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PAIR = re.compile(r'([\w,-]+)=("[^"]*"|\S*)')


@functools.lru_cache
def silence(qemu):
    """What keeps a QEMU from looking for a sound card: the word changed with version 8."""
    said = subprocess.run([qemu, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return "-audio none" if int(re.search(r"version (\d+)", said).group(1)) >= 8 else "-audiodev none,id=silent"


def command(board, loader, disk, roots="", trees=""):
    """The command line that boots disk on board with loader; roots and trees where the board has them."""
    row = BOARDS[board]
    qemu = os.environ.get("QEMU_" + row.arch.upper(), row.qemu)
    sound = silence(qemu) if board in ("vexpress-a15", "zcu102") else ""
    words = f"{row.arguments} {sound} {COMMON}".split()
    return [qemu, *[word.format(loader=loader, disk=disk, roots=roots, trees=trees) for word in words]]


def parts(board, kernel):
    """What the release of a board is made of beside the root, as fit-images/release.mk calls it; kernel is kernel.sh's path."""
    row, trees = BOARDS[board], Path(kernel).parent
    line = " ".join(f"console={row.console} panic=-1 {row.command_line}".split())
    result = {"KERNEL": kernel, "COMPATIBLE": row.compatible, "CMDLINE": line}
    if row.tree:
        result["DTB"] = str(trees / row.tree)
    if row.overlay:
        result["OVERLAYS"] = str(trees / row.overlay)
    return result


def in_root(release):
    """The same release with everything in its root: release.mk's variables, and the FILE=PATH words of build.sh."""
    rest, files = dict(release), []
    for old, new in (("KERNEL", "KERNEL_PATH"), ("DTB", "DTB_PATH"), ("OVERLAYS", "OVERLAY_PATHS"), ("INITRD", "INITRD_PATH")):
        if old in rest:
            file = rest.pop(old)
            rest[new] = f"/boot/{Path(file).name}"
            files.append(f"{file}=boot/{Path(file).name}")
    return rest, files


class Line:
    """A console line that scripts rely on: HF-WORD key=value..."""

    def __init__(self, text):
        self.text = text
        self.word = text.split(" ", 1)[0]
        self.values = {k: v.strip('"') for k, v in PAIR.findall(text)}

    def has(self, word, **values):
        return self.word == word and all(self.values.get(k) == v for k, v in values.items())


class Boot:
    """One boot: its HF- lines, how long it took, and how it ended."""

    def __init__(self):
        self.lines, self.seconds, self.ended = [], 0.0, ""

    def find(self, word, **values):
        return next((line for line in self.lines if line.has(word, **values)), None)


def _stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _read(process, deadline):
    """Lines of the console as they come; ends with the process or at the deadline."""
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    rest = b""
    while time.monotonic() < deadline[0]:
        if not selector.select(0.2):
            continue
        data = os.read(process.stdout.fileno(), 65536)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
    if rest:
        yield rest


def boot(arguments, log, timeout, show):
    """Start the machine, follow its console until it powers off, fails or the time is over. show(text) gets every line."""
    result, began = Boot(), time.monotonic()
    deadline = [began + timeout]
    with open(log, "wb") as kept:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            for raw in _read(process, deadline):
                kept.write(raw + b"\n")
                text = ANSI.sub("", raw.decode("ascii", "replace")).strip("\r")
                show(text)
                if text.startswith("HF-"):
                    result.lines.append(Line(text))
                if text.startswith("HF-FAIL"):
                    # The loader resets or stops; nothing worth waiting for comes after it.
                    deadline[0] = min(deadline[0], time.monotonic() + 2)
                if text.startswith("HF-LINUX"):
                    # Nor after this; but not every machine can switch itself off.
                    deadline[0] = min(deadline[0], time.monotonic() + 10)
            result.ended = "timeout" if time.monotonic() >= began + timeout else "done"
        finally:
            _stop(process)
            process.stdout.close()
    result.seconds = time.monotonic() - began
    return result
