# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Releases whose kernel and initrd are files of the root: signed, verified, shown."""
import subprocess

import pytest

import schemas
from image_tool import arm64_image, device_tree, good, stock
from keys_helper import COMPATIBLE, DONE, ENV, INPUT, REFUSED, TOOL, keys, refused

KERNEL, INITRD = arm64_image(300000), b"initrd" * 3000
PATHS = ("--kernel-path", "/vmlinuz", "--initrd-path", "/boot/initrd")


@pytest.fixture(name="root", scope="module", params=["erofs", "squashfs"])
def _root(tmp_path_factory, request):
    """A file system with its tree behind it."""
    folder = tmp_path_factory.mktemp("root")
    boot = folder / "tree/boot"
    boot.mkdir(parents=True)
    (boot / "Image").write_bytes(KERNEL)
    (boot / "initrd").write_bytes(INITRD)
    (boot / "text").write_bytes(b"no kernel\n" * 1000)
    (folder / "tree/vmlinuz").symlink_to("boot/Image")
    if request.param == "erofs":
        stock("mkfs.erofs", folder / "system", folder / "tree")
    else:
        stock("mksquashfs", folder / "tree", folder / "system", "-noappend", "-quiet", "-no-progress")
    good("verity", folder / "system", "-o", folder / "root")
    return folder / "root"


def release(folder, root, made, *words, partition=False, paths=PATHS, expect=DONE):
    good("fit", *paths, "--root-partition" if partition else "--root", root, "--compatible", COMPATIBLE, *words, "-o",
         folder / "r.fit")
    return keys("sign", "--key", made.key("dev"), folder / "r.fit", expect=expect), folder / "r.fit"


def verify(made, *words, **options):
    return keys("verify", "--trust", made.trust("dev"), *words, **options)


@pytest.mark.parametrize("board", [(), ("--compatible", COMPATIBLE)], ids=["no-board", "board"])
@pytest.mark.parametrize("partition", [False, True], ids=["in-fit", "in-partition"])
def test_files_are_read(tmp_path, made, root, partition, board):
    _, fit = release(tmp_path, root, made, partition=partition)
    words = (*board, *(("--root", root) if partition else ()))
    text = verify(made, *words, fit).stdout
    assert f"kernel         /vmlinuz, in the root, {len(KERNEL)} bytes" in text
    assert f"ramdisk        /boot/initrd, in the root, {len(INITRD)} bytes" in text
    document = schemas.check(verify(made, *words, "--json", fit).stdout)
    assert document["files"] == [{"slot": "kernel", "path": "/vmlinuz", "size": len(KERNEL)},
                                 {"slot": "ramdisk", "path": "/boot/initrd", "size": len(INITRD)}]
    assert document["root_checked"] and document["board"] == (COMPATIBLE if board else None)


def test_a_root_that_is_not_given(tmp_path, made, root):
    """It says what it did not look at, and the board's rules are not said to hold."""
    _, fit = release(tmp_path, root, made, partition=True)
    text = verify(made, "--compatible", COMPATIBLE, fit).stdout
    assert "kernel         /vmlinuz, in the root (not given, not read)" in text
    assert "board          not judged: what it loads is in the root" in text
    document = schemas.check(verify(made, "--compatible", COMPATIBLE, "--json", fit).stdout)
    assert [f["size"] for f in document["files"]] == [None, None]
    assert document["board"] is None and not document["root_checked"]
    verify(made, "--deep", fit, expect=INPUT)


@pytest.mark.parametrize("board", [(), ("--compatible", COMPATIBLE)], ids=["no-board", "board"])
@pytest.mark.parametrize("partition", [False, True], ids=["in-fit", "in-partition"])
def test_a_damaged_block(tmp_path, made, root, partition, board):
    """Of the kernel, found wherever the file system has put it; of a file that is not named, not looked for without --deep."""
    _, fit = release(tmp_path, root, made, partition=partition)
    target = tmp_path / "root" if partition else fit
    whole = root.read_bytes() if partition else fit.read_bytes()
    start = whole.index(root.read_bytes())
    found = set()
    for at in range(start, start + (root.parent / "system").stat().st_size, 4096 * 9):
        blob = bytearray(whole)
        blob[at + 77] ^= 4
        target.write_bytes(blob)
        words = ("verify", "--trust", made.trust("dev"), *board, *(("--root", target) if partition else ()), fit)
        done = subprocess.run([str(w) for w in (TOOL, *words)], env=ENV, capture_output=True, text=True, check=False)
        assert done.returncode in (DONE, REFUSED), done.stderr
        found.add(refused(done) if done.returncode else "ok")
        if done.returncode:
            assert f"at=level-0-data-block-{(at - start) // 4096} " in done.stderr
    assert "verity-io" in found and found <= {"verity-io", "ok"}


def test_sign_looks_into_the_root(tmp_path, made, root):
    """A root in the FIT is at hand: a path that leads nowhere is not signed."""
    _, fit = release(tmp_path, root, made)
    before = fit.read_bytes().replace(b"/vmlinuz\0", b"/vmlinux\0")
    fit.write_bytes(before)
    assert refused(keys("sign", "--key", made.key("dev"), fit, expect=REFUSED)) == "no-file"
    assert fit.read_bytes() == before


def test_a_board_looks_at_the_kernel(tmp_path, made, root):
    _, fit = release(tmp_path, root, made, paths=("--kernel-path", "/boot/text"), partition=True)
    verify(made, "--root", root, fit)
    assert refused(verify(made, "--root", root, "--compatible", COMPATIBLE, fit, expect=REFUSED)) == "bad-kernel"


def test_shown(tmp_path, made, root):
    _, fit = release(tmp_path, root, made)
    text = keys("inspect", fit).stdout
    assert "kernel-path     /vmlinuz" in text and "ramdisk-path    /boot/initrd" in text and "no kernel" not in text
    document = schemas.check(keys("inspect", "--json", fit).stdout)
    assert document["configurations"][0]["properties"]["holdfast,kernel-path"] == "/vmlinuz"
    keys("doctor", "--trust", made.trust("dev"), "--fit", fit)
