// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* status_help.c - the texts of the status table, for programs of the host. */
#include "status_help.h"

#include <string.h>

static const struct help {
	enum status code;
	const char *word;
	const char *meaning;
	const char *fix;
} table[] = {
#define ROW(name, number, word, meaning, fix) { name, word, meaning, fix },
	STATUS_TABLE(ROW)
#undef ROW
};
#define ROWS (sizeof(table) / sizeof(table[0]))

/* The first row is "internal", which stands for what is no code. */
static const struct help *row_of(enum status why)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (table[i].code == why)
			return &table[i];
	}
	return &table[0];
}

const char *status_meaning(enum status why)
{
	return row_of(why)->meaning;
}

const char *status_fix(enum status why)
{
	return row_of(why)->fix;
}

bool status_from_word(const char *word, enum status *why)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(table[i].word, word) == 0) {
			*why = table[i].code;
			return true;
		}
	}
	return false;
}
