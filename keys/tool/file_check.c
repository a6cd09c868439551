/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * file_check.c - files inside a dm-verity root, by the loader's own reader and file systems.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "file_check.h"
#include "kernel_items.h"
#include "root.h"

#define WINDOW (1u << 20)

static const struct {
	const char *slot;
	const char *property;
} places[] = { { "kernel", "holdfast,kernel-path" },
	       { "fdt", "holdfast,fdt-path" },
	       { "ramdisk", "holdfast,ramdisk-path" } };

enum status fit_check_path(const struct fit_config *config, const char **path)
{
	struct span value;

	*path = NULL;
	for (const char *const *name = root_paths; *name != NULL && *path == NULL; name++) {
		enum status found = fit_config_property(config, *name, &value);

		if (found == OK)
			*path = *name;
		else if (found != ERR_ABSENT)
			return found;
	}
	return OK;
}

static void add_file(struct fit_check *check, const char *slot, const char *path,
		     const struct node *node)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "slot", json_string(slot));
	(void)json_object_set_new(object, "path", json_string(path));
	(void)json_object_set_new(
		object, "size", node == NULL ? json_null() : json_integer((json_int_t)node->size));
	(void)json_array_append_new(check->files, object);
}

/* A window at a time: a file may be larger than memory. */
static enum status read_whole(struct file_system *files, const struct node *node)
{
	static uint8_t window[WINDOW] __attribute__((aligned(MEDIUM_ALIGN)));
	uint64_t done = 0;

	while (done < node->size) {
		uint64_t left = node->size - done;
		size_t size = left < WINDOW ? (size_t)left : WINDOW;

		TRY(file_read(files, node, done, window, size));
		done += size;
	}
	return OK;
}

enum status fit_check_files(struct fit_check *check, struct file_system *files, bool load)
{
	const char *path;
	enum status found;
	struct node node;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		for (unsigned j = 0; (found = items_path(check->config, places[i].slot,
							 places[i].property, j, &path)) == OK;
		     j++) {
			if (files != NULL)
				TRY(file_open(files, path, &node));
			if (files != NULL && load)
				TRY(read_whole(files, &node));
			add_file(check, places[i].slot, path, files == NULL ? NULL : &node);
		}
		if (found != ERR_ABSENT)
			return found;
	}
	return OK;
}

enum status fit_check_mounted(struct fit_check *check, const struct extent *where,
			      struct proof *proof)
{
	static struct verity_reader reader;
	static struct file_system files;
	struct verity *root = &check->root;
	size_t size = verity_memory(&root->tree, &root->fec);
	uint8_t *memory;
	enum status status;

	size = (size + MEDIUM_ALIGN - 1) / MEDIUM_ALIGN * MEDIUM_ALIGN;
	memory = aligned_alloc(MEDIUM_ALIGN, size + FILE_SYSTEM_MEMORY);
	if (memory == NULL) {
		complain("out of memory");
		exit(EXIT_BUG);
	}
	root->fec.device = *where;
	status = verity_open(&reader, &root->tree, where, where, &root->fec, proof, memory, size);
	if (status == OK)
		status = file_system_mount(&files, &reader, memory + size, FILE_SYSTEM_MEMORY);
	if (status == OK)
		status = fit_check_files(check, &files, true);
	free(memory);
	return status;
}
