# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Public vectors in QEMU's machines, read from the medium, through every engine that the board has (board_main.c).

No invalid signature accepted, no valid one refused, no digest wrong, and each number that an RSA engine answers the same,
bit for bit, as Python computes. An engine that the machine does not have says so.
"""

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "attacks"), str(HERE.parent / "qemu")]
sys.dont_write_bytecode = True

from board import Boot  # noqa: E402
from build import OUT, run  # noqa: E402
from build import O as BUILD  # noqa: E402

ZERO = ("wrong", "refused", "accepted", "left")


@dataclass
class Machine:
    """A board in QEMU; used: its engines besides software that must have been at work; not: the others' states."""
    board: str
    qemu: str
    arguments: list
    privilege: str
    used: tuple
    absent: tuple = ()
    struck: tuple = ()
    disk: str = "few"
    medium: str = "virtio"  # "flash": the program at 0, the vectors at 1 MiB; "sd"
    extra: list = field(default_factory=list)

    def media(self, binary, disk, work):
        """QEMU's arguments for the program and the vectors."""
        if self.medium == "virtio":
            return ["-m", "512", "-bios", str(binary), "-drive", f"if=none,format=raw,readonly=on,file={disk},id=disk0",
                    "-device", "virtio-blk-device,drive=disk0"]
        image = Path(f"{work}.{self.medium}")
        if self.medium == "sd":
            image.write_bytes(disk.read_bytes())
            os.truncate(image, 16 << 20)
            return ["-drive", f"if=sd,format=raw,file={image}", "-device",
                    f"loader,file={binary},addr={LOADED:#x},force-raw=on", "-device", f"loader,addr={LOADED:#x},cpu-num=0"]
        flash = binary.read_bytes().ljust(1 << 20, b"\0") + disk.read_bytes()
        image.write_bytes(flash)
        os.truncate(image, 64 << 20)
        return ["-drive", f"if={'mtd' if self.board == 'ast2600-evb' else 'pflash'},format=raw,file={image}"]


def virt(cpu, *words):
    return ["-M", ",".join(("virt", "gic-version=2") + words), "-cpu", cpu]


LOADED = 0x4a000000
CRYPTO = ["-object", "cryptodev-backend-builtin,id=crypto", "-device", "virtio-crypto-pci,cryptodev=crypto"]
VIRTIO = ("virtio-crypto",)
ARMV8 = ("armv8-ce",)
ARM64 = (*ARMV8, "arm64-asm")
ARM = ("armv7-asm", "arm-asm")
MACHINES = {
    "arm64": Machine("virt-arm64", "aarch64", virt("max,pauth-impdef=on"), "1", ARM64, VIRTIO, disk="all"),
    "arm64-el2": Machine("virt-arm64", "aarch64", virt("cortex-a57", "virtualization=on"), "2", ARM64, VIRTIO),
    # The device answers, but QEMU as Debian builds it cannot compute without padding (7.2), or says so (10).
    "arm64-virtio-crypto": Machine("virt-arm64", "aarch64", virt("cortex-a57"), "1", ARM64, extra=CRYPTO,
                                   struck=("virtio-crypto",)),
    "arm": Machine("virt-arm", "arm", virt("max"), "svc", (*ARMV8, *ARM), VIRTIO, disk="all"),
    "arm-hyp": Machine("virt-arm", "arm", virt("max", "virtualization=on"), "hyp", (*ARMV8, *ARM), VIRTIO),
    "arm-secure": Machine("virt-arm", "arm", virt("max", "secure=on"), "svc", (*ARMV8, *ARM), VIRTIO),
    # No such instructions in ARMv7.
    "arm-a15": Machine("virt-arm", "arm", virt("cortex-a15"), "svc", ARM, (*ARMV8, *VIRTIO)),
    "arm-a7": Machine("virt-arm", "arm", virt("cortex-a7", "virtualization=on"), "hyp", ARM,
                      (*ARMV8, *VIRTIO)),
    "ast2600-evb": Machine("ast2600-evb", "arm", ["-M", "ast2600-evb"], "svc", ("hace", *ARM), medium="flash"),
    "vexpress-a15": Machine("vexpress-a15", "arm", ["-M", "vexpress-a15", "-m", "1024", "-audiodev", "none,id=a"], "svc",
                            ARM, ARMV8, struck=VIRTIO, medium="flash",
                            extra=["-global", "virtio-mmio.force-legacy=false", *CRYPTO[:3],
                                   "virtio-crypto-device,cryptodev=crypto"]),
    "orangepi-pc": Machine("orangepi-pc", "arm", ["-M", "orangepi-pc"], "svc", ARM, ARMV8, medium="sd"),
}
DISKS = {"all": ("--soft", "40"), "few": ("--every", "10", "--soft", "40"),
         "false": ("--every", "40", "--falsify")}


