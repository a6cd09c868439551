#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# qemu.sh - build QEMU 7.2 from its Debian source against libgcrypt, for the RSA of its virtio-crypto device, and print
# the path of qemu-system-aarch64 (the last line on stdout; progress goes to stderr).
#
# Debian's own build uses nettle, with which raw padding is refused: there the tests see a device that does not do what
# it offers; with this one they see RSA offloaded. The nightly run needs it, make check does not.
#
# Cached outside the checkout, keyed by source, compiler, libgcrypt and this file. About 5 minutes on two quiet cores.
#
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
#   QEMU_DIR        a QEMU source tree to use instead of Debian's
#   JOBS            default 2
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}

say() { echo "qemu: $*" >&2; }

"$here/deps.sh" "$here/packages-qemu.txt"
source=${QEMU_DIR:-$("$here/fetch.sh" qemu)}
key=$({
	echo "$source"
	gcc --version | sed -n 1p
	dpkg-query -W -f '${Version}\n' libgcrypt20-dev
	cat "${BASH_SOURCE[0]}"
} | sha256sum | cut -c1-16)
result=$cache/qemu-gcrypt-$key/qemu-system-aarch64

mkdir -p "$cache"
# One build at a time; whoever waited finds it done.
exec 9>"$cache/qemu-gcrypt.lock"
flock 9
if [[ -x $result ]]; then
	echo "$result"
	exit 0
fi

# Debian's tarball is without firmware that meson wants to see: empty files do, and nothing is installed.
build() { # SOURCE DIRECTORY
	local name
	# Not for QEMU's make: our own flags and job server. Debian's Python, meson and ninja, not others in PATH.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES O V B H CC BOARD CONFIG CFLAGS LDFLAGS
	export PATH=/usr/bin:$PATH
	cp -r "$1" "$2/source"
	for name in aarch64-code arm-code arm-vars i386-code i386-secure-code i386-vars x86_64-code x86_64-secure-code; do
		[[ -e $2/source/pc-bios/edk2-$name.fd.bz2 ]] || bzip2 -c </dev/null >"$2/source/pc-bios/edk2-$name.fd.bz2"
	done
	mkdir "$2/out"
	cd "$2/out"
	"$2/source/configure" --target-list=aarch64-softmmu --without-default-features --enable-gcrypt --enable-tcg \
		--enable-fdt=system --disable-docs --disable-install-blobs --meson=/usr/bin/meson
	ninja "-j${JOBS:-2}" qemu-system-aarch64
}

say "building from $(basename "$source") (5 minutes on two cores, once)"
work=$(mktemp -d "$cache/qemu-gcrypt-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
(build "$source" "$work") >"$work/log" 2>&1 || {
	say "failed; the end of its log:"
	tail -n 20 "$work/log" >&2
	exit 70
}
mkdir -p "$(dirname "$result")"
cp "$work/out/qemu-system-aarch64" "$result.part"
strip "$result.part"
mv "$result.part" "$result"
say "done: $(stat -c %s "$result") bytes"
echo "$result"
