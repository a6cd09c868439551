# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Disks of the boards: first stages, tables that make room for them, raw flash with the roots elsewhere. Stock tools agree."""

import json
import re

import pytest
from image_tool import TOP, bad, data, good, names, run, shown, stock
from test_image_disk import content, partitions, release

MIB = 1 << 20
BOARDS = ["virt-arm64", "virt-arm", "ast2600-evb", "orangepi-pc", "vexpress-a15", "raspi3b", "zcu102"]
CARDS = ["orangepi-pc", "vexpress-a15", "raspi3b", "zcu102"]


def stock_partitions(image):
    assert "No errors detected" in stock("sfdisk", "--verify", image)
    table = json.loads(stock("sfdisk", "--json", image))["partitiontable"]
    return table, {p["name"]: p for p in table["partitions"]}


FLASHES = {"ast2600-evb": ("ast2600-evb", 0x10000), "vexpress-a15-flash": ("vexpress-a15", 0x40000)}


def board_flash(board):
    """The flash map that the loader of a board has."""
    source = (TOP / "platform/boards" / board / "board.c").read_text(encoding="utf-8")
    return {n: (int(o, 16), int(s, 16)) for n, o, s in re.findall(r'\{ "([a-z-]+)", (0x\w+), (0x\w+) \}', source)}


@pytest.mark.parametrize("board", [b for b in BOARDS if b != "ast2600-evb"])
def test_table(tmp_path, board):
    fit, tree, _ = release(tmp_path)
    image = tmp_path / "disk.img"
    good("disk", "--board", board, "--slot", f"a={fit},{tree}", "-o", image)
    _, found = stock_partitions(image)
    assert {n: p["offset"] for n, p in partitions(image).items()} == {n: p["start"] * 512 for n, p in found.items()}
    assert content(image, "holdfast-a", fit.stat().st_size) == fit.read_bytes()
    size = image.stat().st_size
    assert board not in CARDS or size & (size - 1) == 0
    # Every board's disk can be rewritten and its damaged primary table does not matter.
    whole = bytearray(image.read_bytes())
    whole[512 + 20] ^= 1
    image.write_bytes(whole)
    assert shown(image)["table"] == "backup"
    good("slot", image, "b", fit, tree)


def test_first_stage_behind_which_the_table_lies(tmp_path):
    """Allwinner's boot ROM reads from byte 8192 on, where a GPT usually has its entries."""
    fit, tree, _ = release(tmp_path)
    image, stage = tmp_path / "sd.img", tmp_path / "stage"
    stage.write_bytes(data(900 * 1024))
    good("disk", "--board", "orangepi-pc", "--first-stage", stage, "--slot", f"a={fit},{tree}", "-o", image)
    table, found = stock_partitions(image)
    whole = image.read_bytes()
    assert whole[8192:8192 + 900 * 1024] == stage.read_bytes()
    assert table["firstlba"] == 2048 and min(p["start"] for p in found.values()) == 2048
    assert int.from_bytes(whole[512 + 72:512 + 80], "little") == 2016
    assert "No problems found" in stock("sgdisk", "--verify", image)
    assert "begins at sector 2016" in stock("sgdisk", "--print", image)
    # What sfdisk writes back is still a disk of ours, with the first stage in place.
    script = stock("sfdisk", "--dump", image)
    other = tmp_path / "other.img"
    other.write_bytes(whole)
    good("slot", other, "b", fit, tree)
    assert other.read_bytes()[8192:8192 + 900 * 1024] == stage.read_bytes() and "first-lba: 2048" in script
    # One byte more than there is room for.
    stage.write_bytes(data(2016 * 512 - 8192))
    good("disk", "--board", "orangepi-pc", "--first-stage", stage, "-o", image, "--yes")
    stage.write_bytes(data(2016 * 512 - 8192 + 1))
    before = image.read_bytes()
    for extra in ([], ["--dry-run"]):
        bad(1, "disk", "--board", "orangepi-pc", "--first-stage", stage, "-o", image, "--yes", *extra, reason="too-big")
    assert image.read_bytes() == before