@pytest.fixture(scope="session")
def disks():
    wycheproof = run("platform/external/fetch.sh", "wycheproof").split()[-1]
    made = {}
    for name, options in DISKS.items():
        made[name] = Path(OUT, "vectors", f"{name}.disk")
        made[name].parent.mkdir(parents=True, exist_ok=True)
        run(sys.executable, "-B", str(HERE / "board_disk.py"), str(made[name]), wycheproof, *options)
    return made


def vectors(machine, disk, log):
    """The lines of a run, as dictionaries, and the last one."""
    run("make", "-j2", f"O={BUILD}", f"BOARD={machine.board}", f"TRUST={BUILD}/dev-keys/trust.dtb", "dev-keys",
        "vectors-board")
    binary = Path(OUT, machine.board, "vectors/vectors.bin")
    boot = Boot([f"qemu-system-{machine.qemu}", *machine.arguments, "-nic", "none", "-display", "none", "-monitor",
                 "none", "-no-reboot", *machine.media(binary, disk, disk.parent / log), *machine.extra],
                str(Path(OUT, "qemu", f"vectors-{log}.log")), until="HF-VECTORS privilege=", seconds=200)
    lines = [dict(re.findall(r"([\w-]+)=(\S+)", line)) for line in boot.console.splitlines()
             if line.startswith("HF-VECTORS ")]
    assert lines and "end" in lines[-1], boot.explain()
    for line in lines[:-1]:
        line.update({k: int(v) for k, v in line.items() if v.isdigit()})
    return lines[:-1], lines[-1]


def states(lines, state):
    return {line["engine"] for line in lines if line["state"] == state}


@pytest.mark.parametrize("name", MACHINES)
def test_board(disks, name):
    machine = MACHINES[name]
    lines, last = vectors(machine, disks[machine.disk], name)
    assert last == {"privilege": machine.privilege, "end": "ok"}
    assert [(line["engine"], key) for line in lines for key in ZERO if line[key]] == []
    assert states(lines, "used") == {*machine.used, "mbedtls", "ecdsa"}
    # What fails with QEMU 7.2 is not offered by QEMU 10.
    assert states(lines, "struck-off") <= set(machine.struck)
    assert states(lines, "struck-off") | states(lines, "absent") == {*machine.absent, *machine.struck}
    for line in lines:
        assert (line["state"] == "used") == (line["digests"] + line["valid"] > 0), line
    assert all(line["digests"] > 450 for line in lines if line["engine"] in ("armv8-ce", "armv7-asm", "hace") and line["digests"])
    if machine.disk == "all":
        rsa = next(line for line in lines if line["engine"] in ("arm-asm", "arm64-asm"))
        assert rsa["raw"] > 3000 and rsa["valid"] > 800 and rsa["invalid"] > 2500


def test_a_false_vector_is_seen(disks):
    """One digest (tried three ways), and one verdict of each kind."""
    lines, last = vectors(MACHINES["arm"], disks["false"], "false")
    assert last["end"] == "ok"
    found = {(line["engine"], key): line[key] for line in lines for key in ZERO if line[key]}
    verdicts = [(engine, key) for engine in ("arm-asm", "mbedtls", "ecdsa") for key in ("refused", "accepted")]
    assert found == {("armv8-ce", "wrong"): 3, ("armv7-asm", "wrong"): 3, ("mbedtls", "wrong"): 3, **{v: 1 for v in verdicts}}
