# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The demo's machines: how a board is started in QEMU, and what its console said."""

import os
import re
import selectors
import signal
import subprocess
import time

# board: QEMU's arguments, but for the loader and the disk.
BOARDS = {
    "virt-arm64": ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-m", "1024"],
}
COMMON = ["-nic", "none", "-nographic", "-no-reboot"]
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PAIR = re.compile(r'([\w,-]+)=("[^"]*"|\S*)')


def command(board, loader, disk):
    """The command line that boots disk on board with loader."""
    return [*BOARDS[board], *COMMON, "-bios", str(loader),
            "-drive", f"if=none,format=raw,file={disk},id=disk", "-device", "virtio-blk-device,drive=disk",
            "-device", "virtio-rng-device"]


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
            result.ended = "timeout" if time.monotonic() >= began + timeout else "done"
        finally:
            _stop(process)
            process.stdout.close()
    result.seconds = time.monotonic() - began
    return result
