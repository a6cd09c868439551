// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* root.c - from a signed root hash to the devices that Linux will open. */
#include "root.h"

#include <string.h>

#include "config.h"
#include "platform.h"
#include "root_mount.h"

#define ROOT_ALIGN 4096u

const char *const root_paths[] = { "holdfast,kernel-path", "holdfast,kernel-compression",
				   "holdfast,fdt-path", "holdfast,ramdisk-path", NULL };

/* "PARTUUID=..." or, by its label, "PARTLABEL=..." as the kernel reads it. */
static void name_device(const struct partition *partition, bool by_label,
			char name[VERITY_DEVICE_MAX])
{
	const char *kind = by_label ? "PARTLABEL=" : "PARTUUID=";
	const size_t size = strlen(kind);

	_Static_assert(10 + GPT_NAME_MAX < VERITY_DEVICE_MAX && 9 + 36 < VERITY_DEVICE_MAX,
		       "a label fits, and a GUID");
	memcpy(name, kind, size + 1);
	if (by_label)
		memcpy(name + size, partition->name, sizeof(partition->name));
	else
		gpt_uuid_text(partition->uuid, name + size);
}

/* Whether the signed numbers put the tree behind the data on one device. */
static bool is_appended(const struct verity *verity)
{
	uint64_t data = (uint64_t)verity->tree.data_blocks * verity->tree.data_block_size;
	uint64_t tree = (uint64_t)verity->tree.hash_start_block * verity->tree.hash_block_size;

	return tree >= data;
}

static enum status in_fit(const struct slot_place *place, struct root *root)
{
	const struct partition *partition = place->partition;
	struct extent payload;
	uint64_t offset;

	TRY(fit_image_extent(&root->verity.image, &payload));
	offset = payload.offset - partition->extent.offset;
	if (partition->extent.medium->parts)
		return refuse(ERR_VERITY_PARAMS, fit_image_name(&root->verity.image),
			      "raw flash is no disk to Linux: put the root into a partition");
	if (!is_appended(&root->verity))
		return refuse(ERR_VERITY_PARAMS, fit_image_name(&root->verity.image),
			      "inside a FIT the hash tree follows the data");
	if (offset % ROOT_ALIGN != 0)
		return refuse(ERR_VERITY_PARAMS, fit_image_name(&root->verity.image),
			      "align the root to 4096 bytes in the FIT (mkimage -E -B 0x1000)");
	name_device(partition, false, root->device.data);
	name_device(partition, false, root->device.hash);
	root->device.offset = offset;
	root->device.size = payload.size;
	root->device.backup_gpt = place->gpt->from_backup;
	root->data = payload;
	root->tree = payload;
	return OK;
}

/* The table of another medium than the FIT's. */
static struct gpt elsewhere;

/* Linux takes any medium's partition of this name: no medium but the chosen one may have it. */
static enum status only_one(const struct medium *chosen, const char *name)
{
	const struct partition *again;

	for (const struct medium *const *next = plat_media(); *next; next++)
		if (*next != chosen && gpt_read(*next, &elsewhere) == OK &&
		    gpt_find(&elsewhere, name, &again) == OK)
			return refuse(ERR_BAD_GPT, name, "two media have a partition of this name");
	return OK;
}

/*
 * The root's partitions: both beside the FIT, else both on one other medium, and then nowhere else.
 */
static enum status find_root(const struct slot *slot, const struct gpt *beside, struct root *root,
			     struct partition *data, struct partition *hash)
{
	const struct medium *const *from = plat_media();
	const struct gpt *table = beside;
	const struct partition *found;

	if (gpt_find(beside, slot->root, &found) != OK) {
		table = &elsewhere;
		TRY(media_find(&from, slot->root, &elsewhere, &found));
	}
	*data = *found;
	if (!is_appended(&root->verity))
		TRY(gpt_find(table, slot->verity, &found));
	*hash = *found;
	root->device.backup_gpt = table->from_backup;
	if (table == beside)
		return OK;
	TRY(only_one(*from, data->name));
	return only_one(*from, hash->name);
}

static enum status in_partition(const struct slot *slot, const struct slot_place *place,
				struct root *root)
{
	struct partition data, hash;
	bool by_label;

	if (!slot->root)
		return refuse(ERR_VERITY_PARAMS, slot->name,
			      "this slot has no root partition: put the root into the FIT");
	TRY(find_root(slot, place->gpt, root, &data, &hash));
	by_label = data.extent.medium != place->partition->extent.medium;
	name_device(&data, by_label, root->device.data);
	name_device(&hash, by_label, root->device.hash);
	if (!range_inside(data.extent.size, 0,
			  (uint64_t)root->verity.tree.data_blocks *
				  root->verity.tree.data_block_size))
		return refuse(ERR_VERITY_IO, slot->root, "the partition is smaller than its root");
	root->data = data.extent;
	root->tree = hash.extent;
	return OK;
}

static enum status check_top(struct region_map *map, const struct root *root, struct proof *proof)
{
	uint64_t block;
	enum status checked;

	TRY(region_claim_high(map, root->verity.tree.hash_block_size, MEDIUM_ALIGN, 0, UINT64_MAX,
			      "verity", &block));
	checked = verity_check_top(&root->verity, &root->tree, (uint8_t *)(uintptr_t)block, proof);
	region_release(map, block);
	return checked;
}

/* Every loadable is the root or a refusal: nothing that a signature names is skipped. */
static enum status only_roots(const struct fit_config *config)
{
	struct fit_image image;
	enum status found;

	for (unsigned i = 0;; i++) {
		found = fit_config_image(config, "loadables", i, &image);
		if (found == ERR_ABSENT)
			return OK;
		TRY(found);
		if (!IS_ENABLED(CONFIG_VERITY))
			return refuse(ERR_VERITY_PARAMS, fit_image_name(&image),
				      "this loader was built without dm-verity");
		if (!fit_image_has_child(&image, "dm-verity"))
			return refuse(ERR_VERITY_PARAMS, fit_image_name(&image),
				      "a loadable must be a filesystem with a dm-verity node");
	}
}

static enum status find_places(const struct slot *slot, const struct slot_place *place,
			       struct root *root)
{
	if (root->verity.in_partition)
		TRY(in_partition(slot, place, root));
	else
		TRY(in_fit(place, root));
	root->verity.fec.device = root->tree;
	return OK;
}

enum status root_check(const struct fit_config *config, const struct slot *slot,
		       const struct slot_place *place, struct region_map *map, struct proof *proof,
		       struct root *root)
{
	const char *path = NULL;
	enum status found;

	memset(root, 0, sizeof(*root));
	TRY(only_roots(config));
	if (!IS_ENABLED(CONFIG_VERITY))
		return OK;
	if (IS_ENABLED(CONFIG_ROOT_FILES))
		TRY(root_path(config, &path));
	found = verity_of(config, &root->verity);
	if (found == ERR_ABSENT && path)
		return refuse(ERR_VERITY_PARAMS, path,
			      "a path is inside a dm-verity root, and there is none in loadables");
	if (found == ERR_ABSENT)
		return OK;
	TRY(found);
	root->present = true;
	TRY(find_places(slot, place, root));
	return path ? root_mount(root, map, proof) : check_top(map, root, proof);
}
