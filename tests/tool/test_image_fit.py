# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""holdfast-image fit: what stock tools read in it, what it refuses, and that it is the same every time."""

import hashlib
import json
import subprocess

import pytest
from image_tool import BOARD, KEYS, arm64_image, bad, data, device_tree, files, good, names, packed, run, shown, stock


def fdtget(fit, node, name, *options):
    return stock("fdtget", *options, fit, node, name).strip()


def fit(folder, *arguments, out="out.itb", kernel=None):
    file = folder / out
    good("fit", "--kernel", kernel or folder / "Image", "--compatible", BOARD, *arguments, "-o", file)
    return file


def image(file, name):
    return next(i for i in shown(file)["images"] if i["name"] == name)


def payload(file, name):
    found = image(file, name)
    return file.read_bytes()[found["offset"]:found["offset"] + found["size"]]


@pytest.mark.parametrize("layout", [[], ["--embed"], ["--align", "64K"], ["--align", "8"]])
def test_stock_tools_read_it(tmp_path, layout):
    kernel, root, dtb = files(tmp_path)
    initrd = tmp_path / "initrd"
    initrd.write_bytes(data(5000, 4))
    # Inside the FIT a root must be aligned.
    where = "--root-partition" if layout in (["--embed"], ["--align", "8"]) else "--root"
    out = fit(tmp_path, "--dtb", dtb, "--initrd", initrd, where, root, "--cmdline", "console=ttyAMA0 ro", "--index", "7",
              *layout)
    listing = stock("mkimage", "-l", out)
    for text in ("Image 0 (kernel)", "Image 1 (fdt-1)", "Image 2 (initrd)", "Image 3 (root)",
                 "Default Configuration: 'conf-1'", "Loadables:    root"):
        assert text in listing
    for position, content in enumerate((kernel.read_bytes(), dtb.read_bytes(), initrd.read_bytes())):
        stock("dumpimage", "-T", "flat_dt", "-p", position, "-o", tmp_path / "part", out)
        assert (tmp_path / "part").read_bytes() == content
    assert fdtget(out, "/configurations/conf-1", "cmdline") == "console=ttyAMA0 ro"
    assert fdtget(out, "/configurations/conf-1", "holdfast,rollback-index") == "7"
    assert fdtget(out, "/configurations/conf-1", "compatible") == BOARD
    if not layout:
        assert all(i["offset"] % 4096 == 0 for i in shown(out)["images"])


def test_hashes_are_of_the_payload(tmp_path):
    kernel, root, _ = files(tmp_path)
    for name in ("sha256", "sha384", "sha512"):
        out = fit(tmp_path, "--root", root, "--hash", name)
        assert image(out, "kernel")[name] == hashlib.new(name, kernel.read_bytes()).hexdigest()
        assert image(out, "root")[name] == hashlib.new(name, payload(out, "root")).hexdigest()


def test_same_bytes_every_time(tmp_path):
    _, root, dtb = files(tmp_path)
    first = fit(tmp_path, "--dtb", dtb, "--root", root, out="a").read_bytes()
    assert first == fit(tmp_path, "--dtb", dtb, "--root", root, out="b").read_bytes()
    good("fit", "--kernel", tmp_path / "Image", "--compatible", BOARD, "-o", tmp_path / "c", epoch="5")
    assert fdtget(tmp_path / "c", "/", "timestamp") == "5"


def test_root_inside(tmp_path):
    _, root, _ = files(tmp_path)
    good("verity", root, "-o", tmp_path / "with-tree")
    bare, done = (fit(tmp_path, "--root", r, out=f"{r.name}.itb") for r in (root, tmp_path / "with-tree"))
    assert bare.read_bytes() == done.read_bytes()
    assert payload(bare, "root") == (tmp_path / "with-tree").read_bytes()
    found = image(bare, "root")
    assert found["verity"] == "inside" and found["root_hash"] == shown(tmp_path / "with-tree")["root_hash"]
    assert fdtget(bare, "/images/root/dm-verity", "num-data-blocks") == "300"
    assert fdtget(bare, "/images/root/dm-verity", "hash-start-block") == "301"


