# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""The bill of materials in a FIT: packed, signed, checked, taken out again; and what is none is not packed."""

import json
import subprocess

import pytest
from image_tool import BOARD, KEYS, bad, files, good, names, shown, stock

CYCLONEDX = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "zlib"}]}
SPDX = {"spdxVersion": "SPDX-2.3", "packages": []}


def pack(folder, bill, *arguments, out="out.itb"):
    files(folder)
    (folder / "bill.json").write_text(bill if isinstance(bill, str) else json.dumps(bill))
    good("fit", "--kernel", folder / "Image", "--compatible", BOARD, "--sbom", folder / "bill.json", *arguments,
         "-o", folder / out)
    return folder / out


def image_at(file):
    return next(i for i in shown(file)["images"] if i["name"] == "sbom")["offset"]


def keys(*arguments, expect=0):
    done = subprocess.run([KEYS, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == expect, done.stdout + done.stderr
    return done


@pytest.fixture(name="signed")
def _signed(tmp_path):
    out = pack(tmp_path, CYCLONEDX, "--embed")
    keys("new", "--alg", "ecdsa-p256", "--role", "dev", "-o", tmp_path / "key.pem")
    keys("enroll", "--key", tmp_path / "key.pub", "-o", tmp_path / "trust.dtb")
    keys("sign", "--key", tmp_path / "key.pem", out)
    return out


@pytest.mark.parametrize("bill", [CYCLONEDX, SPDX])
@pytest.mark.parametrize("more", [[], ["--embed"], ["--hash", "sha512"]])
def test_in_and_out(tmp_path, bill, more):
    out = pack(tmp_path, bill, *more)
    assert stock("fdtget", out, "/configurations/conf-1", "holdfast,sbom").strip() == "sbom"
    assert shown(out)["configurations"][0]["sbom"] == "sbom"
    assert good("show", "--sbom", out) == json.dumps(bill)
    good("show", "--sbom", out, "-o", tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text() == json.dumps(bill)
    stock("dumpimage", "-T", "flat_dt", "-p", 1, "-o", tmp_path / "dumped", out)
    assert (tmp_path / "dumped").read_text() == json.dumps(bill)


def test_every_configuration_names_it(tmp_path):
    _, _, dtb = files(tmp_path)
    out = pack(tmp_path, SPDX, "--dtb", dtb, "--compatible", "b", "--dtb", dtb)
    assert [c["sbom"] for c in shown(out)["configurations"]] == ["sbom", "sbom"]


@pytest.mark.parametrize("bill", ["", "{", "[]", "{}", '{"bomFormat": "Other"}', '{"spdxVersion": 2.3}',
                                  '{"bomFormat": "CycloneDX"} x', '{"bomFormat": "a", "bomFormat": "CycloneDX"}',
                                  '{"spdxVersion": "SPDX-2.3\udcff"}', "[" * 5000, '{"bomFormat": "CycloneDX\\u0000"}'])
def test_no_bill(tmp_path, bill):
    files(tmp_path)
    (tmp_path / "bill.json").write_bytes(bill.encode(errors="surrogateescape"))
    before = names(tmp_path)
    said = bad(3, "fit", "--kernel", tmp_path / "Image", "--compatible", BOARD, "--sbom", tmp_path / "bill.json",
               "-o", tmp_path / "out.itb")
    assert "bill.json" in said and "give a" in said and len(said.splitlines()) == 1
    assert names(tmp_path) == before


def test_usage(tmp_path):
    bad(3, "fit", "--kernel", __file__, "--compatible", BOARD, "--sbom", tmp_path / "none.json", "-o", tmp_path / "x")
    bad(2, "fit", "--kernel", "k", "--compatible", BOARD, "--sbom", "a", "--sbom", "b", "-o", "x")
    bad(2, "show", "--sbom", "--json", "nothing")
    bad(2, "show", "-o", "x", "nothing")


def test_signed_bill_is_covered(tmp_path, signed):
    """verify and inspect see it, fit_check_sign's rule covers its hash, and a changed one is refused by verify."""
    trust = tmp_path / "trust.dtb"
    keys("verify", "--trust", trust, signed)
    described = json.loads(keys("inspect", "--json", signed).stdout)
    assert described["configurations"][0]["sbom"]["format"] == "CycloneDX 1.6"
    blob = bytearray(signed.read_bytes())
    at = blob.index(b'"zlib"')
    blob[at + 1] ^= 1
    signed.write_bytes(blob)
    done = keys("verify", "--trust", trust, signed, expect=1)
    assert "code=hash-mismatch at=sbom" in done.stderr
    bad(1, "show", "--sbom", signed, reason="hash-mismatch")
    bad(1, "show", "--sbom", signed, "-o", tmp_path / "again.json", reason="hash-mismatch")
    assert not (tmp_path / "again.json").exists()


def test_another_bill_with_its_own_hash(tmp_path, signed):
    """Who changes bill and hash node has broken the signature."""
    stock("fdtput", "-t", "x", signed, "/images/sbom/hash-1", "value", *["0"] * 8)
    assert "code=bad-signature" in keys("verify", "--trust", tmp_path / "trust.dtb", signed, expect=1).stderr
    stock("fdtput", "-t", "s", signed, "/configurations/conf-1", "holdfast,sbom", "kernel")
    assert "code=bad-signature" in keys("verify", "--trust", tmp_path / "trust.dtb", signed, expect=1).stderr


def test_hostile_fit(tmp_path):
    out = pack(tmp_path, SPDX, "--embed")  # fdtput keeps no external data
    whole = out.read_bytes()
    stock("fdtput", "-t", "s", out, "/configurations/conf-1", "holdfast,sbom", "nothing")
    bad(1, "show", "--sbom", out, reason="config-missing")
    stock("fdtput", "-d", out, "/configurations/conf-1", "holdfast,sbom")
    bad(1, "show", "--sbom", out, reason="no-image")
    out.write_bytes(whole)
    stock("fdtput", "-t", "s", out, "/images/sbom/hash-1", "algo", "crc32")
    bad(1, "show", "--sbom", out, reason="algo-denied")
    out.write_bytes(whole)
    stock("fdtput", "-r", out, "/images/sbom/hash-1")
    bad(1, "show", "--sbom", out, reason="no-hash")
    bad(1, "show", "--sbom", tmp_path / "Image", reason="no-image")


def test_cut_off(tmp_path):
    out = pack(tmp_path, SPDX)
    out.write_bytes(out.read_bytes()[:image_at(out) + 4])
    bad(1, "show", "--sbom", out, reason="truncated")
