// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* raw_fit.c - see raw_fit.h. */
#include "raw_fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

struct raw_fit raw;
struct fit raw_fit;

void raw_begin(void)
{
	memset(&raw, 0, sizeof(raw));
}

void raw_cell(uint32_t value)
{
	store_be32(raw.structure + raw.size, value);
	raw.size += 4;
}

void raw_bytes(const void *at, size_t size)
{
	memcpy(raw.structure + raw.size, at, size);
	raw.size += (uint32_t)(size + 3) & ~3u;
}

void raw_node(const char *name)
{
	raw_cell(FDT_BEGIN_NODE);
	raw_bytes(name, strlen(name) + 1);
}

void raw_end(void)
{
	raw_cell(FDT_END_NODE);
}

uint32_t raw_string(const char *name)
{
	uint32_t at = raw.strings_size;

	memcpy(raw.strings + at, name, strlen(name) + 1);
	raw.strings_size += (uint32_t)strlen(name) + 1;
	return at;
}

void raw_property_at(uint32_t name, const void *value, size_t size)
{
	raw_cell(FDT_PROP);
	raw_cell((uint32_t)size);
	raw_cell(name);
	raw_bytes(value, size);
}

void raw_property(const char *name, const char *value)
{
	raw_property_at(raw_string(name), value, strlen(value) + 1);
}

/* Exact copies on the heap, so that ASan sees the edges. */
enum status raw_open(void)
{
	static uint8_t *structure, *strings;
	enum status status;

	free(structure);
	free(strings);
	structure = malloc(raw.size + 1u);
	strings = malloc(raw.strings_size + 1u);
	assert_true(structure && strings);
	structure = realloc(structure, raw.size ? raw.size : 1);
	strings = realloc(strings, raw.strings_size ? raw.strings_size : 1);
	memcpy(structure, raw.structure, raw.size);
	memcpy(strings, raw.strings, raw.strings_size);
	memset(&raw_fit, 0, sizeof(raw_fit));
	raw_fit.structure = (struct span){ structure, raw.size };
	raw_fit.strings = (struct span){ strings, raw.strings_size };
	status = fit_open(&raw_fit);
	if (status != OK)
		assert_int_equal(status, ERR_BAD_FIT);
	return status;
}

void raw_finish(void)
{
	raw_end();
	raw_cell(FDT_END);
}
