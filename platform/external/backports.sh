#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# backports.sh DIR PACKAGE... - download packages of Debian's <codename>-backports into DIR (which exists).
#
# They come from the mirror that this machine's apt uses, checked by apt's signed index. apt's own configuration and lists stay
# as they are, nothing is installed, and nobody needs to be root.
set -euo pipefail

say() { echo "backports: $*" >&2; }

[ $# -ge 2 ] || { say "usage: backports.sh DIR PACKAGE..."; exit 2; }
directory=$(cd "$1" && pwd)
shift
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)-backports
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
work=$(mktemp -d "$directory/.apt.XXXXXX")
trap 'rm -rf "$work"' EXIT

base=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
	awk '$2 ~ /^(bookworm|trixie|forky|sid|oldstable|stable|testing|unstable)$/ && !seen++ { print $1 }')
[[ -n $base ]] || { say "apt on this machine names no Debian mirror"; exit 1; }

# apt for this suite alone, with lists of its own.
own_apt() {
	apt-get -qq -oDir::Etc::sourcelist="$work/sources.list" -oDir::Etc::sourceparts=/dev/null -oDir::State::Lists="$work/lists" \
		-oDir::State::status=/dev/null -oDir::Cache="$work/cache" -oAPT::Sandbox::User=root -oAcquire::Languages=none \
		-oAcquire::Retries=3 "$@"
}

mkdir -p "$work"/{lists/partial,cache/archives/partial}
printf 'deb %s%s %s main\n' "$([[ -f $keyring ]] && echo "[signed-by=$keyring] ")" "$base" "$suite" >"$work/sources.list"
say "reading the index of $suite"
own_apt update >&2 || { say "the index of $suite cannot be read"; exit 1; }
say "fetching $*"
(cd "$directory" && own_apt download "$@" >&2) || { say "$suite does not give $*"; exit 1; }
