# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""holdfast-image disk, slot and show: what sfdisk sees, what is refused, and that a refused slot changes nothing."""

import json
import resource
import uuid

import pytest
from image_tool import BOARD, arm64_image, bad, data, files, good, names, run, shown, stock

MIB = 1 << 20


def release(folder, *arguments, name="a", seed=2):
    """A FIT whose root lies in the slot's partition, and that root with its tree."""
    kernel, root = folder / "Image", folder / f"{name}.root"
    kernel.write_bytes(arm64_image(seed=seed))
    root.write_bytes(data(300 * 4096, seed))
    tree, fit = folder / f"{name}.verity", folder / f"{name}.itb"
    good("verity", root, "-o", tree)
    good("fit", "--kernel", kernel, "--compatible", BOARD, "--root-partition", tree, *arguments, "-o", fit)
    return fit, tree, root


def disk(folder, *arguments, out="disk.img"):
    file = folder / out
    good("disk", "--board", "virt-arm64", *arguments, "-o", file)
    return file


def partitions(file):
    return {p["name"]: p for p in shown(file)["partitions"]}


def content(file, name, size):
    at = partitions(file)[name]["offset"]
    return file.read_bytes()[at:at + size]


def test_layout(tmp_path):
    fit, tree, _ = release(tmp_path)
    image = disk(tmp_path, "--slot", f"a={fit},{tree}")
    table = json.loads(stock("sfdisk", "--json", image))["partitiontable"]
    assert "No errors detected" in stock("sfdisk", "--verify", image)
    found = {p["name"]: p for p in table["partitions"]}
    assert list(found) == ["holdfast-env", "holdfast-a", "holdfast-b", "root-a", "root-b", "holdfast-recovery"]
    assert found["holdfast-env"]["type"] == "3DE21764-95BD-54BD-A5C3-4ABE786F38A8" and found["holdfast-env"]["size"] == 2048
    assert found["root-a"]["type"] == found["root-b"]["type"] == "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
    assert content(image, "holdfast-a", fit.stat().st_size) == fit.read_bytes()
    assert content(image, "root-a", tree.stat().st_size) == tree.read_bytes()
    assert not any(content(image, "holdfast-b", 16 * MIB)) and not any(content(image, "root-b", 16 * MIB))
    lines = [l.split() for l in (tmp_path / "fw_env.config").read_text().splitlines() if not l.startswith("#")]
    assert [(l[1], l[2]) for l in lines] == [("0xf8000", "0x4000"), ("0xfc000", "0x4000")]


def test_same_bytes_every_time(tmp_path):
    fit, tree, root = release(tmp_path)
    first = disk(tmp_path, "--slot", f"a={fit},{tree}", out="one").read_bytes()
    assert first == disk(tmp_path, "--slot", f"a={fit},{tree}", out="two").read_bytes()
    # A bare root gets the tree that the FIT names.
    assert first == disk(tmp_path, "--slot", f"a={fit},{root}", out="three").read_bytes()
    other = partitions(disk(tmp_path, "--slot", f"a={fit},{tree}", "--seed", "x", out="four"))
    assert all(other[n]["uuid"] != p["uuid"] for n, p in partitions(tmp_path / "one").items())
    assert len({p["uuid"] for p in other.values()}) == len(other)


def test_all_slots(tmp_path):
    a, b = release(tmp_path), release(tmp_path, name="b", seed=5)
    recovery = tmp_path / "recovery.itb"
    good("fit", "--kernel", tmp_path / "Image", "--compatible", BOARD, "-o", recovery)
    image = disk(tmp_path, "--slot", f"a={a[0]},{a[1]}", "--slot", f"b={b[0]},{b[1]}", "--slot", f"recovery={recovery}")
    assert content(image, "root-b", b[1].stat().st_size) == b[1].read_bytes()
    assert content(image, "holdfast-recovery", recovery.stat().st_size) == recovery.read_bytes()


def test_existing_disk_is_kept(tmp_path):
    fit, tree, _ = release(tmp_path)
    image = disk(tmp_path, "--slot", f"a={fit},{tree}")
    before = image.read_bytes()
    bad(5, "disk", "--slot", f"a={fit},{tree}", "--seed", "x", "-o", image)
    assert image.read_bytes() == before
    good("disk", "--slot", f"a={fit},{tree}", "--seed", "x", "-o", image, "--yes")
    assert image.read_bytes() != before
    (tmp_path / "fw_env.config").write_text("mine\n")
    bad(5, "disk", "--slot", f"a={fit},{tree}", "-o", tmp_path / "new.img")
    assert not (tmp_path / "new.img").exists() and (tmp_path / "fw_env.config").read_text() == "mine\n"
    good("disk", "--slot", f"a={fit},{tree}", "-o", tmp_path / "new.img", "--no-fw-env-config")
    assert (tmp_path / "fw_env.config").read_text() == "mine\n"


