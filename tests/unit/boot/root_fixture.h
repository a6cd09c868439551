/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * root_fixture.h - a release with a root, partitions and media that are made up; included once by a
 * test program.
 */
#ifndef HOLDFAST_TEST_ROOT_FIXTURE_H
#define HOLDFAST_TEST_ROOT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_fit.h"
#include "host.h"
#include "platform.h"
#include "root.h"

static struct fit_config config;
static struct region_map map;
static struct proof proof;
static struct gpt gpt;
static struct slot_place place;
static struct root root;
static struct verity signed_verity;
static enum status verity_status;
static enum status top_status;
static struct extent looked_at;
static const struct slot slot_a = { "A", "holdfast-a", "root-a", "verity-a" };
static const struct slot recovery = { "recovery", "holdfast-recovery", NULL, NULL };

enum status verity_of(const struct fit_config *from, struct verity *verity)
{
	*verity = signed_verity;
	verity->image = (struct fit_image){ from, 0 };
	return verity_status;
}

enum status verity_check_top(const struct verity *verity, const struct extent *device,
			     uint8_t *block, struct proof *into)
{
	(void)into;
	/* All of the block is the callee's. */
	memset(block, 0xee, verity->tree.hash_block_size);
	looked_at = *device;
	return top_status;
}

/* The reader and the file system; what they were given. */
static enum status open_status, mount_status;
static unsigned opened, mounted;
static struct extent data_at, tree_at, parity_at;
static size_t files_memory;

enum status verity_open(struct verity_reader *reader, const struct verity_tree *tree,
			const struct extent *data, const struct extent *hash,
			const struct verity_fec *fec, struct proof *into, uint8_t *memory,
			size_t size)
{
	assert_ptr_equal(tree, &root.verity.tree);
	assert_ptr_equal(into, &proof);
	assert_ptr_equal(reader, &root.reader);
	assert_int_equal((uintptr_t)memory % MEDIUM_ALIGN, 0);
	assert_true(size >= verity_memory(tree, fec));
	memset(memory, 0xee, size);
	data_at = *data;
	tree_at = *hash;
	parity_at = fec->device;
	opened++;
	return open_status;
}

enum status file_system_mount(struct file_system *fs, struct verity_reader *reader, uint8_t *memory,
			      size_t size)
{
	assert_ptr_equal(fs, &root.files);
	assert_ptr_equal(reader, &root.reader);
	assert_int_equal((uintptr_t)memory % MEDIUM_ALIGN, 0);
	memset(memory, 0xee, size);
	files_memory = size;
	mounted++;
	return mount_status;
}

/* Other media than the FIT's, with tables of their own; in place of the host's. */
static const struct medium_part roots[] = {
	{ "root-a", 0x100000, 0x800000 },
	{ "verity-a", 0x900000, 0x10000 },
	{ NULL, 0, 0 },
};
static const struct medium_part trees[] = { { "verity-a", 0, 0x1000 }, { NULL, 0, 0 } };
static const struct medium_part others[] = { { "holdfast-b", 0, 0x1000 }, { NULL, 0, 0 } };
static struct medium elsewhere[3];
static const struct medium *media[4];

const struct medium *const *plat_media(void)
{
	return media;
}

static inline void put_medium(unsigned at, const struct medium_part *parts)
{
	elsewhere[at] = (struct medium){ .name = "elsewhere",
					 .block_size = 512,
					 .max_blocks = 1,
					 .blocks = 0x10000,
					 .parts = parts };
	media[at] = &elsewhere[at];
}

static inline void add_partition(const char *name, uint64_t offset, uint64_t size)
{
	struct partition *added = &gpt.partitions[gpt.count];

	memset(added, 0, sizeof(*added));
	strcpy(added->name, name);
	memset(added->uuid, 0x11 * (int)(gpt.count + 1), sizeof(added->uuid));
	added->extent = (struct extent){ &fake_medium, offset, size };
	gpt.count++;
}

static inline int setup(void **state)
{
	(void)state;
	host_platform_reset();
	memset(media, 0, sizeof(media));
	memset(&config, 0, sizeof(config));
	memset(&gpt, 0, sizeof(gpt));
	config.count = 1;
	config.images[0] = (struct fake_image){ .name = "rootfs",
						.slot = "loadables",
						.has_verity = true,
						.size = 0x100000,
						.at = 0x300000 };
	add_partition("holdfast-a", 0x200000, 0x400000);
	add_partition("root-a", 0x1000000, 0x800000);
	place = (struct slot_place){ &gpt, &gpt.partitions[0] };
	signed_verity = (struct verity){ .tree = { .algorithm = DIGEST_SHA256,
						   .data_block_size = 4096,
						   .hash_block_size = 4096,
						   .data_blocks = 16,
						   .hash_start_block = 17 },
					 .in_partition = true };
	verity_status = OK;
	top_status = OK;
	open_status = mount_status = OK;
	opened = mounted = 0;
	looked_at = (struct extent){ NULL, 0, 0 };
	memset(&root, 0xcc, sizeof(root));
	refusal_clear();
	return plat_memory(&map) == OK ? 0 : -1;
}

static inline enum status run(const struct slot *slot)
{
	enum status status = root_check(&config, slot, &place, &map, &proof, &root);

	assert_int_equal(map.taken_count, map.reserved_count);
	return status;
}

#endif
