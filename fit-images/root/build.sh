#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# build.sh OUTPUT [arm64|arm] [FILE=PATH...]: the demo's read-only root, an erofs image with our own init and some data,
# and each FILE at PATH in it (kernel=boot/Image). The same bytes every time (fixed times, owners and UUID); no root, no
# loop device. The hash tree is added by `holdfast-image verity`.
#
#   CROSS_COMPILE  default aarch64-linux-gnu- or arm-linux-gnueabihf-
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=${1:?usage: build.sh OUTPUT [arm64|arm] [FILE=PATH...]}
case ${2:-arm64} in
arm64) cross=aarch64-linux-gnu- ;;
arm) cross=arm-linux-gnueabihf- ;;
*)
	echo "build.sh: no architecture '$2': arm64 or arm" >&2
	exit 2
	;;
esac
cross=${CROSS_COMPILE:-$cross}
epoch=1700000000
uuid=48464c44-726f-4f74-8000-000000000001

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree"/{sbin,proc,sys,dev,data}

"${cross}gcc" -std=gnu11 -D_GNU_SOURCE -Os -Wall -Wextra -Wshadow -Wconversion -Werror -static -s \
	"-ffile-prefix-map=$here=." -Wl,--build-id=none -o "$tree/sbin/init" "$here/init.c" "$here/device_mapper.c"

# Data that is easy to find in the image by eye and by a test: every line says which it is.
seq -f 'line %06.0f of the data that dm-verity protects' 1 20000 >"$tree/data/lines.txt"
echo "Holdfast's demo root: read-only, proved block by block." >"$tree/data/about.txt"
for file in "${@:3}"; do
	install -D -m 644 "${file%=*}" "$tree/${file##*=}"
done
find "$tree" -exec touch -h -d "@$epoch" {} +
chmod -R u=rwX,go=rX "$tree"

# mkfs.erofs takes SOURCE_DATE_EPOCH before -T; this image has a date of its own.
SOURCE_DATE_EPOCH=$epoch mkfs.erofs --quiet -T "$epoch" -U "$uuid" --all-root "$work/root.erofs" "$tree" >"$work/log" 2>&1 || {
	cat "$work/log" >&2
	exit 70
}
mv "$work/root.erofs" "$output"
