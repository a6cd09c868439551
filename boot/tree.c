// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* tree.c - checking device trees, and the base with its overlays. */
#include "tree.h"

#include <string.h>

#include <libfdt.h>

#include "config.h"
#include "hardened.h"
#include "tree_private.h"
#include "tree_walk.h"

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
	range->size = read_cells(at + (size_t)4 * (unsigned)cells->address, cells->size);
	*bad = range->base > UINT64_MAX - range->size;
	return !*bad;
}

int tree_string(void *fdt, int node, const char *name, const char *value)
{
	return fdt_setprop(fdt, node, name, value, (int)strlen(value) + 1);
}

bool tree_is_memory(const struct tree_walk *walk)
{
	static const char type[] = "memory";

	return strcmp(walk->name, "device_type") == 0 && walk->value.size == sizeof(type) &&
	       memcmp(walk->value.at, type, sizeof(type)) == 0;
}

/*
 * Where the reservations and the entry that ends them end; for a tree that fdt_check_full() took.
 */
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

/* What one pass finds. */
struct scan {
	bool sane;    /* not too deep, no memory range that wraps */
	bool overlay; /* a tree of fragments with an __overlay__ each */
	int chosen;   /* the first /chosen or /chosen@..., -1 if there is none */
	unsigned chosen_count;
	bool chosen_plain; /* the first has no unit address */
	/* Of the child of the root that is being passed. */
	bool memory;
	struct span reg;
};

static bool memory_is_sane(const void *fdt, const struct scan *scan)
{
	struct tree_cells cells;
	struct tree_range range;
	bool bad;

	if (!scan->memory)
		return true;
	if (!scan->reg.at || scan->reg.size > INT32_MAX || tree_cells(fdt, 0, &cells) != OK)
		return false;
	for (unsigned i = 0; tree_range(scan->reg.at, (int)scan->reg.size, &cells, i, &range, &bad);
	     i++)
		;
	return !bad;
}

static void scan_node(struct scan *scan, const struct tree_walk *walk)
{
	static const char chosen[] = "chosen";
	const char *rest = walk->name + sizeof(chosen) - 1;

	if (walk->depth == 3 && strcmp(walk->name, "__overlay__") == 0)
		scan->overlay = true;
	if (walk->depth != 2)
		return;
	scan->memory = false;
	scan->reg = (struct span){ NULL, 0 };
	if (strncmp(walk->name, chosen, sizeof(chosen) - 1) != 0 || (*rest != '\0' && *rest != '@'))
		return;
	if (scan->chosen_count++ == 0) {
		scan->chosen = walk->offset;
		scan->chosen_plain = *rest == '\0';
	}
}

static void scan_property(struct scan *scan, const struct tree_walk *walk)
{
	if (walk->depth != 2)
		return;
	if (strcmp(walk->name, "reg") == 0)
		scan->reg = walk->value;
	if (tree_is_memory(walk))
		scan->memory = true;
}

static void scan_tree(const void *fdt, struct scan *scan)
{
	struct tree_walk walk;

	tree_walk(&walk, fdt);
	while (scan->sane && tree_next(&walk)) {
		if (walk.token == TREE_NODE)
			scan_node(scan, &walk);
		if (walk.token == TREE_PROPERTY)
			scan_property(scan, &walk);
		if (walk.token == TREE_NODE_END && walk.depth == 2)
			scan->sane = memory_is_sane(fdt, scan);
		if (walk.depth > TREE_DEPTH_MAX)
			scan->sane = false;
	}
	if (walk.broken)
		scan->sane = false;
}

static enum status examine(struct span blob, const char *at, enum status otherwise,
			   struct scan *scan, size_t *used)
{
	const void *fdt = blob.at;

	*used = 0;
	*scan = (struct scan){ .sane = true, .chosen = -1 };
	if (blob.size < FDT_V17_SIZE || (uintptr_t)fdt % 8 != 0 ||
	    !range_inside(blob.size, 0, fdt_totalsize(fdt)) || fdt_check_header(fdt) != 0 ||
	    fdt_version(fdt) < FDT_VERSION || !blocks_are_in_place(fdt) ||
	    fdt_check_full(fdt, blob.size) != 0)
		return refuse(otherwise, at, "not a whole device tree of version 17");
	scan_tree(fdt, scan);
	if (!scan->sane || !reservations_are_sane(fdt))
		return refuse(otherwise, at, "too deep, or a memory range in it wraps");
	if (used_bytes(fdt) > TREE_MAX)
		return refuse(ERR_TOO_BIG, at, "the device tree does not fit in 2 MiB");
	*used = used_bytes(fdt);
	return OK;
}

enum status tree_check(struct span blob, const char *at, enum status otherwise, size_t *used)
{
	struct scan scan;

	return examine(blob, at, otherwise, &scan, used);
}

