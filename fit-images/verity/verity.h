/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verity.h - the dm-verity root of a configuration: signed parameters, the kernel's table, the top
 * of the tree.
 *
 * The loader never loads or hashes a root as a whole: the signed root hash is its proof, block by
 * block, in the kernel. Sources: U-Boot doc/usage/fit/dm-verity.rst; Linux
 * Documentation/admin-guide/device-mapper/verity.rst and dm-init.rst.
 */
#ifndef HOLDFAST_VERITY_H
#define HOLDFAST_VERITY_H

#include "fit_verify.h"
#include "gpt.h"
#include "reader.h"

/* Bytes of a signature of the root hash, at most. */
#define VERITY_SIGNATURE_MAX 4096

/* Parameters as signed; all checked. */
struct verity {
	struct verity_tree tree;
	bool restart_on_corruption, panic_on_corruption, restart_on_error, panic_on_error,
		check_at_most_once;
	/* holdfast,partition = "root": root-a or root-b; else inside the FIT */
	bool in_partition;
	/* roots 0: none. The parity lies behind the tree, on the device that has the tree. */
	struct verity_fec fec;
	/*
	 * For Linux (CONFIG_DM_VERITY_VERIFY_ROOTHASH_SIG), empty if there is none: PKCS#7, DER,
	 * detached, of the root hash in hex digits. The loader does not look into it.
	 */
	struct span signature;
	struct fit_image image;
};

/*
 * The root of a configuration: the image of type "filesystem" in loadables that has a dm-verity
 * child. ERR_ABSENT: none.
 * ERR_VERITY_PARAMS: more than one, or a parameter missing or out of range, at= names it.
 *   ERR_NOT_COVERED.
 */
enum status verity_of(const struct fit_config *config, struct verity *verity) MUST_CHECK;

/*
 * Read the top hash block of the tree that lies in `device` (the partition or FIT payload that
 * holds data followed by hash tree) and check H(salt || block) against the signed root hash. block
 * is hash_block_size bytes of the caller's (at most 64 KiB).
 * ERR_VERITY_IO: unreadable or outside device. ERR_VERITY_ROOT: wrong, with want and got.
 */
enum status verity_check_top(const struct verity *verity, const struct extent *device,
			     uint8_t *block, struct proof *proof) MUST_CHECK;

/* How the devices are named to the kernel. */
#define VERITY_DEVICE_MAX 64
struct verity_device {
	char data[VERITY_DEVICE_MAX]; /* "PARTUUID=..." of the partition that holds the data */
	char hash[VERITY_DEVICE_MAX]; /* the same for an appended tree */
	/*
	 * bytes from the partition's start to the root; not 0 inside a FIT, then a linear target
	 * comes first
	 */
	uint64_t offset;
	/* bytes from there to the end of data and tree; used with offset */
	uint64_t size;
	/* Its partitions are those of the backup GPT, which Linux takes only if it is told to. */
	bool backup_gpt;
};

/*
 * Append ` dm-mod.create="..." root=/dev/dm-0` (or ` roothash=...` with
 * CONFIG_VERITY_STYLE_ROOTHASH), with ` gpt` before it for a backup GPT, to the NUL-terminated
 * command line in text (capacity bytes). The root is always dm-0: minors are given explicitly where
 * there are two devices. ERR_CMDLINE_TOO_LONG.
 */
enum status verity_arguments(const struct verity *verity, const struct verity_device *device,
			     char *text, size_t capacity) MUST_CHECK;

/*
 * The signature that Linux cannot get from the command line, for /chosen as
 * holdfast,root-hash-signature: the verity target of dm-mod.create= takes it from a key of the
 * kernel's keyring, which an initramfs makes. Empty if there is none, or if it is in roothash='s
 * options. The errors of verity_arguments() that are about the style.
 */
enum status verity_chosen_signature(const struct verity *verity, struct span *signature) MUST_CHECK;

#endif
