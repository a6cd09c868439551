#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""make sbom: what a loader was built from, as CycloneDX 1.5 and SPDX 2.3, reproducible.

sbom.py --version V --binary holdfast.bin -o DIR NAME=SOURCE-DIR...
"""

import argparse
import hashlib
import json
import os
import re
import time
import uuid
from pathlib import Path

LICENCES = {"mbedtls": "Apache-2.0 OR GPL-2.0-or-later", "libfdt": "BSD-2-Clause OR GPL-2.0-or-later",
            "zlib": "Zlib", "zstd": "BSD-3-Clause OR GPL-2.0-only"}
OURS = "Apache-2.0 OR GPL-2.0-or-later"


def origin(directory):
    """The record that fetch.sh left beside the source; empty for a local tree."""
    record = Path(directory, ".holdfast-source")
    if not record.exists():
        return {}
    return dict(line.split("=", 1) for line in record.read_text(encoding="utf-8").splitlines() if "=" in line)


def upstream(version):
    return re.sub(r"^\d+:", "", version).rsplit("-", 1)[0]


def components(words):
    for word in words:
        name, directory = word.split("=", 1)
        known = origin(directory)
        yield {"name": name, "version": known.get("version", "local"), "file": known.get("file", ""),
               "package": known.get("package", name), "sha256": known.get("sha256", ""),
               "licence": LICENCES.get(name, "NOASSERTION")}


def cyclonedx(version, digest, parts, when):
    entries = []
    for part in parts:
        entry = {"type": "library", "name": part["name"], "version": upstream(part["version"]),
                 "licenses": [{"expression": part["licence"]}]}
        if part["sha256"]:
            entry["purl"] = f"pkg:deb/debian/{part['package']}@{part['version']}?arch=source"
            entry["hashes"] = [{"alg": "SHA-256", "content": part["sha256"]}]
        entries.append(entry)
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "serialNumber": f"urn:uuid:{uuid.UUID(digest[:32])}",
            "metadata": {"timestamp": when, "component": {
                "type": "firmware", "name": "holdfast", "version": version,
                "licenses": [{"expression": OURS}], "hashes": [{"alg": "SHA-256", "content": digest}]}},
            "components": entries}


def spdx(version, digest, parts, when):
    def package(name, number, licence, sha256, source):
        entry = {"SPDXID": f"SPDXRef-{name}", "name": name, "versionInfo": number, "downloadLocation": source,
                 "licenseConcluded": licence, "licenseDeclared": licence, "copyrightText": "NOASSERTION",
                 "filesAnalyzed": False}
        if sha256:
            entry["checksums"] = [{"algorithm": "SHA256", "checksumValue": sha256}]
        return entry
    packages = [package("holdfast", version, OURS, digest, "NOASSERTION")]
    packages += [package(p["name"], p["version"], p["licence"], p["sha256"], "NOASSERTION") for p in parts]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                  "relatedSpdxElement": "SPDXRef-holdfast"}]
    relations += [{"spdxElementId": "SPDXRef-holdfast", "relationshipType": "STATIC_LINK",
                   "relatedSpdxElement": f"SPDXRef-{p['name']}"} for p in parts]
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
            "name": f"holdfast-{version}", "documentNamespace": f"urn:sha256:{digest}",
            "creationInfo": {"created": when, "creators": ["Tool: holdfast-sbom"]},
            "packages": packages, "relationships": relations}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--binary", required=True)
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("sources", nargs="+")
    arguments = parser.parse_args()
    digest = hashlib.sha256(Path(arguments.binary).read_bytes()).hexdigest()
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "0"))))
    parts = list(components(arguments.sources))
    for name, make in (("sbom.cdx.json", cyclonedx), ("sbom.spdx.json", spdx)):
        path = Path(arguments.output, name)
        path.write_text(json.dumps(make(arguments.version, digest, parts, when), indent=2) + "\n", encoding="utf-8")
        print(path)
    for part in parts:
        print(f"{part['name']} {part['version']} {part['sha256'] or 'local'}")


if __name__ == "__main__":
    main()
