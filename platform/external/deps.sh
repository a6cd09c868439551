#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# deps.sh [LIST] - install the Debian packages of packages.txt, or of another list, that are missing. Asks for root (sudo)
# only if some are.

set -euo pipefail

list=${1:-$(dirname "$0")/packages.txt}
missing=()
while read -r package; do
	case $package in '' | '#'*) continue ;; esac
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done <"$list"
[ ${#missing[@]} -gt 0 ] || exit 0

echo "deps: installing ${missing[*]}" >&2
as_root=()
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "deps: not root and no sudo; as root, run: apt-get install ${missing[*]}" >&2
		exit 1
	fi
	as_root=(sudo)
fi
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -oDpkg::Use-Pty=0 install -y --no-install-recommends "${missing[@]}" >&2
