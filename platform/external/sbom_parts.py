#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
"""What a binary is made of: sources by the record that fetch.sh left, objects by the linker's map, the rest by dpkg."""

import hashlib
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

OURS = "Apache-2.0 OR GPL-2.0-or-later"
# By source package; what is not here has NOASSERTION, and tests/tool/test_sbom.py says so.
LICENCES = {"mbedtls": OURS, "libfdt": "BSD-2-Clause OR GPL-2.0-or-later", "zlib": "Zlib",
            "zstd": "BSD-3-Clause OR GPL-2.0-only", "libzstd": "BSD-3-Clause OR GPL-2.0-only",
            "u-boot": "GPL-2.0-or-later", "tf-a": "BSD-3-Clause", "openssl": "Apache-2.0", "jansson": "MIT",
            "p11-kit": "BSD-3-Clause", "libffi": "MIT", "glibc": "LGPL-2.1-or-later", "binutils": "GPL-3.0-or-later",
            "gcc": "GPL-3.0-or-later", "python3": "Python-2.0", "zopfli": "Apache-2.0",
            "llvm-toolchain": "Apache-2.0 WITH LLVM-exception", "make-dfsg": "GPL-3.0-or-later",
            "lz4": "GPL-2.0-or-later", "device-tree-compiler": "GPL-2.0-or-later"}
CPE = {"mbedtls": "a:arm:mbed_tls", "zlib": "a:zlib:zlib", "zstd": "a:facebook:zstandard", "u-boot": "a:denx:u-boot"}
# What the compiler made in between, on its way from the objects that are listed too.
BETWEEN = re.compile(r"(\.ltrans\d*\.ltrans|\.debug\.temp|lto\.tmp.*)(\.o)?$")


@dataclass
class Part:
    """One component. links: (SPDX relationship, name of the part on the other end)."""
    name: str
    version: str
    licence: str = "NOASSERTION"
    purl: str = ""
    sha256: str = ""
    kind: str = "library"
    supplier: str = ""
    cpe: str = ""
    notes: dict = field(default_factory=dict)
    links: list = field(default_factory=list)


