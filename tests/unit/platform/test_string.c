// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The targets' string functions under other names, against the C library's. */
#include "../unit.h"

void *own_memcpy(void *restrict to, const void *restrict from, size_t size);
void *own_memmove(void *to, const void *from, size_t size);
void *own_memset(void *at, int value, size_t size);
int own_memcmp(const void *a, const void *b, size_t size);
void *own_memchr(const void *at, int value, size_t size);
size_t own_strlen(const char *string);
size_t own_strnlen(const char *string, size_t most);
int own_strcmp(const char *a, const char *b);
int own_strncmp(const char *a, const char *b, size_t most);
char *own_strchr(const char *string, int value);
char *own_strrchr(const char *string, int value);

#define memcpy own_memcpy
#define memmove own_memmove
#define memset own_memset
#define memcmp own_memcmp
#define memchr own_memchr
#define strlen own_strlen
#define strnlen own_strnlen
#define strcmp own_strcmp
#define strncmp own_strncmp
#define strchr own_strchr
#define strrchr own_strrchr
#include "../../../platform/common/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr
#undef strrchr

#define SIZE 200

static uint8_t own[3 * SIZE], theirs[3 * SIZE];

static void scramble(uint64_t *seed)
{
	for (size_t i = 0; i < sizeof(own); i++)
		own[i] = theirs[i] = (uint8_t)random_next(seed);
}

/* All sizes, all alignments of both sides, and all overlaps that matter. */
static void copies(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	for (size_t size = 0; size < SIZE; size++) {
		for (unsigned i = 0; i < 40; i++) {
			size_t to = random_below(&seed, SIZE), from = random_below(&seed, SIZE);

			scramble(&seed);
			assert_ptr_equal(own_memmove(own + to, own + from, size), own + to);
			memmove(theirs + to, theirs + from, size);
			assert_memory_equal(own, theirs, sizeof(own));
			from = 2 * SIZE - from % 16;
			if (to + size > from)
				continue;
			assert_ptr_equal(own_memcpy(own + to, own + from, size), own + to);
			memcpy(theirs + to, theirs + from, size);
			assert_memory_equal(own, theirs, sizeof(own));
		}
	}
}

static void near_overlaps(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	for (size_t distance = 0; distance < 72; distance++) {
		for (size_t size = 0; size < SIZE; size += 7) {
			scramble(&seed);
			own_memmove(own + 3, own + 3 + distance, size);
			memmove(theirs + 3, theirs + 3 + distance, size);
			own_memmove(own + 5 + distance, own + 5, size);
			memmove(theirs + 5 + distance, theirs + 5, size);
			assert_memory_equal(own, theirs, sizeof(own));
		}
	}
}

static void fills(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	for (size_t at = 0; at < 16; at++) {
		for (size_t size = 0; size < SIZE; size++) {
			int value = (int)random_below(&seed, 1000) - 500;

			scramble(&seed);
			assert_ptr_equal(own_memset(own + at, value, size), own + at);
			memset(theirs + at, value, size);
			assert_memory_equal(own, theirs, sizeof(own));
		}
	}
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void compares(void **state)
{
	static const char *const words[] = {
		"", "a", "b", "ab", "abc", "abd", "\xff", "aa", "A", "a\xff", "aaaaaaaaaaaaaaaa"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		assert_int_equal(own_strlen(words[i]), strlen(words[i]));
		for (size_t n = 0; n < 20; n++)
			assert_int_equal(own_strnlen(words[i], n), strnlen(words[i], n));
		for (size_t j = 0; j < COUNT(words); j++) {
			size_t shorter = strlen(words[i]) < strlen(words[j]) ? i : j;

			assert_int_equal(sign(own_strcmp(words[i], words[j])),
					 sign(strcmp(words[i], words[j])));
			for (size_t n = 0; n < 20; n++)
				assert_int_equal(sign(own_strncmp(words[i], words[j], n)),
						 sign(strncmp(words[i], words[j], n)));
			assert_int_equal(
				sign(own_memcmp(words[i], words[j], strlen(words[shorter]) + 1)),
				sign(memcmp(words[i], words[j], strlen(words[shorter]) + 1)));
		}
	}
}

static void searches(void **state)
{
	static const char text[] = "key-one,key-two\xff";

	(void)state;
	for (int c = 0; c < 256; c++) {
		assert_ptr_equal(own_strchr(text, c), strchr(text, c));
		assert_ptr_equal(own_strrchr(text, c), strrchr(text, c));
		for (size_t n = 0; n <= sizeof(text); n++)
			assert_ptr_equal(own_memchr(text, c, n > sizeof(text) ? sizeof(text) : n),
					 memchr(text, c, n > sizeof(text) ? sizeof(text) : n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies),   cmocka_unit_test(near_overlaps),
		cmocka_unit_test(fills),    cmocka_unit_test(compares),
		cmocka_unit_test(searches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