@pytest.mark.parametrize("board", FLASHES)
def test_raw_flash(tmp_path, board):
    loader, block = FLASHES[board]
    fit, tree, _ = release(tmp_path)
    flash, roots, stage = tmp_path / "flash.img", tmp_path / "roots.img", tmp_path / "stage"
    stage.write_bytes(data(300000))
    good("disk", "--board", board, "--first-stage", stage, "--slot", f"a={fit},{tree}", "--root-disk", roots, "-o", flash)
    whole = flash.read_bytes()
    assert len(whole) == 64 * MIB and whole[:300000] == stage.read_bytes()
    described = json.loads(good("show", "--json", "--board", board, flash))
    found = {p["name"]: (p["offset"], p["size"]) for p in described["partitions"]}
    assert found == board_flash(loader) and described["table"] == "flash"
    at = found["holdfast-a"][0]
    assert whole[at:at + fit.stat().st_size] == fit.read_bytes()
    # The rest is erased.
    for name in ("holdfast-b", "holdfast-recovery", "holdfast-env-a", "holdfast-env-b"):
        offset, size = found[name]
        assert whole[offset:offset + size] == b"\xff" * size
    # The roots are on a disk of their own, with nothing else.
    _, disk = stock_partitions(roots)
    assert list(disk) == ["root-a", "root-b"]
    assert content(roots, "root-a", tree.stat().st_size) == tree.read_bytes()
    size = roots.stat().st_size
    assert size & (size - 1) == 0
    lines = [l.split() for l in (tmp_path / "fw_env.config").read_text().splitlines() if not l.startswith("#")]
    assert [[int(w, 16) for w in l[1:]] for l in lines] == [[found[f"holdfast-env-{c}"][0], block, block] for c in "ab"]


def test_slot_in_raw_flash(tmp_path):
    a, b = release(tmp_path), release(tmp_path, name="b", seed=5)
    flash, roots, step = (tmp_path / n for n in ("flash.img", "roots.img", "step.img"))
    board = ["--board", "ast2600-evb"]
    good("disk", *board, "--slot", f"a={a[0]},{a[1]}", "--slot", f"b={b[0]},{b[1]}", "--root-disk", roots, "-o", flash)
    good("disk", *board, "--slot", f"a={a[0]},{a[1]}", "--root-disk", roots, "-o", step, "--yes")
    assert "not looked at" in run("slot", *board, step, "b", b[0]).stderr
    assert step.read_bytes() == flash.read_bytes()
    before = step.read_bytes()
    bad(2, "slot", *board, step, "b", b[0], b[1])
    bad(1, "slot", step, "b", b[0], reason="no-image")
    assert step.read_bytes() == before
    step.write_bytes(before[:MIB * 20])
    bad(1, "slot", *board, step, "a", a[0], reason="bad-gpt")


def test_roots_need_their_disk(tmp_path):
    fit, tree, _ = release(tmp_path)
    out = ["-o", tmp_path / "x.img"]
    bad(1, "disk", "--board", "ast2600-evb", "--slot", f"a={fit},{tree}", *out, reason="verity-root")
    (tmp_path / "roots.img").write_text("a device's state")
    bad(5, "disk", "--board", "ast2600-evb", "--slot", f"a={fit},{tree}", "--root-disk", tmp_path / "roots.img", *out)
    bad(3, "disk", "--board", "ast2600-evb", "--first-stage", tmp_path / "absent", *out)
    assert not [n for n in names(tmp_path) if n.startswith("x.img")]
    assert (tmp_path / "roots.img").read_text() == "a device's state"


@pytest.mark.parametrize("arguments", [["--board", "virt-arm64", "--first-stage", "f"], ["--board", "raspi3b", "--first-stage", "f"],
                                       ["--board", "orangepi-pc", "--root-disk", "r"], ["--board", "ast2600-evb", "--fit-size", "1M"],
                                       ["--board", "AST2600-evb"], ["--board", ""]])
def test_usage(tmp_path, arguments):
    bad(2, "disk", *arguments, "-o", "x", cwd=tmp_path)
    assert names(tmp_path) == []


def test_every_board_has_a_row():
    there = {p.parent.name for p in (TOP / "platform/boards").glob("*/defconfig")}
    message = run("disk", "--board", "none", "-o", "x").stderr
    assert there <= set(message.replace("\n", " ").split()) and set(BOARDS) <= set(message.replace("\n", " ").split())
