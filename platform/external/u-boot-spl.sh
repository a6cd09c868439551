#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# u-boot-spl.sh BOARD [--key KEY.pem] LOADER OUT - U-Boot SPL for BOARD and behind it LOADER (holdfast.bin), in the form and
# at the distance that SPL expects: what holdfast-image disk --first-stage puts on the board's medium.
#
# platform/boards/BOARD/u-boot.config says how SPL is built ("#: WORD VALUE" lines, then options over the defconfig) and in
# which format it takes LOADER:
#   fit     a FIT, signed with KEY; KEY's public half goes into SPL's control tree as a required key
#   legacy  a legacy image: this SPL verifies nothing, and --key is an error
#
# SPL is built once, from U-Boot's Debian source with Debian's patches, and kept in $HOLDFAST_CACHE, keyed by source,
# configuration and compiler; another loader or key only costs the packing. Progress goes to stderr.
#
#   TOOLS           where holdfast-keys is (default build/host)
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
#   UBOOT_DIR       a U-Boot source tree to use instead of Debian's
#   CROSS_COMPILE   default arm-linux-gnueabihf-
#   JOBS            default 2
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
cross=${CROSS_COMPILE:-arm-linux-gnueabihf-}
keys=${TOOLS:-$here/../../build/host}/holdfast-keys

say() { echo "u-boot-spl: $*" >&2; }
die() { say "$2"; exit "$1"; }
usage() { die 2 "usage: u-boot-spl.sh BOARD [--key KEY.pem] LOADER OUT"; }

board=${1-} key=
shift || usage
if [ "${1-}" = --key ]; then
	[ $# -ge 2 ] || usage
	key=$2
	shift 2
fi
[ $# = 2 ] || usage
loader=$1 out=$2
config=$here/../boards/$board/u-boot.config
[ -r "$config" ] || die 2 "U-Boot SPL is not for $board: there is no u-boot.config"
[ -r "$loader" ] || die 3 "$loader cannot be read"

# What a "#: WORD VALUE" line of the configuration says.
told() { sed -n "s/^#: $1 //p" "$config"; }
options() { grep -E '^(CONFIG_|# CONFIG_)' "$config" || true; }

format=$(told format)
case $format in
fit) [ -n "$key" ] || die 4 "SPL of $board verifies the loader: --key KEY.pem signs it" ;;
legacy) [ -z "$key" ] || die 2 "SPL of $board verifies nothing (see its u-boot.config): no --key" ;;
*) die 70 "$config: no known format" ;;
esac

cache_key() { # SOURCE
	{
		echo "$1 $(told defconfig) $(told make)"
		options
		"${cross}gcc" --version | sed -n 1p
	} | sha256sum | cut -c1-16
}

build() { # SOURCE DIRECTORY
	# Not for U-Boot's make: our own flags, output directory and job server. One date for everybody.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES O V B H CC BOARD CONFIG CFLAGS LDFLAGS
	local make=(make -s -C "$1" "O=$2" "CROSS_COMPILE=$cross" CONFIG_PYLIBFDT= "-j${JOBS:-2}") option
	export SOURCE_DATE_EPOCH=0
	"${make[@]}" "$(told defconfig)"
	options >>"$2/.config"
	# Host tools that need more libraries and swig, and are not used here. Some boards select PYLIBFDT: off for make, too.
	printf '# CONFIG_%s is not set\n' TOOLS_MKEFICAPSULE PYLIBFDT >>"$2/.config"
	"${make[@]}" olddefconfig
	while read -r option; do
		# An option that is gone is as good as not set.
		grep -qxF -- "$option" "$2/.config" ||
			case $option in '#'*) ! grep -q "^$(cut -d' ' -f2 <<<"$option")=" "$2/.config" ;; *) false ;; esac ||
			{ echo "U-Boot does not take $option"; return 1; }
	done < <(options)
	"${make[@]}" "$(told make)"
}

source=${UBOOT_DIR:-$("$here/fetch.sh" u-boot)}
store=$cache/u-boot-spl-$board-$(cache_key "$source")
mkdir -p "$cache"
work=$(mktemp -d "$cache/u-boot-spl-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
# One build at a time; whoever waited finds it done.
exec 9>"$cache/u-boot-spl.build.lock"
flock 9
if [ ! -f "$store/spl.bin" ]; then
	say "building SPL for $board from $(basename "$source") (about a minute, once)"
	build "$source" "$work/build" >"$work/build.log" 2>&1 ||
		{ tail -n 20 "$work/build.log" >&2; die 70 "failed; the end of its log is above"; }
	mkdir -p "$store"
	if [ "$format" = fit ]; then
		cp "$work/build/spl/u-boot-spl-nodtb.bin" "$store/spl-nodtb.bin"
		cp "$work/build/spl/u-boot-spl.dtb" "$store/spl.dtb"
	fi
	cp "$work/build/$(told make)" "$store/spl.part"
	mv "$store/spl.part" "$store/spl.bin"
fi
flock -u 9

pack_legacy() {
	cp "$store/spl.bin" "$work/spl"
	mkimage -A arm -O u-boot -T firmware -C none -a "$(told load)" -e "$(told load)" -n Holdfast -d "$loader" \
		"$work/image" >"$work/pack.log"
}

pack_fit() {
	"$keys" pub -q --key "$key" -o "$work/loader.pub" >"$work/pack.log"
	cp "$store/spl.dtb" "$work/spl.dtb"
	"$keys" enroll -q --key "$work/loader.pub" --name loader --required conf -o "$work/spl.dtb" >"$work/pack.log"
	cat "$store/spl-nodtb.bin" "$work/spl.dtb" >"$work/spl"
	cp "$loader" "$work/loader"
	cat >"$work/loader.its" <<-EOF
		/dts-v1/;
		/ {
			description = "Holdfast";
			#address-cells = <1>;
			images {
				loader {
					description = "Holdfast for $board";
					data = /incbin/("loader");
					type = "firmware";
					os = "u-boot";
					arch = "arm";
					compression = "none";
					load = <$(told load)>;
					entry = <$(told load)>;
					hash-1 { algo = "sha256"; };
				};
			};
			configurations {
				default = "conf-1";
				conf-1 { description = "$board"; firmware = "loader"; };
			};
		};
	EOF
	(cd "$work" && mkimage -q -E -B 0x1000 -f loader.its unsigned.fit >pack.log)
	"$keys" sign --key "$key" --key-name loader "$work/unsigned.fit" -o "$work/image" >"$work/pack.log"
}

pack_"$format"
at=$(($(told image-at)))
[ "$(stat -c %s "$work/spl")" -le "$at" ] || die 70 "SPL with its key is larger than $at bytes"
truncate -s "$at" "$work/spl"
cat "$work/spl" "$work/image" >"$out.part"
mv "$out.part" "$out"