def sha256_of(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def output(*command):
    """What a program prints; empty if it fails or is not there."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def purl_of(package, version, **qualifiers):
    more = "&".join(f"{k}={quote(v, safe='-._~')}" for k, v in sorted(qualifiers.items()) if v)
    return f"pkg:deb/debian/{quote(package, safe='-._~')}@{quote(version, safe='-._~:')}" + (f"?{more}" if more else "")


def licence_of(source, kind="library"):
    """By the source package's name, of which gcc-12-cross or llvm-toolchain-14 have several."""
    names = [n for n in LICENCES if source == n or re.match(re.escape(n) + r"[-.\d]", source)]
    name = max(names, key=len, default="")
    exception = " WITH GCC-exception-3.1" if name == "gcc" and kind == "library" else ""
    return LICENCES[name] + exception if name else "NOASSERTION"


# Sources -----------------------------------------------------------------------------------------

def upstream(version):
    """The version that its authors gave it: no epoch, no revision, nothing that Debian added."""
    version = re.sub(r"^\d+:", "", version).rsplit("-", 1)[0]
    version = re.sub(r"^.*\+really", "", version)
    return re.sub(r"[.+]dfsg\d*$", "", version)


def tree_digest(directory):
    """Of a local tree, which no archive vouches for: names and contents of its C files."""
    digest = hashlib.sha256()
    for path in sorted(p for p in Path(directory).rglob("*.[chS]") if p.is_file()):
        digest.update(f"{sha256_of(path)}  {path.relative_to(directory)}\n".encode())
    return digest.hexdigest()


def from_source(name, directory):
    record = Path(directory, ".holdfast-source")
    if not record.exists():
        return Part(name, "local", licence_of(name), f"pkg:generic/{name}@local", tree_digest(directory),
                    notes={"hash-of": "the C files of a local tree"})
    known = dict(line.split("=", 1) for line in record.read_text(encoding="utf-8").splitlines() if "=" in line)
    version = known["version"] if "patches_sha256" in known else upstream(known["version"])
    notes = {"hash-of": known["file"]}
    if "patches_sha256" in known:
        notes["patches-sha256"] = known["patches_sha256"]
    cpe = f"cpe:2.3:{CPE[name]}:{upstream(known['version'])}:*:*:*:*:*:*:*" if name in CPE else ""
    purl = purl_of(known["package"], known["version"], arch="source", distro=known["suite"])
    return Part(name, version, licence_of(name), purl, known["sha256"], supplier="Organization: Debian", cpe=cpe,
                notes=notes)


def of_source(path, sources):
    """Which of the sources (name: directory) a file or object belongs to: a name, "" for ours, None for neither."""
    found = re.search(r"(?:^|/)external/([a-z0-9-]+)/[^/]+\.o$", path)
    if found:
        return next((n for n in sources if found.group(1) == n or found.group(1).startswith(n + "-")), None)
    for name, directory in sources.items():
        if Path(directory).name in Path(path).parts[:-1] or str(path).startswith(directory + "/"):
            return name
    ours = r"(?:^|/)(boot|fit-images|keys|platform)/[^/]|(?:^|/)gen/keyring_table\.o$"
    return "" if re.search(ours, str(path)) else None


def linked_by_map(text, given):
    """The objects that a linker's map says were read; a map that does not say (lld's) leaves those that were given."""
    objects = re.findall(r"^LOAD (\S+)$", text, re.M) or given
    return sorted({o for o in objects if not BETWEEN.search(o)})


def linked_by_debug(binary):
    """The source files that a binary has code of, by its debug information."""
    text = output("readelf", "-W", "--debug-dump=info", "--dwarf-depth=1", binary)
    return sorted(set(re.findall(r"DW_AT_name\s+:(?: \(.*?\):)? (\S+)$", text, re.M)) - {"<artificial>"})


def from_sources(linked, sources):
    """A part for each source that something is linked from. ValueError names what belongs to nobody."""
    files = {}
    for path in linked:
        name = of_source(path, sources)
        if name is None:
            raise ValueError(f"{path} is linked, and belongs to no source that is known")
        files.setdefault(name, []).append(Path(path).stem)
    parts = []
    for name in sorted(n for n in files if n):
        part = from_source(name, sources[name])
        part.notes["linked"] = " ".join(sorted(files[name]))
        parts.append(part)
    return parts


# What dpkg knows ---------------------------------------------------------------------------------

def owner(path):
    """The package of a file, under any of the names that a merged /usr gives it."""
    resolved = str(Path(path).resolve())
    for name in dict.fromkeys((resolved, re.sub(r"^/usr", "", resolved), "/usr" + resolved, str(path))):
        found = output("dpkg-query", "-S", name)
        if found:
            return found.splitlines()[0].rsplit(": ", 1)[0].split(",")[0]
    return ""


def from_package(name, path, kind):
    """A part for a file of this machine; of one that no package owns, what it says of itself."""
    package = owner(path)
    if not package:
        said = re.search(r"\d+(\.\d+)+\S*", output(path, "--version")) if kind == "application" else None
        version = said.group(0) if said else "unknown"
        return Part(name, version, "NOASSERTION", f"pkg:generic/{quote(name)}@{quote(version)}", sha256_of(path), kind)
    fields = output("dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}\t${source:Package}", package)
    package, version, architecture, source = fields.split("\t")
    release = re.findall(r"^VERSION_ID=\"?(\d+)", Path("/etc/os-release").read_text(encoding="utf-8"), re.M)
    return Part(name, version, licence_of(source, kind),
                purl_of(package, version, arch=architecture, distro=f"debian-{release[0]}" if release else ""),
                sha256_of(path), kind, "Organization: Debian", notes={"package": package, "hash-of": Path(path).name})


def needed(binary):
    return re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-W", "-d", binary))


def from_libraries(binary, compiler):
    """(parts, links of the binary) for the shared libraries it needs, and those that these need, by their files."""
    parts, queue, direct = {}, list(needed(binary)), needed(binary)
    while queue:
        name = queue.pop()
        if name in parts:
            continue
        path = output(*compiler.split(), f"-print-file-name={name}").strip()
        if not Path(path).is_absolute() or not Path(path).exists():
            raise ValueError(f"{binary} needs {name}, and {compiler} does not find it")
        parts[name] = from_package(name, path, "library")
        parts[name].links = [("DYNAMIC_LINK", n) for n in needed(path)]
        queue += needed(path)
    return [parts[n] for n in sorted(parts)], [("DYNAMIC_LINK", n) for n in direct]


def from_build_tool(command):
    """A part for a program of the build: its first word, by the file that it is."""
    word = command.split()[0]
    path = output("sh", "-c", 'command -v "$1"', "sh", word).strip()
    if not path:
        raise ValueError(f"the build uses {word}, and it is not there")
    return from_package(Path(word).name, str(Path(path).resolve()), "application")
