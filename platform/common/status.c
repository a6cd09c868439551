// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* status.c - the words of the status table, and what the last refusal was about. */
#include "status.h"

#include <string.h>

static struct refusal last = { .why = ERR_INTERNAL, .hint = "" };

const char *status_word(enum status why)
{
	switch (why) {
#define STATUS_WORD(name, number, word, meaning, fix)                                              \
	case name:                                                                                 \
		return word;
		STATUS_TABLE(STATUS_WORD)
#undef STATUS_WORD
	case OK:
		return "ok";
	}
	return "internal";
}

/* What reaches a terminal is printable ASCII, whatever a node was called. */
static void copy_printable(char *to, size_t room, const char *from)
{
	size_t i = 0;

	for (; i < room - 1 && from[i] != '\0'; i++) {
		to[i] = '?';
		if (from[i] > ' ' && from[i] <= '~')
			to[i] = from[i];
	}
	to[i] = '\0';
}

enum status(refuse)(enum status why, const char *at, const char *hint)
{
	memset(&last, 0, sizeof(last));
	/* A refusal is never a success, whatever the caller passed. */
	last.why = why == OK ? ERR_INTERNAL : why;
	copy_printable(last.at, sizeof(last.at), at ? at : "");
	last.hint = hint ? hint : "";
	return last.why;
}

enum status(refuse_different)(enum status why, const char *at, const char *hint, const void *want,
			      const void *got, size_t size)
{
	enum status refused = refuse(why, at, hint);

	last.size = size < REFUSAL_BYTES ? size : REFUSAL_BYTES;
	memcpy(last.want, want, last.size);
	memcpy(last.got, got, last.size);
	return refused;
}

const struct refusal *refusal_last(void)
{
	return &last;
}

void refusal_clear(void)
{
	memset(&last, 0, sizeof(last));
	last.why = ERR_INTERNAL;
	last.hint = "";
}
