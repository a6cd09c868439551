#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# kernel.sh [FLAVOUR]: build the demo's own Linux from Debian's linux-source-6.1 and print the path of its image
# (the last line on stdout; progress goes to stderr). No modules, no initramfs; the configuration is
# fit-images/linux/*.config over allnoconfig.
#
#   arm64         Image   QEMU's virt; the benchmark's kernel (the default)
#   arm64-boards  Image   the same with the drivers of raspi3b and zcu102
#   arm64-signed  Image   the same as arm64, with signed root hashes: root-signer.pem and root-signer.key lie beside it, made
#                         for it alone, so this one is another one each time it is built
#   arm           zImage  virt-arm, vexpress-a15, orangepi-pc, ast2600-evb
#
# The boards' device trees (*.dtb) lie beside the image, as do overlays of our own (*.dtbo, fit-images/linux/*.dtso) and the
# file `version`, which says which release of the series it was. Cached outside the checkout, keyed by what goes in: fragments, the line of sources.txt, compiler. Building takes 3
# to 5 minutes on two quiet cores; afterwards this only prints the path, and needs neither the source nor the network.
#
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
#   LINUX_DIR       a Linux source tree to use instead of Debian's
#   CROSS_COMPILE   default aarch64-linux-gnu- or arm-linux-gnueabihf-
#   JOBS            default 2
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
flavour=${1:-arm64}
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}

say() { echo "kernel: $*" >&2; }

# What a flavour is made of: ARCH=, fragments, image, default compiler, trees as `make` names them.
trees=() overlays=() kept=()
case $flavour in
arm64) arch=arm64 parts=(base arm64) image=Image cross=aarch64-linux-gnu- ;;
arm64-boards)
	arch=arm64 parts=(base arm64 arm64-boards) image=Image cross=aarch64-linux-gnu-
	trees=(broadcom/bcm2837-rpi-3-b.dtb xilinx/zynqmp-zcu102-rev1.0.dtb)
	overlays=(zcu102-qemu)
	;;
arm64-signed) arch=arm64 parts=(base arm64 arm64-signed) image=Image cross=aarch64-linux-gnu- ;;
arm)
	arch=arm parts=(base arm arm-boards) image=zImage cross=arm-linux-gnueabihf-
	trees=(vexpress-v2p-ca15-tc1.dtb sun8i-h3-orangepi-pc.dtb aspeed-ast2600-evb.dtb)
	;;
-h | --help)
	sed -n '4,/^set /s/^# \{0,1\}//p' "$here/kernel.sh"
	exit 0
	;;
*)
	say "no flavour '$flavour': arm64, arm64-boards, arm64-signed or arm"
	exit 2
	;;
esac
cross=${CROSS_COMPILE:-$cross}
fragments=("${parts[@]/#/$top/fit-images/linux/}")
fragments=("${fragments[@]/%/.config}")

# What the source is, without downloading it: the series named in sources.txt, or a local tree by place and version.
source_name() {
	if [[ -n ${LINUX_DIR:-} ]]; then
		echo "$LINUX_DIR $(make -s -C "$LINUX_DIR" kernelversion)"
	else
		awk '$1 == "linux" { $1 = $1; print }' "$here/sources.txt"
	fi
}

# Everything the image depends on, hashed; comments in the fragments do not count.
cache_key() {
	{
		grep -hv '^# [^C]' "${fragments[@]}"
		echo "$1"
		"${cross}gcc" --version | sed -n 1p
		((${#trees[@]} == 0)) || echo "${trees[@]}"
	} | sha256sum | cut -c1-16
}

# Every requested option must have stuck; a dropped one is an error, not a surprise at boot.
check_options() {
	local config=$1 line missing=0
	while IFS= read -r line; do
		if [[ $line == CONFIG_*=* ]] && ! grep -qxF "$line" "$config"; then
			say "option did not stick: $line"
			missing=1
		fi
	done < <(cat "${fragments[@]}")
	return "$missing"
}

# make's output, as one line every 50 objects.
progress() {
	local count=0 line
	while IFS= read -r line; do
		case $line in
		*\ CC\ * | *\ AS\ *)
			count=$((count + 1))
			if ((count % 50 == 0)); then say "$count of about 700 objects"; fi
			;;
		*\ CC* | *\ AS* | *\ AR* | *\ HOSTCC* | *\ LD* | *\ GEN* | *\ CALL* | *\ UPD* | *\ CHK* | *\ WRAP*) ;;
		*rror* | *arning*) say "$line" ;;
		esac
	done
}

