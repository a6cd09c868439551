#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# build.sh VARIANT - build U-Boot for the benchmark and print the directory with u-boot and u-boot.bin.
#
#   ce     qemu_arm64_defconfig with the Armv8 SHA instructions
#   min2   allnoconfig and what this boot needs, optimised for size
#   tuned  the same, with nothing copied: kernel, ramdisk and tree are used where they were read
#
# Kept in $HOLDFAST_CACHE, keyed by what goes in. UBOOT_DIR: a source tree to use instead of Debian's.
set -euo pipefail
# What the top Makefile exports is not meant for U-Boot's make.
unset O BOARD CONFIG V MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

variant=${1:?usage: build.sh ce|min2|tuned}
here=$(cd "$(dirname "$0")" && pwd)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
cross=${CROSS_COMPILE:-aarch64-linux-gnu-}
source=${UBOOT_DIR:-$("$here/../../../platform/external/fetch.sh" u-boot)}

case $variant in
ce) fragments=("$here/boot.config" "$here/ce.config") ;;
min2 | tuned) fragments=("$here/$variant.config") ;;
*) echo "build.sh: no variant $variant" >&2; exit 2 ;;
esac
key=$({ cat "${fragments[@]}" "$here/tuned.env" "$0"; echo "$source"; "${cross}gcc" --version | sed -n 1p; } |
	sha256sum | cut -c1-16)
out=$cache/u-boot-bench/$variant-$key
if [ -f "$out/u-boot.bin" ]; then
	echo "$out"
	exit 0
fi

# U-Boot reads its environment text from the source tree, so the build has a copy of its own.
work=$cache/u-boot-bench/work-$variant-$key
rm -rf "$work" "$out.new"
mkdir -p "$work" "$out.new"
cp -a "$source/." "$work/"
cp "$here/tuned.env" "$work/board/emulation/qemu-arm/tuned.env"
make_in() { make -s -C "$work" CROSS_COMPILE="$cross" "$@" >&2; }
if [ "$variant" = ce ]; then
	make_in qemu_arm64_defconfig
	(cd "$work" && scripts/kconfig/merge_config.sh -m .config "${fragments[@]}" >&2)
	make_in olddefconfig
else
	make_in KCONFIG_ALLCONFIG="${fragments[0]}" allnoconfig
fi
SOURCE_DATE_EPOCH=1700000000 nice make -s -C "$work" CROSS_COMPILE="$cross" -j"${JOBS:-2}" u-boot.bin >&2
cp "$work/u-boot" "$work/u-boot.bin" "$work/.config" "$out.new/"
rm -rf "$work" "$out"
mv "$out.new" "$out"
echo "$out"
