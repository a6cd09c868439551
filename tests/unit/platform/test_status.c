// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include <ctype.h>

static void every_code_has_its_own_word(void **state)
{
	static const struct {
		enum status code;
		const char *word;
	} table[] = {
#define ROW(name, number, word, meaning, fix) { name, word },
		STATUS_TABLE(ROW)
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		assert_string_equal(status_word(table[i].code), table[i].word);
		for (const char *c = table[i].word; *c != '\0'; c++)
			assert_true(islower(*c) || *c == '-');
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(table[i].word, table[j].word);
			assert_int_not_equal(table[i].code, table[j].code);
		}
	}
}

static void ok_is_not_a_small_number(void **state)
{
	(void)state;
	assert_string_equal(status_word(OK), "ok");
	/* Far from 0, from all ones and from every error. */
	assert_true(__builtin_popcount((unsigned)OK) >= 8 &&
		    __builtin_popcount((unsigned)OK) <= 24);
}

static void anything_else_is_internal(void **state)
{
	(void)state;
	assert_string_equal(status_word((enum status)0), "internal");
	assert_string_equal(status_word((enum status)1000), "internal");
}

static void refuse_keeps_what_it_was_about(void **state)
{
	const uint8_t want[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	const uint8_t got[12] = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };
	const struct refusal *last = refusal_last();

	(void)state;
	assert_status(refuse_different(ERR_HASH_MISMATCH, "kernel", "sign again", want, got, 12),
		      ERR_HASH_MISMATCH);
	assert_status(last->why, ERR_HASH_MISMATCH);
	assert_string_equal(last->at, "kernel");
	assert_string_equal(last->hint, "sign again");
	assert_int_equal(last->size, REFUSAL_BYTES);
	assert_memory_equal(last->want, want, REFUSAL_BYTES);
	assert_memory_equal(last->got, got, REFUSAL_BYTES);
	/* A later refusal leaves nothing of the earlier one. */
	assert_status(refuse(ERR_NO_HASH, NULL, NULL), ERR_NO_HASH);
	assert_string_equal(last->at, "");
	assert_string_equal(last->hint, "");
	assert_int_equal(last->size, 0);
	refusal_clear();
	assert_status(last->why, ERR_INTERNAL);
}

static void short_values_are_kept_whole(void **state)
{
	const uint8_t want[] = { 1 }, got[] = { 2 };

	(void)state;
	assert_status(refuse_different(ERR_ROLLBACK, "x", "", want, got, 1), ERR_ROLLBACK);
	assert_int_equal(refusal_last()->size, 1);
}

static void a_refusal_is_never_a_success(void **state)
{
	(void)state;
	assert_status(refuse(OK, "x", "y"), ERR_INTERNAL);
	assert_status(refusal_last()->why, ERR_INTERNAL);
}

static void names_from_outside_stay_printable(void **state)
{
	char name[200];
	const struct refusal *last = refusal_last();

	(void)state;
	assert_status(refuse(ERR_BAD_FIT, "a\x1b[31m b\n\"c\xff", ""), ERR_BAD_FIT);
	assert_string_equal(last->at, "a?[31m?b?\"c?");
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_status(refuse(ERR_BAD_FIT, name, ""), ERR_BAD_FIT);
	assert_int_equal(strlen(last->at), REFUSAL_TEXT_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_own_word),
		cmocka_unit_test(ok_is_not_a_small_number),
		cmocka_unit_test(anything_else_is_internal),
		cmocka_unit_test(refuse_keeps_what_it_was_about),
		cmocka_unit_test(short_values_are_kept_whole),
		cmocka_unit_test(a_refusal_is_never_a_success),
		cmocka_unit_test(names_from_outside_stay_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
