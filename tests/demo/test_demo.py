# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make demo as a test: both kernels; and that the demo says so when what it promises does not happen."""

import os
import subprocess
import sys
from pathlib import Path

import machine
import pytest

TOP = Path(__file__).resolve().parents[2]
OUT = Path(TOP, os.environ.get("O", "build"))


def demo(folder, *arguments, key=OUT / "dev-keys" / "dev.pem", trust=OUT / "dev-keys" / "trust.dtb"):
    return subprocess.run([sys.executable, TOP / "tests/demo/demo.py", "--loader", OUT / "virt-arm64" / "holdfast.bin",
                           "--tools", OUT / "host", "--key", key, "--trust", trust, "--out", folder, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


@pytest.mark.parametrize("kernel", ["own", "debian"])
def test_demo(tmp_path, kernel):
    result = demo(tmp_path, "--kernel", kernel)
    assert result.returncode == 0, result.stdout
    assert "MISSING" not in result.stdout and "All as it must be" in result.stdout
    assert result.stdout.count(" yes ") == 5
    assert "code=verity-io at=level-0-data-block-" in result.stdout


def test_demo_of_a_stranger(tmp_path):
    """A release signed with a key that the loader does not know: the demo must not end well."""
    keys = OUT / "host" / "holdfast-keys"
    for arguments in (["new", "--alg", "rsa3072", "--role", "dev", "-o", tmp_path / "other.pem"],
                      ["enroll", "--key", tmp_path / "other.pub", "--required", "conf", "-o", tmp_path / "other.dtb"]):
        subprocess.run([keys, *arguments], check=True, capture_output=True)
    result = demo(tmp_path / "out", key=tmp_path / "other.pem", trust=tmp_path / "other.dtb")
    assert result.returncode == 1, result.stdout
    assert "code=unknown-key" in result.stdout and "MISSING: HF-LINUX root" in result.stdout
    assert "NOT as it must be" in result.stdout


def test_one_form(tmp_path):
    result = demo(tmp_path, "--form", "files")
    assert result.returncode == 0 and result.stdout.count(" yes ") == 2, result.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["files"]


def test_release_is_verified_before_it_has_its_name(tmp_path):
    """Signed with one key, checked against the trust set of another: no release.itb, no disk."""
    keys = OUT / "host" / "holdfast-keys"
    subprocess.run([keys, "new", "--alg", "rsa3072", "--role", "dev", "-o", tmp_path / "other.pem"], check=True,
                   capture_output=True)
    result = demo(tmp_path / "out", key=tmp_path / "other.pem")
    assert result.returncode == 1 and "the release could not be made" in result.stdout, result.stdout
    left = {p.name for p in (tmp_path / "out").iterdir()}
    assert "release.itb" not in left and "disk.img" not in left


def test_root_is_the_same_every_time(tmp_path):
    for name, epoch in (("a", "1"), ("b", "1000000000")):
        subprocess.run([TOP / "fit-images/root/build.sh", tmp_path / name], check=True, cwd=tmp_path, umask=0o77,
                       env={**os.environ, "SOURCE_DATE_EPOCH": epoch, "TZ": "Asia/Tokyo" if name == "b" else "UTC"})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_console_lines():
    line = machine.Line('HF-REFUSE slot=A code=hash-mismatch at=kernel hint="write it again"')
    assert line.has("HF-REFUSE", slot="A", code="hash-mismatch") and line.values["hint"] == "write it again"
    assert not line.has("HF-REFUSE", slot="B") and not line.has("HF-FAIL")


def test_silent_machine_is_a_timeout(tmp_path):
    result = machine.boot(["sleep", "60"], tmp_path / "log", 1, lambda text: None)
    assert result.ended == "timeout" and result.seconds < 10 and not result.lines
