#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# tf-a.sh BL33 BIOS [gicv2|gicv3] - the firmware image of QEMU's virt machine with TF-A in front of BL33.
#
# BIOS is BL1 and, at 256 KiB, a FIP with BL2, BL31 and BL33 (holdfast.bin). It runs with
#     qemu-system-aarch64 -M virt,secure=on[,virtualization=on][,gic-version=3] -bios BIOS
# (BL31 drives one kind of GIC, v2 by default) and enters BL33 at 0x60000000, at EL2 with virtualization=on, else at EL1.
#
# TF-A is built once, from its Debian source, and kept in $HOLDFAST_CACHE, keyed by source and compiler; a new BL33
# only costs the packing. Progress goes to stderr.
#
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
#   TFA_DIR         a TF-A source tree to use instead of Debian's
#   CROSS_COMPILE   default aarch64-linux-gnu-
#   JOBS            default 2
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
cross=${CROSS_COMPILE:-aarch64-linux-gnu-}
options=(PLAT=qemu DEBUG=0 LOG_LEVEL=20 'BUILD_MESSAGE_TIMESTAMP="for holdfast"')

say() { echo "tf-a: $*" >&2; }
usage() { say "usage: tf-a.sh BL33 BIOS [gicv2|gicv3]"; exit 2; }
[ $# = 2 ] || [ $# = 3 ] || usage
case ${3:-gicv2} in
gicv2) options+=(QEMU_USE_GIC_DRIVER=QEMU_GICV2) ;;
gicv3) options+=(QEMU_USE_GIC_DRIVER=QEMU_GICV3) ;;
*) usage ;;
esac
[ -r "$1" ] || { say "$1 cannot be read"; exit 3; }

# What BL1, BL2, BL31 and fiptool depend on. A local tree is taken as it is: remove its store after a change.
cache_key() {
	{
		echo "${options[*]} $1"
		"${cross}gcc" --version | sed -n 1p
	} | sha256sum | cut -c1-16
}

build() { # SOURCE DIRECTORY
	# Not for TF-A's make: our own flags, output directory and job server.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES O V B H CC BOARD CONFIG CFLAGS LDFLAGS
	# fiptool is built inside the source tree: work on a copy.
	cp -r "$1" "$2/source"
	make -C "$2/source" "CROSS_COMPILE=$cross" "BUILD_BASE=$2/out" "${options[@]}" \
		-j"${JOBS:-2}" bl1 bl2 bl31 fiptool >"$2/build.log" 2>&1
}

source=${TFA_DIR:-$("$here/fetch.sh" tf-a)}
store=$cache/tf-a-$(cache_key "$source")
mkdir -p "$cache"
# One build at a time; whoever waited finds it done.
exec 9>"$cache/tf-a.build.lock"
flock 9
if [ ! -f "$store/fiptool" ]; then
	say "building TF-A from $(basename "$source") (under a minute, once)"
	work=$(mktemp -d "$cache/tf-a-build.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	build "$source" "$work" || { say "failed; the end of its log:"; tail -n 20 "$work/build.log" >&2; exit 70; }
	mkdir -p "$store"
	cp "$work/out"/qemu/release/bl{1,2,31}.bin "$store"
	cp "$work/source/tools/fiptool/fiptool" "$store/fiptool.part"
	mv "$store/fiptool.part" "$store/fiptool"
fi
flock -u 9

# Cold boot reads BL1 from offset 0 and the FIP from 256 KiB (TF-A docs/plat/qemu.rst).
"$store/fiptool" create --tb-fw "$store/bl2.bin" --soc-fw "$store/bl31.bin" --nt-fw "$1" "$2.fip" >&2
cp "$store/bl1.bin" "$2.part"
chmod 644 "$2.part"
dd if="$2.fip" of="$2.part" bs=64k seek=4 status=none
rm -f "$2.fip"
mv "$2.part" "$2"
