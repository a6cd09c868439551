// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The verity reader with good roots of all shapes, and with numbers that lie. */
#include <openssl/evp.h>

#include "../unit.h"
#include "fit_fixture.h"
#include "root_builder.h"

static struct root root;

/* What `veritysetup format --no-superblock` 2.6.1 made of the same data and salt. */
static void as_veritysetup_makes_them(void **state)
{
	static const struct {
		struct root_shape shape;
		const char *root_hash, *tree; /* the tree's SHA-256 */
	} made[] = {
		{ { DIGEST_SHA256, 512, 512, 300, 32, true, 0 },
		  "8607bf2e221e1950b6bb1fab47a6f7bfecc9746a0f9e8c9fe0cbd5e93498cfac",
		  "43496f43be7634416a9c224454d8c207882f8e6bd2705622c86b9820c4d4d98b" },
		{ { DIGEST_SHA512, 4096, 1024, 70, 0, true, 0 },
		  "e5d50241ec16481e3ed3d5bd73e30b74fc64b36c1411b58eef56328313a4f7dc"
		  "5b9cfb4655c905afa23d4369696d7e93dd80b5b016ffb4beb50859395170b99f",
		  "be4297b1dab068e3a8902b2e95a08401d431d6d35073558f2419f7e17a8c1727" },
		{ { DIGEST_SHA384, 1024, 4096, 40, 256, true, 0 },
		  "7260ff67c5ca6ecc8fd3a93d5dfcf24307eb000150238bfd07d104aeccc63fe0"
		  "1215522f2410ece45dd7ccc046bb3024",
		  "afef363ad1f242ce769aaa58dec0dc7261b550a533b3cba45f96d33be88aaa87" },
		{ { DIGEST_SHA256, 4096, 4096, 129, 32, true, 0 },
		  "c62421253f821816b6375c18ef9d2c3532ae92d894aa292d5061b19a8a9d1a6a",
		  "b42a9b432f0efeabcdd33b4e2a7f6418c8fd674b7c5a586be510f72ed098987d" },
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(made); i++) {
		uint8_t tree[DIGEST_SIZE_MAX];
		char text[2 * DIGEST_SIZE_MAX + 1];

		root_make(&root, &made[i].shape);
		for (size_t k = 0; k < root.tree.root_hash.size; k++)
			snprintf(text + 2 * k, 3, "%02x", root.root_hash[k]);
		assert_string_equal(text, made[i].root_hash);
		assert_int_equal(EVP_Digest(root.device[1], root.device_size[1], tree, NULL,
					    EVP_sha256(), NULL),
				 1);
		for (size_t k = 0; k < 32; k++)
			snprintf(text + 2 * k, 3, "%02x", tree[k]);
		assert_string_equal(text, made[i].tree);
		assert_status(root_open(&root), OK);
		assert_status(root_read(&root, 0, root.data_size), OK);
		root_free(&root);
	}
}

/* Everything at once, then every block by itself, from the last to the first. */
static void read_all(const struct root_shape *shape)
{
	uint64_t i;

	root_make(&root, shape);
	assert_status(root_open(&root), OK);
	assert_int_equal(root.reader.hashed, 1);
	assert_status(root_read(&root, 0, root.data_size), OK);
	assert_int_equal(root.reader.verified, shape->data_blocks);
	fixture_proof_ok(&root.proof);
	assert_status(root_open(&root), OK);
	for (i = shape->data_blocks; i-- > 0;)
		assert_status(root_read(&root, i * shape->data_block, shape->data_block), OK);
	assert_int_equal(root.reader.verified, shape->data_blocks);
	assert_int_equal(verity_size(&root.reader), root.data_size);
	fixture_proof_ok(&root.proof);
	root_free(&root);
}

