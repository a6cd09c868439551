#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# schemas.sh - print the directory with CycloneDX's published JSON schemas: bom-1.6.schema.json and the two that it refers
# to, with their licence (Apache-2.0). SPDX's is in schemas/ beside this file.
#
# They come out of an npm package of a fixed version, which npm fetches and of which nothing is run, checked against the
# digest below and kept in $HOLDFAST_CACHE. Without npm: CYCLONEDX_DIR=directory with the schemas, or
#     platform/external/deps.sh platform/external/packages-schemas.txt
# (about 400 Debian packages, 48 MB to fetch, so it is not part of make deps).

set -euo pipefail

package=@cyclonedx/cyclonedx-library version=10.3.0
integrity=RIT28sp1U0PCHaaeF3yNRwk6Jig/XJ8UsYAVOMYaHQ+0VVOvsjcp0PTWQFLUqJFF8XMud+Kdq6G+wtDAh+QJFA== # SHA-512, base64
wanted=(bom-1.6 jsf-0.82 spdx)

cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
dir=$cache/cyclonedx-schemas-$version

say() { echo "schemas: $*" >&2; }
complete() {
	local name
	for name in "${wanted[@]}"; do [ -s "$1/$name.SNAPSHOT.schema.json" ] || return 1; done
}

if [ -n "${CYCLONEDX_DIR-}" ]; then
	complete "$CYCLONEDX_DIR" || { say "$CYCLONEDX_DIR has not all of ${wanted[*]/%/.SNAPSHOT.schema.json}"; exit 3; }
	echo "$CYCLONEDX_DIR"
	exit 0
fi
mkdir -p "$cache"
exec 9>"$cache/cyclonedx-schemas.lock"
flock 9
if ! complete "$dir"; then
	command -v npm >/dev/null ||
		{ say "npm is not there: install it (platform/external/packages-schemas.txt), or give CYCLONEDX_DIR"; exit 1; }
	work=$(mktemp -d "$cache/.schemas.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	say "fetching $package $version"
	(cd "$work" && npm pack --silent --ignore-scripts "$package@$version" >name) ||
		{ say "npm did not fetch $package@$version: check its registry and proxy"; exit 1; }
	file=$work/$(cat "$work/name")
	[ "$(openssl dgst -sha512 -binary "$file" | base64 -w 0)" = "$integrity" ] ||
		{ say "$package@$version is not what it was: its digest is another"; exit 1; }
	mkdir "$work/new"
	tar -C "$work/new" --no-same-owner --strip-components=3 -xf "$file" package/res/schema
	tar -C "$work/new" --no-same-owner --strip-components=1 -xf "$file" package/LICENSE package/NOTICE
	complete "$work/new" || { say "$package@$version has no such schemas"; exit 1; }
	rm -rf "$dir"
	mv "$work/new" "$dir"
fi
echo "$dir"
