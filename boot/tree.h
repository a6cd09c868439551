/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * tree.h - the device tree that Linux gets.
 *
 * Where the base comes from is the board's Kconfig: the signed configuration (then the earlier
 * stage's tree gives only memory, reservations, psci, how CPUs are started, MAC addresses and the
 * serial number), or the stage before. In both cases the tree is copied once, checked as a whole
 * before anything in it is used, signed overlays are applied, and /chosen is emptied and written
 * anew.
 */
#ifndef HOLDFAST_TREE_H
#define HOLDFAST_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "command_line.h"
#include "slot.h"
#include "span.h"
#include "status.h"

/* Linux takes no more on arm64. */
#define TREE_MAX (2u << 20)
/* A base and its overlays. */
#define TREE_IMAGES_MAX 16
/* Levels of nodes; Linux itself stops at 64, and libfdt's overlays go down one call a level. */
#define TREE_DEPTH_MAX 32
#define TREE_STDOUT_MAX 128

enum tree_source { TREE_FROM_FIT = 1, TREE_STAGE_BEFORE = 2 };

/*
 * The board's choice (CONFIG_DTB_STAGE_BEFORE); in a file of its own so that host programs can have
 * both.
 */
enum tree_source tree_source(void);

/*
 * A tree of the configuration, verified, in claimed memory at a multiple of 8; overlays are changed
 * by being applied.
 */
struct tree_image {
	uint8_t *at;
	size_t size;
	const char *name;
};

/* In the order of the configuration. */
struct tree_images {
	struct tree_image all[TREE_IMAGES_MAX];
	unsigned count;
};

/* Physical; size 0: none. */
struct tree_initrd {
	uint64_t base;
	uint64_t size;
};

/* What goes into /chosen/holdfast,*. Strings are the caller's and outlive the call. */
struct tree_facts {
	enum tree_source source;
	const struct slot *slot;
	const char *version; /* of the loader */
	const char *config;
	const char *key;
	uint32_t index;
	const char *
		/* the last refusal of this boot, "A hash-mismatch"; "" if there was none */
		refused;
	struct span root_signature; /* of the root hash, for the kernel's keyring; may be empty */
};

/* A tree in the making. */
struct tree {
	void *fdt;   /* in the caller's buffer of TREE_MAX bytes */
	size_t size; /* bytes, after tree_finish() */
	const char *
		/* of the signed base tree, in text; NULL: none, or the tree is not signed */
		bootargs;
	char text[COMMAND_LINE_SIZE];
	char stdout_path[TREE_STDOUT_MAX]; /* "" if the tree has none */
};

/*
 * Whether blob is a whole, well-formed tree of at most TREE_MAX used bytes: header, blocks inside
 * blob, every token and name, at most TREE_DEPTH_MAX levels, memory nodes and reservations that do
 * not wrap. *used is the bytes that matter (blocks without what follows them). otherwise
 * (ERR_BAD_DTB or ERR_BAD_OVERLAY) with at= the given name if not.
 */
enum status tree_check(struct span blob, const char *at, enum status otherwise,
		       size_t *used) MUST_CHECK;

/*
 * Put the base tree into buffer (TREE_MAX bytes, at a multiple of 8), remember bootargs and
 * stdout-path, remove /chosen, apply the overlays, take over what the earlier stage may say. stage
 * is the earlier stage's tree (empty: none).
 *
 * ERR_BAD_DTB: no base, a broken one, an overlay in its place, or a base although the board's tree
 *   comes from the stage before.
 * ERR_BAD_OVERLAY: broken, not an overlay, does not apply, or makes a /chosen. ERR_TOO_BIG: above
 *   TREE_MAX. ERR_CMDLINE_TOO_LONG.
 */
enum status tree_begin(enum tree_source source, const struct tree_images *images, struct span stage,
		       void *buffer, struct tree *tree) MUST_CHECK;

/*
 * Write /chosen: bootargs, stdout-path, initrd, seeds where the platform has random bytes,
 * holdfast,*. Packs the tree and sets tree->size. ERR_TOO_BIG.
 */
enum status tree_finish(struct tree *tree, const struct tree_facts *facts,
			const struct tree_initrd *initrd, const char *bootargs) MUST_CHECK;

#endif
