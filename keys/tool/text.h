/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * text.h - what verify and inspect print: tables for people, text for JSON.
 */
#ifndef HOLDFAST_KEYS_TEXT_H
#define HOLDFAST_KEYS_TEXT_H

#include <stddef.h>

#include <jansson.h>

#define TEXT_COLUMNS 8

/*
 * Columns as wide as their longest cell. Start with { .columns = N }. Cells are copied;
 * text_table_print() frees them.
 */
struct text_table {
	unsigned columns; /* at most TEXT_COLUMNS */
	size_t used;      /* cells */
	size_t room;
	char **cells;
};

/* Add the next cell, row after row; NULL is "-". Never fails (exits if there is no memory). */
void text_table_add(struct text_table *table, const char *cell);

/* The same from a format. */
void text_table_format(struct text_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Print what was added to stdout with indent in front of each line, then forget it. */
void text_table_print(struct text_table *table, const char *indent);

/*
 * Text from inside a file, fit for a terminal: a fresh string (the caller frees) in which all but
 * printable ASCII is '?'.
 */
char *text_plain(const char *text);

/*
 * In place: what moves a terminal's cursor, ends a line or begins an escape sequence (also the C1
 * characters of UTF-8) becomes '?'. For paths, which may have any name, and stay readable.
 */
void text_tame(char *text);

/* Text from outside (a path) as a JSON string; if it is not UTF-8, all but ASCII becomes '?'. */
json_t *json_text(const char *text);

#endif
