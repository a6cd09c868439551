// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "status_help.h"

#define LONGEST 84

static const enum status codes[] = {
#define CODE(name, number, word, meaning, fix) name,
	STATUS_TABLE(CODE)
#undef CODE
};

static void is_a_sentence(const char *text)
{
	size_t length = strlen(text);

	assert_in_range(length, 10, LONGEST);
	assert_int_equal(text[length - 1], '.');
	for (size_t i = 0; i < length; i++)
		assert_true(text[i] >= ' ' && text[i] <= '~' && text[i] != '"');
}

static void every_code_has_a_meaning_and_a_fix(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		is_a_sentence(status_meaning(codes[i]));
		is_a_sentence(status_fix(codes[i]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(status_meaning(codes[i]), status_meaning(codes[j]));
	}
}

static void every_word_leads_back_to_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		enum status found = OK;

		assert_true(status_from_word(status_word(codes[i]), &found));
		assert_int_equal(found, codes[i]);
	}
}

static void other_words_are_none(void **state)
{
	static const char *const words[] = { "", "ok", "bad", "bad-gpt ", "Bad-gpt", "hash" };

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		enum status found = ERR_TPM;

		assert_false(status_from_word(words[i], &found));
		assert_int_equal(found, ERR_TPM);
	}
}

static void what_is_no_code_is_explained_as_internal(void **state)
{
	(void)state;
	assert_string_equal(status_meaning(OK), status_meaning(ERR_INTERNAL));
	assert_string_equal(status_fix((enum status)0), status_fix(ERR_INTERNAL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_meaning_and_a_fix),
		cmocka_unit_test(every_word_leads_back_to_its_code),
		cmocka_unit_test(other_words_are_none),
		cmocka_unit_test(what_is_no_code_is_explained_as_internal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
