#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# deps.sh [LIST] - install the Debian packages of packages.txt, or of another list, that are missing; with packages.txt also
# OpenSSL's PKCS#11 provider, wherever it comes from. Asks for root (sudo) only if some are.

set -euo pipefail

here=$(dirname "$0")
list=${1:-$here/packages.txt}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
while read -r package; do
	case $package in '' | '#'*) continue ;; esac
	is_installed "$package" || missing+=("$package")
done <"$list"
provider=
[ $# != 0 ] || is_installed pkcs11-provider || provider=pkcs11-provider
[ ${#missing[@]} -gt 0 ] || [ -n "$provider" ] || exit 0

echo "deps: installing ${missing[*]} $provider" >&2
as_root=()
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "deps: not root and no sudo; as root, run: apt-get install ${missing[*]} $provider" >&2
		exit 1
	fi
	as_root=(sudo)
fi
"${as_root[@]}" apt-get -qq update
install() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -oDpkg::Use-Pty=0 install -y --no-install-recommends "$@" >&2
}
[ ${#missing[@]} = 0 ] || install "${missing[@]}"
# Only keys on tokens need it: without it, everything else works, and holdfast-keys says what is missing.
if [ -n "$provider" ]; then
	{ provider=$("$here/pkcs11-provider.sh") && install "$provider"; } ||
		echo "deps: no pkcs11-provider: keys on tokens (pkcs11:) will not work, and their tests fail" >&2
fi