static enum status copy_base(struct span base, const char *at, void *buffer, struct scan *scan)
{
	size_t used;

	TRY(examine(base, at, ERR_BAD_DTB, scan, &used));
	if (scan->overlay)
		return refuse(ERR_BAD_DTB, at, "the first fdt must be a base tree, not an overlay");
	memcpy(buffer, base.at, used);
	fdt_set_totalsize(buffer, (uint32_t)used);
	TRY_FDT(fdt_open_into(buffer, buffer, TREE_MAX));
	return OK;
}

/* Copy a string property of /chosen; "" if there is none or it is not one printable string. */
static enum status keep_string(const void *fdt, int chosen, const char *name, char *to, size_t room)
{
	int length;
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

static enum status empty_node(void *fdt, int node)
{
	int at;

	while ((at = fdt_first_property_offset(fdt, node)) >= 0) {
		const char *name;

		if (!fdt_getprop_by_offset(fdt, at, &name, NULL))
			return tree_failed(-FDT_ERR_BADSTRUCTURE);
		TRY_FDT(fdt_delprop(fdt, node, name));
	}
	while ((at = fdt_first_subnode(fdt, node)) >= 0)
		TRY_FDT(fdt_del_node(fdt, at));
	return OK;
}

/*
 * libfdt finds "chosen@x" under this name as well, and so does Linux early on: none may stay. The
 * only one, with the right name, is emptied where it is, unless overlays follow: those must find
 * none.
 */
static enum status clear_chosen(void *fdt, const struct scan *scan, bool overlays)
{
	int chosen;

	while ((chosen = tree_child(fdt, "chosen")) >= 0) {
		wipe_property(fdt, chosen, "kaslr-seed");
		wipe_property(fdt, chosen, "rng-seed");
		if (!overlays && scan->chosen_count == 1 && scan->chosen_plain)
			return empty_node(fdt, chosen);
		TRY_FDT(fdt_del_node(fdt, chosen));
	}
	return OK;
}

static enum status apply(void *fdt, const struct tree_image *image)
{
	struct scan scan;
	size_t used;

	if (!IS_ENABLED(CONFIG_OVERLAYS))
		return refuse(ERR_BAD_OVERLAY, image->name,
			      "this loader was built without overlays");
	TRY(examine((struct span){ image->at, image->size }, image->name, ERR_BAD_OVERLAY, &scan,
		    &used));
	if (!scan.overlay)
		return refuse(ERR_BAD_OVERLAY, image->name, "only the first fdt is a base tree");
	if (fdt_overlay_apply(fdt, image->at) != 0)
		return refuse(ERR_BAD_OVERLAY, image->name,
			      "does not apply: is the base built with symbols (dtc -@)?");
	if (tree_child(fdt, "chosen") >= 0)
		return refuse(ERR_BAD_OVERLAY, image->name, "an overlay may not touch /chosen");
	return OK;
}

/* An image that is a whole tree but no overlay, where only overlays are expected. */
static bool is_base(const struct tree_image *image)
{
	struct scan scan;
	size_t used;

	return examine((struct span){ image->at, image->size }, image->name, ERR_BAD_DTB, &scan,
		       &used) == OK &&
	       !scan.overlay;
}

/* The base, and how many images it used up. */
static enum status begin_base(enum tree_source source, const struct tree_images *images,
			      struct span stage, void *fdt, struct scan *scan, unsigned *first)
{
	const struct tree_image *base = &images->all[0];

	*first = 0;
	if (source == TREE_STAGE_BEFORE) {
		if (images->count > 0 && is_base(base))
			return refuse(
				ERR_BAD_DTB, base->name,
				"this board's tree comes from the stage before: only overlays");
		return copy_base(stage, "stage-before", fdt, scan);
	}
	if (images->count == 0)
		return refuse(ERR_BAD_DTB, "fdt", "the configuration must bring a device tree");
	*first = 1;
	return copy_base((struct span){ base->at, base->size }, base->name, fdt, scan);
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
	struct scan scan = { .chosen = -1 };
	unsigned first;

	memset(tree, 0, sizeof(*tree));
	tree->fdt = buffer;
	TRY(begin_base(source, images, stage, buffer, &scan, &first));
	TRY(keep_string(buffer, scan.chosen, "stdout-path", tree->stdout_path,
			sizeof(tree->stdout_path)));
	if (source == TREE_FROM_FIT) {
		TRY(keep_string(buffer, scan.chosen, "bootargs", tree->text, sizeof(tree->text)));
		tree->bootargs = tree->text;
	}
	TRY(clear_chosen(buffer, &scan, images->count > first));
	for (unsigned i = first; i < images->count; i++)
		TRY(apply(tree->fdt, &images->all[i]));
	if (source == TREE_FROM_FIT)
		TRY(take_stage(tree->fdt, stage));
	return OK;
}
