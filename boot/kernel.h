/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * kernel.h - the release in memory, and the one way into it.
 *
 * kernel_load() brings every image or file to its place and proves it; kernel_describe() writes the
 * device tree; kernel_enter() goes. The entry address exists only masked (keys/proof.h):
 * kernel_load() keeps entry XOR mask(signed values), kernel_enter() removes mask(computed values).
 * A comparison that a fault skipped shows up as a jump to nowhere.
 */
#ifndef HOLDFAST_KERNEL_H
#define HOLDFAST_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "fit_verify.h"
#include "proof.h"
#include "region.h"
#include "root.h"
#include "slot.h"
#include "tree.h"

#ifndef CONFIG_KERNEL_MAX
#define CONFIG_KERNEL_MAX 128 /* MiB */
#endif

/* A kernel that was loaded. Its owner wipes it when it is not entered (kernel_forget()). */
struct kernel {
	uint64_t masked_entry; /* entry XOR the mask of the signed values */
	uint64_t got_mask;     /* the mask of the computed values */
	uint64_t dtb;          /* the tree for Linux, after kernel_describe() */
	struct tree_images trees;
	struct tree_initrd initrd;
};

/*
 * Load what the configuration names: `kernel` (type kernel or kernel_noload, os linux, this
 * architecture), `ramdisk` (type ramdisk), each `fdt` (type flat_dt); or the files of root that
 * `holdfast,kernel-path`, `holdfast,ramdisk-path` and `holdfast,fdt-path` name, for which the same
 * holds as far as a file has it: no type, os or arch, no load address, no entry. root is as
 * root_check() left it, and unmounted when all is read.
 *
 * Places with a load address are claimed first, then the others: kernel from the bottom of RAM,
 * initrd and trees from the top. A kernel lies at a multiple of 2 MiB plus its text_offset, and all
 * of image_size is claimed. `entry`, if there is one, must be the first byte of the image (for
 * kernel_noload, where it is an offset: 0): arm64 has no other entry. The images are cleaned from
 * the caches as far as the kernel needs it. Ends proof.
 *
 * ERR_BAD_KERNEL: no kernel image, wrong type, os, arch, header or size. ERR_BAD_FIT: two kernels
 * or two ramdisks, an image and a path for one slot, a property that names an image we do not load
 * (firmware, fpga, ...). ERR_VERITY_PARAMS: a path without a root.
 * ERR_BAD_LOAD, ERR_OVERLAP, ERR_TOO_BIG: where it should go. ERR_BAD_DTB: too many trees or a
 * wrong type. The errors of payload_*() and proof_end().
 */
enum status kernel_load(const struct fit_config *config, struct region_map *map,
			struct proof *proof, struct root *root, struct kernel *kernel) MUST_CHECK;

/*
 * Build the device tree for Linux from the loaded trees or the earlier stage's and from what we
 * know. The claims of the loaded trees end; the new one is claimed at the top of RAM and cleaned
 * from the caches. The errors of tree_build() and command_line().
 */
enum status kernel_describe(const struct fit_config *config, const struct tree_facts *facts,
			    const struct root *root, struct region_map *map,
			    struct kernel *kernel) MUST_CHECK;

/* The address that kernel_enter() will go to; for HF-HANDOFF only. */
uint64_t kernel_entry(const struct kernel *kernel);

/*
 * Wipe the masks, then enter. Media are stopped and everything is locked by then. Does not return.
 */
_Noreturn void kernel_enter(struct kernel *kernel);

/* Wipe what is known about a kernel that is not entered. */
void kernel_forget(struct kernel *kernel);

#endif
