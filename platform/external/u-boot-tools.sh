#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# u-boot-tools.sh - build U-Boot's host tools from Debian's source and print the directory with mkimage,
# dumpimage, fit_check_sign and fdt_add_pubkey (the last line on stdout; progress goes to stderr). Debian packages only
# the first two; the tests of compatibility want fit_check_sign as a second opinion.
#
# Cached outside the checkout, keyed by source and by this file. One to two minutes on two quiet cores.
#
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
#   UBOOT_DIR       a U-Boot source tree to use instead of Debian's
#   JOBS            default 2
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
tools=(mkimage dumpimage fit_check_sign fdt_add_pubkey)

say() { echo "u-boot-tools: $*" >&2; }

source=${UBOOT_DIR:-$("$here/fetch.sh" u-boot)}
key=$({ echo "$source"; cat "${BASH_SOURCE[0]}"; } | sha256sum | cut -c1-16)
result=$cache/u-boot-tools-$key

mkdir -p "$cache"
exec 9>"$cache/u-boot-tools.lock"
flock 9
if [[ -x $result/fit_check_sign ]]; then
	echo "$result"
	exit 0
fi

work=$(mktemp -d "$cache/u-boot-tools-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
say "building from $(basename "$source")"
make=(make -s -C "$source" "O=$work" KBUILD_BUILD_TIMESTAMP=@0)

# Nothing that needs more than OpenSSL: no capsules (GnuTLS), no Python bindings (swig).
options() {
	sed -i -E '/^CONFIG_(TOOLS_MKEFICAPSULE|PYLIBFDT|TOOLS_KWBIMAGE|EFI_CAPSULE_AUTHENTICATE)=/d' "$work/.config"
	printf '# CONFIG_%s is not set\n' TOOLS_MKEFICAPSULE PYLIBFDT >>"$work/.config"
}
{
	"${make[@]}" tools-only_defconfig
	options
	"${make[@]}" olddefconfig
	"${make[@]}" "-j${JOBS:-2}" tools-only
} >"$work/log" 2>&1 || {
	tail -n 30 "$work/log" >&2
	say "failed"
	exit 1
}

mkdir -p "$work/result"
for tool in "${tools[@]}"; do
	cp "$work/tools/$tool" "$work/result/"
done
rm -rf "$result"
mv "$work/result" "$result"
echo "$result"
