#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Public vectors on the host and, with the Armv8 SHA instructions and RSA in assembly, under qemu-aarch64 and qemu-arm.

No invalid signature accepted, no valid one refused, no digest wrong; and the counts say that the vectors were
really there. The same verdicts with hardware and with software.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
O = Path(os.environ.get("O", "build"))
HOST = [str(O / "vectors/runner-host")]


SYSTEM = {"arm64": "aarch64", "arm": "arm"}
NAMES = {"arm64": "arm64-asm", "arm": "arm-asm"}


def program(architecture, cpu):
    return [f"qemu-{SYSTEM[architecture]}", "-cpu", cpu, str(O / f"vectors/runner-{architecture}")]


def run(runner, lines):
    done = subprocess.run(runner, input=lines, capture_output=True, text=True, check=False)
    print(done.stdout + done.stderr)
    counts = dict(re.findall(r"([\w0-9-]+)=(\S+)", done.stdout))
    return done.returncode, {k: int(v) if v.isdigit() else v for k, v in counts.items()}


def vectors(*arguments):
    return subprocess.run([sys.executable, HERE / "vectors.py", *arguments], capture_output=True, text=True,
                          check=True).stdout


@pytest.fixture(scope="module")
def wycheproof():
    fetched = subprocess.run(["platform/external/fetch.sh", "wycheproof"], capture_output=True, text=True, check=False)
    assert fetched.returncode == 0, fetched.stderr
    return fetched.stdout.strip()


def assert_clean(code, counts):
    assert (code, counts["wrong"], counts["refused"], counts["accepted"]) == (0, 0, 0, 0)


def test_nist_software():
    code, counts = run(HOST, vectors("nist"))
    assert_clean(code, counts)
    assert counts["digests"] > 1500


@pytest.mark.parametrize("architecture, cpu, sha256, sha512", [
    ("arm64", "max", "armv8-ce", "armv8-ce"), ("arm64", "cortex-a57", "armv8-ce", "mbedtls"),
    ("arm", "max", "armv8-ce", "mbedtls"), ("arm", "cortex-a7", "armv7-asm", "mbedtls"),
])
def test_nist_armv8(architecture, cpu, sha256, sha512):
    code, counts = run(program(architecture, cpu), vectors("nist", "--every", "9"))
    assert_clean(code, counts)
    assert counts["digests"] > 150
    assert (counts["sha256"], counts["sha512"], counts["struck-off"]) == (sha256, sha512, "none")


@pytest.mark.parametrize("architecture, cpu, engine", [
    ("arm64", "max", "armv8-ce"), ("arm", "max", "armv8-ce"), ("arm", "cortex-a15", "armv7-asm"),
])
def test_random_digests_against_software(architecture, cpu, engine):
    seed = int(os.environ.get("SEED", str(time.time_ns() % 2**32)))
    print(f"SEED={seed}")
    code, counts = run(program(architecture, cpu), f"random {seed} 3000\n")
    assert_clean(code, counts)
    assert counts["digests"] == 3000 and counts["sha256"] == engine


@pytest.mark.parametrize("architecture, cpu", [("arm64", "cortex-a57"), ("arm", "cortex-a15")])
def test_random_rsa_in_assembly_against_software(architecture, cpu):
    seed = int(os.environ.get("SEED", str(time.time_ns() % 2**32)))
    print(f"SEED={seed}")
    code, counts = run(program(architecture, cpu), f"modexp {seed} 600\n")
    assert_clean(code, counts)
    assert counts["modexps"] == 600 and counts["rsa"] == NAMES[architecture]


def test_wycheproof_software(wycheproof):
    code, counts = run(HOST, vectors("wycheproof", wycheproof))
    assert_clean(code, counts)
    assert counts["valid"] > 1600 and counts["invalid"] > 2800
    # Legacy forms that a verifier may or may not take (DigestInfo without NULL): few.
    assert counts["acceptable"] < 20


@pytest.mark.parametrize("architecture", SYSTEM)
def test_wycheproof_armv8(wycheproof, architecture):
    code, counts = run(program(architecture, "max"), vectors("wycheproof", wycheproof, "--every", "25"))
    assert_clean(code, counts)
    assert counts["valid"] > 50 and counts["invalid"] > 90


@pytest.mark.parametrize("architecture", SYSTEM)
def test_wycheproof_rsa_in_assembly(wycheproof, architecture):
    """A part; test_board.py does all of them."""
    lines = [line for line in vectors("wycheproof", wycheproof).splitlines(True) if line.startswith("rsa ")][::8]
    code, counts = run(program(architecture, "max"), "".join(lines))
    assert_clean(code, counts)
    assert counts["valid"] > 90 and counts["invalid"] > 280
    assert (counts["rsa"], counts["acceptable"] < 20) == (NAMES[architecture], True)


@pytest.mark.parametrize("line, counter", [
    ("digest sha256 616263 " + "00" * 32, "wrong"),
    # A right ECDSA signature that is announced as invalid, and a wrong one as valid.
    ("ecdsa {ecdsa} invalid", "accepted"),
    ("ecdsa {broken} valid", "refused"),
])
def test_the_runner_can_fail(wycheproof, line, counter):
    good = next(l for l in vectors("wycheproof", wycheproof).splitlines()
                if l.startswith("ecdsa") and l.endswith(" valid"))
    fields = good.split()[1:-1]
    broken = fields[:-1] + [fields[-1][:-2] + f"{int(fields[-1][-2:], 16) ^ 1:02x}"]
    code, counts = run(HOST, line.format(ecdsa=" ".join(fields), broken=" ".join(broken)) + "\n")
    assert code == 1 and counts[counter] > 0
