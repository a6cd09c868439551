# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The image sources for mkimage build, and the loader's code reads what comes out."""

import shutil
import subprocess

import pytest
from image_tool import KEYS, TOP, arm64_image, data, device_tree, packed, shown


@pytest.mark.parametrize("name,images", [("release", ["kernel", "fdt-1", "root"]), ("initrd", ["kernel", "fdt-1", "initrd"]),
                                         ("root-files", ["root"])])
def test_template(tmp_path, name, images):
    (tmp_path / "Image").write_bytes(arm64_image())
    (tmp_path / "Image.gz").write_bytes(packed(arm64_image())["gzip"])
    (tmp_path / "initrd.cpio.gz").write_bytes(data(3000))
    device_tree(tmp_path, "board", "vendor,board")
    shutil.copy(TOP / "fit-images" / "its" / f"{name}.its", tmp_path)

    def run(*arguments):
        subprocess.run(arguments, cwd=tmp_path, check=True, capture_output=True)
    run("mkimage", "-E", "-B", "0x1000", "-f", f"{name}.its", "out.itb")
    found = shown(tmp_path / "out.itb")
    assert [i["name"] for i in found["images"]] == images
    run(KEYS, "new", "--alg", "rsa3072", "--role", "dev", "-o", "k.pem")
    run(KEYS, "enroll", "--key", "k.pub", "--required", "conf", "-o", "trust.dtb")
    run(KEYS, "sign", "--replace", "--key", "k.pem", "out.itb")
    run(KEYS, "verify", "--trust", "trust.dtb", "out.itb")
