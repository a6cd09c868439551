#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# qemu10.sh - QEMU 10 beside Debian 12's 7.2: prints a directory with qemu-system-arm and qemu-system-aarch64 (the last line
# on stdout; progress goes to stderr), for PATH. `make check-qemu10` runs the boots with it.
#
# The packages of bookworm-backports (backports.sh) are unpacked and never installed. Cached outside the checkout; what is
# there is used without asking the network. Where the installed QEMU is 10 or newer, that is what is printed.
#
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
set -euo pipefail

packages=(qemu-system-arm qemu-system-common qemu-system-data)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
store=$cache/qemu-10

say() { echo "qemu10: $*" >&2; }

installed=$(qemu-system-arm --version 2>/dev/null | sed -n 's/^QEMU emulator version \([0-9]*\).*/\1/p')
if ((${installed:-0} >= 10)); then
	dirname "$(command -v qemu-system-arm)"
	exit 0
fi

fetch() {
	local package
	mkdir -p "$work/store"
	"$(dirname "$0")/backports.sh" "$work" "${packages[@]}" || return 1
	for package in "$work"/*.deb; do
		dpkg-deb -x "$package" "$work/store" || return 1
	done
}

# QEMU looks for its modules where the installed one has its own, and cannot load those: in a mount name space of its own
# its folder lies over theirs. The blobs it finds by -L.
wrapper() { # NAME
	local modules
	modules=$(cd "$store" && echo usr/lib/*/qemu)
	cat >"$store/bin/$1" <<-EOF2
		#!/bin/sh
		[ "\$(id -u)" = 0 ] && own= || own=--map-root-user
		exec unshare --mount --propagation private \$own sh -c '
			mount --bind "$store/$modules" "/$modules" && exec "$store/usr/bin/$1" -L "$store/usr/share/qemu" "\$@"' "$1" "\$@"
	EOF2
	chmod +x "$store/bin/$1"
}

mkdir -p "$cache"
exec 9>"$cache/qemu-10.lock"
flock 9
if [[ ! -x $store/bin/qemu-system-aarch64 ]]; then
	work=$(mktemp -d "$cache/qemu-10.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	fetch || { say "QEMU 10 cannot be had from Debian's backports"; exit 3; }
	rm -rf "$store"
	mv "$work/store" "$store"
	mkdir -p "$store/bin"
	wrapper qemu-system-arm
	wrapper qemu-system-aarch64
	say "$("$store/bin/qemu-system-aarch64" --version | sed -n 1p)"
fi
echo "$store/bin"
