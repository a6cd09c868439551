#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# tf-a.sh [--rot-key KEY.pem] BL33 BIOS [gicv2|gicv3] - the firmware image of QEMU's virt machine with TF-A in front
# of BL33.
#
# BIOS is BL1 and, at 256 KiB, a FIP with BL2, BL31 and BL33 (holdfast.bin). It runs with
#     qemu-system-aarch64 -M virt,secure=on[,virtualization=on][,gic-version=3] -bios BIOS
# (BL31 drives one kind of GIC, v2 by default) and enters BL33 at 0x60000000, at EL2 with virtualization=on, else at EL1.
#
# With --rot-key (RSA, PEM) it is trusted board boot: BL1, in flash that only the secure world sees, holds the SHA-256 of
# the public key and verifies BL2; BL2 verifies BL31 and BL33. All certificates are signed by that one key; a product that
# wants a key a stage calls cert_create itself. Without it nothing is verified: for tests of other things.
#
# TF-A is built once, from its Debian source, and kept in $HOLDFAST_CACHE, keyed by source and compiler; a new BL33 or
# another key only costs the packing. Progress goes to stderr.
#
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
#   TFA_DIR         a TF-A source tree to use instead of Debian's
#   MBEDTLS_DIR     the same for mbedTLS (with --rot-key)
#   CROSS_COMPILE   default aarch64-linux-gnu-
#   JOBS            default 2
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
cross=${CROSS_COMPILE:-aarch64-linux-gnu-}
options=(PLAT=qemu DEBUG=0 LOG_LEVEL=20 'BUILD_MESSAGE_TIMESTAMP="for holdfast"')
goals=(bl1 bl2 bl31 fiptool)
rot_key=

say() { echo "tf-a: $*" >&2; }
usage() { say "usage: tf-a.sh [--rot-key KEY.pem] BL33 BIOS [gicv2|gicv3]"; exit 2; }
if [ "${1-}" = --rot-key ]; then
	[ $# -ge 2 ] || usage
	rot_key=$2
	shift 2
fi
[ $# = 2 ] || [ $# = 3 ] || usage
bl33=$1 bios=$2
case ${3:-gicv2} in
gicv2) options+=(QEMU_USE_GIC_DRIVER=QEMU_GICV2) ;;
gicv3) options+=(QEMU_USE_GIC_DRIVER=QEMU_GICV3) ;;
*) usage ;;
esac
[ -r "$bl33" ] || { say "$bl33 cannot be read"; exit 3; }
[ -z "$rot_key" ] || [ -r "$rot_key" ] || { say "$rot_key cannot be read"; exit 4; }

# What BL1, BL2, BL31 and the tools depend on. A local tree is taken as it is: remove its store after a change.
cache_key() {
	{
		echo "${options[*]} $1"
		"${cross}gcc" --version | sed -n 1p
	} | sha256sum | cut -c1-16
}

build() { # SOURCE DIRECTORY
	# Not for TF-A's make: our own flags, output directory and job server.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES O V B H CC BOARD CONFIG CFLAGS LDFLAGS
	# The tools are built inside the source tree: work on a copy.
	cp -r "$1" "$2/source"
	make -C "$2/source" "CROSS_COMPILE=$cross" "BUILD_BASE=$2/out" "${options[@]}" \
		-j"${JOBS:-2}" "${goals[@]}" >"$2/build.log" 2>&1
}

# Parts of trusted board boot. The build makes a throw-away root key; sign_images puts the hash of ours in its place.
# E=0: mbedTLS's headers draw a warning that TF-A makes an error.
if [ -n "$rot_key" ]; then
	options+=(TRUSTED_BOARD_BOOT=1 KEY_SIZE=4096 E=0 "MBEDTLS_DIR=${MBEDTLS_DIR:-$("$here/fetch.sh" mbedtls)}")
	goals+=(certtool)
fi
source=${TFA_DIR:-$("$here/fetch.sh" tf-a)}
store=$cache/tf-a-$(cache_key "$source")
mkdir -p "$cache"
work=$(mktemp -d "$cache/tf-a-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
# One build at a time; whoever waited finds it done.
exec 9>"$cache/tf-a.build.lock"
flock 9
if [ ! -f "$store/fiptool" ]; then
	say "building TF-A from $(basename "$source") (under a minute, once)"
	build "$source" "$work" || { say "failed; the end of its log:"; tail -n 20 "$work/build.log" >&2; exit 70; }
	mkdir -p "$store"
	cp "$work/out"/qemu/release/bl{1,2,31}.bin "$store"
	if [ -n "$rot_key" ]; then
		cp "$work/out/qemu/release/rotpk_sha256.bin" "$work/source/tools/cert_create/cert_create" "$store"
	fi
	cp "$work/source/tools/fiptool/fiptool" "$store/fiptool.part"
	mv "$store/fiptool.part" "$store/fiptool"
fi
flock -u 9

# IN OUT: the hash of the root key instead of the one of the build. It must be there exactly once.
set_root_key() {
	python3 -c '
import sys
image, built, ours = (open(name, "rb").read() for name in sys.argv[1:4])
if image.count(built) != 1 or len(built) != len(ours):
	sys.exit("tf-a: the root key has no single place in " + sys.argv[1])
open(sys.argv[4], "wb").write(image.replace(built, ours))' "$1" "$store/rotpk_sha256.bin" "$work/rotpk" "$2"
}

bl1=$store/bl1.bin bl2=$store/bl2.bin
images=()
# BL1 and BL2 with the root key's hash, and the certificates: those of TBBR (TF-A docs/getting_started/tools-build.rst).
sign_images() {
	local keys=() certificate key
	openssl pkey -in "$rot_key" -pubout -outform DER -out "$work/public" || { say "$rot_key is no private key"; exit 4; }
	openssl dgst -sha256 -binary -out "$work/rotpk" "$work/public"
	bl1=$work/bl1.bin bl2=$work/bl2.bin
	set_root_key "$store/bl1.bin" "$bl1"
	set_root_key "$store/bl2.bin" "$bl2"
	for certificate in tb-fw trusted-key soc-fw-key soc-fw nt-fw-key nt-fw; do
		images+=("--$certificate-cert" "$work/$certificate.crt")
	done
	# It wants keys for certificates, too, that are not made.
	for key in rot trusted-world non-trusted-world scp-fw soc-fw tos-fw nt-fw; do
		keys+=("--$key-key" "$rot_key")
	done
	"$store/cert_create" --tfw-nvctr 0 --ntfw-nvctr 0 "${keys[@]}" "${images[@]}" \
		--tb-fw "$bl2" --soc-fw "$store/bl31.bin" --nt-fw "$bl33" >"$work/cert.log" 2>&1 ||
		{ cat "$work/cert.log" >&2; say "no certificates with $rot_key"; exit 4; }
}
[ -z "$rot_key" ] || sign_images

# Cold boot reads BL1 from offset 0 and the FIP from 256 KiB (TF-A docs/plat/qemu.rst).
"$store/fiptool" create --tb-fw "$bl2" --soc-fw "$store/bl31.bin" --nt-fw "$bl33" "${images[@]}" "$work/fip" >&2
cp "$bl1" "$bios.part"
chmod 644 "$bios.part"
dd if="$work/fip" of="$bios.part" bs=64k seek=4 status=none
mv "$bios.part" "$bios"
