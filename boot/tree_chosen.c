// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* tree_chosen.c - what Linux is told, in /chosen. */
#include <string.h>

#include <libfdt.h>

#include "hardened.h"
#include "platform.h"
#include "tree.h"
#include "tree_private.h"
#include "tree_walk.h"

#define KASLR_SEED_SIZE 8u /* Linux takes exactly these */
#define RNG_SEED_SIZE 64u

/* Whether a source that should never repeat itself just gave one byte all along. */
static bool is_constant(const uint8_t *bytes, size_t size)
{
	for (size_t i = 1; i < size; i++)
		if (bytes[i] != bytes[0])
			return false;
	return true;
}

/*
 * The seeds are left out where there is nothing unpredictable: Linux then copes without, and says
 * so.
 */
static enum status add_seed(void *fdt, int chosen, const char *name, size_t size)
{
	uint8_t seed[RNG_SEED_SIZE];
	int added = 0;

	if (plat_random(seed, size) == OK && !is_constant(seed, size))
		added = fdt_setprop(fdt, chosen, name, seed, (int)size);
	wipe(seed, sizeof(seed));
	TRY_FDT(added);
	return OK;
}

static enum status add_facts(void *fdt, int chosen, const struct tree_facts *facts)
{
	TRY_FDT(tree_string(fdt, chosen, "holdfast,version", facts->version));
	TRY_FDT(tree_string(fdt, chosen, "holdfast,slot", facts->slot->name));
	TRY_FDT(tree_string(fdt, chosen, "holdfast,config", facts->config));
	TRY_FDT(tree_string(fdt, chosen, "holdfast,key", facts->key));
	TRY_FDT(fdt_setprop_u32(fdt, chosen, "holdfast,index", facts->index));
	if (facts->refused[0] != '\0')
		TRY_FDT(tree_string(fdt, chosen, "holdfast,last", facts->refused));
	if (facts->root_signature.size != 0)
		TRY_FDT(fdt_setprop(fdt, chosen, "holdfast,root-hash-signature",
				    facts->root_signature.at, (int)facts->root_signature.size));
	return OK;
}

static enum status add_initrd(void *fdt, int chosen, const struct tree_initrd *initrd)
{
	if (initrd->size == 0)
		return OK;
	TRY_FDT(fdt_setprop_u64(fdt, chosen, "linux,initrd-start", initrd->base));
	TRY_FDT(fdt_setprop_u64(fdt, chosen, "linux,initrd-end", initrd->base + initrd->size));
	return OK;
}

enum status tree_finish(struct tree *tree, const struct tree_facts *facts,
			const struct tree_initrd *initrd, const char *bootargs)
{
	int chosen = tree_child(tree->fdt, "chosen");

	if (chosen < 0)
		chosen = fdt_add_subnode(tree->fdt, 0, "chosen");
	TRY_FDT(chosen);
	TRY_FDT(tree_string(tree->fdt, chosen, "bootargs", bootargs));
	if (tree->stdout_path[0] != '\0')
		TRY_FDT(tree_string(tree->fdt, chosen, "stdout-path", tree->stdout_path));
	TRY(add_initrd(tree->fdt, chosen, initrd));
	TRY(add_seed(tree->fdt, chosen, "kaslr-seed", KASLR_SEED_SIZE));
	TRY(add_seed(tree->fdt, chosen, "rng-seed", RNG_SEED_SIZE));
	TRY(add_facts(tree->fdt, chosen, facts));
	TRY_FDT(fdt_pack(tree->fdt));
	tree->size = fdt_totalsize(tree->fdt);
	return OK;
}
