#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Print the path of Debian's stock arm64 kernel (vmlinuz of linux-image-arm64, bookworm): what the benchmark boots.
# Fetched with apt's own checks, for arm64, without touching this machine's package lists; kept in $HOLDFAST_CACHE.
set -euo pipefail

cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}/debian-kernel
suite=bookworm
if [ -f "$cache/vmlinuz" ]; then
	echo "$cache/vmlinuz"
	exit 0
fi

mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
	awk '$2 ~ /^(bookworm|trixie|sid|oldstable|stable|testing|unstable)$/ && !seen++ { print $1 }')
[ -n "$mirror" ] || { echo "debian-kernel: apt names no Debian mirror" >&2; exit 1; }

mkdir -p "$cache/lists/partial" "$cache/apt/archives/partial"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring arch=arm64] $mirror $suite main" >"$cache/sources.list"
options=(-qq -oDir::Etc::sourcelist="$cache/sources.list" -oDir::Etc::sourceparts=/dev/null
	-oDir::State::Lists="$cache/lists" -oDir::Cache="$cache/apt" -oDir::State::status=/dev/null
	-oAPT::Architecture=arm64 -oAPT::Architectures=arm64 -oAPT::Sandbox::User=root
	-oAcquire::Languages=none -oAcquire::Retries=3)
apt-get "${options[@]}" update >&2
package=$(apt-cache "${options[@]}" depends linux-image-arm64 | awk '/Depends:/ { print $2; exit }')
(cd "$cache" && rm -f ./*.deb && apt-get "${options[@]}" download "$package" >&2)
dpkg-deb --fsys-tarfile "$cache"/*.deb | tar -xO --wildcards './boot/vmlinuz-*' >"$cache/vmlinuz.new"
dpkg-deb -f "$cache"/*.deb Package Version >"$cache/version"
rm -f "$cache"/*.deb
mv "$cache/vmlinuz.new" "$cache/vmlinuz"
echo "$cache/vmlinuz"
