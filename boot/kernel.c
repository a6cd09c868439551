// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* kernel.c - places, proofs and the masked entry. */
#include "kernel.h"

#include <stdbool.h>
#include <string.h>

#include "command_line.h"
#include "config.h"
#include "hardened.h"
#include "kernel_items.h"
#include "platform.h"

#define PAGE 4096u

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
		return refuse(ERR_BAD_LOAD, image->name,
			      "arm64: load must be a multiple of 2 MiB plus text_offset");
	if (rules->room != 0 && base - kernel_reach_start(map) >= rules->span)
		return refuse(ERR_BAD_LOAD, image->name,
			      "arm: load must be 32 to 128 MiB from the start of RAM");
	region_release(map, base);
	return region_claim(map, base, format->memory, "kernel");
}

/* Move the kernel up to its text_offset (0 since Linux 5.8) and give back what is left. */
static enum status settle_chosen(const struct payload *image, const struct kernel_format *format,
				 struct region_map *map, uint64_t *load)
{
	uint8_t *base = (uint8_t *)(uintptr_t)image->base;
	uint64_t whole = format->text_offset + format->memory;

	if (!range_inside(image->capacity, 0, whole))
		return refuse(ERR_TOO_BIG, image->name, "not enough RAM for it");
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
	enum status found;

	/* Nobody says where a file is entered. */
	if (items->all[items->kernel].files)
		return OK;
	found = fit_image_address(image, "entry", &entry);
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

	TRY(items->rules->format(payload_bytes(image), KERNEL_MAX, image->name, &format));
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
		return refuse(ERR_BAD_LOAD, "ramdisk", "too far from the kernel");
	return OK;
}

static enum status keep_trees(const struct items *items, struct region_map *map,
			      struct tree_images *trees)
{
	for (unsigned i = 0; i < items->trees; i++) {
		const struct payload *tree = &items->all[i];

		trees->all[i].at = (uint8_t *)(uintptr_t)tree->base;
		trees->all[i].size = tree->size;
		trees->all[i].name = tree->name;
		TRY(region_shrink(map, tree->base, tree->size));
	}
	trees->count = items->trees;
	return OK;
}

/* In the order people expect to read of: kernel, ramdisk, trees. */
static enum status bring_all(struct items *items, struct region_map *map, struct proof *proof)
{
	/* Volatile: the compiler may not work out what it comes to. */
	volatile unsigned counted = 0;
	unsigned brought;

	for (unsigned i = items->count; i > 0; i--) {
		refusal_clear();
		TRY(payload_bring(&items->all[i - 1], map, proof));
		counted++;
	}
	brought = counted;
	TRY(proof_add(proof, &items->count, &brought, sizeof(brought)));
	return brought == items->count ? OK : ERR_INTERNAL;
}

/* What the kernel unpacks itself over belongs to it before anything else is placed. */
static enum status claim_room(const struct items *items, struct region_map *map)
{
	if (items->rules->room == 0)
		return OK;
	return region_claim(map, items->start, items->rules->room, "kernel's room");
}

enum status kernel_load(const struct fit_config *config, struct region_map *map,
			struct proof *proof, struct root *root, struct kernel *kernel)
{
	static struct items items; /* some KiB: not for the stack */
	uint64_t load = 0;
	uint64_t want_mask;

	memset(kernel, 0, sizeof(*kernel));
	TRY(items_gather(config, map, root, &items));
	TRY(claim_room(&items, map));
	TRY(place(&items, map, true));
	TRY(place(&items, map, false));
	TRY(bring_all(&items, map, proof));
	if (IS_ENABLED(CONFIG_ROOT_FILES))
		root_unmount(root, map);
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
	struct tree_facts told = *facts;
	struct tree tree;
	uint64_t at;

	TRY(region_claim_high(map, TREE_MAX, PAGE, 0,
			      kernel_reach_start(map) + kernel_rules()->reach, "dtb", &at));
	TRY(tree_begin(facts->source, &kernel->trees, plat_stage_tree(), (void *)(uintptr_t)at,
		       &tree));
	TRY(command_line(config, tree.bootargs, root, facts->slot, text));
	if (IS_ENABLED(CONFIG_VERITY) && root->present)
		TRY(verity_chosen_signature(&root->verity, &told.root_signature));
	TRY(tree_finish(&tree, &told, &kernel->initrd, text));
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
