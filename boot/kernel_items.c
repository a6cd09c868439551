// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* kernel_items.c - the images and files that a configuration names, and their roles. */
#include "kernel_items.h"

#include <string.h>

#include "config.h"

#define INITRD_MAX ((uint64_t)2 * 1024u * 1024u * 1024u)
#define PAGE 4096u

/* Where they may lie is added for the board's memory (struct items). */
static const struct payload_wish kernel_wish = {
	.owner = "kernel",
	.most = KERNEL_MAX,
	.align = PAGE,
	.grows = true,
};
static const struct payload_wish initrd_wish = {
	.owner = "ramdisk",
	.most = INITRD_MAX,
	.align = PAGE,
	.high = true,
	.packed_stays = true,
};
static const struct payload_wish tree_wish = {
	.owner = "fdt",
	.most = TREE_MAX,
	.align = MEDIUM_ALIGN,
	.high = true,
};

uint64_t kernel_reach_start(const struct region_map *map)
{
	return map->windows[0].base & ~(kernel_rules()->reach_align - 1);
}

/* The string property must be what we expect; absent is allowed only if so said. */
static enum status expect(const struct fit_image *image, const char *property, const char *value,
			  bool may_be_absent, enum status otherwise)
{
	struct span found;
	enum status read = fit_image_property(image, property, &found);

	if (read == ERR_ABSENT && may_be_absent)
		return OK;
	if (read == OK && fit_equals(found, value))
		return OK;
	if (read == OK || read == ERR_ABSENT)
		return refuse(otherwise, fit_image_name(image),
			      "its type, os or arch property does not fit its role");
	return read;
}

static enum status check_kernel_role(const struct fit_image *image, bool *noload)
{
	struct span type;
	enum status read = fit_image_property(image, "type", &type);

	if (read != OK && read != ERR_ABSENT)
		return read;
	*noload = read == OK && fit_equals(type, "kernel_noload");
	if (!*noload)
		TRY(expect(image, "type", "kernel", false, ERR_BAD_KERNEL));
	TRY(expect(image, "os", "linux", false, ERR_BAD_KERNEL));
	return expect(image, "arch", kernel_rules()->architecture, false, ERR_BAD_KERNEL);
}

/* The only image of a slot. ERR_ABSENT if there is none. */
static enum status only_image(const struct fit_config *config, const char *slot,
			      struct fit_image *image)
{
	struct fit_image second;
	enum status found;

	TRY(fit_config_image(config, slot, 0, image));
	found = fit_config_image(config, slot, 1, &second);
	if (found == ERR_ABSENT)
		return OK;
	return refuse(ERR_BAD_FIT, slot, "one image only");
}

static enum status add(struct items *items, const struct fit_image *image,
		       const struct payload_wish *wish)
{
	items->wishes[items->count] = *wish;
	items->wishes[items->count].highest = items->start + items->rules->reach;
	TRY(payload_open(image, wish, &items->all[items->count]));
	items->count++;
	return OK;
}

static enum status add_file(struct items *items, const char *path, enum compression compression,
			    const struct payload_wish *wish)
{
	struct payload_wish *wanted = &items->wishes[items->count];

	*wanted = *wish;
	wanted->highest = items->start + items->rules->reach;
	TRY(payload_open_file(items->files, path, compression, wish, &items->all[items->count]));
	items->count++;
	return OK;
}

enum status items_path(const struct fit_config *config, const char *slot, const char *property,
		       unsigned index, const char **path)
{
	struct span images;
	enum status found;

	TRY(fit_config_list(config, property, index, path));
	found = fit_config_property(config, slot, &images);
	if (found == OK)
		return refuse(ERR_BAD_FIT, property, "name an image or a file, not both");
	return found == ERR_ABSENT ? OK : found;
}

/* The same for one that can be read. */
static enum status file_of(const struct items *items, const struct fit_config *config,
			   const char *slot, const char *property, unsigned index,
			   const char **path)
{
	if (!IS_ENABLED(CONFIG_ROOT_FILES))
		return ERR_ABSENT;
	TRY(items_path(config, slot, property, index, path));
	if (!items->files)
		return refuse(ERR_VERITY_PARAMS, property, "there is no root to find it in");
	return OK;
}

/* The same where there can be one only. */
static enum status only_file(const struct items *items, const struct fit_config *config,
			     const char *slot, const char *property, const char **path)
{
	const char *second;

	TRY(file_of(items, config, slot, property, 0, path));
	if (file_of(items, config, slot, property, 1, &second) == ERR_ABSENT)
		return OK;
	return refuse(ERR_BAD_FIT, property, "one file only");
}

static enum status add_tree_image(const struct fit_config *config, struct items *items,
				  unsigned index)
{
	struct fit_image image;

	TRY(fit_config_image(config, "fdt", index, &image));
	TRY(expect(&image, "type", "flat_dt", false, ERR_BAD_DTB));
	TRY(expect(&image, "arch", kernel_rules()->architecture, true, ERR_BAD_DTB));
	return index < TREE_IMAGES_MAX ? add(items, &image, &tree_wish) : OK;
}

