// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_unpack_branches.c - what branches.py makes absolute becomes relative again, bit for bit,
 * also what only looks like a call (platform/pack/branches_*.c).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../unit.h"

/* Both under their own names. */
void relative_arm(void *image, uint32_t size);
#define relative_branches relative_arm64
#include "../../../platform/pack/branches_arm64.c"
#undef relative_branches
#define relative_branches relative_arm
#include "../../../platform/pack/branches_arm.c"
#undef relative_branches

#define SIZE (1u << 20)

static _Alignas(8) uint8_t image[SIZE], absolute[SIZE];

/* Like xorshift32; not 0. */
static uint32_t random_word(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* What branches.py prints for size bytes of image. */
static void make_absolute(const char *arch, size_t size)
{
	char path[] = "/tmp/holdfast-branches-XXXXXX";
	char command[256];
	int file = mkstemp(path);
	FILE *stream;

	assert_true(file >= 0);
	stream = fdopen(file, "wb");
	assert_int_equal(fwrite(image, 1, size, stream), size);
	assert_int_equal(fclose(stream), 0);
	snprintf(command, sizeof(command), "/usr/bin/python3 -B platform/pack/branches.py %s %s",
		 arch, path);
	stream = popen(command, "r");
	assert_non_null(stream);
	assert_int_equal(fread(absolute, 1, SIZE, stream), size);
	assert_int_equal(pclose(stream), 0);
	remove(path);
}

static void both_ways(size_t size)
{
	make_absolute("arm64", size);
	relative_arm64(absolute, (uint32_t)size);
	assert_memory_equal(absolute, image, size);
	make_absolute("arm", size);
	relative_arm(absolute, (uint32_t)size);
	assert_memory_equal(absolute, image, size);
}

/* Half of it anything, the other half full of what the filters look for, also half of a call. */
static void test_random(void **state)
{
	static const uint32_t kinds[][2] = {
		/* bits that are fixed, and what they are */
		{ 0xfc000000, 0x94000000 }, /* BL */
		{ 0x9f000000, 0x90000000 }, /* ADRP */
		{ 0xb800f800, 0xb800f000 }, /* BL and B.W of Thumb-2 */
		{ 0x0000f800, 0x0000f000 }, /* their first half */
		{ 0xf800f800, 0xf000f000 }, /* and twice */
		{ 0xb800b800, 0xb800b800 }, /* their second half */
		{ 0, 0 },
	};
	uint32_t seed = (uint32_t)time(NULL) | 1;
	uint32_t *words = (uint32_t *)(void *)image;
	unsigned i;

	(void)state;
	print_message("seed %u\n", seed);
	for (i = 0; i < SIZE / 4; i++) {
		const uint32_t *kind = kinds[random_word(&seed) % 7];

		words[i] = random_word(&seed);
		if (i > SIZE / 8)
			words[i] = (words[i] & ~kind[0]) | kind[1];
	}
	both_ways(SIZE);
	/* Lengths that end inside a word or a call. */
	for (i = 0; i < 9; i++) {
		memmove(image, image + SIZE / 2 + i * 512, 256);
		both_ways(256 - i);
	}
}

/* Calls of one function from two places are alike when absolute, and pages of one variable. */
static void test_alike(void **state)
{
	static const uint32_t arm64[] = { 0x94000010, 0xd503201f, 0x9400000e };
	/* bl +0x20 and bl +0x1a, six bytes later, at an odd halfword */
	static const uint16_t thumb[] = { 0xf000, 0xf810, 0xbf00, 0xf000, 0xf80d, 0xbf00 };
	const uint32_t *words = (const uint32_t *)(const void *)absolute;
	const uint16_t *halves = (const uint16_t *)(const void *)absolute;

	(void)state;
	memcpy(image, arm64, sizeof(arm64));
	make_absolute("arm64", sizeof(arm64));
	assert_int_equal(words[0], words[2]);
	assert_int_equal(words[1], arm64[1]);
	memcpy(image, thumb, sizeof(thumb));
	make_absolute("arm", sizeof(thumb));
	assert_int_equal(halves[1], halves[4]);
	assert_int_equal(halves[0], halves[3]);
	/* adrp x0, here, in the first and in the third page */
	memset(image, 0, 8196);
	memcpy(image, &(uint32_t){ 0xd0000000 }, 4);
	memcpy(image + 8192, &(uint32_t){ 0x90000000 }, 4);
	make_absolute("arm64", 8196);
	assert_int_equal(words[0], words[2048]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