# The certificate that a kernel trusts, and its key.
signer() {
	[[ $flavour == arm64-signed ]] || return 0
	openssl req -x509 -newkey rsa:2048 -noenc -sha256 -days 36500 -subj "/CN=Holdfast test of signed root hashes" \
		-addext keyUsage=digitalSignature -keyout "$1/root-signer.key" -out "$1/root-signer.pem" 2>"$1/signer.log" || {
		cat "$1/signer.log" >&2
		return 1
	}
	kept+=(root-signer.key root-signer.pem)
}

build() {
	local source=$1 out=$2
	export KBUILD_BUILD_TIMESTAMP=@1700000000 KBUILD_BUILD_USER=holdfast KBUILD_BUILD_HOST=holdfast KBUILD_BUILD_VERSION=1
	# Not for the kernel's make: our own flags, output directory and job server.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES O V CFLAGS LDFLAGS KCONFIG_CONFIG
	local -a make=(make -C "$source" "O=$out" "ARCH=$arch" "CROSS_COMPILE=$cross")
	mkdir -p "$out"
	signer "$out" || return 1
	cat "${fragments[@]}" >"$out/fragment"
	"${make[@]}" KCONFIG_ALLCONFIG="$out/fragment" allnoconfig >"$out/config.log" 2>&1 || { cat "$out/config.log" >&2; return 1; }
	check_options "$out/.config" || return 1
	"${make[@]}" -j"${JOBS:-2}" "$image" "${trees[@]}" 2>&1 | tee "$out/build.log" | progress
}

# The last step: overlays are ours and quickly compiled, so they are always as the checkout has them.
finish() {
	local name
	for name in "${overlays[@]}"; do
		dtc -q -@ -I dts -O dtb -o "$store/$name.dtbo.$$" "$top/fit-images/linux/$name.dtso"
		mv "$store/$name.dtbo.$$" "$store/$name.dtbo"
	done
	echo "$store/$image"
}

store=$cache/kernel-$(cache_key "$(source_name)")
if [[ -f $store/$image ]]; then
	finish
	exit 0
fi
mkdir -p "$cache"
# One build at a time; whoever waited finds it done.
exec 9>"$cache/kernel.lock"
flock 9
if [[ ! -f $store/$image ]]; then
	source=${LINUX_DIR:-$("$here/fetch.sh" linux)}
	version=$(make -s -C "$source" kernelversion)
	say "building Linux $version for $flavour (3 to 5 minutes on two cores, once)"
	work=$(mktemp -d "$cache/kernel-build.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	build "$source" "$work" || { say "failed; the end of its log:"; tail -n 20 "$work/build.log" >&2; exit 70; }
	mkdir -p "$store"
	cp "$work/.config" "$store/config"
	printf 'linux=%s\n' "$version" >"$store/version"
	"$here/fetch.sh" --record "$source" >>"$store/version"
	for file in "${kept[@]}"; do
		cp "$work/$file" "$store/"
	done
	for tree in "${trees[@]}"; do
		cp "$work/arch/$arch/boot/dts/$tree" "$store/"
	done
	cp "$work/arch/$arch/boot/$image" "$store/$image.part"
	mv "$store/$image.part" "$store/$image"
	say "done: $(stat -c %s "$store/$image") bytes"
fi
finish
