#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#
# Debian's stock arm64 cloud kernel, with an initramfs of ours that loads its modules and makes the root from the same
# dm-mod.create= text that a kernel with CONFIG_DM_INIT reads itself. Prints the directory that holds Image and initrd.
#
# The package is taken from the mirror that this machine's apt uses, checked by apt's signed index, unpacked and
# never installed. Cached outside the checkout; what is there is used without asking the network.
#
#   HOLDFAST_CACHE  where to keep it (default ${XDG_CACHE_HOME:-$HOME/.cache}/holdfast)
#   CROSS_COMPILE   default aarch64-linux-gnu-
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../fit-images/root" && pwd)
suite=bookworm
package=linux-image-cloud-arm64
cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}
cross=${CROSS_COMPILE:-aarch64-linux-gnu-}
store=$cache/debian-kernel-$suite

# In the order in which they must be loaded.
modules=(virtio_ring virtio virtio_mmio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk
	sha256-arm64 sha2-ce dax dm-mod reed_solomon dm-bufio dm-verity crc32c_generic libcrc32c erofs)

say() { echo "kernel: $*" >&2; }

# apt for arm64 with lists of its own; the machine's apt and dpkg are left alone.
foreign_apt() {
	local command=$1
	shift
	"$command" -qq -oAPT::Architecture=arm64 -oAPT::Architectures=arm64 -oDir::Etc::sourcelist="$work/sources.list" \
		-oDir::Etc::sourceparts=/dev/null -oDir::State::Lists="$work/lists" -oDir::State::status=/dev/null \
		-oDir::Cache="$work/cache" -oAPT::Sandbox::User=root -oAcquire::Languages=none "$@"
}

mirror() {
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk '$2 ~ /^(bookworm|trixie|forky|sid|oldstable|stable|testing|unstable)$/ && !seen++ { print $1 }'
}

# The kernel package that the metapackage stands for, downloaded and unpacked to $work/tree.
fetch() {
	local base keyring=/usr/share/keyrings/debian-archive-keyring.gpg real
	base=$(mirror)
	[[ -n $base ]] || { say "apt on this machine names no Debian mirror"; return 1; }
	mkdir -p "$work"/{lists/partial,cache/archives/partial,tree}
	printf 'deb [%sarch=arm64] %s %s main\n' "$([[ -f $keyring ]] && echo "signed-by=$keyring ")" "$base" "$suite" >"$work/sources.list"
	say "reading the arm64 index of $suite"
	foreign_apt apt-get update >&2 || return 1
	real=$(foreign_apt apt-cache show "$package" | awk -F'[ ,(]+' '/^Depends:/ && !found { print $2; found = 1 }')
	[[ -n $real ]] || { say "$suite has no $package"; return 1; }
	say "fetching $real"
	(cd "$work" && foreign_apt apt-get download "$real" >&2) || return 1
	dpkg-deb -x "$work"/linux-image-*.deb "$work/tree" || return 1
	mkdir -p "$work/store/modules"
	cp "$work"/tree/boot/vmlinuz-* "$work/store/Image"
	echo "${real#linux-image-}" >"$work/store/version"
	local name file
	for name in "${modules[@]}"; do
		# What is built in has no file; the init skips it.
		file=$(find "$work/tree/lib/modules" -name "$name.ko" -o -name "${name//_/-}.ko" -o -name "${name//-/_}.ko" | sed -n 1p)
		if [[ -n $file ]]; then cp "$file" "$work/store/modules/$name.ko"; fi
	done
}

# The initramfs is small and made anew whenever its sources or the compiler changed.
initramfs() {
	local tree=$1/initramfs key file
	key=$(cat "$root"/initramfs.c "$root"/initramfs.sh "$root"/device_mapper.[ch] "$store/version" "${BASH_SOURCE[0]}" <("${cross}gcc" --version) |
		sha256sum | cut -c1-16)
	file=$store/initrd-$key
	if [[ ! -f $file ]]; then
		mkdir -p "$tree"
		cp "$store"/modules/*.ko "$tree"
		printf '%s\n' "${modules[@]}" >"$tree/order"
		CROSS_COMPILE=$cross "$root/initramfs.sh" "$file.part.$$" arm64 "$tree"
		mv "$file.part.$$" "$file"
	fi
	ln -sf "$(basename "$file")" "$store/initrd"
}

mkdir -p "$cache"
exec 9>"$cache/debian-kernel.lock"
flock 9
work=$(mktemp -d "$cache/debian-kernel.XXXXXX")
trap 'rm -rf "$work"' EXIT
if [[ ! -f $store/version ]]; then
	fetch || { say "$package cannot be had"; exit 3; }
	rm -rf "$store"
	mv "$work/store" "$store"
fi
initramfs "$work"
echo "$store"
