// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* kernel.c - places, proofs and the masked entry. */
#include "kernel.h"

#include <stdbool.h>
#include <string.h>

#include "command_line.h"
#include "config.h"
#include "hardened.h"
#include "kernel_format.h"
#include "payload.h"
#include "platform.h"

#define KERNEL_MAX ((uint64_t)CONFIG_KERNEL_MAX * 1024u * 1024u)
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

/* All payloads of a configuration. The kernel is last: it takes what room the others leave. */
#define ITEMS_MAX (TREE_IMAGES_MAX + 2u)
struct items {
	struct payload all[ITEMS_MAX];
	struct payload_wish wishes[ITEMS_MAX];
	const struct kernel_rules *rules;
	uint64_t start; /* of the kernel's reach */
	bool noload;
	unsigned count;
	unsigned kernel; /* index; the last */
	unsigned initrd; /* index; ITEMS_MAX if there is none */
	unsigned trees;  /* the first so many */
};

/* Where the kernel's reach begins: at the first bank of RAM. */
static uint64_t reach_start(const struct region_map *map)
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

static enum status add_trees(const struct fit_config *config, struct items *items)
{
	struct fit_image image;
	enum status found;

	for (unsigned i = 0;; i++) {
		found = fit_config_image(config, "fdt", i, &image);
		if (found == ERR_ABSENT)
			break;
		TRY(found);
		if (i == TREE_IMAGES_MAX)
			return refuse(ERR_BAD_DTB, "fdt", "too many trees in one configuration");
		TRY(expect(&image, "type", "flat_dt", false, ERR_BAD_DTB));
		TRY(expect(&image, "arch", kernel_rules()->architecture, true, ERR_BAD_DTB));
		TRY(add(items, &image, &tree_wish));
	}
	items->trees = items->count;
	return OK;
}

static enum status add_initrd(const struct fit_config *config, struct items *items)
{
	struct fit_image image;
	enum status found = only_image(config, "ramdisk", &image);

	items->initrd = ITEMS_MAX;
	if (found == ERR_ABSENT)
		return OK;
	TRY(found);
	TRY(expect(&image, "type", "ramdisk", false, ERR_BAD_FIT));
	TRY(expect(&image, "os", "linux", true, ERR_BAD_FIT));
	TRY(expect(&image, "arch", kernel_rules()->architecture, true, ERR_BAD_FIT));
	items->initrd = items->count;
	return add(items, &image, &initrd_wish);
}

static enum status add_kernel(const struct fit_config *config, struct items *items)
{
	struct fit_image image;
	enum status found = only_image(config, "kernel", &image);
	struct payload *kernel = &items->all[items->count];
	struct payload_wish *wish = &items->wishes[items->count];

	if (found == ERR_ABSENT)
		return refuse(ERR_BAD_KERNEL, fit_config_name(config), "no kernel in it");
	TRY(found);
	TRY(check_kernel_role(&image, &items->noload));
	items->kernel = items->count;
	TRY(add(items, &image, &kernel_wish));
	wish->lowest = items->start + items->rules->room;
	wish->highest = items->start + items->rules->span;
	if (items->noload)
		kernel->has_load = false;
	if (!kernel->has_load)
		wish->align = items->rules->base_align;
	return OK;
}

/*
 * A configuration that asks for something else to be started is not one for us: absent is refused,
 * never skipped.
 */
static enum status nothing_else(const struct fit_config *config)
{
	static const char *const others[] = { "firmware", "fpga",       "script",
					      "setup",    "standalone", "tee" };
	struct span value;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		enum status found = fit_config_property(config, others[i], &value);

		if (found == OK)
			return refuse(ERR_BAD_FIT, others[i],
				      "only kernel, fdt, ramdisk and a verity root are loaded");
		if (found != ERR_ABSENT)
			return found;
	}
	return OK;
}

