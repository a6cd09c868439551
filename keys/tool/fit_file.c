/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_file.c - a FIT in memory behind the loader's own reader.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "fit_file.h"
#include "modexp.h"
#include "text.h"

enum exit_code engines_ready(void)
{
	static const struct digest_engine *const no_digest[] = { NULL };
	static const struct modexp_engine *const no_modexp[] = { NULL };
	static bool ready;
	enum status status;

	if (ready)
		return EXIT_DONE;
	status = digest_engines_start(no_digest);
	if (status == OK)
		status = modexp_engines_start(no_modexp);
	if (status != OK) {
		complain("the software engines failed their self-test");
		return EXIT_BUG;
	}
	ready = true;
	return EXIT_DONE;
}

static enum status start(const struct medium *medium, uint64_t lba, uint32_t blocks,
			 void *destination)
{
	const uint8_t *bytes = medium->driver;

	memcpy(destination, bytes + lba, blocks);
	return OK;
}

static enum status wait(const struct medium *medium, uint32_t timeout_ms)
{
	(void)medium;
	(void)timeout_ms;
	return OK;
}

static void stop(const struct medium *medium)
{
	(void)medium;
}

void medium_of_bytes(struct span bytes, struct medium *medium)
{
	*medium = (struct medium){
		.name = "file",
		.block_size = 1,
		.max_blocks = 1u << 20,
		.blocks = bytes.size,
		.start = start,
		.wait = wait,
		.stop = stop,
		.driver = (void *)(uintptr_t)bytes.at,
	};
}

enum status fit_file_open(struct span bytes, struct fit_file *file)
{
	file->bytes = bytes;
	medium_of_bytes(bytes, &file->medium);
	file->extent = extent_whole(&file->medium);
	TRY(fit_read(&file->extent, file->memory, &file->fit));
	return fit_open(&file->fit);
}

bool fit_file_u32(const struct fit_file *file, unsigned node, const char *name, uint32_t *value)
{
	struct fit_property property;

	if (!fit_property(&file->fit, node, name, &property) || property.value.size != 4)
		return false;
	*value = load_be32(property.value.at);
	return true;
}

const char *fit_file_string(const struct fit_file *file, unsigned node, const char *name)
{
	struct fit_property property;

	if (!fit_property(&file->fit, node, name, &property) || !fit_is_string(property.value))
		return NULL;
	return (const char *)property.value.at;
}

/* data-size bytes at offset of the file. */
static enum status external_data(const struct fit_file *file, unsigned image, uint64_t offset,
				 struct span *data)
{
	const char *name = fit_name(&file->fit, image);
	uint32_t size;

	if (!fit_file_u32(file, image, "data-size", &size))
		return refuse(ERR_BAD_FIT, name, "external data needs data-size");
	if (span_sub(file->bytes, offset, size, data) != OK)
		return refuse(ERR_TRUNCATED, name, "the data lies outside the file");
	return OK;
}

enum status fit_file_data(const struct fit_file *file, unsigned image, struct span *data)
{
	const struct fit *fit = &file->fit;
	struct fit_property property;
	uint32_t offset;

	*data = (struct span){ NULL, 0 };
	if (fit_file_u32(file, image, "data-position", &offset))
		return external_data(file, image, offset, data);
	if (fit_file_u32(file, image, "data-offset", &offset))
		return external_data(file, image,
				     (((uint64_t)fit->total_size + 3) & ~3ull) + offset, data);
	if (!fit_property(fit, image, "data", &property))
		return ERR_ABSENT;
	for (unsigned i = 0; i < fit->data_count; i++) {
		if (fit->data[i].property == property.token)
			return span_sub(file->bytes, fit->data[i].offset, fit->data[i].size, data);
	}
	return refuse(ERR_INTERNAL, fit_name(fit, image), "embedded data was not recorded");
}

json_t *fit_file_strings(const struct fit_file *file, unsigned node, const char *name)
{
	struct fit_property property;
	json_t *list = json_array();
	const char *text;

	if (!fit_property(&file->fit, node, name, &property))
		return list;
	for (unsigned i = 0; fit_list_string(property.value, i, &text); i++)
		(void)json_array_append_new(list, json_text(text));
	return list;
}

char *fit_file_path(const struct fit_file *file, unsigned node)
{
	char *path = text_of("%s", "");

	if (node == 0) {
		free(path);
		return text_of("/");
	}
	while (node != 0) {
		char *longer = text_of("/%s%s", fit_name(&file->fit, node), path);

		free(path);
		path = longer;
		node = file->fit.nodes[node].parent;
	}
	return path;
}

unsigned fit_file_images(const struct fit_file *file)
{
	return fit_child(&file->fit, 0, "images");
}

unsigned fit_file_configurations(const struct fit_file *file)
{
	return fit_child(&file->fit, 0, "configurations");
}

bool fit_file_named(const struct fit_file *file, unsigned node, const char *prefix)
{
	return strncmp(fit_name(&file->fit, node), prefix, strlen(prefix)) == 0;
}
