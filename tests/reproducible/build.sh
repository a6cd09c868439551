#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# build.sh OUT JOBS BOARD[:CONFIG]... - one of the builds that are compared: in the tree that is the current directory, to
# OUT. test_reproducible.py calls it twice, with everything around it changed.
#
#   KEY, TRUST   a private key and a trust set with it      RELEASES  a file with a line a release:
#   NAME, architecture of the root, then variables of fit-images/release.mk (tab between them)
set -euo pipefail

out=$1 jobs=$2
shift 2
mkdir -p "$out"

make -s -j"$jobs" tools
cp build/host/holdfast-keys build/host/holdfast-image "$out"
make -s install PREFIX=/usr DESTDIR="$out/install"

for name in "$@"; do
	board=${name%%:*} config=default
	[ "$name" = "$board" ] || config=${name#*:}
	make -s -j"$jobs" BOARD="$board" CONFIG="$config" TRUST="$TRUST" loader
	built=build/$board$([ "$config" = default ] || echo "-$config")
	cp "$built/holdfast.bin" "$out/$board-$config.bin"
	cp "$built/holdfast.elf" "$out/$board-$config.elf"
	[ "$config" = default ] || continue
	make -s BOARD="$board" TRUST="$TRUST" sbom >/dev/null
	for paper in "$built"/sbom.*.json; do
		cp "$paper" "$out/$board-${paper##*/}"
	done
	cp build/host/holdfast-*.json "$out"
done

while IFS=$'\t' read -r name architecture variables; do
	fit-images/root/build.sh "$out/$name.erofs" "$architecture"
	IFS=$'\t' read -ra words <<<"$variables"
	make -s -f fit-images/release.mk OUT="$out/$name" ROOT="$out/$name.erofs" KEY="$KEY" TRUST="$TRUST" \
		SBOM="$out/$name-sbom.cdx.json" PROVENANCE="$out/$name.intoto.json" "${words[@]}"
	rm "$out/$name/.asked" # the paths that it was asked with
done <"$RELEASES"
