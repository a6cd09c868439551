#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# debian.sh SUITE - print a directory with the packages of packages.txt of a Debian suite, and all that they depend on,
# unpacked on top of each other; "versions" in it says which they are.
#
# The mirror is the one that this machine's apt uses, and apt checks its signed index. apt's own configuration and lists stay as
# they are, nothing is installed, and nobody needs to be root. Kept in $HOLDFAST_CACHE; what is there is used without a network.
set -euo pipefail

say() { echo "debian: $*" >&2; }

[ $# = 1 ] || { say "usage: debian.sh SUITE"; exit 2; }
suite=$1
here=$(cd "$(dirname "$0")" && pwd)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
read -ra packages < <(sed -n '/^#/!p' "$here/packages.txt" | xargs)
key=$(echo "$suite $(dpkg --print-architecture) ${packages[*]}" | sha256sum | cut -c1-16)
directory=$cache/debian-$suite-$key

mkdir -p "$cache"
exec 9>"$cache/debian-$suite.lock"
flock 9
if [[ -f $directory/versions ]]; then
	echo "$directory"
	exit 0
fi
work=$(mktemp -d "$cache/.debian-$suite.XXXXXX")
trap 'rm -rf "$work"' EXIT

base=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
	awk '$2 ~ /^(bookworm|trixie|forky|sid|oldstable|stable|testing|unstable)$/ && !seen++ { print $1 }')
[[ -n $base ]] || { say "apt on this machine names no Debian mirror"; exit 1; }
mkdir -p "$work"/apt/{lists/partial,cache/archives/partial} "$work/made/root"
printf 'deb %s%s %s main\n' "$([[ -f $keyring ]] && echo "[signed-by=$keyring] ")" "$base" "$suite" >"$work/apt/sources.list"

# apt for this suite alone, as if nothing were installed.
own_apt() {
	apt-get -qq -oDir::Etc::sourcelist="$work/apt/sources.list" -oDir::Etc::sourceparts=/dev/null \
		-oDir::State::Lists="$work/apt/lists" -oDir::State::status=/dev/null -oDir::Cache="$work/apt/cache" \
		-oAPT::Sandbox::User=root -oAcquire::Languages=none -oAcquire::Retries=3 -oDebug::NoLocking=1 "$@" >&2
}

say "reading the index of $suite"
own_apt update || { say "the index of $suite cannot be read"; exit 1; }
say "fetching $(wc -w <<<"${packages[*]}") packages of $suite and what they need"
own_apt install --download-only --no-install-recommends -y "${packages[@]}" || { say "$suite does not give them"; exit 1; }
for package in "$work"/apt/cache/archives/*.deb; do
	dpkg-deb --fsys-tarfile "$package" | tar -C "$work/made/root" --no-same-owner --no-same-permissions --keep-directory-symlink -xf -
	dpkg-deb --show --showformat '${Package} ${Version}\n' "$package"
done >"$work/made/versions"
chmod -R u+rwX "$work/made/root"
rm -rf "$directory"
mv "$work/made" "$directory"
echo "$directory"