static void every_shape(void **state)
{
	static const uint32_t sizes[] = { 512, 1024, 4096, 65536 };
	static const uint32_t salts[] = { 0, 1, 32, 256 };
	struct root_shape shape;
	unsigned turn = 0;

	(void)state;
	for (unsigned data = 0; data < COUNT(sizes); data++)
		for (unsigned hash = 0; hash < COUNT(sizes); hash++)
			for (unsigned algorithm = DIGEST_SHA256; algorithm <= DIGEST_SHA512;
			     algorithm++, turn++) {
				shape = (struct root_shape){ (enum digest_algorithm)algorithm,
							     sizes[data],
							     sizes[hash],
							     sizes[data] == 65536 ? 9 : 150,
							     salts[turn % 4],
							     turn % 3 == 0,
							     turn % 5 };
				read_all(&shape);
			}
}

/* Both sides of each number of blocks at which a tree grows. */
static void every_number_of_blocks(void **state)
{
	static const uint32_t counts[] = { 2,  3,  7,  8,   9,   15,  16,  17,
					   63, 64, 65, 255, 256, 257, 511, 513 };

	(void)state;
	for (unsigned i = 0; i < COUNT(counts); i++) {
		read_all(&(struct root_shape){ DIGEST_SHA512, 512, 512, counts[i], 8, false, 1 });
		read_all(&(struct root_shape){ DIGEST_SHA256, 512, 512, counts[i], 8, true, 0 });
	}
	read_all(&(struct root_shape){ DIGEST_SHA512, 512, 512, 4097, 0, false, 0 });
	assert_int_equal(root.reader.levels.count, 5);
}

/* More than a window, more than a batch. */
static void windows(void **state)
{
	(void)state;
	read_all(&(struct root_shape){ DIGEST_SHA256, 4096, 4096, 1025, 32, false, 1 });
	read_all(&(struct root_shape){ DIGEST_SHA256, 512, 4096, 3000, 32, false, 0 });
	read_all(&(struct root_shape){ DIGEST_SHA256, 65536, 1024, 70, 32, true, 0 });
}

static void any_part(void **state)
{
	static const struct root_shape shapes[] = {
		{ DIGEST_SHA256, 512, 512, 200, 32, false, 1 },
		{ DIGEST_SHA256, 4096, 512, 40, 0, true, 0 },
		{ DIGEST_SHA512, 1024, 4096, 90, 3, false, 0 },
	};
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned i = 0; i < COUNT(shapes); i++) {
		root_make(&root, &shapes[i]);
		assert_status(root_open(&root), OK);
		for (unsigned turn = 0; turn < 2000; turn++) {
			size_t most = turn % 2 ? 3 * shapes[i].data_block : root.data_size;
			size_t offset = random_below(&seed, root.data_size + 1);
			size_t size = random_below(&seed, most + 1);

			if (size > root.data_size - offset)
				size = root.data_size - offset;
			assert_status(root_read_at(&root, offset, size,
						   (unsigned)random_below(&seed, 130)),
				      OK);
		}
		fixture_proof_ok(&root.proof);
		root_free(&root);
	}
}

/* Parts of one block: it is read once, and not again while it is held. */
static void a_block_is_held(void **state)
{
	uint64_t requests;

	(void)state;
	root_make(&root, &(struct root_shape){ DIGEST_SHA256, 4096, 4096, 20, 0, false, 0 });
	assert_status(root_open(&root), OK);
	assert_status(root_read(&root, 3 * 4096 + 5, 10), OK);
	requests = root.medium[0].requests;
	assert_status(root_read(&root, 3 * 4096 + 4000, 96), OK);
	assert_status(root_read(&root, 3 * 4096, 4095), OK);
	assert_int_equal(root.medium[0].requests, requests);
	assert_int_equal(root.reader.verified, 1);
	assert_status(root_read(&root, 3 * 4096 + 4000, 97), OK);
	assert_int_equal(root.reader.verified, 2);
	root_free(&root);
}

