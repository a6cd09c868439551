# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What the tests of holdfast-image share: running the sanitized tool and the stock tools beside it, and small inputs."""

import gzip
import json
import os
import struct
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
OUT = Path(TOP, os.environ.get("O", "build"))
TOOL = OUT / "host" / "san" / "holdfast-image"
KEYS = OUT / "host" / "holdfast-keys"
BOARD = "linux,dummy-virt"
EPOCH = "1700000000"


def run(*arguments, epoch=EPOCH, **options):
    """The tool with these arguments: a CompletedProcess with text output."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    return subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, env=environment, check=False,
                          **options)


def good(*arguments, **options):
    """Run and expect success; stdout."""
    result = run(*arguments, **options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def bad(code, *arguments, reason=None, **options):
    """Run and expect this exit code and, for 1, this reason code; stderr."""
    result = run(*arguments, **options)
    assert result.returncode == code, (result.returncode, result.stderr)
    assert "Sanitizer" not in result.stderr
    if reason:
        lines = [l for l in result.stderr.splitlines() if l.startswith("HF-REFUSE ")]
        assert len(lines) == 1 and f"code={reason} " in lines[0] + " ", result.stderr
    return result.stderr


def shown(file):
    return json.loads(good("show", "--json", file))


def stock(*command):
    """Another project's tool; its output, and it must succeed."""
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def data(size, seed=1):
    """Bytes that look like nothing, the same every time."""
    out, state = bytearray(), seed
    while len(out) < size:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out += struct.pack("<Q", state)
    return bytes(out[:size])


def arm64_image(size=20000, seed=1):
    """A file with the header of an arm64 Image."""
    content = bytearray(data(size, seed))
    content[:64] = struct.pack("<IIQQQQQQII", 0x91005A4D, 0x14000010, 0, size, 0xA, 0, 0, 0, 0x644D5241, 64)
    return bytes(content)


def device_tree(folder, name="base", compatible=BOARD):
    source = f'/dts-v1/; / {{ compatible = "{compatible}"; #address-cells = <2>; #size-cells = <2>; }};'
    file = folder / f"{name}.dtb"
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", file, "-"], input=source.encode(), check=True)
    return file


def files(folder):
    """The usual inputs in folder: kernel, root, dtb."""
    kernel, root = folder / "Image", folder / "root.img"
    kernel.write_bytes(arm64_image())
    root.write_bytes(data(300 * 4096, 2))
    return kernel, root, device_tree(folder)


def packed(content):
    """The same bytes as gzip, lz4 and zstd."""
    return {"gzip": gzip.compress(content, mtime=0),
            "lz4": subprocess.run(["lz4", "-c"], input=content, stdout=subprocess.PIPE, check=True).stdout,
            "zstd": subprocess.run(["zstd", "-c", "-q"], input=content, stdout=subprocess.PIPE, check=True).stdout}


def names(folder):
    return sorted(p.name for p in folder.iterdir())