def test_what_does_not_belong_together(tmp_path):
    fit, tree, _ = release(tmp_path)
    _, other, _ = release(tmp_path, name="b", seed=5)
    plain = tmp_path / "plain.itb"
    good("fit", "--kernel", tmp_path / "Image", "--compatible", BOARD, "-o", plain)
    out = ["-o", tmp_path / "x.img"]
    bad(1, "disk", "--slot", f"a={fit},{other}", *out, reason="verity-root")
    bad(1, "disk", "--slot", f"a={fit}", *out, reason="verity-root")
    bad(1, "disk", "--slot", f"a={plain},{tree}", *out, reason="verity-params")
    bad(1, "disk", "--slot", f"recovery={fit}", *out, reason="verity-params")
    bad(1, "disk", "--slot", f"a={tree}", *out, reason="no-image")
    broken = tmp_path / "broken"
    whole = bytearray(tree.read_bytes())
    whole[-1] ^= 1
    broken.write_bytes(whole)
    bad(1, "disk", "--slot", f"a={fit},{broken}", *out, reason="verity-root")
    broken.write_bytes(fit.read_bytes()[:-5000])
    bad(1, "disk", "--slot", f"a={broken},{tree}", *out, reason="truncated")
    bad(1, "disk", "--slot", f"a={fit},{tree}", "--root-size", "1M", *out, reason="too-big")
    bad(1, "disk", "--slot", f"a={fit},{tree}", "--size", "20M", *out, reason="too-big")
    bad(3, "disk", "--slot", f"a={tmp_path / 'absent'}", *out)
    bad(3, "disk", "--slot", f"a={fit},{tmp_path / 'absent'}", *out)
    bad(6, "disk", "--slot", f"a={fit},{tree}", "-o", tmp_path / "no" / "folder.img")
    assert not [n for n in names(tmp_path) if n.startswith("x.img")]


@pytest.mark.parametrize("arguments", [[], ["-o", "x", "stray"], ["-o", "x", "--board", "toaster"], ["-o", "x", "--slot", "a"],
                                       ["-o", "x", "--slot", "c=f"], ["-o", "x", "--slot", "a="], ["-o", "x", "--slot", "a=f,"],
                                       ["-o", "x", "--slot", "a=f", "--slot", "a=f"], ["-o", "x", "--slot", "recovery=f,r"],
                                       ["-o", "x", "--size", "0"], ["-o", "x", "--size", "1000"], ["-o", "x", "--size", "9999G"]])
def test_usage_before_any_file(tmp_path, arguments):
    bad(2, "disk", *arguments, cwd=tmp_path)
    assert names(tmp_path) == []


def test_verity_split(tmp_path):
    fit, tree, root = release(tmp_path, "--verity-split")
    image = disk(tmp_path, "--slot", f"a={fit},{tree}", "--verity-split")
    parts = partitions(image)
    root_hash = shown(tree)["root_hash"]
    assert parts["root-a"]["uuid"] == str(uuid.UUID(root_hash[:32])) and parts["verity-a"]["uuid"] == str(uuid.UUID(root_hash[32:]))
    types = {p["name"]: p["type"] for p in json.loads(stock("sfdisk", "--json", image))["partitiontable"]["partitions"]}
    assert types["root-a"] == "B921B045-1DF0-41C3-AF44-4C6F280D3FAE" and types["verity-a"] == "DF3300CE-D69F-4C92-978C-9BFB0F38D820"
    for name in ("root-a", "verity-a"):
        (tmp_path / name).write_bytes(content(image, name, parts[name]["size"]))
    stock("veritysetup", "verify", tmp_path / "root-a", tmp_path / "verity-a", root_hash)
    # The FIT and the disk must be of one kind.
    bad(1, "disk", "--slot", f"a={fit},{root}", "-o", tmp_path / "x", reason="verity-params")
    appended, tree, _ = release(tmp_path, name="b")
    bad(1, "disk", "--slot", f"a={appended},{tree}", "--verity-split", "-o", tmp_path / "x", reason="verity-params")
    # slot follows what the disk is.
    before = image.read_bytes()
    bad(1, "slot", image, "a", appended, tree, reason="verity-params")
    good("slot", image, "a", fit, tree)
    assert image.read_bytes() == before


def test_slot_equals_disk(tmp_path):
    a, b = release(tmp_path), release(tmp_path, name="b", seed=5)
    whole = disk(tmp_path, "--slot", f"a={a[0]},{a[1]}", "--slot", f"b={b[0]},{b[1]}", out="whole").read_bytes()
    image = disk(tmp_path, "--slot", f"a={a[0]},{a[1]}", out="step")
    good("slot", image, "b", b[0], b[1])
    assert image.read_bytes() == whole
    # A longer FIT before leaves nothing behind.
    long = tmp_path / "long.itb"
    (tmp_path / "big").write_bytes(arm64_image(900000))
    good("fit", "--kernel", tmp_path / "big", "--compatible", BOARD, "--root-partition", b[1], "-o", long)
    good("slot", image, "b", long)
    assert image.read_bytes() != whole
    good("slot", image, "b", b[0])
    assert image.read_bytes() == whole