/* Only what is asked for, and what proves it, is read. */
static void only_what_is_asked_for(void **state)
{
	(void)state;
	root_make(&root, &(struct root_shape){ DIGEST_SHA256, 4096, 4096, 1000, 32, false, 0 });
	assert_status(root_open(&root), OK);
	assert_int_equal(root.medium[0].bytes_read, 4096);
	assert_status(root_read(&root, 500 * 4096, 0), OK);
	assert_int_equal(root.medium[0].bytes_read, 4096);
	assert_status(root_read(&root, 500 * 4096, 4 * 4096), OK);
	assert_int_equal(root.medium[0].bytes_read, 6 * 4096);
	assert_int_equal(root.reader.verified, 4);
	assert_int_equal(root.reader.hashed, 2);
	root_free(&root);
}

static void outside_the_data(void **state)
{
	static const uint64_t wrong[][2] = {
		{ 20 * 4096, 1 },     { 20 * 4096 + 1, 0 },        { 0, 20 * 4096 + 1 },
		{ UINT64_MAX, 1 },    { UINT64_MAX - 4095, 4096 }, { UINT64_MAX, 0 },
		{ 1, SIZE_MAX },      { (uint64_t)1 << 63, 4096 }, { 4096, SIZE_MAX - 4095 },
		{ 20 * 4096 - 1, 2 },
	};
	uint8_t nowhere[2] = { 1, 2 };
	uint64_t bytes;

	(void)state;
	root_make(&root, &(struct root_shape){ DIGEST_SHA256, 4096, 4096, 20, 0, false, 0 });
	assert_status(root_open(&root), OK);
	bytes = root.medium[0].bytes_read;
	for (unsigned i = 0; i < COUNT(wrong); i++)
		assert_status(verity_read(&root.reader, wrong[i][0], nowhere, (size_t)wrong[i][1]),
			      ERR_TRUNCATED);
	assert_int_equal(nowhere[0], 1);
	assert_int_equal(root.medium[0].bytes_read, bytes);
	assert_status(root_read(&root, 20 * 4096, 0), OK);
	root_free(&root);
}

/* The extents are unsigned: each that is too short is seen before anything is read. */
static void short_places(void **state)
{
	struct extent whole;

	(void)state;
	for (unsigned separate = 0; separate < 2; separate++) {
		root_make(&root, &(struct root_shape){ DIGEST_SHA256, 1024, 4096, 300, 32,
						       separate != 0, 3 });
		for (unsigned i = 0; i < 2; i++) {
			uint64_t needed = i == 0 ? root.data_size : root.device_size[1];

			whole = root.where[i];
			root.where[i].size = needed;
			assert_status(root_open(&root), OK);
			root.where[i].size = needed - 1;
			assert_status(root_open(&root), ERR_VERITY_IO);
			assert_string_equal(refusal_last()->at,
					    i == 0 ? "num-data-blocks" : "hash-start-block");
			root.where[i].size = 0;
			assert_status(root_open(&root), ERR_VERITY_IO);
			/* One that is longer than its medium. */
			root.where[i].size = UINT64_MAX;
			root.where[i].offset = root.device_size[separate ? i : 0] - 512;
			if (i == 1)
				assert_status(root_open(&root), ERR_VERITY_IO);
			else {
				assert_status(root_open(&root), OK);
				assert_status(root_read(&root, 0, 2048), ERR_VERITY_IO);
				assert_string_equal(refusal_last()->at, "level-0-data-block-0");
			}
			root.where[i] = whole;
		}
		root_free(&root);
	}
}

