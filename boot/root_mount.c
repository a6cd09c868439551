// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* root_mount.c - the files of a root, for a configuration that names some. */
#include "root_mount.h"

#include "platform.h"

/* With less no file system of the usual block sizes can be read. */
#define MEMORY_LEAST (FILE_SYSTEM_MEMORY / 16)

enum status root_path(const struct fit_config *config, const char **path)
{
	struct span value;

	for (const char *const *name = root_paths; *name; name++) {
		enum status found = fit_config_property(config, *name, &value);

		*path = found == OK ? *name : NULL;
		if (found != ERR_ABSENT)
			return found;
	}
	return OK;
}

/* As much as there is, at most what is wanted. */
static enum status claim(struct root *root, struct region_map *map, size_t reader, size_t *files)
{
	enum status claimed;

	for (*files = FILE_SYSTEM_MEMORY;; *files /= 2) {
		claimed = region_claim_high(map, reader + *files, MEDIUM_ALIGN, 0, UINT64_MAX,
					    "root files", &root->memory);
		if (claimed == OK || *files <= MEMORY_LEAST)
			return claimed;
	}
}

enum status root_mount(struct root *root, struct region_map *map, struct proof *proof)
{
	uint64_t start = plat_now_us();
	/* What follows the reader's memory is aligned as well. */
	size_t reader = (verity_memory(&root->verity.tree, &root->verity.fec) + MEDIUM_ALIGN - 1) &
			~(size_t)(MEDIUM_ALIGN - 1);
	size_t files;
	uint8_t *memory;

	TRY(claim(root, map, reader, &files));
	refusal_clear();
	memory = (uint8_t *)(uintptr_t)root->memory;
	TRY(verity_open(&root->reader, &root->verity.tree, &root->data, &root->tree,
			&root->verity.fec, proof, memory, reader));
	TRY(file_system_mount(&root->files, &root->reader, memory + reader, files));
	root->mounted = true;
	root->mount_us = plat_now_us() - start;
	return OK;
}

void root_unmount(struct root *root, struct region_map *map)
{
	if (!root->mounted)
		return;
	region_release(map, root->memory);
	root->mounted = false;
}
