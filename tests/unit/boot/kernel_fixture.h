/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * kernel_fixture.h - a made-up configuration with a kernel in it, loaded on the host's RAM;
 * included once by a test program.
 */
#ifndef HOLDFAST_TEST_KERNEL_FIXTURE_H
#define HOLDFAST_TEST_KERNEL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_fit.h"
#include "host.h"
#include "kernel.h"
#include "platform.h"

#define IMAGE_SIZE 8192u
#define MIB UINT64_C(0x100000)
/* Nothing is reserved at the start of RAM. */
#define LOWEST HOST_RAM_BASE

const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };

static uint8_t image[IMAGE_SIZE];
static struct fit_config config;
static struct region_map map;
static struct kernel kernel;
static struct root root;

static inline void put_le64(size_t at, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		image[at + i] = (uint8_t)(value >> 8 * i);
}

static inline void make_image(uint64_t text_offset, uint64_t image_size)
{
	for (size_t i = 0; i < IMAGE_SIZE; i++)
		image[i] = (uint8_t)(i * 7 + 3);
	put_le64(8, text_offset);
	put_le64(16, image_size);
	put_le64(24, 10);
	memcpy(image + 56, "ARM\x64", 4);
}

static inline struct fake_image *add(const char *slot, const char *type, const uint8_t *data,
				     size_t size)
{
	struct fake_image *added = &config.images[config.count++];

	*added = (struct fake_image){
		.name = slot,
		.slot = slot,
		.type = type,
		.arch = "arm64",
		.os = "linux",
		.data = data,
		.size = size,
	};
	return added;
}

static inline struct fake_image *the_kernel(void)
{
	return &config.images[0];
}

static inline int setup(void **state)
{
	(void)state;
	host_platform_reset();
	memset(&config, 0, sizeof(config));
	memset(&root, 0, sizeof(root));
	memset(&kernel, 0xcc, sizeof(kernel));
	make_image(0, 3 * MIB);
	add("kernel", "kernel_noload", image, IMAGE_SIZE);
	assert_int_equal(plat_memory(&map), OK);
	refusal_clear();
	return 0;
}

static inline void at_load(uint64_t load)
{
	the_kernel()->type = "kernel";
	the_kernel()->has_load = true;
	the_kernel()->load = load;
}

static inline enum status load(void)
{
	struct proof proof;

	region_release_all(&map);
	assert_int_equal(proof_begin(&proof), OK);
	return kernel_load(&config, &map, &proof, &root, &kernel);
}

static inline void expect(enum status expected)
{
	assert_int_equal(load(), expected);
}

static inline const struct region *claim_of(const char *owner)
{
	const struct region *found = NULL;

	for (unsigned i = map.reserved_count; i < map.taken_count; i++) {
		if (strcmp(map.taken[i].owner, owner) != 0)
			continue;
		assert_null(found);
		found = &map.taken[i];
	}
	return found;
}

static inline void expect_claim(const char *owner, uint64_t base, uint64_t size)
{
	const struct region *claim = claim_of(owner);

	assert_non_null(claim);
	assert_int_equal(claim->base, base);
	assert_int_equal(claim->size, size);
}

static inline void expect_kernel_at(uint64_t base)
{
	assert_int_equal(kernel_entry(&kernel), base);
	assert_memory_equal((const void *)(uintptr_t)base, image, IMAGE_SIZE);
}

static inline int engines(void **state)
{
	(void)state;
	return digest_engines_start(plat_digest_engines()) == OK ? 0 : -1;
}

#endif
