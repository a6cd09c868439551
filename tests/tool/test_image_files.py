# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""holdfast-image ls and cat: what veritysetup made is read back, what does not verify is refused, and nothing of it is seen.

The roots are made by mkfs.erofs and mksquashfs, the trees by veritysetup, in every form that it knows.
"""
import json
import os
import re
import subprocess
from collections import namedtuple

import pytest
from image_tool import TOOL, arm64_image, bad, data, device_tree, good, names, packed, run, shown, stock

SALT = "00112233445566778899aabbccddeeff"
FILES = {"boot/Image": arm64_image(300000), "boot/board.dtb": data(20000, 3), "etc/empty": b"", "etc/one": b"1",
         "etc/repeated": b"the same again\n" * 9000, "big": data(1300000, 5),
         **{f"many/file-{n:03}": data(n * 37, n) for n in range(150)}}
LINKS = {"link": "boot/Image", "etc/up": "../boot", "absolute": "/etc/one", "loop": "loop", "out": "../../../etc/one"}
Root = namedtuple("Root", "image words hash_image data_blocks root_hash content")


@pytest.fixture(scope="module", name="systems")
def fixture_systems(tmp_path_factory):
    """The same files as erofs and as squashfs."""
    folder = tmp_path_factory.mktemp("systems")
    tree = folder / "tree"
    for name, content in FILES.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content)
    for name, target in LINKS.items():
        (tree / name).symlink_to(target)
    os.mkfifo(tree / "pipe")
    stock("mkfs.erofs", "--quiet", folder / "erofs", tree)
    stock("mkfs.erofs", "--quiet", "-zlz4", folder / "erofs-lz4", tree)
    for packer in ("gzip", "zstd", "lz4"):
        stock("mksquashfs", tree, folder / f"squashfs-{packer}", "-noappend", "-quiet", "-no-progress", "-comp", packer)
    return folder


def with_tree(folder, system, algorithm="sha256", block=4096, hash_block=None, salt=SALT, superblock=True, apart=False,
              fec=None):
    """A root with the tree that veritysetup makes of it, and the words by which the tool reads it."""
    image, hash_block = folder / "root", hash_block or block
    content = system.read_bytes()
    content += bytes(-len(content) % max(block, hash_block, 4096))
    image.write_bytes(content)
    hashes, offset = (folder / "hashes", 0) if apart else (image, len(content))
    if apart:
        hashes.write_bytes(b"")
    words = [f"--data-block-size={block}", f"--hash-block-size={hash_block}", f"--hash={algorithm}", f"--salt={salt}",
             f"--data-blocks={len(content) // block}", *([f"--hash-offset={offset}"] if offset else []),
             *([] if superblock else ["--no-superblock"])]
    if fec:
        words += [f"--fec-device={folder / 'fec'}", f"--fec-roots={fec}"]
        (folder / "fec").write_bytes(b"")
    said = stock("veritysetup", "format", *words, image, hashes)
    root_hash = re.search(r"Root hash:\s*([0-9a-f]+)", said).group(1)
    words = ["--root-hash", root_hash, "--salt", salt, "--data-blocks", len(content) // block]
    words += ["--hash-image", hashes] if apart else ["--hash-offset", offset]
    words += ["--hash", algorithm] if algorithm != "sha256" else []
    words += ["--block-size", block] if block != 4096 else []
    words += ["--hash-block-size", hash_block] if hash_block != block else []
    words += ["--fec-image", folder / "fec", "--fec-roots", fec] if fec else []
    return Root(image, words, hashes, len(content) // block, root_hash, content)


def cat(root, path, *words, image=None):
    """(exit code, stdout, stderr) of the sanitized tool, bytes as they are."""
    done = subprocess.run([TOOL, "cat", image or root.image, path, *map(str, root.words), *words], capture_output=True,
                          check=False)
    assert b"Sanitizer" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr.decode()


def entries(root, path, *words):
    return json.loads(good("ls", root.image, path, *root.words, "--json", *words))["entries"]


def walk(root, path="/"):
    """Every entry below a directory, by its path."""
    found = {}
    for entry in entries(root, path):
        name = path.rstrip("/") + "/" + entry["name"]
        found[name[1:] if path == "/" else name.lstrip("/")] = entry
        if entry["type"] == "directory":
            found.update(walk(root, name))
    return found


def compare(root, every=True):
    """All of FILES and LINKS, and nothing else."""
    found = walk(root)
    directories = {str(parent) for name in FILES for parent in [os.path.dirname(name)] if parent}
    assert set(found) == {*FILES, *LINKS, *directories, "pipe"}
    assert {n for n, e in found.items() if e["type"] == "link"} == set(LINKS) and found["pipe"]["type"] == "other"
    assert {n: found[n]["target"] for n in LINKS} == LINKS
    for name, content in FILES.items() if every else list(FILES.items())[:8]:
        assert (found[name]["type"], found[name]["size"]) == ("file", len(content))
        assert cat(root, "/" + name) == (0, content, ""), name


@pytest.mark.parametrize("system", ["erofs", "erofs-lz4", "squashfs-gzip", "squashfs-zstd", "squashfs-lz4"])
def test_every_file(tmp_path, systems, system):
    compare(with_tree(tmp_path, systems / system))


@pytest.mark.parametrize("form", [
    dict(superblock=False), dict(apart=True), dict(apart=True, superblock=False), dict(algorithm="sha512"), dict(salt="-"),
    dict(salt="ab" * 256), dict(block=512), dict(block=1024), dict(block=512, hash_block=4096, algorithm="sha512"),
    dict(hash_block=1024, apart=True)], ids=lambda form: " ".join(f"{k}={str(v)[:6]}" for k, v in form.items()))
def test_forms_of_veritysetup(tmp_path, systems, form):
    root = with_tree(tmp_path, systems / "erofs", **form)
    compare(root, every=False)
    # The same numbers with another root hash are another root.
    words = [("00" + root.root_hash[2:] if w == root.root_hash else w) for w in root.words]
    bad(1, "ls", root.image, "/", *words, reason="verity-root")


def test_a_tree_of_our_own(tmp_path, systems):
    out = json.loads(good("verity", systems / "erofs", "-o", tmp_path / "root", "--json"))
    words = ["--root-hash", out["root_hash"], "--salt", out["salt"], "--data-blocks", out["data_blocks"]]
    for place in (["--hash-offset", out["hash_offset"]],
                  ["--hash-offset", out["hash_start_block"] * 4096, "--no-superblock"]):
        compare(Root(tmp_path / "root", [*words, *place], None, out["data_blocks"], out["root_hash"], b""), every=False)


def test_a_superblock_decides_nothing(tmp_path, systems):
    """Its numbers are remarked on if they are others; those of the command line are used."""
    root = with_tree(tmp_path, systems / "erofs")
    with open(root.image, "r+b") as file:
        file.seek(len(root.content) + 72)
        file.write(b"\x07")  # data blocks
    done = run("ls", root.image, "/", *root.words)
    assert done.returncode == 0 and "superblock says other numbers" in done.stderr
    assert run("ls", root.image, "/", *root.words, "-q").stderr == ""


def test_lines_for_people(tmp_path, systems):
    root = with_tree(tmp_path, systems / "erofs")
    text = good("ls", root.image, "/", *root.words)
    assert re.search(r"^link +10 link -> boot/Image$", text, re.M) and re.search(r"^directory +\d+ many$", text, re.M)
    assert [line.split()[2] for line in text.splitlines()] == [e["name"] for e in entries(root, "/")]
    assert re.fullmatch(r"file +300000 /boot/Image\n", good("ls", root.image, "/boot/Image", *root.words))
    # Links on the way and at the end are followed inside the root.
    assert "board.dtb" in good("ls", root.image, "/etc/up", *root.words)
    for path, name in (("/link", "boot/Image"), ("/absolute", "etc/one"), ("/out", "etc/one"), ("/etc/up/Image", "boot/Image"),
                       ("/etc/../link", "boot/Image")):
        assert cat(root, path) == (0, FILES[name], "")


def test_a_name_writes_no_line_of_its_own(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    name = "a\nHF-REFUSE \x1b[2J\\ü"
    (tree / name).write_bytes(b"x" * 9000)
    stock("mkfs.erofs", "--quiet", tmp_path / "system", tree)
    root = with_tree(tmp_path, tmp_path / "system")
    text = good("ls", root.image, "/", *root.words)
    assert text.count("\n") == 1 and "a\\x0aHF-REFUSE \\x1b[2J\\x5c\\xc3\\xbc" in text
    assert entries(root, "/")[0]["name"] == name.encode().decode("latin-1")


def test_paths_that_lead_nowhere(tmp_path, systems):
    root = with_tree(tmp_path, systems / "squashfs-zstd")
    for path in ("/nothing", "/boot/Image/x", "/loop", "boot/Image", "", "/" + "a" * 2000, "/" + "a/" * 400):
        for verb in ("ls", "cat"):
            bad(1, verb, root.image, path, *root.words, reason="no-file")
    for path in ("/boot", "/", "/pipe"):
        bad(1, "cat", root.image, path, *root.words, reason="no-file")


def test_output(tmp_path, systems):
    root = with_tree(tmp_path, systems / "erofs")
    out = tmp_path / "out"
    out.write_bytes(b"old")
    good("cat", root.image, "/big", *root.words, "-n", "-o", out)
    assert out.read_bytes() == b"old"
    good("cat", root.image, "/big", *root.words, "-o", out)
    assert out.read_bytes() == FILES["big"]
    good("cat", root.image, "/etc/empty", *root.words, "-o", out)
    assert out.read_bytes() == b""
    bad(6, "cat", root.image, "/big", *root.words, "-o", tmp_path / "no" / "folder")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([TOOL, "cat", root.image, "/big", *map(str, root.words)], stdout=full, stderr=subprocess.PIPE,
                              check=False)
    assert done.returncode == 6


# Damage.

def flipped(root, offset, path=None):
    path = path or root.image
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)


def place_of(root, name):
    """Where a file that is stored as it is begins in the image."""
    return root.content.index(FILES[name][:4096])


def test_a_bad_data_block(tmp_path, systems):
    """Its number is said, and of the file no more than what lies before it is seen."""
    root = with_tree(tmp_path, systems / "erofs")
    start = place_of(root, "big")
    block = start // 4096 + 300
    flipped(root, block * 4096 + 77)
    code, out, said = cat(root, "/big")
    assert code == 1 and f"HF-REFUSE code=verity-io at=level-0-data-block-{block} want=" in said
    assert len(out) <= block * 4096 - start and out == FILES["big"][:len(out)]
    target = tmp_path / "out"
    bad(1, "cat", root.image, "/big", *root.words, "-o", target, reason="verity-io")
    assert not target.exists() and names(tmp_path) == ["root"]
    # What does not need the block is as good as before.
    assert cat(root, "/boot/Image") == (0, FILES["boot/Image"], "")


def test_the_first_block_of_a_file(tmp_path, systems):
    root = with_tree(tmp_path, systems / "erofs")
    block = place_of(root, "boot/Image") // 4096
    flipped(root, block * 4096)
    code, out, said = cat(root, "/boot/Image")
    assert (code, out) == (1, b"") and f"at=level-0-data-block-{block} " in said


@pytest.mark.parametrize("apart", [False, True])
def test_a_bad_leaf(tmp_path, systems, apart):
    """A hash block's number counts from the start of its device, as Linux prints it."""
    root = with_tree(tmp_path, systems / "erofs", block=1024, apart=apart)
    # Superblock, top, ... leaves last; the leaf of the file's first block.
    first = place_of(root, "big") // 1024
    leaf = first // 32
    leaves = -(-root.data_blocks // 32)
    tree = root.hash_image.stat().st_size // 1024
    block = tree - leaves + leaf
    flipped(root, block * 1024 + 40, root.hash_image)
    code, out, said = cat(root, "/big")
    assert code == 1 and out == b"", said
    assert f"HF-REFUSE code=verity-io at=level-1-hash-block-{block} " in said
    done = run("ls", root.image, "/", *root.words)
    assert done.returncode == 0 or "verity-io" in done.stderr


def test_a_bad_top(tmp_path, systems):
    root = with_tree(tmp_path, systems / "erofs")
    flipped(root, len(root.content) + 4096)
    for verb in ("ls", "cat"):
        assert " want=" in bad(1, verb, root.image, "/big", *root.words, reason="verity-root")


def test_a_bad_directory(tmp_path, systems):
    """Nothing of its block is listed; a document is not begun."""
    root = with_tree(tmp_path, systems / "erofs")
    flipped(root, root.content.index(b"file-001"))
    for words in ([], ["--json"]):
        done = run("ls", root.image, "/many", *root.words, *words)
        assert (done.returncode, done.stdout) == (1, "") and "code=verity-io at=level-0-data-block-" in done.stderr


def test_every_bad_data_block_of_a_file(tmp_path, systems):
    """A block at a time; what is seen never contains the block."""
    root = with_tree(tmp_path, systems / "squashfs-zstd")
    whole = root.image.read_bytes()
    seen = 0
    for block in range(0, root.data_blocks, 23):
        root.image.write_bytes(whole[:block * 4096] + bytes([whole[block * 4096] ^ 1]) + whole[block * 4096 + 1:])
        code, out, said = cat(root, "/big")
        assert FILES["big"].startswith(out) and (code == 0) == (out == FILES["big"])
        assert code == 0 or f"code=verity-io at=level-0-data-block-{block} " in said
        seen += code
    assert seen > 10


def test_error_correction(tmp_path, systems):
    """A damaged block is corrected with veritysetup's parity, and not without it."""
    root = with_tree(tmp_path, systems / "erofs", fec=2)
    block = place_of(root, "big") // 4096 + 5
    damaged = bytearray(root.image.read_bytes())
    damaged[block * 4096:block * 4096 + 4096] = data(4096, 99)
    root.image.write_bytes(damaged)
    code, out, said = cat(root, "/big")
    assert (code, out) == (0, FILES["big"]) and "could be corrected: 1;" in said
    without = root._replace(words=root.words[:root.words.index("--fec-image")])
    code, out, said = cat(without, "/big")
    assert code == 1 and f"at=level-0-data-block-{block} " in said and FILES["big"].startswith(out)


# Numbers of a FIT.

def test_numbers_of_a_fit(tmp_path, systems):
    """In its partition, and inside the FIT; the signature is not this verb's business."""
    kernel, root = tmp_path / "Image", tmp_path / "root"
    kernel.write_bytes(arm64_image())
    good("verity", systems / "erofs", "-o", root)
    start = ["fit", "--kernel", kernel, "--compatible", "b", "-o"]
    good(*start, tmp_path / "partition.itb", "--root-partition", root)
    good(*start, tmp_path / "inside.itb", "--root", root)
    good(*start, tmp_path / "none.itb")
    for fit, image in (("partition", root), ("inside", tmp_path / "inside.itb")):
        compare(Root(image, ["--fit", tmp_path / f"{fit}.itb"], None, 0, "", b""), every=False)
    bad(1, "ls", root, "/", "--fit", tmp_path / "none.itb", reason="verity-params")
    bad(1, "ls", root, "/", "--fit", root, reason="no-image")
    bad(3, "ls", root, "/", "--fit", tmp_path / "absent")
    for words in (["--salt", "-"], ["--hash-offset", "0"], ["--block-size", "512"], ["--fec-roots", "2"]):
        bad(2, "ls", tmp_path / "absent", "/", "--fit", tmp_path / "absent", *words)


# Numbers that make no sense.

HASH = "00" * 32
GOOD = {"--root-hash": HASH, "--salt": SALT, "--data-blocks": "16", "--hash-offset": "65536"}


def words_of(changes):
    return [w for k, v in {**GOOD, **changes}.items() if v is not None for w in ([k, v] if v != "" or k == "--salt" else [k])]


@pytest.mark.parametrize("changes", [
    {"--root-hash": None}, {"--salt": None}, {"--data-blocks": None}, {"--hash-offset": None}, {"--root-hash": "zz" * 32},
    {"--root-hash": HASH[2:]}, {"--root-hash": HASH + "00"}, {"--root-hash": HASH[:-1]}, {"--hash": "sha512"}, {"--hash": "sha1"},
    {"--hash": "md5"}, {"--salt": "0"}, {"--salt": "xy"}, {"--salt": "00" * 257}, {"--data-blocks": "many"},
    {"--data-blocks": "-1"}, {"--data-blocks": "99999999999999999999"}, {"--hash-offset": "-4096"}, {"--hash-offset": "100"},
    {"--hash-offset": "9223372036854775808"}, {"--block-size": "1000"}, {"--block-size": "256"}, {"--block-size": "128K"},
    {"--block-size": "0"}, {"--hash-block-size": "3"}, {"--fec-roots": "2"}, {"--fec-image": "f", "--fec-roots": "1"},
    {"--fec-image": "f", "--fec-roots": "25"}, {"--fec-image": "f", "--fec-offset": "100"},
    {"--fec-image": "f", "--hash-block-size": "1024"}, {"--no-superblock": "", "--hash-offset": "512"}, {"--json=x": ""}],
    ids=lambda changes: " ".join(f"{k}={str(v)[:12]}" for k, v in changes.items()))
def test_usage_before_any_file(tmp_path, changes):
    for verb in ("ls", "cat"):
        # The image is not there: had it been looked for, the code would be 3.
        bad(2, verb, "absent", "/", *words_of(changes), cwd=tmp_path)


def test_usage_of_the_verbs(tmp_path):
    bad(2, "ls", *words_of({}))
    bad(2, "ls", "absent", *words_of({}))
    bad(2, "ls", "absent", "/", "/two", *words_of({}))
    bad(2, "ls", "absent", "/", "-o", "x", *words_of({}))
    bad(2, "cat", "absent", "/", "--json", *words_of({}))
    for verb in ("ls", "cat"):
        bad(3, verb, tmp_path / "absent", "/", *words_of({}))
        bad(3, verb, tmp_path, "/", *words_of({}))


@pytest.mark.parametrize("changes, reason", [
    ({"--data-blocks": "0"}, "verity-params"), ({"--data-blocks": "1"}, "verity-params"),
    ({"--data-blocks": "4294967296"}, "verity-params"), ({"--data-blocks": "18446744073709551615"}, "verity-params"),
    ({"--data-blocks": "4294967295"}, ("verity-params", "verity-io")), ({"--data-blocks": "17"}, ("verity-params", "verity-io", "verity-root")),
    ({"--hash-offset": "0"}, "verity-root"), ({"--hash-offset": "1M"}, "verity-io"),
    ({"--hash-offset": "9223372036854775296"}, ("verity-params", "verity-io")), ({"--hash-offset": "66048"}, "verity-params"),
    ({"--block-size": "64K"}, ("verity-params", "verity-io")), ({"--block-size": "512"}, "verity-root"), ({}, "verity-root")],
    ids=lambda value: " ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else "")
def test_numbers_that_make_no_tree(tmp_path, changes, reason):
    """A root of 16 blocks, its tree behind it."""
    image = tmp_path / "root"
    image.write_bytes(data(20 * 4096))
    done = run("ls", image, "/", *words_of(changes))
    assert done.returncode == 1 and done.stdout == "" and "Sanitizer" not in done.stderr, done.stderr
    code = re.search(r"^HF-REFUSE code=(\S+)", done.stderr, re.M).group(1)
    assert code in ((reason,) if isinstance(reason, str) else reason), done.stderr


def test_a_root_that_is_cut_off(tmp_path, systems):
    root = with_tree(tmp_path, systems / "erofs")
    whole = root.image.read_bytes()
    for size in (0, 1, 4096, len(root.content) - 1, len(root.content), len(whole) - 4096, len(whole) - 1):
        root.image.write_bytes(whole[:size])
        done = run("cat", root.image, "/big", *root.words)
        assert done.returncode == 1 and done.stdout == "", size
        assert re.search(r"code=(verity-io|verity-params) ", done.stderr), done.stderr


def test_no_file_system_that_we_know(tmp_path):
    (tmp_path / "noise").write_bytes(data(100 * 4096))
    root = with_tree(tmp_path, tmp_path / "noise")
    for verb in ("ls", "cat"):
        bad(1, verb, root.image, "/", *root.words, reason="file-system")


# A release whose kernel, device trees and initrd are files of its root.

@pytest.fixture(scope="module", name="complete")
def fixture_complete(tmp_path_factory):
    """A root with everything in it, as erofs and as squashfs."""
    folder = tmp_path_factory.mktemp("complete")
    boot = folder / "tree/boot"
    boot.mkdir(parents=True)
    (boot / "Image").write_bytes(arm64_image(300000))
    for name, content in packed(arm64_image(300000)).items():
        (boot / f"Image.{name}").write_bytes(content)
    (boot / "initrd").write_bytes(data(50000))
    for name in ("one", "two", "over"):
        device_tree(boot, name)
    (boot / "zImage").write_bytes(data(36) + bytes.fromhex("18286f01") + data(5000))
    (boot / "current").symlink_to("Image")
    (boot / "vmlinux").write_bytes(b"\x7fELF" + data(5000))
    (boot / "empty").write_bytes(b"")
    (boot / "one.dtb.gz").write_bytes(packed((boot / "one.dtb").read_bytes())["gzip"])
    stock("mkfs.erofs", "--quiet", folder / "erofs", folder / "tree")
    stock("mksquashfs", folder / "tree", folder / "squashfs", "-noappend", "-quiet", "-no-progress", "-comp", "zstd")
    return folder


def fit(root, *words, out=None):
    """The configurations of a FIT over this root."""
    out = out or root.parent / "out.itb"
    good("fit", "--root-partition", root, *words, "-o", out)
    return shown(out)


B = ("--compatible", "b")


@pytest.mark.parametrize("system", ["erofs", "squashfs"])
@pytest.mark.parametrize("tree", [False, True])
def test_everything_in_the_root(tmp_path, complete, system, tree):
    root = complete / system
    if tree:
        good("verity", root, "-o", tmp_path / "root")
        root = tmp_path / "root"
    found = fit(root, "--kernel-path", "/boot/Image", "--dtb-path", "/boot/one.dtb", "--overlay-path", "/boot/over.dtb",
                "--initrd-path", "/boot/initrd", *B, out=tmp_path / "out")
    assert [i["name"] for i in found["images"]] == ["root"]
    conf = found["configurations"][0]
    assert conf["kernel_path"] == "/boot/Image" and conf["kernel_compression"] == "none" and conf["loadables"] == "root"
    assert conf["fdt_path"] == "/boot/one.dtb /boot/over.dtb" and conf["ramdisk_path"] == "/boot/initrd"
    assert not {"kernel", "fdt", "ramdisk"} & set(conf)
    assert "kernel_path      /boot/Image" in good("show", tmp_path / "out")
    assert stock("fdtget", tmp_path / "out", "/configurations/conf-1", "holdfast,fdt-path").split() == ["/boot/one.dtb", "/boot/over.dtb"]
    again = tmp_path / "again"
    fit(root, "--kernel-path", "/boot/Image", "--dtb-path", "/boot/one.dtb", "--overlay-path", "/boot/over.dtb",
        "--initrd-path", "/boot/initrd", *B, out=again)
    assert again.read_bytes() == (tmp_path / "out").read_bytes()


def test_inside_the_fit(tmp_path, complete):
    out = tmp_path / "out"
    good("fit", "--root", complete / "erofs", "--kernel-path", "/boot/Image", *B, "-o", out)
    assert cat(Root(out, ["--fit", out], None, 0, "", b""), "/boot/Image") == (0, arm64_image(300000), "")


@pytest.mark.parametrize("name", ["gzip", "lz4", "zstd"])
def test_a_compressed_kernel_in_the_root(tmp_path, complete, name):
    root = complete / "erofs"
    found = fit(root, "--kernel-path", f"/boot/Image.{name}", *B, out=tmp_path / "out")
    assert found["configurations"][0]["kernel_compression"] == name
    bad(1, "fit", "--root-partition", root, "--kernel-path", f"/boot/Image.{name}", "--compression", "none", *B, "-n",
        reason="decompress")


def test_mixed(tmp_path, complete):
    """Each of kernel, device trees and initrd comes from one of the two."""
    kernel, initrd = tmp_path / "Image", tmp_path / "initrd"
    kernel.write_bytes(arm64_image())
    initrd.write_bytes(data(3000))
    tree = device_tree(tmp_path)
    root = complete / "erofs"
    conf = fit(root, "--kernel", kernel, "--initrd-path", "/boot/initrd", "--dtb-path", "/boot/one.dtb", *B,
               out=tmp_path / "a")["configurations"][0]
    assert conf["kernel"] == "kernel" and conf["ramdisk_path"] == "/boot/initrd" and "kernel_path" not in conf
    found = fit(root, "--kernel-path", "/boot/current", "--initrd", initrd, "--dtb", tree, *B, out=tmp_path / "b")
    assert [i["name"] for i in found["images"]] == ["fdt-1", "initrd", "root"]
    assert all(i.get("arch", "arm64") == "arm64" for i in found["images"])
    found = fit(root, "--kernel-path", "/boot/zImage", "--initrd", initrd, *B, out=tmp_path / "c")
    assert next(i for i in found["images"] if i["name"] == "initrd")["arch"] == "arm"


def test_several_boards_in_one_root(tmp_path, complete):
    found = fit(complete / "erofs", "--kernel-path", "/boot/Image", "--dtb-path", "/boot/one.dtb", "--dtb-path", "/boot/two.dtb",
                "--overlay-path", "/boot/over.dtb", "--compatible", "one", "--compatible", "two", out=tmp_path / "out")
    assert [(c["compatible"], c["fdt_path"]) for c in found["configurations"]] == [
        ("one", "/boot/one.dtb /boot/over.dtb"), ("two", "/boot/two.dtb /boot/over.dtb")]
    words = ["--kernel-path", "/boot/Image", *[w for i in range(32) for w in ("--dtb-path", "/" + "./" * 500 + "boot/one.dtb",
                                                                              "--compatible", f"board-{i}")]]
    assert len(fit(complete / "erofs", *words, out=tmp_path / "long")["configurations"]) == 32


@pytest.mark.parametrize("words, reason", [
    (["--kernel-path", "/boot/nothing"], "no-file"), (["--kernel-path", "/boot"], "no-file"), (["--kernel-path", "/boot/empty"], "no-file"),
    (["--kernel-path", "/boot/vmlinux"], "bad-kernel"), (["--kernel-path", "/boot/Image", "--arch", "arm"], "bad-kernel"),
    (["--kernel-path", "/boot/Image", "--dtb-path", "/boot/Image"], "bad-dtb"),
    (["--kernel-path", "/boot/Image", "--dtb-path", "/boot/one.dtb.gz"], "bad-dtb"),
    (["--kernel-path", "/boot/Image", "--overlay-path", "/boot/initrd"], "bad-overlay"),
    (["--kernel-path", "/boot/Image", "--initrd-path", "/boot/nothing"], "no-file")], ids=" ".join)
def test_what_the_loader_would_refuse(tmp_path, complete, words, reason):
    bad(1, "fit", "--root-partition", complete / "erofs", *words, *B, "-o", tmp_path / "out", reason=reason)
    assert names(tmp_path) == []


def test_a_root_that_the_loader_cannot_read(tmp_path):
    (tmp_path / "noise").write_bytes(data(40960))
    bad(1, "fit", "--root-partition", tmp_path / "noise", "--kernel-path", "/boot/Image", *B, "-n", reason="file-system")


@pytest.mark.parametrize("words", [
    ["--kernel-path", "/k"], ["--kernel-path", "k", "--root", "r"], ["--kernel-path", "", "--root", "r"],
    ["--kernel-path", "/k\n", "--root", "r"], ["--kernel-path", "/" + "k" * 2000, "--root", "r"],
    ["--kernel-path", "/k", "--kernel-path", "/k", "--root", "r"], ["--kernel", "k", "--kernel-path", "/k", "--root", "r"],
    ["--kernel", "k", "--initrd", "i", "--initrd-path", "/i", "--root", "r"], ["--kernel", "k", "--initrd-path", "/i"],
    ["--kernel", "k", "--dtb", "d", "--dtb-path", "/d", "--root", "r"], ["--kernel", "k", "--dtb", "d", "--overlay-path", "/d", "--root", "r"],
    ["--kernel", "k", "--dtb-path", "/d"], ["--kernel-path", "/k", "--kernel-load", "0x40200000", "--root", "r"],
    ["--kernel-path", "/k", "--dtb-path", "/1", "--dtb-path", "/2", "--root", "r"]], ids=lambda words: " ".join(words)[:60])
def test_usage_of_paths(tmp_path, words):
    bad(2, "fit", *words, *B, "-o", "x", cwd=tmp_path)
    assert names(tmp_path) == []
