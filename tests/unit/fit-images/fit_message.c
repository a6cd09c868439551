// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_message.c - the signed bytes, by paths and libfdt, as plainly as possible. */
#include "fit_builder.h"

#include <libfdt.h>
#include <string.h>

#include "must.h"

/* The rule of the signed bytes, by paths, as plainly as possible. */
struct paths {
	char at[64][200];
	unsigned count;
};

static bool has_path(const struct paths *paths, const char *path)
{
	unsigned i;

	for (i = 0; i < paths->count; i++)
		if (strcmp(paths->at[i], path) == 0)
			return true;
	return false;
}

static void add_path(struct paths *paths, const char *path)
{
	MUST(paths->count < 64);
	if (!has_path(paths, path))
		strcpy(paths->at[paths->count++], path);
}

static void add_image(const struct build *build, struct paths *paths, const char *name)
{
	char path[200], sub[400];
	int node, child;

	snprintf(path, sizeof(path), "/images/%s", name);
	node = fdt_path_offset(build->blob, path);
	if (node < 0 || *name == '\0')
		return;
	add_path(paths, path);
	fdt_for_each_subnode (child, build->blob, node) {
		const char *n = fdt_get_name(build->blob, child, NULL);

		if (strncmp(n, "hash", 4) != 0 && strcmp(n, "cipher") != 0 &&
		    strcmp(n, "dm-verity") != 0)
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, n);
		add_path(paths, sub);
	}
}

static void list_paths(const struct build *build, const char *config, struct paths *paths)
{
	char path[200];
	int property;

	snprintf(path, sizeof(path), "/configurations/%s", config);
	paths->count = 0;
	add_path(paths, "/");
	add_path(paths, path);
	fdt_for_each_property_offset (property, build->blob, fdt_path_offset(build->blob, path)) {
		const char *name, *value;
		int size, i;

		value = fdt_getprop_by_offset(build->blob, property, &name, &size);
		if (strcmp(name, "description") == 0 || strcmp(name, "compatible") == 0 ||
		    strcmp(name, "default") == 0 || size == 0 || value[size - 1] != '\0')
			continue;
		for (i = 0; i < size; i += (int)strlen(value + i) + 1)
			add_image(build, paths, value + i);
	}
}

static bool excluded(const char *name)
{
	return strcmp(name, "data") == 0 || strcmp(name, "data-size") == 0 ||
	       strcmp(name, "data-offset") == 0 || strcmp(name, "data-position") == 0;
}

/* 2, 1 or 0 for the node of this path. */
static int level(const struct paths *paths, const char *omit, const char *path)
{
	char parent[200];
	char *slash;

	if (has_path(paths, path))
		return omit && strcmp(path, omit) == 0 ? 1 : 2;
	strcpy(parent, path);
	slash = strrchr(parent, '/');
	slash[slash == parent ? 1 : 0] = '\0';
	return has_path(paths, parent) && !(omit && strcmp(parent, omit) == 0) ? 1 : 0;
}

uint8_t *build_message(const struct build *build, const char *config, uint32_t strings_size,
		       const char *omit, size_t *size)
{
	const uint8_t *fdt = build->blob;
	uint8_t *out = malloc(BUILD_MAX);
	struct paths *paths = malloc(sizeof(*paths));
	char path[200] = "";
	int offset = 0, next = 0;
	uint32_t tag;

	MUST(out && paths);
	list_paths(build, config, paths);
	*size = 0;
	do {
		bool take = true;
		const char *here = *path ? path : "/";

		tag = fdt_next_tag(fdt, offset, &next);
		if (tag == FDT_BEGIN_NODE) {
			const char *name = fdt_get_name(fdt, offset, NULL);

			if (strcmp(path, "/") == 0)
				path[0] = '\0';
			snprintf(path + strlen(path), sizeof(path) - strlen(path), "/%s", name);
			take = level(paths, omit, path) >= 1;
		} else if (tag == FDT_PROP) {
			const char *name = NULL;

			fdt_getprop_by_offset(fdt, offset, &name, NULL);
			take = level(paths, omit, here) == 2 && !excluded(name);
		} else if (tag == FDT_NOP) {
			take = level(paths, omit, here) == 2;
		} else if (tag == FDT_END_NODE) {
			char *slash = strrchr(path, '/');

			take = level(paths, omit, here) >= 1;
			slash[slash == path && strlen(path) > 1 ? 1 : 0] = '\0';
		}
		if (take) {
			memcpy(out + *size, fdt + fdt_off_dt_struct(fdt) + offset,
			       (size_t)(next - offset));
			*size += (size_t)(next - offset);
		}
		offset = next;
	} while (tag != FDT_END);
	memcpy(out + *size, fdt + fdt_off_dt_strings(fdt), strings_size);
	*size += strings_size;
	free(paths);
	return out;
}