def test_root_in_its_partition(tmp_path):
    _, root, _ = files(tmp_path)
    out = fit(tmp_path, "--root-partition", root, "--verity-flag", "panic-on-corruption", "--verity-flag", "check-at-most-once")
    found = image(out, "root")
    assert found["verity"] == "partition" and found["size"] == 0
    assert found["sha256"] == hashlib.sha256(b"").hexdigest()
    assert fdtget(out, "/images/root/dm-verity", "holdfast,partition") == "root"
    assert set(stock("fdtget", "-p", out, "/images/root/dm-verity").split()) >= {"panic-on-corruption", "check-at-most-once"}
    split = fit(tmp_path, "--root-partition", root, "--verity-split", out="split.itb")
    assert fdtget(split, "/images/root/dm-verity", "hash-start-block") == "1"


def test_broken_tree_is_refused(tmp_path):
    _, root, _ = files(tmp_path)
    good("verity", root, "-o", tmp_path / "with-tree")
    whole = bytearray((tmp_path / "with-tree").read_bytes())
    whole[12345] ^= 4
    (tmp_path / "with-tree").write_bytes(whole)
    for option in ("--root", "--root-partition"):
        bad(1, "fit", "--kernel", tmp_path / "Image", "--compatible", BOARD, option, tmp_path / "with-tree", "-o",
            tmp_path / "x", reason="verity-root")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", ["gzip", "lz4", "zstd"])
def test_compression_is_seen(tmp_path, name):
    kernel = tmp_path / "Image.packed"
    kernel.write_bytes(packed(arm64_image())[name])
    assert image(fit(tmp_path, kernel=kernel), "kernel")["compression"] == name
    assert image(fit(tmp_path, "--compression", name, kernel=kernel), "kernel")["compression"] == name
    bad(1, "fit", "--kernel", kernel, "--compression", "none", "--compatible", BOARD, "-o", tmp_path / "x", reason="decompress")
    tree = tmp_path / "tree.packed"
    tree.write_bytes(packed(device_tree(tmp_path).read_bytes())[name])
    assert image(fit(tmp_path, "--dtb", tree, kernel=kernel), "fdt-1")["compression"] == name


def test_several_boards(tmp_path):
    files(tmp_path)
    one, two = device_tree(tmp_path, "one", "a,one"), device_tree(tmp_path, "two", "a,two")
    over = device_tree(tmp_path, "over")
    out = tmp_path / "out"
    good("fit", "--kernel", tmp_path / "Image", "--dtb", one, "--dtb", two, "--overlay", over, "--compatible", "a,one",
         "--compatible", "a,two", "-o", out)
    configurations = {c["name"]: c for c in shown(out)["configurations"]}
    assert configurations["conf-1"]["compatible"] == "a,one" and configurations["conf-1"]["fdt"] == "fdt-1 overlay-1"
    assert configurations["conf-2"]["compatible"] == "a,two" and configurations["conf-2"]["fdt"] == "fdt-2 overlay-1"


def test_load_address(tmp_path):
    files(tmp_path)
    out = fit(tmp_path, "--kernel-load", "0x40200000")
    assert fdtget(out, "/images/kernel", "type") == "kernel"
    assert fdtget(out, "/images/kernel", "load", "-tx") == fdtget(out, "/images/kernel", "entry", "-tx") == "40200000"
    out = fit(tmp_path, "--kernel-load", "0x880200000", "--kernel-entry", "0x880200040")
    assert fdtget(out, "/images/kernel", "entry", "-tx") == "8 80200040"


@pytest.mark.parametrize("head,reason", [(b"\x7fELF", "bad-kernel"), (b"\x27\x05\x19\x56", "bad-kernel"),
                                         (b"MZ\0\0zimg", "bad-kernel"), (b"\xfd7zXZ\0", "decompress"),
                                         (b"\x02\x21\x4c\x18", "decompress"), (b"BZh9", "decompress")])
def test_wrong_kernels(tmp_path, head, reason):
    kernel = tmp_path / "k"
    kernel.write_bytes(head + data(5000))
    bad(1, "fit", "--kernel", kernel, "--compatible", BOARD, "-o", tmp_path / "x", reason=reason)
    assert names(tmp_path) == ["k"]


