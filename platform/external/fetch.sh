#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# fetch.sh NAME - print the directory with the unpacked source of NAME (sources.txt).
#
# The mirror is the one this machine's apt uses. apt's own index of the suite (its signature is
# checked by apt) names the tarball and its SHA-256; only the tarball is fetched, because the
# small files beside it are not always there. Everything is kept in $HOLDFAST_CACHE, a
# directory a content; what is there already is used without asking the network.
# Needs no root. Two callers at once are fine.
#
# fetch.sh --record DIR prints what is known about the origin of DIR (key=value lines).

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
record=.holdfast-source

say() { printf 'fetch: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

if [ "${1-}" = --record ]; then
	cat "${2:?usage: fetch.sh --record DIR}/$record" 2>/dev/null || echo "version=local"
	exit 0
fi
[ $# = 1 ] || die "usage: fetch.sh NAME (a name in sources.txt)"
name=$1

line=$(awk -v n="$name" '$1 == n { $1 = $1; print }' "$here/sources.txt")
[ -n "$line" ] || die "$name is not in sources.txt"
read -r _ kind package suites series <<<"$line"

mkdir -p "$cache/tarballs" "$cache/src" "$cache/current"
exec 9>"$cache/current/$name.lock"
flock 9

# What was unpacked before for exactly this line of sources.txt needs no look at any index.
pointer=$cache/current/$name
if [ -f "$pointer" ] && [ "$(sed -n 1p "$pointer")" = "$line" ]; then
	dir=$cache/src/$(sed -n 2p "$pointer")
	if [ -f "$dir/$record" ]; then
		printf '%s\n' "$dir"
		exit 0
	fi
fi

# The mirror of the main archive, as apt on this machine has it (no security or updates suite).
mirror() {
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
		awk '$2 ~ /^(bookworm|trixie|forky|sid|oldstable|stable|testing|unstable)$/ && !seen++ { print $1 }'
}
base=$(mirror)
[ -n "$base" ] || die "apt on this machine names no Debian mirror (apt-get indextargets is empty)"

# apt with lists and caches of our own, for one suite.
apt_for() {
	local suite=$1 command=$2
	shift 2
	"$command" -qq -oDir::Etc::sourcelist="$cache/apt/$suite/sources.list" \
		-oDir::Etc::sourceparts=/dev/null -oDir::State::Lists="$cache/apt/$suite/lists" \
		-oDir::Cache="$cache/apt/$suite/cache" -oDir::State::status=/dev/null \
		-oAPT::Sandbox::User=root -oAcquire::Languages=none -oAcquire::Retries=3 "$@"
}

# Bring the index of a suite up to date, at most once a day unless asked again.
update() {
	local suite=$1 type=deb-src at=$cache/apt/$1 option=
	[ "$kind" = binary ] && type=deb
	at=$cache/apt/$suite-$type
	mkdir -p "$at/lists/partial" "$at/cache/archives/partial"
	if [ -f "$at/updated" ] && [ -z "$(find "$at/updated" -mmin +1440)" ]; then
		return
	fi
	say "reading the index of $suite ($type)"
	[ -f /usr/share/keyrings/debian-archive-keyring.gpg ] &&
		option='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] '
	printf '%s %s%s %s main\n' "$type" "$option" "$base" "$suite" >"$at/sources.list"
	apt_for "$suite-$type" apt-get update >&2 || return 1
	touch "$at/updated"
}

# Stanzas of the package in a suite as "version<TAB>directory<TAB>sha256<TAB>file" lines, newest first.
# A source package has a line a file; a binary package one line.
listing() {
	local suite=$1
	if [ "$kind" = binary ]; then
		apt_for "$suite-deb" apt-cache show "$package" | awk '
			/^Version:/ { v = $2 } /^Filename:/ { f = $2 } /^SHA256:/ { s = $2 }
			/^$/ { if (f) print v "\t.\t" s "\t" f; f = "" }
			END { if (f) print v "\t.\t" s "\t" f }'
	else
		apt_for "$suite-deb-src" apt-cache showsrc --only-source "$package" | awk '
			/^[A-Z]/ { sums = 0 }
			/^Version:/ { v = $2 } /^Directory:/ { d = $2 } /^Checksums-Sha256:/ { sums = 1; next }
			/^ / && sums { line[++n] = $1 "\t" $3 }
			/^$/ { for (i = 1; i <= n; i++) print v "\t" d "\t" line[i]; n = 0 }
			END { for (i = 1; i <= n; i++) print v "\t" d "\t" line[i] }'
	fi | sort -t "$(printf '\t')" -k1,1Vr
}

# The upstream part of a Debian version: no epoch, no revision.
upstream() { local v=${1#*:}; printf '%s\n' "${v%-*}"; }

# Fetch mirror/$1 with SHA-256 $2 into the tarball store; prints the path.
tarball() {
	local path=$1 sum=$2 file
	file=$cache/tarballs/${sum:0:16}-$(basename "$path")
	if ! { [ -f "$file" ] && echo "$sum  $file" | sha256sum --status -c; }; then
		say "fetching $(basename "$path")"
		# apt-helper uses apt's own proxies and methods and refuses any other digest.
		/usr/lib/apt/apt-helper -qq -oAPT::Sandbox::User=root -oAcquire::Retries=3 \
			download-file "${base%/}/$path" "$file.$$" "SHA256:$sum" >&2 || {
			rm -f "$file.$$"
			return 1
		}
		echo "$sum  $file.$$" | sha256sum --status -c || {
			rm -f "$file.$$"
			say "$(basename "$path"): the mirror sent something else than its signed index says"
			return 1
		}
		mv "$file.$$" "$file"
	fi
	printf '%s\n' "$file"
}

unpack() { # TARBALL DIRECTORY: the tarball's one top directory becomes DIRECTORY
	mkdir -p "$2" && tar -C "$2" --strip-components=1 --no-same-owner -xf "$1"
}

unpack_binary() { # DEB DIRECTORY
	mkdir -p "$2.deb" &&
		dpkg-deb --fsys-tarfile "$1" |
		tar -C "$2.deb" --no-same-owner -xf - --wildcards './usr/src/*.tar.*' &&
		unpack "$(find "$2.deb/usr/src" -name '*.tar.*' | head -n 1)" "$2" &&
		rm -rf "$2.deb"
}

apply_patches() { # DEBIAN-TARBALL DIRECTORY
	mkdir -p "$2.debian"
	tar -C "$2.debian" --no-same-owner -xf "$1" || die "$(basename "$1") cannot be unpacked"
	local patch count=0
	while read -r patch _; do
		case $patch in '' | '#'*) continue ;; esac
		patch -d "$2" -p1 -s -f <"$2.debian/debian/patches/$patch" >&2 ||
			die "$name: $patch does not apply"
		count=$((count + 1))
	done <"$2.debian/debian/patches/series"
	rm -rf "$2.debian"
	say "$name: $count Debian patches applied"
}

# Try one suite. Prints the directory and ends the script if it has the series.
try_suite() {
	local suite=$1 version sum path files orig extra='' key work dir
	update "$suite" || { say "the index of $suite cannot be read"; return 1; }
	files=$(listing "$suite" | awk -F'\t' -v s="$series" '
		{ v = $1; sub(/^[0-9]+:/, "", v) } index(v, s) == 1 { if (!first) first = $1; if ($1 == first) print }')
	[ -n "$files" ] || { say "$suite has no $package $series*"; return 1; }
	# Called in a condition, where set -e does not act: every step below says what its failure means.
	if [ "$kind" = binary ]; then
		orig=$(head -n 1 <<<"$files")
	else
		orig=$(grep -E '\.orig\.tar\.(gz|xz|bz2)$' <<<"$files" | head -n 1)
		[ "$kind" = source ] || extra=$(grep -E '\.debian\.tar\.' <<<"$files" | head -n 1)
	fi
	[ -n "$orig" ] || { say "$suite names no tarball for $package"; return 1; }
	IFS=$'\t' read -r version path sum file <<<"$orig"
	file=$(tarball "$path/$file" "$sum") || return 1
	key=$sum
	if [ -n "$extra" ]; then
		IFS=$'\t' read -r version path patches_sum patches <<<"$extra"
		patches=$(tarball "$path/$patches" "$patches_sum") || return 1
		key=$(printf '%s %s' "$sum" "$patches_sum" | sha256sum | cut -d' ' -f1)
	fi
	dir=$cache/src/$name-$(upstream "$version")-${key:0:12}
	if [ ! -f "$dir/$record" ]; then
		say "unpacking $(basename "$file")"
		work=$(mktemp -d "$cache/src/.$name.XXXXXX") || die "$cache/src cannot be written"
		trap 'rm -rf "$work"' EXIT
		if [ "$kind" = binary ]; then
			unpack_binary "$file" "$work/src" || die "$(basename "$file") cannot be unpacked"
		else
			unpack "$file" "$work/src" || die "$(basename "$file") cannot be unpacked"
			[ -z "$extra" ] || apply_patches "$patches" "$work/src"
		fi
		{
			echo "name=$name"
			echo "package=$package"
			echo "version=$version"
			echo "suite=$suite"
			echo "file=$(basename "$file" | cut -d- -f2-)"
			echo "sha256=$sum"
			[ -z "$extra" ] || echo "patches_sha256=$patches_sum"
		} >"$work/src/$record"
		rm -rf "$dir"
		mv "$work/src" "$dir" || die "$dir cannot be made"
	fi
	printf '%s\n%s\n' "$line" "$(basename "$dir")" >"$pointer.new"
	mv "$pointer.new" "$pointer"
	say "$name $version from $suite"
	printf '%s\n' "$dir"
	exit 0
}

for suite in ${suites//,/ }; do
	try_suite "$suite" || true
done
die "no suite of ($suites) offers $package $series*: the series is gone or the mirror is out of reach; give a local tree instead (see README.md)"
