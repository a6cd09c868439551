# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""holdfast-image write and slot over media that held other things, and over media that lie (write_shim.c)."""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from image_tool import BOARD, OUT, arm64_image, bad, data, good, stock
from test_image_disk import content, partitions, release
from test_image_disk import disk as whole_disk

MIB = 1 << 20
TOOL = OUT / "host" / "holdfast-image"


def disk(folder, *arguments, out="disk.img"):
    """A small one."""
    return whole_disk(folder, "--fit-size", "1M", "--root-size", "2M", *arguments, out=out)


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    path = tmp_path_factory.mktemp("shim") / "shim.so"
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", path,
                    Path(__file__).with_name("write_shim.c"), "-ldl"], check=True)

    def lying(what, at, *arguments):
        environment = {**os.environ, "LD_PRELOAD": str(path), "SHIM_DO": what, "SHIM_AT": str(at)}
        return subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, env=environment, check=False)
    return lying


def dirty(file, size, seed=9):
    """A medium that held other things: noise, and nowhere a zero block."""
    file.write_bytes(random.Random(seed).randbytes(size))
    return file


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("image")
    fit, tree, _ = release(folder)
    return disk(folder, "--slot", f"a={fit},{tree}")


@pytest.fixture
def image(made, tmp_path):
    return Path(shutil.copy(made, tmp_path))


@pytest.mark.parametrize("more", [0, 512, 16384, 40960, 3 * MIB])
def test_every_byte_is_written(tmp_path, image, more):
    size = image.stat().st_size
    medium = dirty(tmp_path / "medium", size + more)
    before = medium.read_bytes()
    good("write", image, medium, "--yes")
    after = medium.read_bytes()
    assert after[:size] == image.read_bytes()
    # Behind it only the place of an old table is touched.
    assert not any(after[max(size, len(after) - 33 * 512):])
    assert after[size:-33 * 512] == before[size:-33 * 512]


def test_on_a_block_device(tmp_path, image):
    """A loop device, where this machine lets us have one: kept open by another it is refused."""
    medium = dirty(tmp_path / "medium", image.stat().st_size + MIB)
    made = subprocess.run(["losetup", "--find", "--show", medium], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no loop device here: {made.stderr.strip()}")
    device = made.stdout.strip()
    try:
        good("write", image, device, "--yes")
        b = release(tmp_path, name="b", seed=5)
        good("slot", device, "b", b[0], b[1])
        holder = os.open(device, os.O_RDONLY | os.O_EXCL)
        bad(6, "write", image, device, "--yes")
        os.close(holder)
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)
    good("slot", image, "b", b[0], b[1])
    assert medium.read_bytes()[:image.stat().st_size] == image.read_bytes()


def test_what_is_refused(tmp_path, image):
    medium = dirty(tmp_path / "medium", image.stat().st_size)
    before = medium.read_bytes()
    bad(5, "write", image, medium)
    bad(5, "write", medium, medium, "--yes")
    (tmp_path / "link").symlink_to(image)
    bad(5, "write", image, tmp_path / "link", "--yes")
    bad(3, "write", tmp_path / "absent", medium, "--yes")
    bad(3, "write", image, tmp_path / "absent", "--yes")
    (tmp_path / "small").write_bytes(bytes(4095))
    bad(1, "write", tmp_path / "small", medium, "--yes", reason="truncated")
    bad(1, "write", image, tmp_path / "small", "--yes", reason="too-big")
    for arguments in ([], [image], [image, medium, "more"], [image, medium, "-o", "x"], [image, medium, "--nonsense"]):
        bad(2, "write", *arguments)
    assert json.loads(good("write", image, medium, "-n", "--json"))["size"] == image.stat().st_size
    assert medium.read_bytes() == before


@pytest.mark.parametrize("what,at", [("drop", 0), ("drop", 4096), ("drop", -1), ("flip", 4095), ("flip", 3 * MIB + 77), ("slip", 0),
                                     ("slip", 3 * MIB)])
def test_medium_that_lies(tmp_path, image, shim, what, at):
    """Noticed wherever it is, and without a table at the front there is no disk."""
    size = image.stat().st_size
    medium = dirty(tmp_path / "medium", size + MIB)
    at = size + MIB - 10 if at < 0 else at
    result = shim(what, at, "write", image, medium, "--yes")
    assert result.returncode == 6 and "does not read back" in result.stderr, result.stderr
    assert medium.read_bytes()[:4096] != image.read_bytes()[:4096]
    # Honest again: the same medium can be written.
    good("write", image, medium, "--yes")


def slot_release(folder, size, *arguments):
    """A FIT and a bare root that ends inside a block."""
    kernel, root, fit = folder / "Image", folder / "odd.root", folder / "odd.itb"
    kernel.write_bytes(arm64_image(seed=3))
    root.write_bytes(data(size, 8))
    good("fit", "--kernel", kernel, "--compatible", BOARD, "--root-partition", root, *arguments, "-o", fit)
    return fit, root


@pytest.mark.parametrize("split", [[], ["--verity-split"]])
def test_slot_over_noise(tmp_path, split):
    """The padding of the root's last block is zero in the tree, so it must be zero on the medium."""
    fit, root = slot_release(tmp_path, 300 * 4096 - 1000, *split)
    fresh = disk(tmp_path, "--slot", f"a={fit},{root}", *split, out="fresh")
    used = tmp_path / "used"
    used.write_bytes(fresh.read_bytes())
    places = partitions(used)
    with open(used, "r+b") as file:
        for name, place in places.items():
            if name != "holdfast-env":
                file.seek(place["offset"])
                file.write(b"\xff" * place["size"])
    good("slot", used, "a", fit, root)
    same = {"holdfast-a": places["holdfast-a"]["size"], "root-a": 300 * 4096}
    if not split:
        same["root-a"] += 5 * 4096
    for name, size in same.items():
        assert content(used, name, size) == content(fresh, name, size)
    hash_file, offset = (tmp_path / "root", 300 * 4096)
    hash_file.write_bytes(content(used, "root-a", same["root-a"]))
    if split:
        hash_file, offset = tmp_path / "tree", 0
        hash_file.write_bytes(content(used, "verity-a", 5 * 4096))
    root_hash = json.loads(good("show", "--json", fit))["images"][1]["root_hash"]
    stock("veritysetup", "verify", tmp_path / "root", hash_file, root_hash, f"--hash-offset={offset}")


def test_slot_of_a_medium_that_lies(tmp_path, shim):
    fit, root = slot_release(tmp_path, 300 * 4096 - 1000)
    image = disk(tmp_path, "--slot", f"b={fit},{root}")
    places = partitions(image)
    for name, offset, what in (("holdfast-a", 0, "drop"), ("holdfast-a", 9000, "flip"), ("holdfast-a", MIB - 1, "drop"),
                               ("root-a", 0, "drop"), ("root-a", 300 * 4096 - 5, "drop"), ("root-a", 303 * 4096, "flip")):
        with open(image, "r+b") as file:
            for part in ("holdfast-a", "root-a"):
                file.seek(places[part]["offset"])
                file.write(b"\xa5" * places[part]["size"])
        result = shim(what, places[name]["offset"] + offset, "slot", image, "a", fit, root)
        assert result.returncode == 6 and "does not read back" in result.stderr, (name, offset, result.stderr)
        with open(image, "rb") as file:
            file.seek(places["holdfast-a"]["offset"])
            assert file.read(4) != b"\xd0\x0d\xfe\xed"
    good("slot", image, "a", fit, root)
