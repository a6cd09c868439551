#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# initramfs.sh OUTPUT [arm64|arm] [MODULES]: an initial RAM disk whose /init is initramfs.c. MODULES is a folder with NAME.ko
# and the file `order`; without it there are none. The same bytes every time.
#
#   CROSS_COMPILE  default aarch64-linux-gnu- or arm-linux-gnueabihf-
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=${1:?usage: initramfs.sh OUTPUT [arm64|arm] [MODULES]}
case ${2:-arm64} in
arm64) cross=aarch64-linux-gnu- ;;
arm) cross=arm-linux-gnueabihf- ;;
*)
	echo "initramfs.sh: no architecture '$2': arm64 or arm" >&2
	exit 2
	;;
esac
cross=${CROSS_COMPILE:-$cross}
epoch=1700000000

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree"/{dev,proc,sysroot,modules}
"${cross}gcc" -std=gnu11 -D_GNU_SOURCE -Os -Wall -Wextra -Wshadow -Wconversion -Werror -static -s \
	"-ffile-prefix-map=$here=." -Wl,--build-id=none -o "$tree/init" "$here/initramfs.c" "$here/device_mapper.c"
: >"$tree/modules/order"
if [[ -n ${3:-} ]]; then cp "$3"/* "$tree/modules"; fi
find "$tree" -exec touch -h -d "@$epoch" {} +
chmod -R u=rwX,go=rX "$tree"
(cd "$tree" && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0) | gzip -9n >"$work/initrd"
mv "$work/initrd" "$output"
