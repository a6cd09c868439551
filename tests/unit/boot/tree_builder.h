/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * tree_builder.h - device trees for tests, property by property, by path; any failure fails the
 * test.
 */
#ifndef HOLDFAST_TEST_TREE_BUILDER_H
#define HOLDFAST_TEST_TREE_BUILDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libfdt.h>

#include "span.h"

#define BUILT_MAX 65536

/* An empty tree in an allocation of its own. */
static inline void *tree_new(void)
{
	void *fdt = malloc(BUILT_MAX);

	assert_int_equal(fdt_create_empty_tree(fdt, BUILT_MAX), 0);
	return fdt;
}

/* The node at path, with all that leads to it. */
static inline int tree_node(void *fdt, const char *path)
{
	int node = 0;

	while (*path == '/') {
		size_t length = strcspn(path + 1, "/");
		int child;

		if (length == 0)
			break;
		child = fdt_subnode_offset_namelen(fdt, node, path + 1, (int)length);
		if (child < 0)
			child = fdt_add_subnode_namelen(fdt, node, path + 1, (int)length);
		assert_true(child >= 0);
		node = child;
		path += length + 1;
	}
	return node;
}

static inline void tree_bytes(void *fdt, const char *path, const char *name, const void *value,
			      size_t size)
{
	assert_int_equal(fdt_setprop(fdt, tree_node(fdt, path), name, value, (int)size), 0);
}

static inline void tree_text(void *fdt, const char *path, const char *name, const char *value)
{
	tree_bytes(fdt, path, name, value, strlen(value) + 1);
}

/* A property of count cells. */
static inline void tree_u32s(void *fdt, const char *path, const char *name, unsigned count, ...)
{
	uint8_t cells[64];
	va_list list;

	va_start(list, count);
	for (unsigned i = 0; i < count; i++)
		store_be32(cells + 4 * i, va_arg(list, uint32_t));
	va_end(list);
	tree_bytes(fdt, path, name, cells, 4u * count);
}

/* The tree in an allocation of exactly its size; fdt is freed. */
static inline struct span tree_done(void *fdt)
{
	uint8_t *exact;
	size_t size;

	assert_int_equal(fdt_pack(fdt), 0);
	size = fdt_totalsize(fdt);
	exact = malloc(size);
	memcpy(exact, fdt, size);
	free(fdt);
	return (struct span){ exact, size };
}

static inline void tree_free(struct span tree)
{
	free((void *)(uintptr_t)tree.at);
}

/* A property's value, or NULL. */
static inline const void *tree_get(const void *fdt, const char *path, const char *name, int *size)
{
	int node = fdt_path_offset(fdt, path);

	return node < 0 ? NULL : fdt_getprop(fdt, node, name, size);
}

static inline void expect_text_property(const void *fdt, const char *path, const char *name,
					const char *value)
{
	int size;
	const char *found = tree_get(fdt, path, name, &size);

	assert_non_null(found);
	assert_int_equal(size, strlen(value) + 1);
	assert_string_equal(found, value);
}

static inline void expect_no_property(const void *fdt, const char *path, const char *name)
{
	int size;

	assert_null(tree_get(fdt, path, name, &size));
}

/* What QEMU's virt machine gives, in small. */
static inline void *tree_like_virt(void)
{
	static const uint8_t seed[32] = "an-earlier-stage-s-rng-seed-....";
	void *fdt = tree_new();

	tree_u32s(fdt, "/", "#address-cells", 1, 2u);
	tree_u32s(fdt, "/", "#size-cells", 1, 2u);
	tree_text(fdt, "/", "compatible", "linux,dummy-virt");
	tree_text(fdt, "/memory@40000000", "device_type", "memory");
	tree_u32s(fdt, "/memory@40000000", "reg", 4, 0u, 0x40000000u, 0u, 0x40000000u);
	tree_text(fdt, "/chosen", "bootargs", "init=/evil");
	tree_text(fdt, "/chosen", "stdout-path", "/pl011@9000000");
	tree_bytes(fdt, "/chosen", "kaslr-seed", "KASLRSEE", 8);
	tree_bytes(fdt, "/chosen", "rng-seed", seed, sizeof(seed));
	tree_text(fdt, "/pl011@9000000", "compatible", "arm,pl011");
	return fdt;
}

#endif
