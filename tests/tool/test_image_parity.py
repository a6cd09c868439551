# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Parity behind a hash tree: held against veritysetup, carried into FITs, slots and disks; and signatures of root hashes."""

import json
import subprocess

import pytest
from image_tool import BOARD, arm64_image, bad, data, good, names, run, shown, stock
from test_image_disk import content, partitions
from test_image_disk import disk as whole_disk

SALT, UUID = "00112233445566778899aabbccddeeff", "48464c44-0000-4000-8000-000000000001"


def with_parity(folder, roots, blocks=300, block=4096, name="root", short=0, more=()):
    root, out = folder / f"{name}.img", folder / f"{name}.verity"
    root.write_bytes(data(blocks * block - short))
    good("verity", root, "-o", out, "--fec-roots", roots, "--salt", SALT, "--data-block-size", block,
         "--hash-block-size", block, *more)
    return root, out


# (roots, data blocks, bytes of a block): one round and several, full and short, roots that do not divide a block.
@pytest.mark.parametrize("roots,blocks,block", [(2, 300, 4096), (3, 300, 512), (24, 1000, 512), (8, 253, 1024), (5, 2, 512), (16, 700, 1024)])
def test_agrees_with_veritysetup(tmp_path, roots, blocks, block):
    root, ours = with_parity(tmp_path, roots, blocks, block, more=("--uuid", UUID))
    theirs, end = tmp_path / "theirs", shown(ours)["hash_start_block"]
    tree = json.loads(good("verity", root, "-n", "--json", "--salt", SALT, "--data-block-size", block, "--hash-block-size", block))
    theirs.write_bytes(root.read_bytes())
    text = stock("veritysetup", "format", theirs, theirs, f"--salt={SALT}", f"--uuid={UUID}", f"--data-blocks={blocks}",
                 f"--data-block-size={block}", f"--hash-block-size={block}", f"--hash-offset={blocks * block}",
                 f"--fec-device={theirs}", f"--fec-offset={tree['size']}", f"--fec-roots={roots}")
    assert tree["root_hash"] in text and end == blocks + 1
    assert ours.read_bytes() == theirs.read_bytes()
    assert shown(ours)["fec_roots"] == roots and shown(ours)["size"] == ours.stat().st_size


def test_none_is_the_default(tmp_path):
    root, _ = with_parity(tmp_path, 2)
    good("verity", root, "-o", tmp_path / "a")
    good("verity", root, "-o", tmp_path / "b", "--fec-roots", 0)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() and "fec_roots" not in shown(tmp_path / "a")


@pytest.mark.parametrize("arguments", [["--fec-roots", "1"], ["--fec-roots", "25"], ["--fec-roots", "-2"], ["--fec-roots", "x"],
                                       ["--fec-roots", ""], ["--fec-roots", "2", "--data-block-size", "1024"]])
def test_usage(tmp_path, arguments):
    bad(2, "verity", "root", "-o", "x", *arguments, cwd=tmp_path)
    assert names(tmp_path) == []


def test_damaged_parity_is_seen(tmp_path):
    _, out = with_parity(tmp_path, 2)
    whole = bytearray(out.read_bytes())
    whole[-1] ^= 1
    out.write_bytes(whole)
    bad(1, "show", out, reason="verity-params")
    # The tree first: it says what is damaged.
    whole[10] ^= 1
    out.write_bytes(whole)
    bad(1, "show", out, reason="verity-root")


def properties(fit):
    return {name: int(stock("fdtget", "-t", "u", fit, "/images/root/dm-verity", f"holdfast,fec-{name}"))
            for name in ("roots", "start-block", "blocks")}


def pack(folder, root, *arguments, name="release"):
    kernel, fit = folder / "Image", folder / f"{name}.itb"
    kernel.write_bytes(arm64_image())
    good("fit", "--kernel", kernel, "--compatible", BOARD, *root, *arguments, "-o", fit)
    return fit


