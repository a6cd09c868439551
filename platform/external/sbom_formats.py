#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""One bill of materials as CycloneDX 1.6 and as SPDX 2.3. Both say the same."""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass, field

TOOL = "holdfast-sbom"


@dataclass
class Bill:
    """of: the part that is described; parts: what is in it or what it needs; tools: what made it."""
    of: object
    parts: list = field(default_factory=list)
    tools: list = field(default_factory=list)
    when: str = ""

    def named(self, name):
        return next(p for p in [self.of, *self.parts, *self.tools] if p.name == name)


def serial(document):
    """A UUID of the content, so that the same bill has the same number."""
    text = json.dumps(document, sort_keys=True).encode()
    return f"urn:uuid:{uuid.UUID(bytes=hashlib.sha256(text).digest()[:16], version=5)}"


def reference(part):
    """Not the purl: two files of one package have the same."""
    return f"{part.name}@{part.version}"


def component(part):
    entry = {"type": part.kind, "bom-ref": reference(part), "name": part.name, "version": part.version}
    if part.supplier:
        entry["supplier"] = {"name": part.supplier.split(": ", 1)[1]}
    if part.licence != "NOASSERTION":
        entry["licenses"] = [{"expression": part.licence}]
    if part.sha256:
        entry["hashes"] = [{"alg": "SHA-256", "content": part.sha256}]
    if part.purl:
        entry["purl"] = part.purl
    if part.cpe:
        entry["cpe"] = part.cpe
    if part.notes:
        entry["properties"] = [{"name": f"holdfast:{k}", "value": v} for k, v in sorted(part.notes.items())]
    return entry


def cyclonedx(bill):
    everything = [bill.of, *bill.parts]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": bill.when, "lifecycles": [{"phase": "build"}],
                     "tools": {"components": [{"type": "application", "name": TOOL, "version": bill.of.version}]},
                     "component": component(bill.of)},
        "components": [component(p) for p in bill.parts],
        "dependencies": [{"ref": reference(p), "dependsOn": sorted({reference(bill.named(n)) for _, n in p.links})}
                         for p in everything],
        # Not in the product: what was used to make it.
        "formulation": [{"components": [component(p) for p in bill.tools]}]}
    return {**document, "serialNumber": serial(document)}


def identifier(part):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", part.name)


def package(part):
    purpose = {"firmware": "FIRMWARE", "library": "LIBRARY", "application": "APPLICATION"}[part.kind]
    entry = {"SPDXID": identifier(part), "name": part.name, "versionInfo": part.version,
             "downloadLocation": "NOASSERTION", "supplier": part.supplier or "NOASSERTION", "filesAnalyzed": False,
             "licenseConcluded": part.licence, "licenseDeclared": part.licence, "copyrightText": "NOASSERTION",
             "primaryPackagePurpose": purpose}
    if part.sha256:
        entry["checksums"] = [{"algorithm": "SHA256", "checksumValue": part.sha256}]
    references = []
    if part.purl:
        references.append({"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": part.purl})
    if part.cpe:
        references.append({"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": part.cpe})
    if references:
        entry["externalRefs"] = references
    if part.notes:
        entry["comment"] = "; ".join(f"{k}: {v}" for k, v in sorted(part.notes.items()))
    return entry


def relation(part, kind, other):
    return {"spdxElementId": part, "relationshipType": kind, "relatedSpdxElement": other}


def spdx(bill):
    relations = [relation("SPDXRef-DOCUMENT", "DESCRIBES", identifier(bill.of))]
    for part in [bill.of, *bill.parts]:
        relations += [relation(identifier(part), kind, identifier(bill.named(name))) for kind, name in sorted(part.links)]
    relations += [relation(identifier(tool), "BUILD_TOOL_OF", identifier(bill.of)) for tool in bill.tools]
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{bill.of.name}-{bill.of.version}",
        "creationInfo": {"created": bill.when, "creators": [f"Tool: {TOOL}-{bill.of.version}"]},
        "packages": [package(p) for p in [bill.of, *bill.parts, *bill.tools]], "relationships": relations}
    return {**document, "documentNamespace": serial(document)}
