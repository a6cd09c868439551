// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Error correction: every block of a small root, many at once, too many, and numbers that lie. */
#include <stdio.h>
#include <time.h>

#include "fec_fixture.h"

/* SHA-256 of what veritysetup 2.6.1 writes behind this root. */
static void parity_is_veritysetups(void **state)
{
	static const struct {
		unsigned roots;
		const char *digest;
	} golden[] = {
		{ 2, "39ef97eedc59bf7ba9f57e176db3edb76c85ac913115e72bad7a53666f09157c" },
		{ 5, "35a63be194276051402766c6b9473a9fff65d65b427d00b982f98ee05d6a1bf2" },
		{ 24, "24d83c507868a954f95240931f44d703dfd005d91d67e098ec0189da6832c61a" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		unsigned roots = golden[i].roots, rounds = (COVERED - 1) / (255 - roots) + 1;
		uint8_t is[32];
		char text[65];

		begin(roots, COVERED);
		MUST(EVP_Digest(good + PARITY * BLOCK, (size_t)rounds * roots * BLOCK, is, NULL,
				EVP_sha256(), NULL) == 1);
		for (unsigned k = 0; k < 32; k++)
			snprintf(text + 2 * k, 3, "%02x", is[k]);
		assert_string_equal(text, golden[i].digest);
	}
}

static void every_single_block(void **state)
{
	(void)state;
	begin(2, COVERED);
	for (unsigned block = 0; block < COVERED; block++) {
		damage(block);
		assert_mended(block);
		restore();
	}
}

/* Any roots blocks of data in one round, and one more. */
static void as_many_as_roots(void **state)
{
	static const unsigned roots[] = { 2, 3, 8, 24 };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		unsigned rounds = (COVERED - 1) / (255 - roots[i]) + 1, try;

		begin(roots[i], COVERED);
		for (try = 0; try < 20; try++) {
			unsigned round = (unsigned)rand() % rounds, hit[ROOTS_MAX + 1], count = 0;

			while (count <= roots[i]) {
				unsigned block = round + (unsigned)rand() % 190 * rounds;

				if (block >= DATA_BLOCKS ||
				    memcmp(whole + block * BLOCK, good + block * BLOCK, BLOCK))
					continue;
				if (count == roots[i])
					for (unsigned k = 0; k < count; k++)
						assert_mended(hit[k]);
				damage(block);
				hit[count++] = block;
			}
			assert_int_equal(mend(hit[0]), ERR_VERITY_IO);
			restore();
		}
	}
}

/* A leaf with its data: the leaf first, as a reader does, then what it speaks of. */
static void leaf_and_its_data(void **state)
{
	unsigned leaf = DATA_BLOCKS + 1 + LEVEL_2 + 5, rounds = (COVERED - 1) / 231 + 1;

	(void)state;
	begin(24, COVERED);
	damage(leaf);
	damage(5 * 16);
	damage(5 * 16 + 1);
	assert_mended(leaf);
	memcpy(whole + at(leaf) * BLOCK, got, BLOCK);
	assert_mended(5 * 16);
	assert_mended(5 * 16 + 1);
	restore();
	/* All levels at once, in as many rounds as it happens. */
	damage(DATA_BLOCKS);
	damage(DATA_BLOCKS + 1);
	damage(leaf);
	assert_mended(DATA_BLOCKS);
	assert_mended(DATA_BLOCKS + 1);
	assert_mended(leaf);
	restore();
	/* Two leaves in one round with no child damaged. */
	damage(leaf);
	damage(leaf + rounds);
	assert_mended(leaf);
	assert_mended(leaf + rounds);
}

/* Blocks between tree and parity belong to it, whatever is in them. */
static void padding_is_covered(void **state)
{
	(void)state;
	begin(2, COVERED + 7);
	damage(17);
	assert_mended(17);
	memset(whole + at(COVERED + 3) * BLOCK, 0x55, BLOCK);
	assert_int_equal(mend(COVERED + 3), OK);
	assert_memory_equal(got, good + at(COVERED + 3) * BLOCK, BLOCK);
}

/* Parity is believed: what comes out is wrong then, and the caller sees it. */
static void damaged_parity(void **state)
{
	(void)state;
	begin(2, COVERED);
	damage(40);
	memset(whole + PARITY * BLOCK, 0x77, 6 * BLOCK);
	assert_int_equal(mend(40), OK);
	assert_memory_not_equal(got, good + 40 * BLOCK, BLOCK);
}

static void unreadable(void **state)
{
	(void)state;
	begin(2, COVERED);
	medium.fail_from = medium.requests + 1;
	assert_int_equal(mend(3), ERR_VERITY_IO);
	/* Not asked for 253 blocks, each of which may take MEDIUM_TIMEOUT_MS. */
	assert_true(medium.requests < 10);
	medium.fail_from = 0;
	assert_mended(3);
	/* The parity ends on the medium's last block but one. */
	reader.fec.device.size = (PARITY + 3 * 2) * BLOCK;
	assert_int_equal(verity_fec_check(&reader), OK);
	reader.fec.device.size--;
	assert_int_equal(verity_fec_check(&reader), ERR_VERITY_IO);
	reader.fec.start_block = UINT32_MAX;
	assert_int_equal(verity_fec_check(&reader), ERR_VERITY_IO);
}

static void wrong(unsigned roots, unsigned blocks, const char *name)
{
	struct verity_fec fec = { .roots = roots, .blocks = blocks };

	refusal_clear();
	assert_int_equal(verity_fec_numbers(&tree, &fec), ERR_VERITY_PARAMS);
	assert_string_equal(refusal_last()->at, name);
}

static void numbers(void **state)
{
	static const unsigned roots[] = { 0, 1, 25, 255, 256, UINT32_MAX };

	(void)state;
	begin(2, COVERED);
	for (unsigned i = 0; i < 6; i++)
		wrong(roots[i], COVERED, "holdfast,fec-roots");
	wrong(2, COVERED - 1, "holdfast,fec-blocks");
	wrong(2, 0, "holdfast,fec-blocks");
	tree.data_block_size = 1024;
	wrong(2, COVERED, "hash-block-size");
	begin(24, COVERED);
	reader.fec.blocks = UINT32_MAX;
	assert_int_equal(verity_fec_check(&reader), ERR_VERITY_IO);
	assert_int_equal(verity_fec_memory(&tree, &reader.fec), BLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parity_is_veritysetups),
		cmocka_unit_test(every_single_block),
		cmocka_unit_test(as_many_as_roots),
		cmocka_unit_test(leaf_and_its_data),
		cmocka_unit_test(padding_is_covered),
		cmocka_unit_test(damaged_parity),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(numbers),
	};
	unsigned seed = (unsigned)time(NULL);

	printf("seed %u\n", seed);
	srand(seed);
	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
