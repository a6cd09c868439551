// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fuzz_tree.c - device trees of any bytes as base, as overlay and as the earlier stage's.
 *
 * libFuzzer. Input: one byte of choices, two with the length of the first tree, then two trees, one
 * behind the other. Bit 0: the base comes from the stage before; else the first is the signed base
 * and the second the earlier stage's. Bit 1: the second is an overlay instead. Bit 2: mend the
 * headers' sizes. Whatever is accepted must be a well-formed tree with one /chosen, ours.
 */
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "platform.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t buffer[TREE_MAX] __attribute__((aligned(16)));
static struct tree tree;

/* Something that is neither constant nor different at each run. */
enum status plat_random(void *destination, size_t size)
{
	uint8_t *bytes = destination;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(i * 37 + 1);
	return OK;
}

/* The tree in an allocation of its own, at a multiple of 16 as malloc() has it. */
static struct span own(const uint8_t *data, size_t size, int mend)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	if (mend && size >= FDT_V17_SIZE) {
		fdt_set_magic(copy, FDT_MAGIC);
		fdt_set_totalsize(copy, (uint32_t)size);
		fdt_set_version(copy, 17);
		fdt_set_last_comp_version(copy, 16);
	}
	return (struct span){ copy, size };
}

static void finish(void)
{
	static const struct slot slot = { "A", "holdfast-a", "root-a", "verity-a" };
	static const struct tree_facts facts = { TREE_STAGE_BEFORE, &slot,      "1",
						 "conf-1",          "dev",      7,
						 "A hash-mismatch", { NULL, 0 } };
	static const struct tree_initrd initrd = { 0x48000000, 0x1000 };
	int chosen;

	if (tree_finish(&tree, &facts, &initrd, "ours") != OK)
		return;
	if (fdt_check_full(tree.fdt, tree.size) != 0 || tree.size > TREE_MAX)
		abort();
	chosen = fdt_path_offset(tree.fdt, "/chosen");
	if (chosen < 0 || strcmp(fdt_getprop(tree.fdt, chosen, "bootargs", NULL), "ours") != 0 ||
	    fdt_first_subnode(tree.fdt, chosen) >= 0)
		abort();
	if (fdt_del_node(tree.fdt, chosen) != 0 || fdt_path_offset(tree.fdt, "/chosen") >= 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tree_images images = { .count = 0 };
	struct span stage = { NULL, 0 };
	struct span first;
	struct span second;
	size_t length;
	uint8_t choices;

	if (size < 3)
		return 0;
	choices = data[0];
	length = (size_t)data[1] | (size_t)data[2] << 8;
	data += 3;
	size -= 3;
	if (length > size)
		length = size;
	first = own(data, length, choices & 4);
	second = own(data + length, size - length, choices & 4);
	if (choices & 1)
		stage = first;
	else
		images.all[images.count++] =
			(struct tree_image){ (uint8_t *)(uintptr_t)first.at, first.size, "base" };
	if (choices & 2)
		images.all[images.count++] = (struct tree_image){ (uint8_t *)(uintptr_t)second.at,
								  second.size, "overlay" };
	else if (!(choices & 1))
		stage = second;
	if (tree_begin(choices & 1 ? TREE_STAGE_BEFORE : TREE_FROM_FIT, &images, stage, buffer,
		       &tree) == OK)
		finish();
	free((void *)(uintptr_t)first.at);
	free((void *)(uintptr_t)second.at);
	return 0;
}