static enum status place(struct items *items, struct region_map *map, bool fixed)
{
	for (unsigned i = 0; i < items->count; i++)
		if (items->all[i].has_load == fixed)
			TRY(payload_place(&items->all[i], &items->wishes[i], map));
	return OK;
}

/* Exactly the memory the kernel asks for; says what is in the way if it cannot be had. */
static enum status settle_fixed(const struct payload *image, const struct kernel_format *format,
				struct region_map *map)
{
	const struct kernel_rules *rules = kernel_rules();
	uint64_t base = image->load;

	if ((base - format->text_offset) % rules->base_align != 0)
		return refuse(ERR_BAD_LOAD, fit_image_name(&image->image),
			      "arm64: load must be a multiple of 2 MiB plus text_offset");
	if (rules->room != 0 && base - reach_start(map) >= rules->span)
		return refuse(ERR_BAD_LOAD, fit_image_name(&image->image),
			      "arm: load must be 32 to 128 MiB from the start of RAM");
	region_release(map, base);
	return region_claim(map, base, format->memory, kernel_wish.owner);
}

/* Move the kernel up to its text_offset (0 since Linux 5.8) and give back what is left. */
static enum status settle_chosen(const struct payload *image, const struct kernel_format *format,
				 struct region_map *map, uint64_t *load)
{
	uint8_t *base = (uint8_t *)(uintptr_t)image->base;
	uint64_t whole = format->text_offset + format->memory;

	if (!range_inside(image->capacity, 0, whole))
		return refuse(ERR_TOO_BIG, fit_image_name(&image->image), "not enough RAM for it");
	/* On some boards RAM begins at 0, an address like any other. */
	if (format->text_offset != 0)
		/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
		memmove(base + format->text_offset, base, image->size);
	*load = image->base + format->text_offset;
	return region_shrink(map, image->base, whole);
}

static enum status check_entry(const struct items *items, uint64_t load)
{
	const struct fit_image *image = &items->all[items->kernel].image;
	uint64_t first = items->noload ? 0 : load;
	uint64_t entry;
	enum status found = fit_image_address(image, "entry", &entry);

	if (found == ERR_ABSENT)
		return OK;
	TRY(found);
	if (entry != first)
		return refuse(ERR_BAD_LOAD, fit_image_name(image),
			      "entry must be the first byte of the image");
	return OK;
}

static enum status settle_kernel(const struct items *items, struct region_map *map, uint64_t *load)
{
	const struct payload *image = &items->all[items->kernel];
	struct kernel_format format;

	TRY(items->rules->format(payload_bytes(image), KERNEL_MAX, fit_image_name(&image->image),
				 &format));
	*load = image->load;
	if (image->has_load)
		TRY(settle_fixed(image, &format, map));
	else
		TRY(settle_chosen(image, &format, map, load));
	TRY(check_entry(items, *load));
	plat_clean((const void *)(uintptr_t)*load, image->size);
	return OK;
}

/* Both in one reach. */
static enum status check_reach(uint64_t load, const struct tree_initrd *initrd)
{
	const struct kernel_rules *rules = kernel_rules();
	uint64_t start = (load < initrd->base ? load : initrd->base) & ~(rules->reach_align - 1);

	if (initrd->size != 0 && initrd->base + initrd->size - start > rules->reach)
		return refuse(ERR_BAD_LOAD, initrd_wish.owner, "too far from the kernel");
	return OK;
}

static enum status keep_trees(const struct items *items, struct region_map *map,
			      struct tree_images *trees)
{
	for (unsigned i = 0; i < items->trees; i++) {
		const struct payload *tree = &items->all[i];

		trees->all[i].at = (uint8_t *)(uintptr_t)tree->base;
		trees->all[i].size = tree->size;
		trees->all[i].name = fit_image_name(&tree->image);
		TRY(region_shrink(map, tree->base, tree->size));
	}
	trees->count = items->trees;
	return OK;
}