def test_into_a_fit(tmp_path):
    root, out = with_parity(tmp_path, 2, short=77)
    # 300 blocks of data, a superblock, 3 leaves, a top.
    assert properties(pack(tmp_path, ["--root-partition", out])) == {"roots": 2, "start-block": 305, "blocks": 304}
    assert properties(pack(tmp_path, ["--root-partition", out], "--verity-split")) == {"roots": 2, "start-block": 5, "blocks": 304}
    fit = pack(tmp_path, ["--root", out])
    assert properties(fit) == {"roots": 2, "start-block": 305, "blocks": 304}
    image = next(i for i in shown(fit)["images"] if i["name"] == "root")
    assert (image["fec_roots"], image["size"]) == (2, out.stat().st_size)
    assert fit.read_bytes()[image["offset"]:image["offset"] + image["size"]] == out.read_bytes()
    bare = pack(tmp_path, ["--root", root])
    assert run("show", "--json", bare).returncode == 0
    assert subprocess.run(["fdtget", bare, "/images/root/dm-verity", "holdfast,fec-roots"], capture_output=True, check=False).returncode


@pytest.mark.parametrize("split", [[], ["--verity-split"]])
def test_into_a_slot(tmp_path, split):
    root, out = with_parity(tmp_path, 2, short=77)
    fit = pack(tmp_path, ["--root-partition", out], *split)
    image = whole_disk(tmp_path, "--fit-size", "1M", "--root-size", "2M", "--slot", f"a={fit},{out}", *split)
    whole, data_size = out.read_bytes(), 300 * 4096
    assert content(image, "root-a", data_size) == whole[:data_size]
    assert content(image, "verity-a" if split else "root-a", len(whole))[:len(whole) - (data_size if split else 0)] == \
        whole[data_size if split else 0:]
    # The bare root gets both again, and a slot that has it already is seen to.
    before = image.read_bytes()
    good("slot", image, "a", fit, root)
    good("slot", image, "a", fit)
    assert image.read_bytes() == before
    place = partitions(image)["verity-a" if split else "root-a"]["offset"]
    with open(image, "r+b") as file:
        file.seek(place + len(whole) - (data_size if split else 0) - 1)
        file.write(b"\x99")
    bad(1, "slot", image, "a", fit, reason="verity-root")


@pytest.mark.parametrize("name,value", [("roots", 1), ("roots", 25), ("roots", 3), ("blocks", 303), ("blocks", 305), ("start-block", 304),
                                        ("start-block", 306)])
def test_numbers_that_lie(tmp_path, name, value):
    _, out = with_parity(tmp_path, 2)
    fit = pack(tmp_path, ["--root-partition", out], "--embed")
    stock("fdtput", "-t", "u", fit, "/images/root/dm-verity", f"holdfast,fec-{name}", value)
    reason = "truncated" if value == 3 else "verity-params"
    bad(1, "disk", "--slot", f"a={fit},{out}", "-o", tmp_path / "x", reason=reason)


def signed(folder, text, *options):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-subj", "/CN=x", "-keyout", folder / "k", "-out",
                    folder / "c"], check=True, capture_output=True)
    subprocess.run(["openssl", "smime", "-sign", "-nocerts", "-noattr", "-binary", "-inkey", folder / "k", "-signer", folder / "c",
                    "-outform", "DER", "-out", folder / "p7", *options], input=text.encode(), check=True, capture_output=True)
    return folder / "p7"


def test_signature_of_the_root_hash(tmp_path):
    root, out = with_parity(tmp_path, 2)
    signature = signed(tmp_path, shown(out)["root_hash"])
    fit = pack(tmp_path, ["--root", out], "--root-hash-signature", signature)
    hexes = stock("fdtget", "-t", "bx", fit, "/images/root/dm-verity", "holdfast,root-hash-signature").split()
    assert bytes(int(word, 16) for word in hexes) == signature.read_bytes()
    image = next(i for i in shown(fit)["images"] if i["name"] == "root")
    assert image["root_hash_signature_size"] == signature.stat().st_size
    pem = tmp_path / "pem"
    pem.write_text("-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n")
    (tmp_path / "long").write_bytes(b"\x30\x82\x10\x00" + bytes(4096))
    (tmp_path / "cut").write_bytes(signature.read_bytes()[:-1])
    (tmp_path / "empty").write_bytes(b"")
    arguments = ["fit", "--kernel", tmp_path / "Image", "--compatible", BOARD, "-o", tmp_path / "x"]
    for wrong in (pem, tmp_path / "long", tmp_path / "cut", tmp_path / "empty", root):
        bad(1, *arguments, "--root", out, "--root-hash-signature", wrong, reason="verity-params")
    bad(3, *arguments, "--root", out, "--root-hash-signature", tmp_path / "absent")
    bad(2, *arguments, "--root-hash-signature", signature)