def test_refused_slot_changes_nothing(tmp_path):
    a, b = release(tmp_path), release(tmp_path, name="b", seed=5)
    image = disk(tmp_path, "--slot", f"a={a[0]},{a[1]}")
    before, stamp = image.read_bytes(), image.stat().st_mtime_ns
    (tmp_path / "big").write_bytes(arm64_image(17 * MIB))
    (tmp_path / "garbage").write_bytes(data(100000))
    big = tmp_path / "big.itb"
    good("fit", "--kernel", tmp_path / "big", "--compatible", BOARD, "-o", big)
    bad(1, "slot", image, "a", big, reason="too-big")
    bad(1, "slot", image, "a", b[0], a[1], reason="verity-root")
    bad(1, "slot", image, "b", b[0], reason="verity-root")
    bad(1, "slot", image, "recovery", a[0], a[1], reason="no-image")
    bad(1, "slot", image, "a", tmp_path / "garbage", reason="no-image")
    bad(1, "slot", tmp_path / "garbage", "a", a[0], a[1], reason="no-image")
    bad(3, "slot", image, "a", tmp_path / "absent")
    bad(3, "slot", tmp_path / "absent", "a", a[0])
    for arguments in ([], [image], [image, "a"], [image, "c", a[0]], [image, "a", a[0], a[1], "more"], [image, "a", a[0], "-o", "x"]):
        bad(2, "slot", *arguments)
    good("slot", image, "b", b[0], b[1], "--dry-run")
    assert image.read_bytes() == before and image.stat().st_mtime_ns == stamp


def test_failed_write_leaves_an_empty_slot(tmp_path):
    """As a power cut would: writing stops inside the root, and the slot holds no image rather than an old or a mixed one."""
    a, b = release(tmp_path), release(tmp_path, name="b", seed=5)
    image = disk(tmp_path, "--slot", f"a={a[0]},{a[1]}")
    place = partitions(image)
    before = image.read_bytes()
    for limit, changed in ((place["holdfast-a"]["offset"], False), (place["root-a"]["offset"] + 8192, True)):
        bad(6, "slot", image, "a", b[0], b[1],
            preexec_fn=lambda most=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
        assert (image.read_bytes() != before) == changed
    assert not any(content(image, "holdfast-a", 4096))
    assert not [p for p in shown(image)["partitions"] if "images" in p]
    good("slot", image, "a", b[0], b[1])
    assert partitions(image)["holdfast-a"]["images"]


def test_damaged_tables(tmp_path):
    fit, tree, _ = release(tmp_path)
    image = disk(tmp_path, "--slot", f"a={fit},{tree}")
    whole = image.read_bytes()
    one = bytearray(whole)
    one[512 + 20] ^= 1
    image.write_bytes(one)
    assert shown(image)["table"] == "backup"
    assert "backup" in run("slot", image, "a", fit, tree).stderr
    one[-512 + 20] ^= 1
    image.write_bytes(one)
    bad(1, "show", image, reason="bad-gpt")
    bad(1, "slot", image, "a", fit, tree, reason="bad-gpt")
    image.write_bytes(whole[:3 * MIB])
    bad(1, "show", image, reason="bad-gpt")


def test_show_refuses_the_unknown(tmp_path):
    kernel, _, _ = files(tmp_path)
    bad(1, "show", kernel, reason="no-image")
    (tmp_path / "empty").write_bytes(b"")
    bad(1, "show", tmp_path / "empty", reason="no-image")
    fit, _, _ = release(tmp_path)
    for size in range(4, 2000, 64):
        (tmp_path / "cut").write_bytes(fit.read_bytes()[:size])
        assert run("show", tmp_path / "cut").returncode == 1
    bad(2, "show")
    bad(3, "show", tmp_path / "absent")


def test_show_never_crashes_on_damage(tmp_path):
    """Every byte of a small FIT's metadata, one at a time: described or refused, no finding of the sanitizers."""
    fit, _, _ = release(tmp_path)
    whole = fit.read_bytes()[:0x700]
    for at in range(0, len(whole), 7):
        broken = bytearray(fit.read_bytes())
        broken[at] ^= 0xFF
        (tmp_path / "cut").write_bytes(broken)
        result = run("show", "--json", tmp_path / "cut")
        assert result.returncode in (0, 1) and "Sanitizer" not in result.stderr, (at, result.stderr)
        if result.returncode == 0:
            json.loads(result.stdout)


def test_help_of_every_verb():
    for verb in ("fit", "verity", "disk", "slot", "show"):
        text = good(verb, "--help")
        assert text.startswith(f"Usage: holdfast-image {verb}")
    assert "fit" in good("--help")
    bad(2)
    bad(2, "frobnicate")
