#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# pkcs11-provider.sh - print what apt-get has to install for OpenSSL's PKCS#11 provider: nothing if it is there, the package's
# name where Debian has it (13 and later), or the path of the package of Debian 12's backports (backports.sh). deps.sh
# calls it.
#
#   HOLDFAST_CACHE  where to put the package (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
set -euo pipefail

package=pkcs11-provider
store=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}/$package

[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ] || exit 0
if ! apt-cache policy "$package" | grep -q '^  Candidate: [0-9]'; then
	# It will be installed by root: fetched anew and checked by apt, never one that lay there.
	rm -rf "$store"
	mkdir -p "$store"
	"$(dirname "$0")/backports.sh" "$store" "$package"
	package=$(find "$store" -name "*_$(dpkg --print-architecture).deb" | sort | tail -n 1)
fi
echo "$package"
