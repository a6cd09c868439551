// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* tree.c - checking device trees, and the base with its overlays. */
#include "tree.h"

#include <string.h>

#include <libfdt.h>

#include "config.h"
#include "hardened.h"
#include "tree_private.h"

#define FDT_VERSION 17u

enum status tree_failed(int fdt_error)
{
	if (fdt_error == -FDT_ERR_NOSPACE)
		return refuse(ERR_TOO_BIG, "dtb", "the device tree does not fit in 2 MiB");
	return refuse(ERR_BAD_DTB, "dtb", "the device tree cannot be changed as needed");
}

enum status tree_cells(const void *fdt, int node, struct tree_cells *cells)
{
	cells->address = fdt_address_cells(fdt, node);
	cells->size = fdt_size_cells(fdt, node);
	if (cells->address < 1 || cells->address > 2 || cells->size < 1 || cells->size > 2)
		return refuse(ERR_BAD_DTB, "#address-cells", "1 or 2 cells");
	return OK;
}

static uint64_t read_cells(const uint8_t *at, int count)
{
	return count == 2 ? load_be64(at) : load_be32(at);
}

bool tree_range(const void *reg, int length, const struct tree_cells *cells, unsigned index,
		struct tree_range *range, bool *bad)
{
	unsigned one = 4u * (unsigned)(cells->address + cells->size);
	const uint8_t *at = (const uint8_t *)reg + (size_t)one * index;

	*bad = length < 0 || (unsigned)length % one != 0;
	if (*bad || (unsigned)length / one <= index)
		return false;
	range->base = read_cells(at, cells->address);
	range->size = read_cells(at + 4 * cells->address, cells->size);
	*bad = range->base > UINT64_MAX - range->size;
	return !*bad;
}

int tree_string(void *fdt, int node, const char *name, const char *value)
{
	return fdt_setprop(fdt, node, name, value, (int)strlen(value) + 1);
}

bool tree_is(const void *fdt, int node, const char *device_type)
{
	int length;
	const char *type = fdt_getprop(fdt, node, "device_type", &length);

	return type && (size_t)length == strlen(device_type) + 1 &&
	       memcmp(type, device_type, (size_t)length) == 0;
}

/* Where the reservations and the entry that ends them end; for a tree that fdt_check_full() took. */
static size_t map_end(const void *fdt)
{
	return fdt_off_mem_rsvmap(fdt) +
	       ((size_t)fdt_num_mem_rsv(fdt) + 1) * sizeof(struct fdt_reserve_entry);
}

/* Where the blocks end; what follows is not copied. */
static size_t used_bytes(const void *fdt)
{
	size_t map = map_end(fdt);
	size_t structure = (size_t)fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt);
	size_t strings = (size_t)fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	size_t used = map > structure ? map : structure;

	return used > strings ? used : strings;
}

/*
 * Where the Devicetree Specification has the blocks: aligned (libfdt reads cells there) and in
 * order.
 */
static bool blocks_are_in_place(const void *fdt)
{
	uint64_t structure = fdt_off_dt_struct(fdt);

	return fdt_off_mem_rsvmap(fdt) % 8 == 0 && structure % 4 == 0 &&
	       fdt_size_dt_struct(fdt) % 4 == 0 && fdt_off_mem_rsvmap(fdt) < structure &&
	       structure + fdt_size_dt_struct(fdt) <= fdt_off_dt_strings(fdt);
}

static bool depth_is_sane(const void *fdt)
{
	int depth = 0;

	for (int node = fdt_next_node(fdt, -1, &depth); node >= 0 && depth >= 0;
	     node = fdt_next_node(fdt, node, &depth))
		if (depth > TREE_DEPTH_MAX)
			return false;
	return true;
}

static bool reservations_are_sane(const void *fdt)
{
	int count = fdt_num_mem_rsv(fdt);

	for (int i = 0; i < count; i++) {
		uint64_t base;
		uint64_t size;

		if (fdt_get_mem_rsv(fdt, i, &base, &size) != 0 || base > UINT64_MAX - size)
			return false;
	}
	/* A map without its end would go on in the structure block. */
	return count >= 0 && map_end(fdt) <= fdt_off_dt_struct(fdt);
}

/* No memory node may wrap; an overlay has none. */
static bool memory_is_sane(const void *fdt)
{
	struct tree_cells cells;
	int node;

	fdt_for_each_subnode (node, fdt, 0) {
		struct tree_range range;
		bool bad;
		int length;
		const void *reg;

		if (!tree_is(fdt, node, "memory"))
			continue;
		reg = fdt_getprop(fdt, node, "reg", &length);
		if (!reg || tree_cells(fdt, 0, &cells) != OK)
			return false;
		for (unsigned i = 0; tree_range(reg, length, &cells, i, &range, &bad); i++)
			;
		if (bad)
			return false;
	}
	return true;
}

enum status tree_check(struct span blob, const char *at, enum status otherwise, size_t *used)
{
	const void *fdt = blob.at;

	*used = 0;
	if (blob.size < FDT_V17_SIZE || (uintptr_t)fdt % 8 != 0 ||
	    !range_inside(blob.size, 0, fdt_totalsize(fdt)) || fdt_check_header(fdt) != 0 ||
	    fdt_version(fdt) < FDT_VERSION || !blocks_are_in_place(fdt) ||
	    fdt_check_full(fdt, blob.size) != 0)
		return refuse(otherwise, at, "not a whole device tree of version 17");
	if (!depth_is_sane(fdt) || !reservations_are_sane(fdt) || !memory_is_sane(fdt))
		return refuse(otherwise, at, "too deep, or a memory range in it wraps");
	if (used_bytes(fdt) > TREE_MAX)
		return refuse(ERR_TOO_BIG, at, "the device tree does not fit in 2 MiB");
	*used = used_bytes(fdt);
	return OK;
}

