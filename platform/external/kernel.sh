#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Build the demo's own arm64 Linux from Debian's linux-source-6.1 and print the path of its Image (the last line on
# stdout; progress goes to stderr). No modules, no initramfs; the configuration is fit-images/linux/*.config over allnoconfig.
#
# Cached outside the checkout, keyed by what goes in: fragments, the line of sources.txt, compiler. Building takes 3 to 4
# minutes on two quiet cores; afterwards this only prints the path, and needs neither the source nor the network.
# The file `version` beside the Image says which release of the series it was.
#
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
#   LINUX_DIR       a Linux source tree to use instead of Debian's
#   CROSS_COMPILE   default aarch64-linux-gnu-
#   JOBS            default 2
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
fragments=("$top/fit-images/linux/base.config" "$top/fit-images/linux/arm64.config")
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
cross=${CROSS_COMPILE:-aarch64-linux-gnu-}

say() { echo "kernel: $*" >&2; }

# What the source is, without downloading it: the series named in sources.txt, or a local tree by place and version.
source_name() {
	if [[ -n ${LINUX_DIR:-} ]]; then
		echo "$LINUX_DIR $(make -s -C "$LINUX_DIR" kernelversion)"
	else
		awk '$1 == "linux" { $1 = $1; print }' "$here/sources.txt"
	fi
}

# Everything the Image depends on, hashed; comments in the fragments do not count.
cache_key() {
	{
		grep -hv '^# [^C]' "${fragments[@]}"
		echo "$1"
		"${cross}gcc" --version | sed -n 1p
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
			if ((count % 50 == 0)); then say "$count of about 680 objects"; fi
			;;
		*\ CC* | *\ AS* | *\ AR* | *\ HOSTCC* | *\ LD* | *\ GEN* | *\ CALL* | *\ UPD* | *\ CHK* | *\ WRAP*) ;;
		*rror* | *arning*) say "$line" ;;
		esac
	done
}

build() {
	local source=$1 out=$2
	export KBUILD_BUILD_TIMESTAMP=@1700000000 KBUILD_BUILD_USER=holdfast KBUILD_BUILD_HOST=holdfast KBUILD_BUILD_VERSION=1
	# Not for the kernel's make: our own flags, output directory and job server.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES O V CFLAGS LDFLAGS KCONFIG_CONFIG
	local -a make=(make -C "$source" "O=$out" ARCH=arm64 "CROSS_COMPILE=$cross")
	mkdir -p "$out"
	cat "${fragments[@]}" >"$out/fragment"
	"${make[@]}" KCONFIG_ALLCONFIG="$out/fragment" allnoconfig >"$out/config.log" 2>&1 || { cat "$out/config.log" >&2; return 1; }
	check_options "$out/.config" || return 1
	"${make[@]}" -j"${JOBS:-2}" Image 2>&1 | tee "$out/build.log" | progress
}

store=$cache/kernel-$(cache_key "$(source_name)")
mkdir -p "$cache"
# One build at a time; whoever waited finds it done.
exec 9>"$cache/kernel.lock"
flock 9
if [[ ! -f $store/Image ]]; then
	source=${LINUX_DIR:-$("$here/fetch.sh" linux)}
	version=$(make -s -C "$source" kernelversion)
	say "building Linux $version for arm64 (3 to 4 minutes on two cores, once)"
	work=$(mktemp -d "$cache/kernel-build.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	build "$source" "$work" || { say "failed; the end of its log:"; tail -n 20 "$work/build.log" >&2; exit 70; }
	mkdir -p "$store"
	cp "$work/.config" "$store/config"
	printf 'linux=%s\n' "$version" >"$store/version"
	"$here/fetch.sh" --record "$source" >>"$store/version"
	cp "$work/arch/arm64/boot/Image" "$store/Image.part"
	mv "$store/Image.part" "$store/Image"
	say "done: $(stat -c %s "$store/Image") bytes"
fi
echo "$store/Image"