static void numbers_that_lie(void **state)
{
	struct verity_tree good;

	(void)state;
	root_make(&root, &(struct root_shape){ DIGEST_SHA256, 4096, 4096, 300, 32, false, 0 });
	good = root.tree;
	root.tree.data_blocks = UINT32_MAX;
	assert_status(root_open(&root), ERR_VERITY_IO);
	root.tree = good;
	root.tree.hash_start_block = UINT32_MAX;
	assert_status(root_open(&root), ERR_VERITY_IO);
	root.tree.hash_start_block = good.hash_start_block + 1;
	assert_status(root_open(&root), ERR_VERITY_IO);
	root.tree.hash_start_block = good.hash_start_block - 1;
	assert_status(root_open(&root), ERR_VERITY_ROOT);
	root.tree = good;
	root.tree.data_blocks = 1;
	assert_status(root_open(&root), ERR_VERITY_PARAMS);
	root.tree = good;
	root.tree.hash_block_size = 3 * 4096;
	assert_status(root_open(&root), ERR_VERITY_PARAMS);
	root.tree = good;
	root.tree.data_block_size = 256;
	assert_status(root_open(&root), ERR_VERITY_PARAMS);
	root.tree = good;
	root.tree.root_hash.size = 31;
	assert_status(root_open(&root), ERR_VERITY_PARAMS);
	root.tree = good;
	root.tree.salt.size = 31;
	assert_status(root_open(&root), ERR_VERITY_ROOT);
	assert_int_equal(refusal_last()->size, REFUSAL_BYTES);
	assert_memory_equal(refusal_last()->want, root.root_hash, REFUSAL_BYTES);
	fixture_proof_spoilt(&root.proof);
	root.tree = good;
	/* Fewer blocks are another tree; so are more, if it has another level. */
	root.tree.data_blocks = 100;
	assert_status(root_open(&root), OK);
	assert_status(root_read(&root, 0, 4096), ERR_VERITY_IO);
	assert_string_equal(refusal_last()->at, "level-0-data-block-0");
	root.tree = good;
	assert_status(root_open(&root), OK);
	root_free(&root);
}

/* 4 GiB of blocks and more are no trouble for the numbers; bounds of what a reader takes. */
static void memory_is_bounded(void **state)
{
	static const uint32_t sizes[] = { 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536 };
	struct verity_tree tree = { .algorithm = DIGEST_SHA512, .data_blocks = UINT32_MAX };
	struct verity_reader reader;
	static uint8_t memory[128] __attribute__((aligned(MEDIUM_ALIGN)));

	(void)state;
	for (unsigned data = 0; data < COUNT(sizes); data++)
		for (unsigned hash = 0; hash < COUNT(sizes); hash++) {
			struct verity_fec fec = { .roots = 24 };

			tree.data_block_size = sizes[data];
			tree.hash_block_size = sizes[hash];
			assert_in_range(verity_memory(&tree, NULL), 4 * sizes[hash], 0x7ffff);
			assert_in_range(verity_memory(&tree, &fec), 4 * sizes[hash], 0x7ffff);
		}
	root_make(&root, &(struct root_shape){ DIGEST_SHA256, 512, 512, 20, 0, false, 0 });
	assert_status(verity_open(&reader, &root.tree, &root.where[0], &root.where[1], NULL, NULL,
				  memory, sizeof(memory)),
		      ERR_INTERNAL);
	assert_status(verity_open(&reader, &root.tree, &root.where[0], &root.where[1], NULL, NULL,
				  memory + 1, SIZE_MAX),
		      ERR_INTERNAL);
	root_free(&root);
}

static void without_a_proof(void **state)
{
	(void)state;
	root_make(&root, &(struct root_shape){ DIGEST_SHA256, 512, 512, 20, 0, false, 0 });
	assert_status(verity_open(&root.reader, &root.tree, &root.where[0], &root.where[1], NULL,
				  NULL, root.memory, verity_memory(&root.tree, NULL)),
		      OK);
	assert_status(root_read(&root, 0, root.data_size), OK);
	*root_block(&root, 0, 7) ^= 1;
	assert_status(root_read(&root, 0, root.data_size), ERR_VERITY_IO);
	root_free(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_veritysetup_makes_them),
		cmocka_unit_test(every_shape),
		cmocka_unit_test(every_number_of_blocks),
		cmocka_unit_test(windows),
		cmocka_unit_test(any_part),
		cmocka_unit_test(a_block_is_held),
		cmocka_unit_test(only_what_is_asked_for),
		cmocka_unit_test(outside_the_data),
		cmocka_unit_test(short_places),
		cmocka_unit_test(numbers_that_lie),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(without_a_proof),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
