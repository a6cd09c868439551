# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""holdfast-image verity against veritysetup, and with inputs that are wrong."""

import json
import os
import resource

import pytest
from image_tool import bad, data, files, good, names, shown, stock

SALT = "00112233445566778899aabbccddeeff"
UUID = "48464c44-0000-4000-8000-000000000001"


# (bytes of data, data block, hash block, hash): levels 1 to 4, unequal blocks, full and barely begun levels.
SHAPES = [(2 * 4096, 4096, 4096, "sha256"), (128 * 4096, 4096, 4096, "sha256"), (129 * 4096, 4096, 4096, "sha256"),
          (16 * 512, 512, 512, "sha256"), (17 * 512, 512, 512, "sha256"), (257 * 512, 512, 512, "sha256"),
          (4097 * 512, 512, 512, "sha256"), (300 * 1024, 1024, 4096, "sha256"), (300 * 4096, 4096, 1024, "sha256"),
          (100 * 4096, 4096, 4096, "sha384"), (100 * 4096, 4096, 4096, "sha512")]


@pytest.mark.parametrize("size,data_block,hash_block,algorithm", SHAPES)
def test_agrees_with_veritysetup(tmp_path, size, data_block, hash_block, algorithm):
    root, ours, theirs = tmp_path / "root", tmp_path / "ours", tmp_path / "theirs"
    root.write_bytes(data(size))
    out = json.loads(good("verity", root, "-o", ours, "--json", "--salt", SALT, "--uuid", UUID, "--hash", algorithm,
                          "--data-block-size", data_block, "--hash-block-size", hash_block))
    assert out["data_blocks"] * data_block == size
    # veritysetup wants the hash area at a multiple of its block; so do we.
    offset = -(-size // hash_block) * hash_block
    assert out["hash_offset"] == offset and out["hash_start_block"] == offset // hash_block + 1
    theirs.write_bytes(data(size))
    text = stock("veritysetup", "format", theirs, theirs, f"--hash={algorithm}", f"--salt={SALT}", f"--uuid={UUID}",
                 f"--data-block-size={data_block}", f"--hash-block-size={hash_block}", f"--hash-offset={offset}",
                 f"--data-blocks={size // data_block}")
    assert f"Root hash:      \t{out['root_hash']}" in text
    assert ours.read_bytes() == theirs.read_bytes()
    stock("veritysetup", "verify", ours, ours, out["root_hash"], f"--hash-offset={offset}")


def test_same_bytes_every_time(tmp_path):
    _, root, _ = files(tmp_path)
    first = good("verity", root, "-o", tmp_path / "a", epoch="1")
    assert first == good("verity", root, "-o", tmp_path / "b", epoch="2")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    root.write_bytes(data(300 * 4096, 3))
    assert shown(tmp_path / "a")["salt"] != json.loads(good("verity", root, "-n", "--json"))["salt"]


def test_prints_only_the_root_hash(tmp_path):
    _, root, _ = files(tmp_path)
    text = good("verity", root, "-o", tmp_path / "out")
    assert len(text) == 65 and int(text, 16) and shown(tmp_path / "out")["root_hash"] == text.strip()


def test_odd_size_is_padded_with_zero(tmp_path):
    odd, even = tmp_path / "odd", tmp_path / "even"
    odd.write_bytes(data(10000))
    even.write_bytes(data(10000) + bytes(12288 - 10000))
    assert good("verity", odd, "-o", tmp_path / "a", "--salt", SALT) == good("verity", even, "-o", tmp_path / "b", "--salt", SALT)
    assert (tmp_path / "a").read_bytes()[:12288] == even.read_bytes()


def test_every_damaged_block_is_seen(tmp_path):
    _, root, _ = files(tmp_path)
    good("verity", root, "-o", tmp_path / "out")
    whole = (tmp_path / "out").read_bytes()
    for at in (0, 299 * 4096 + 4095, 301 * 4096, len(whole) - 4096):
        broken = bytearray(whole)
        broken[at] ^= 1
        (tmp_path / "broken").write_bytes(broken)
        bad(1, "show", tmp_path / "broken", reason="verity-root")
    (tmp_path / "broken").write_bytes(whole[:-4096])
    bad(1, "show", tmp_path / "broken", reason="truncated")


def test_refuses_what_makes_no_sense(tmp_path):
    _, root, _ = files(tmp_path)
    out = tmp_path / "out"
    good("verity", root, "-o", out)
    bad(1, "verity", out, "-o", tmp_path / "twice", reason="verity-params")
    (tmp_path / "empty").write_bytes(b"")
    bad(1, "verity", tmp_path / "empty", "-o", tmp_path / "x", reason="verity-params")
    (tmp_path / "one").write_bytes(data(4096))
    bad(1, "verity", tmp_path / "one", "-o", tmp_path / "x", reason="verity-params")
    assert names(tmp_path) == ["Image", "base.dtb", "empty", "one", "out", "root.img"]


@pytest.mark.parametrize("arguments", [[], ["-o", "x"], ["root"], ["root", "two", "-o", "x"], ["root", "-o", "x", "-o", "y"],
                                       ["root", "-o", "x", "--salt", "0"], ["root", "-o", "x", "--salt", "zz"],
                                       ["root", "-o", "x", "--salt", "00" * 257], ["root", "-o", "x", "--salt", ""],
                                       ["root", "-o", "x", "--uuid", "48464c44"], ["root", "-o", "x", "--hash", "sha1"],
                                       ["root", "-o", "x", "--data-block-size", "1000"], ["root", "-o", "x", "--nonsense"],
                                       ["root", "-o", "x", "--hash-block-size", "128K"]])
def test_usage_before_any_file(tmp_path, arguments):
    # The file "root" is not there: had it been looked for, the code would be 3.
    bad(2, "verity", *arguments, cwd=tmp_path)
    assert names(tmp_path) == []


def test_input_and_output_errors(tmp_path):
    _, root, _ = files(tmp_path)
    bad(3, "verity", tmp_path / "absent", "-o", tmp_path / "out")
    bad(3, "verity", tmp_path, "-o", tmp_path / "out")
    bad(6, "verity", root, "-o", tmp_path / "no" / "such" / "folder")
    bad(5, "verity", root, "-o", "/dev/null")
    assert names(tmp_path) == ["Image", "base.dtb", "root.img"]


def test_nothing_half_written(tmp_path):
    _, root, _ = files(tmp_path)
    out = tmp_path / "out"
    out.write_bytes(b"old")

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
    bad(6, "verity", root, "-o", out, preexec_fn=small_files)
    assert out.read_bytes() == b"old" and names(tmp_path) == ["Image", "base.dtb", "out", "root.img"]
    good("verity", root, "-o", out)
    assert out.stat().st_size > 300 * 4096 and not os.access(out, os.X_OK)
    good("verity", root, "-o", tmp_path / "dry", "--dry-run")
    assert not (tmp_path / "dry").exists()


def test_json_has_schema_and_version(tmp_path):
    _, root, _ = files(tmp_path)
    out = json.loads(good("verity", root, "-n", "--json"))
    assert out["schema"] == "holdfast-image-verity" and out["version"] == 1