/* Overlays are trees of fragments with an __overlay__ each. */
static bool is_overlay(const void *fdt)
{
	int node;

	fdt_for_each_subnode (node, fdt, 0)
		if (fdt_subnode_offset(fdt, node, "__overlay__") >= 0)
			return true;
	return false;
}

static enum status copy_base(struct span base, const char *at, void *buffer)
{
	size_t used;

	TRY(tree_check(base, at, ERR_BAD_DTB, &used));
	if (is_overlay(base.at))
		return refuse(ERR_BAD_DTB, at, "the first fdt must be a base tree, not an overlay");
	memcpy(buffer, base.at, used);
	fdt_set_totalsize(buffer, (uint32_t)used);
	TRY_FDT(fdt_open_into(buffer, buffer, TREE_MAX));
	return OK;
}

/* Copy a string property of /chosen; "" if there is none or it is not one printable string. */
static enum status keep_string(const void *fdt, const char *name, char *to, size_t room)
{
	int length;
	int chosen = fdt_path_offset(fdt, "/chosen");
	const char *value = chosen < 0 ? NULL : fdt_getprop(fdt, chosen, name, &length);

	to[0] = '\0';
	if (!value || length < 1 || memchr(value, 0, (size_t)length) != value + length - 1)
		return OK;
	if ((size_t)length > room)
		return refuse(ERR_CMDLINE_TOO_LONG, name, "shorten it in the base tree");
	memcpy(to, value, (size_t)length);
	return OK;
}

/*
 * Seeds of the stage before are overwritten before the node goes: deleting only moves what follows.
 */
static void wipe_property(void *fdt, int node, const char *name)
{
	int length;
	void *value = fdt_getprop_w(fdt, node, name, &length);

	if (value && length > 0)
		wipe(value, (size_t)length);
}

/* libfdt finds "chosen@x" under this name as well, and so does Linux early on: none may stay. */
static enum status remove_chosen(void *fdt)
{
	for (;;) {
		int chosen = fdt_path_offset(fdt, "/chosen");

		if (chosen == -FDT_ERR_NOTFOUND)
			return OK;
		TRY_FDT(chosen);
		wipe_property(fdt, chosen, "kaslr-seed");
		wipe_property(fdt, chosen, "rng-seed");
		TRY_FDT(fdt_del_node(fdt, chosen));
	}
}

static enum status apply(void *fdt, const struct tree_image *image)
{
	size_t used;

	if (!IS_ENABLED(CONFIG_OVERLAYS))
		return refuse(ERR_BAD_OVERLAY, image->name,
			      "this loader was built without overlays");
	TRY(tree_check((struct span){ image->at, image->size }, image->name, ERR_BAD_OVERLAY,
		       &used));
	if (!is_overlay(image->at))
		return refuse(ERR_BAD_OVERLAY, image->name, "only the first fdt is a base tree");
	if (fdt_overlay_apply(fdt, image->at) != 0)
		return refuse(ERR_BAD_OVERLAY, image->name,
			      "does not apply: is the base built with symbols (dtc -@)?");
	if (fdt_path_offset(fdt, "/chosen") != -FDT_ERR_NOTFOUND)
		return refuse(ERR_BAD_OVERLAY, image->name, "an overlay may not touch /chosen");
	return OK;
}

/* The base, and how many images it used up. */
static enum status begin_base(enum tree_source source, const struct tree_images *images,
			      struct span stage, struct tree *tree, unsigned *first)
{
	*first = 0;
	if (source == TREE_STAGE_BEFORE) {
		if (images->count > 0 && images->all[0].size >= FDT_V17_SIZE &&
		    fdt_check_full(images->all[0].at, images->all[0].size) == 0 &&
		    !is_overlay(images->all[0].at))
			return refuse(
				ERR_BAD_DTB, images->all[0].name,
				"this board's tree comes from the stage before: only overlays");
		return copy_base(stage, "stage-before", tree->fdt);
	}
	if (images->count == 0)
		return refuse(ERR_BAD_DTB, "fdt", "the configuration must bring a device tree");
	*first = 1;
	return copy_base((struct span){ images->all[0].at, images->all[0].size },
			 images->all[0].name, tree->fdt);
}

static enum status take_stage(void *fdt, struct span stage)
{
	size_t used;

	if (stage.size == 0)
		return OK;
	TRY(tree_check(stage, "stage-before", ERR_BAD_DTB, &used));
	return tree_take_stage(fdt, stage.at);
}

enum status tree_begin(enum tree_source source, const struct tree_images *images, struct span stage,
		       void *buffer, struct tree *tree)
{
	unsigned first;

	memset(tree, 0, sizeof(*tree));
	tree->fdt = buffer;
	TRY(begin_base(source, images, stage, tree, &first));
	TRY(keep_string(tree->fdt, "stdout-path", tree->stdout_path, sizeof(tree->stdout_path)));
	if (source == TREE_FROM_FIT) {
		TRY(keep_string(tree->fdt, "bootargs", tree->text, sizeof(tree->text)));
		tree->bootargs = tree->text;
	}
	TRY(remove_chosen(tree->fdt));
	for (unsigned i = first; i < images->count; i++)
		TRY(apply(tree->fdt, &images->all[i]));
	if (source == TREE_FROM_FIT)
		TRY(take_stage(tree->fdt, stage));
	return OK;
}
