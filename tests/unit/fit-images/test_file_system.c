// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_file_system.c - what a fault lets a driver leave out is seen, and is in the proof. */
#include <string.h>

#include "../unit.h"
#include "file_system.h"
#include "platform.h"

static size_t short_by;

static enum status read_less(struct file_system *fs, const struct node *node, uint64_t offset,
			     void *destination, size_t size)
{
	(void)node;
	(void)offset;
	memset(destination, 'x', size - short_by);
	fs->delivered += size - short_by;
	return OK;
}

/* Nothing wanted and nothing done is equal; anything less than what was wanted is not. */
static void test_less_than_asked_for(void **state)
{
	static const struct file_system_driver driver = { .name = "short", .read = read_less };
	const struct node node = { .kind = NODE_FILE, .size = 8 };
	struct verity_reader reader = { .proof = NULL };
	struct file_system fs = { .reader = &reader, .driver = &driver };
	uint64_t want, got;
	struct proof proof;
	char bytes[8];

	(void)state;
	assert_status(digest_engines_start(plat_digest_engines()), OK);
	for (short_by = 0; short_by <= sizeof(bytes); short_by++) {
		assert_status(proof_begin(&proof), OK);
		reader.proof = &proof;
		assert_status(file_read(&fs, &node, 0, bytes, sizeof(bytes)),
			      short_by == 0 ? OK : ERR_INTERNAL);
		assert_status(proof_end(&proof, &want, &got), OK);
		assert_true((want == got) == (short_by == 0));
	}
}

/* Whatever made a driver stop at another name: it is not taken for the one that was wanted. */
static void test_another_name(void **state)
{
	static const struct {
		const char *name;
		enum status is;
	} found[] = {
		{ "Image", OK },
		{ "Image.old", ERR_INTERNAL },
		{ "Imag", ERR_INTERNAL },
		{ "Imagf", ERR_INTERNAL },
	};
	const struct span wanted = { (const uint8_t *)"Image", 5 };
	struct verity_reader reader = { .proof = NULL };
	struct file_system fs = { .reader = &reader };

	(void)state;
	for (unsigned i = 0; i < COUNT(found); i++) {
		struct entry entry = { .size = strlen(found[i].name) };

		memcpy(entry.name, found[i].name, entry.size);
		assert_status(file_is_named(&fs, &entry, wanted), found[i].is);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_less_than_asked_for),
		cmocka_unit_test(test_another_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