static enum status add_tree(const struct fit_config *config, struct items *items, unsigned index)
{
	const char *path;
	enum status found = file_of(items, config, "fdt", "holdfast,fdt-path", index, &path);

	if (found == ERR_ABSENT)
		return add_tree_image(config, items, index);
	TRY(found);
	return index < TREE_IMAGES_MAX ? add_file(items, path, COMPRESSION_NONE, &tree_wish) : OK;
}

static enum status add_trees(const struct fit_config *config, struct items *items)
{
	for (unsigned i = 0;; i++) {
		enum status added = add_tree(config, items, i);

		if (added == ERR_ABSENT)
			break;
		TRY(added);
		if (i == TREE_IMAGES_MAX)
			return refuse(ERR_BAD_DTB, "fdt", "too many trees in one configuration");
	}
	items->trees = items->count;
	return OK;
}

static enum status add_initrd_image(const struct fit_config *config, struct items *items)
{
	struct fit_image image;

	TRY(only_image(config, "ramdisk", &image));
	TRY(expect(&image, "type", "ramdisk", false, ERR_BAD_FIT));
	TRY(expect(&image, "os", "linux", true, ERR_BAD_FIT));
	TRY(expect(&image, "arch", kernel_rules()->architecture, true, ERR_BAD_FIT));
	return add(items, &image, &initrd_wish);
}

static enum status add_initrd(const struct fit_config *config, struct items *items)
{
	const char *path;
	enum status found = only_file(items, config, "ramdisk", "holdfast,ramdisk-path", &path);

	if (found == OK)
		found = add_file(items, path, COMPRESSION_NONE, &initrd_wish);
	else if (found == ERR_ABSENT)
		found = add_initrd_image(config, items);
	items->initrd = found == OK ? items->count - 1 : ITEMS_MAX;
	return found == ERR_ABSENT ? OK : found;
}

static enum status add_kernel_image(const struct fit_config *config, struct items *items)
{
	struct fit_image image;
	enum status found = only_image(config, "kernel", &image);

	if (found == ERR_ABSENT)
		return refuse(ERR_BAD_KERNEL, fit_config_name(config), "no kernel in it");
	TRY(found);
	TRY(check_kernel_role(&image, &items->noload));
	return add(items, &image, &kernel_wish);
}

/* How the kernel's file is packed; path NULL: it is no file. */
static enum status file_compression(const struct fit_config *config, const char *path,
				    enum compression *compression)
{
	static const char property[] = "holdfast,kernel-compression";
	const char *name;
	enum status found;

	*compression = COMPRESSION_NONE;
	if (!IS_ENABLED(CONFIG_ROOT_FILES))
		return OK;
	found = fit_config_string(config, property, &name);
	if (found == ERR_ABSENT)
		return OK;
	TRY(found);
	if (!path)
		return refuse(ERR_BAD_FIT, property, "only for a kernel that a path names");
	return compression_by_name(name, compression);
}

static enum status add_kernel(const struct fit_config *config, struct items *items)
{
	struct payload *kernel = &items->all[items->count];
	struct payload_wish *wish = &items->wishes[items->count];
	enum compression compression;
	const char *path = NULL;
	enum status found = only_file(items, config, "kernel", "holdfast,kernel-path", &path);

	if (found != ERR_ABSENT)
		TRY(found);
	TRY(file_compression(config, path, &compression));
	items->kernel = items->count;
	if (path)
		TRY(add_file(items, path, compression, &kernel_wish));
	else
		TRY(add_kernel_image(config, items));
	wish->lowest = items->start + items->rules->room;
	wish->highest = items->start + items->rules->span;
	if (items->noload)
		kernel->has_load = false;
	if (!kernel->has_load)
		wish->align = items->rules->base_align;
	return OK;
}

static enum status none_of(const struct fit_config *config, const char *const *names,
			   enum status why)
{
	struct span value;

	for (; *names; names++) {
		enum status found = fit_config_property(config, *names, &value);

		if (found == OK)
			return refuse(why, *names,
				      "this loader cannot: only kernel, fdt, ramdisk and a root");
		if (found != ERR_ABSENT)
			return found;
	}
	return OK;
}

/*
 * A configuration that asks for something else to be started is not one for us: absent is refused,
 * never skipped.
 */
static enum status nothing_else(const struct fit_config *config)
{
	static const char *const others[] = { "firmware",   "fpga", "script", "setup",
					      "standalone", "tee",  NULL };

	if (!IS_ENABLED(CONFIG_ROOT_FILES))
		TRY(none_of(config, root_paths, ERR_VERITY_PARAMS));
	return none_of(config, others, ERR_BAD_FIT);
}

enum status items_gather(const struct fit_config *config, const struct region_map *map,
			 struct root *root, struct items *items)
{
	memset(items, 0, sizeof(*items));
	items->rules = kernel_rules();
	items->start = kernel_reach_start(map);
	if (root->mounted)
		items->files = &root->files;
	TRY(nothing_else(config));
	TRY(add_trees(config, items));
	TRY(add_initrd(config, items));
	return add_kernel(config, items);
}
