#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""Public test vectors as lines for the runner (runner.c).

vectors.py nist              NIST CAVP SHA-2 (Debian package python3-cryptography-vectors)
vectors.py wycheproof DIR    RSA and ECDSA signatures (Debian source package wycheproof)
--every N                    only each N-th vector
"""

import argparse
import json
import re
from pathlib import Path

NIST = Path("/usr/lib/python3/dist-packages/cryptography_vectors/hashes/SHA2")
HASHES = {"SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
CURVES = {"secp256r1": (256, 32), "secp384r1": (384, 48)}


def hexa(text):
    return text or "-"


def messages(path, name):
    """Short and long messages; Len is in bits and always whole bytes here."""
    for length, message, digest in re.findall(r"Len = (\d+)\s+Msg = (\w+)\s+MD = (\w+)", path.read_text()):
        yield f"digest {name} {hexa(message[:int(length) // 4])} {digest}"


def monte(path, name):
    text = path.read_text()
    seed = re.search(r"Seed = (\w+)", text).group(1)
    for digest in re.findall(r"COUNT = \d+\s+MD = (\w+)", text):
        yield f"monte {name} {seed} {digest}"
        seed = digest


def nist():
    for bits in ("256", "384", "512"):
        for kind in ("Short", "Long"):
            yield from messages(NIST / f"SHA{bits}{kind}Msg.rsp", f"sha{bits}")
        yield from monte(NIST / f"SHA{bits}Monte.rsp", f"sha{bits}")


def without_zeros(number, size):
    """A big-endian number of at least size bytes, leading zeros cut."""
    return number.lstrip("0").rjust(2 * size, "0")


def rsa(group, padding):
    bits, sha = group["keySize"], HASHES.get(group["sha"])
    if bits not in (2048, 3072, 4096) or not sha:
        return
    if padding == "pss" and (group["mgf"] != "MGF1" or group["mgfSha"] != group["sha"]):
        return
    key = group["publicKey"]
    modulus = without_zeros(key["modulus"], bits // 8)
    exponent = key["publicExponent"]
    if len(exponent.lstrip("0")) > 16:
        return
    for test in group["tests"]:
        result = test["result"]
        # A good signature with another salt length than the vector's key allows: FITs allow all.
        if padding == "pss" and test["comment"].startswith("s_len changed to "):
            result = "valid"
        yield (f"rsa {sha},rsa{bits} {padding} {modulus} {exponent} {hexa(test['msg'])} {hexa(test['sig'])} "
               f"{result}")


def ecdsa(group):
    key = group["publicKey"]
    sha = HASHES.get(group["sha"])
    if key["curve"] not in CURVES or not sha:
        return
    bits, size = CURVES[key["curve"]]
    x, y = (without_zeros(key[c], size) for c in ("wx", "wy"))
    for test in group["tests"]:
        yield f"ecdsa {sha},ecdsa{bits} {x} {y} {hexa(test['msg'])} {hexa(test['sig'])} {test['result']}"


def wycheproof(directory):
    for path in sorted(Path(directory, "testvectors_v1").glob("*.json")):
        if not re.match(r"rsa_(signature|pss|sig_gen|three)|ecdsa_.*p1363", path.name):
            continue
        for group in json.loads(path.read_text())["testGroups"]:
            if group["type"] == "RsassaPkcs1Verify":
                yield from rsa(group, "pkcs-1.5")
            elif group["type"] == "RsassaPssVerify":
                yield from rsa(group, "pss")
            elif group["type"] == "EcdsaP1363Verify":
                yield from ecdsa(group)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=("nist", "wycheproof"))
    parser.add_argument("directory", nargs="?")
    parser.add_argument("--every", type=int, default=1)
    arguments = parser.parse_args()
    lines = nist() if arguments.set == "nist" else wycheproof(arguments.directory)
    for number, line in enumerate(lines):
        if number % arguments.every == 0:
            print(line)


if __name__ == "__main__":
    main()