/* In the order people expect to read of: kernel, ramdisk, trees. */
static enum status bring_all(struct items *items, struct region_map *map, struct proof *proof)
{
	for (unsigned i = items->count; i > 0; i--) {
		refusal_clear();
		TRY(payload_bring(&items->all[i - 1], map, proof));
	}
	return OK;
}

/* What the kernel unpacks itself over belongs to it before anything else is placed. */
static enum status claim_room(const struct items *items, struct region_map *map)
{
	if (items->rules->room == 0)
		return OK;
	return region_claim(map, items->start, items->rules->room, "kernel's room");
}

static enum status gather(const struct fit_config *config, const struct region_map *map,
			  struct items *items)
{
	memset(items, 0, sizeof(*items));
	items->rules = kernel_rules();
	items->start = reach_start(map);
	TRY(nothing_else(config));
	TRY(add_trees(config, items));
	TRY(add_initrd(config, items));
	return add_kernel(config, items);
}

enum status kernel_load(const struct fit_config *config, struct region_map *map,
			struct proof *proof, struct kernel *kernel)
{
	struct items items;
	uint64_t load = 0;
	uint64_t want_mask;

	memset(kernel, 0, sizeof(*kernel));
	TRY(gather(config, map, &items));
	TRY(claim_room(&items, map));
	TRY(place(&items, map, true));
	TRY(place(&items, map, false));
	TRY(bring_all(&items, map, proof));
	TRY(settle_kernel(&items, map, &load));
	TRY(keep_trees(&items, map, &kernel->trees));
	if (items.initrd != ITEMS_MAX)
		kernel->initrd = (struct tree_initrd){ items.all[items.initrd].base,
						       items.all[items.initrd].size };
	TRY(check_reach(load, &kernel->initrd));
	TRY(proof_end(proof, &want_mask, &kernel->got_mask));
	/* Once more, all at a time: which masks differ how could be tried out beforehand. */
	TRY(bytes_equal(&want_mask, &kernel->got_mask, sizeof(want_mask), ERR_INTERNAL));
	kernel->masked_entry = load ^ want_mask;
	wipe(&want_mask, sizeof(want_mask));
	return OK;
}

enum status kernel_describe(const struct fit_config *config, const struct tree_facts *facts,
			    const struct root *root, struct region_map *map, struct kernel *kernel)
{
	static char text[COMMAND_LINE_SIZE];
	struct tree tree;
	uint64_t at;

	TRY(region_claim_high(map, TREE_MAX, PAGE, 0, reach_start(map) + kernel_rules()->reach,
			      "dtb", &at));
	TRY(tree_begin(facts->source, &kernel->trees, plat_stage_tree(), (void *)(uintptr_t)at,
		       &tree));
	TRY(command_line(config, tree.bootargs, root, facts->slot, text));
	TRY(tree_finish(&tree, facts, &kernel->initrd, text));
	for (unsigned i = 0; i < kernel->trees.count; i++)
		region_release(map, (uintptr_t)kernel->trees.all[i].at);
	kernel->trees.count = 0;
	TRY(region_shrink(map, at, tree.size));
	plat_clean((const void *)(uintptr_t)at, tree.size);
	kernel->dtb = at;
	return OK;
}

uint64_t kernel_entry(const struct kernel *kernel)
{
	return kernel->masked_entry ^ kernel->got_mask;
}

void kernel_enter(struct kernel *kernel)
{
	uint64_t entry = kernel_entry(kernel);
	uintptr_t dtb = (uintptr_t)kernel->dtb;

	kernel_forget(kernel);
	/* A short pointer would drop half of what a wrong mask leaves, and may well be RAM. */
	if (!range_inside(UINTPTR_MAX, entry, 0))
		plat_fail(ERR_INTERNAL);
	plat_enter((uintptr_t)entry, dtb);
}

void kernel_forget(struct kernel *kernel)
{
	wipe(kernel, sizeof(*kernel));
}
