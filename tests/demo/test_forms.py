# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Every form of release that holdfast-image makes reaches its userland: where the root is, how the kernel is packed."""

import gzip
import os
import subprocess
from pathlib import Path

import machine
import pytest

TOP = Path(__file__).resolve().parents[2]
OUT = Path(TOP, os.environ.get("O", "build"))
BOARD = "virt-arm64"


def call(*command):
    result = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Kernel, bare root and root with tree, made once."""
    folder = tmp_path_factory.mktemp("parts")
    call(TOP / "fit-images/root/build.sh", folder / "root.erofs")
    call(OUT / "host/holdfast-image", "verity", folder / "root.erofs", "-o", folder / "root.verity")
    (folder / "initrd").write_bytes(gzip.compress(b"", mtime=0))
    return {"kernel": Path(call(TOP / "platform/external/kernel.sh").splitlines()[-1]), "bare": folder / "root.erofs",
            "root": folder / "root.verity", "initrd": folder / "initrd"}


def boot(folder, kernel, fit, slot="a", root=None, disk=()):
    """Pack, sign, put into a slot of a disk, boot; the machine.Boot."""
    image = folder / "release.itb"
    tool = OUT / "host/holdfast-image"
    call(tool, "fit", *(["--kernel", kernel] if kernel else []), "--compatible", "linux,dummy-virt", "--cmdline", "console=ttyAMA0 panic=-1", *fit,
         "-o", image)
    call(OUT / "host/holdfast-keys", "sign", "--key", OUT / "dev-keys/dev.pem", image)
    call(tool, "disk", "--board", BOARD, "--slot", f"{slot}={image}" + (f",{root}" if root else ""), *disk, "-o",
         folder / "disk.img")
    return machine.boot(machine.command(BOARD, OUT / BOARD / "holdfast.bin", folder / "disk.img"), folder / "log", 120,
                        lambda text: None)


def linux(boot_result, **values):
    return boot_result.find("HF-LINUX", root="/dev/dm-0", verity="V", **values)


FORMS = {
    "partition": (["--root-partition", "root"], "root", []),
    "bare root": (["--root-partition", "bare"], "bare", []),
    "inside the FIT": (["--root", "root"], None, []),
    "embedded kernel": (["--root-partition", "root", "--embed"], "root", []),
    "split": (["--root-partition", "root", "--verity-split"], "root", ["--verity-split"]),
    "panic flag": (["--root-partition", "root", "--verity-flag", "panic-on-corruption"], "root", []),
    "initrd": (["--root-partition", "root", "--initrd", "initrd"], "root", []),
    "fixed address": (["--root-partition", "root", "--kernel-load", "0x48000000"], "root", []),
    "sha512": (["--root-partition", "root", "--hash", "sha512"], "root", []),
}


@pytest.mark.parametrize("name", FORMS)
def test_form(tmp_path, parts, name):
    fit, root, disk = FORMS[name]
    result = boot(tmp_path, parts["kernel"], [str(parts.get(a, a)) for a in fit], root=root and parts[root], disk=disk)
    assert linux(result, slot="A"), [line.text for line in result.lines]


@pytest.mark.parametrize("packer", ["gzip -9n", "lz4 -9", "zstd -q -9"])
def test_compressed_kernel(tmp_path, parts, packer):
    packed = tmp_path / "Image.packed"
    with open(parts["kernel"], "rb") as source, open(packed, "wb") as target:
        subprocess.run([*packer.split(), "-c"], stdin=source, stdout=target, check=True)
    result = boot(tmp_path, packed, ["--root-partition", str(parts["root"])], root=parts["root"])
    if "zstd" in packer and not result.find("HF-HANDOFF"):
        # The default configuration may leave zstd out; then it must say so.
        assert result.find("HF-REFUSE", slot="A", code="decompress"), [line.text for line in result.lines]
    else:
        assert linux(result, slot="A"), [line.text for line in result.lines]


FILES = {
    "kernel": ["--kernel-path", "/boot/Image"],
    "gzip": ["--kernel-path", "/boot/Image.gz"],
    "lz4": ["--kernel-path", "/boot/Image.lz4"],
    "initrd": ["--kernel-path", "/boot/Image", "--initrd-path", "/boot/initrd"],
    "initrd as an image": ["--kernel-path", "/boot/Image", "--initrd", "initrd"],
    "only the initrd": ["--initrd-path", "/boot/initrd"],
}


@pytest.fixture(scope="module")
def complete(parts, tmp_path_factory):
    """The same root with what is booted in it."""
    folder = tmp_path_factory.mktemp("complete")
    for name, packer in (("Image.gz", "gzip -9n"), ("Image.lz4", "lz4 -9")):
        with open(parts["kernel"], "rb") as source, open(folder / name, "wb") as target:
            subprocess.run([*packer.split(), "-c"], stdin=source, stdout=target, check=True)
    call(TOP / "fit-images/root/build.sh", folder / "root.erofs", "arm64", f"{parts['kernel']}=boot/Image",
         f"{folder}/Image.gz=boot/Image.gz", f"{folder}/Image.lz4=boot/Image.lz4", f"{parts['initrd']}=boot/initrd")
    call(OUT / "host/holdfast-image", "verity", folder / "root.erofs", "-o", folder / "root.verity")
    return folder


@pytest.mark.parametrize("name, where", [*[(name, "partition") for name in FILES], ("kernel", "inside the FIT"),
                                         ("initrd", "split")])
def test_files_of_the_root(tmp_path, parts, complete, name, where):
    words = [str(parts.get(word, word)) for word in FILES[name]]
    kernel = None if "--kernel-path" in words else parts["kernel"]
    root = complete / "root.verity"
    place = {"partition": ["--root-partition", root], "inside the FIT": ["--root", root],
             "split": ["--root-partition", root, "--verity-split"]}[where]
    result = boot(tmp_path, kernel, [*words, *map(str, place)], root=None if where == "inside the FIT" else root,
                  disk=["--verity-split"] if where == "split" else [])
    assert linux(result, slot="A"), [line.text for line in result.lines]
    blocks = int(result.find("HF-HANDOFF").values["root-blocks"])
    assert blocks > (parts["kernel"].stat().st_size // 4096 // 3 if kernel is None else 0)


def test_slot_b(tmp_path, parts):
    result = boot(tmp_path, parts["kernel"], ["--root-partition", str(parts["root"])], slot="b", root=parts["root"])
    assert result.find("HF-REFUSE", slot="A", code="no-image") and linux(result, slot="B")


def test_recovery_has_its_root_inside(tmp_path, parts):
    result = boot(tmp_path, parts["kernel"], ["--root", str(parts["root"])], slot="recovery")
    assert linux(result, slot="recovery"), [line.text for line in result.lines]
