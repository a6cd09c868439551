// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* tree.c - the base tree with its overlays, and what of it is kept. */
#include "tree.h"

#include <string.h>

#include <libfdt.h>

#include "config.h"
#include "hardened.h"
#include "tree_private.h"
#include "tree_walk.h"

static enum status copy_base(struct span base, const char *at, void *buffer, struct tree_scan *scan)
{
	size_t used;

	TRY(tree_examine(base, at, ERR_BAD_DTB, scan, &used));
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
static enum status clear_chosen(void *fdt, const struct tree_scan *scan, bool overlays)
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
	struct tree_scan scan;
	size_t used;

	if (!IS_ENABLED(CONFIG_OVERLAYS))
		return refuse(ERR_BAD_OVERLAY, image->name,
			      "this loader was built without overlays");
	TRY(tree_examine((struct span){ image->at, image->size }, image->name, ERR_BAD_OVERLAY,
			 &scan, &used));
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
	struct tree_scan scan;
	size_t used;

	return tree_examine((struct span){ image->at, image->size }, image->name, ERR_BAD_DTB,
			    &scan, &used) == OK &&
	       !scan.overlay;
}

/* The base, and how many images it used up. */
static enum status begin_base(enum tree_source source, const struct tree_images *images,
			      struct span stage, void *fdt, struct tree_scan *scan, unsigned *first)
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
	struct tree_scan scan = { .chosen = -1 };
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
