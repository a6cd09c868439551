/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * boot_rules.h - the loader's rules behind the signature, by the loader's own objects over
 * platform/host.
 *
 * Some hold on every board: what may be a loadable, where a root may lie, what a command line may
 * say. Others are a board's: addresses, the kernel's format, where the device tree comes from.
 * Those are judged for the boards known here.
 */
#ifndef HOLDFAST_KEYS_BOOT_RULES_H
#define HOLDFAST_KEYS_BOOT_RULES_H

#include "fit_file.h"
#include "fit_verify.h"
#include "root.h"

/*
 * A machine as the loader finds it: the FIT in slot A, and the image of its root partition (size 0:
 * not given).
 */
struct machine {
	const struct fit_file *file;
	struct span root_partition;
	struct region_map map;
	struct medium medium; /* of root_partition, or of nothing */
	struct gpt gpt;
	/* the root is in a partition that was not given: its tree's top was not checked */
	bool root_unread;
};

/* The compatible names a board whose rules are known ("qemu,virt", ...). */
bool machine_is_known(const char *compatible);

/* Big: allocate it. ERR_INTERNAL: no memory map. */
enum status machine_start(const struct fit_file *file, struct span root_partition,
			  struct machine *machine) MUST_CHECK;

/* root_check() for the configuration. */
enum status machine_root(struct machine *machine, const struct fit_config *config,
			 struct proof *proof, struct root *root) MUST_CHECK;

/* command_line() for the configuration alone. */
enum status machine_command_line(const struct fit_config *config,
				 const struct root *root) MUST_CHECK;

/* kernel_load() and kernel_describe(): everything up to the entry. Ends proof. */
enum status machine_boot(struct machine *machine, const struct fit_config *config,
			 struct root *root, uint32_t index, struct proof *proof) MUST_CHECK;

#endif