def test_wrong_files(tmp_path):
    kernel, _, dtb = files(tmp_path)
    start = ["fit", "--kernel", kernel, "--compatible", BOARD, "-o", tmp_path / "x"]
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "cut.dtb").write_bytes(dtb.read_bytes()[:-10])
    bad(1, "fit", "--kernel", tmp_path / "empty", "--compatible", BOARD, "-o", tmp_path / "x", reason="bad-kernel")
    for file in (kernel, tmp_path / "empty", tmp_path / "cut.dtb"):
        bad(1, *start, "--dtb", file, reason="bad-dtb")
        bad(1, *start, "--overlay", file, reason="bad-overlay")
    bad(1, *start, "--initrd", tmp_path / "empty", reason="no-image")
    bad(1, *start, "--arch", "arm", reason="bad-kernel")
    for option in ("--kernel", "--dtb", "--overlay", "--initrd", "--root", "--root-partition"):
        arguments = start[:1] + start[3:] if option == "--kernel" else start
        bad(3, *arguments, option, tmp_path / "absent")
        bad(3, *arguments, option, tmp_path)
    bad(6, "fit", "--kernel", kernel, "--compatible", BOARD, "-o", tmp_path / "no" / "folder")
    bad(5, "fit", "--kernel", kernel, "--compatible", BOARD, "-o", "/dev/full")
    assert names(tmp_path) == ["Image", "base.dtb", "cut.dtb", "empty", "root.img"]


@pytest.mark.parametrize("arguments", [[], ["--kernel", "k", "-o", "x"], ["--compatible", "b", "-o", "x"],
                                       ["--kernel", "k", "--compatible", "b"], ["--kernel", "k", "--kernel", "k"],
                                       ["--kernel", "k", "--compatible", "", "-o", "x"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--index", "4294967296"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--index", "-1"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--root", "r", "--root-partition", "r"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--config", "a@b"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--config", "a/b"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--cmdline", "a\nb"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--compression", "xz"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--align", "12"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--hash", "md5"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--verity-flag", "panic-on-error"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--verity-split"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--root", "r", "--embed"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--root", "r", "--align", "512"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "--dtb", "1", "--dtb", "2"],
                                       ["--kernel", "k", "--compatible", "b", "-o", "x", "stray"]])
def test_usage_before_any_file(tmp_path, arguments):
    bad(2, "fit", *arguments, cwd=tmp_path)
    assert names(tmp_path) == []


def test_bad_source_date_epoch(tmp_path):
    kernel, _, _ = files(tmp_path)
    bad(2, "fit", "--kernel", kernel, "--compatible", BOARD, "-o", tmp_path / "x", epoch="yesterday")


def test_unknown_kernel_is_remarked(tmp_path):
    kernel = tmp_path / "k"
    kernel.write_bytes(data(5000))
    arguments = ["fit", "--kernel", kernel, "--compatible", BOARD, "-o", tmp_path / "x"]
    assert "bad-kernel" in run(*arguments).stderr
    assert run(*arguments, "-q").stderr == ""


def test_signed_and_verified(tmp_path):
    """The way of a release: what fit makes, holdfast-keys signs and verifies, and the data keeps its place."""
    _, root, dtb = files(tmp_path)
    out = fit(tmp_path, "--dtb", dtb, "--root", root)
    before = image(out, "kernel")["offset"]

    def keys(*arguments):
        return subprocess.run([KEYS, *map(str, arguments)], capture_output=True, text=True, check=True).stdout
    keys("new", "--alg", "ecdsa-p256", "--role", "dev", "-o", tmp_path / "key.pem")
    keys("enroll", "--key", tmp_path / "key.pub", "-o", tmp_path / "trust.dtb", "--required", "conf")
    keys("sign", "--key", tmp_path / "key.pem", out)
    assert keys("verify", "--trust", tmp_path / "trust.dtb", out)
    assert image(out, "kernel")["offset"] == before


def test_json(tmp_path):
    _, root, _ = files(tmp_path)
    text = good("fit", "--kernel", tmp_path / "Image", "--compatible", BOARD, "--root-partition", root, "--json", "-n")
    out = json.loads(text)
    assert out["schema"] == "holdfast-image-fit" and out["version"] == 1 and out["configurations"] == ["conf-1"]
    assert len(out["root_hash"]) == 64 and names(tmp_path) == ["Image", "base.dtb", "root.img"]
