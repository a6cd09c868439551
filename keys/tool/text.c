/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* text.c - see text.h. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "tool.h"

void text_tame(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++) {
		if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			c[0] = c[1] = '?';
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
	}
}

/* The table takes over the cell. */
static void keep(struct text_table *table, char *cell)
{
	text_tame(cell);
	if (table->used == table->room) {
		char **cells;

		table->room = table->room * 2 + 64;
		cells = realloc(table->cells, table->room * sizeof(*cells));
		if (cells == NULL) {
			complain("out of memory");
			exit(EXIT_BUG);
		}
		table->cells = cells;
	}
	table->cells[table->used++] = cell;
}

void text_table_add(struct text_table *table, const char *cell)
{
	keep(table, text_of("%s", cell == NULL || cell[0] == '\0' ? "-" : cell));
}

void text_table_format(struct text_table *table, const char *format, ...)
{
	va_list arguments;
	char *cell = NULL;

	va_start(arguments, format);
	if (vasprintf(&cell, format, arguments) < 0)
		cell = NULL;
	va_end(arguments);
	if (cell == NULL) {
		complain("out of memory");
		exit(EXIT_BUG);
	}
	keep(table, cell);
}

static int width_of(const struct text_table *table, unsigned column)
{
	size_t width = 0;

	for (size_t i = column; i < table->used; i += table->columns) {
		if (strlen(table->cells[i]) > width)
			width = strlen(table->cells[i]);
	}
	return (int)width;
}

void text_table_print(struct text_table *table, const char *indent)
{
	int width[TEXT_COLUMNS] = { 0 };

	for (unsigned i = 0; i + 1 < table->columns; i++)
		width[i] = width_of(table, i);
	for (size_t i = 0; i < table->used; i++) {
		unsigned column = (unsigned)(i % table->columns);
		bool last = column + 1 == table->columns || i + 1 == table->used;

		(void)printf("%s%-*s%s", column == 0 ? indent : "", last ? 0 : width[column],
			     table->cells[i], last ? "\n" : "  ");
		free(table->cells[i]);
	}
	free(table->cells);
	*table = (struct text_table){ .columns = table->columns };
}

char *text_plain(const char *text)
{
	char *plain = text_of("%s", text);

	for (char *c = plain; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
	return plain;
}

json_t *json_text(const char *text)
{
	json_t *string = json_string(text);
	char *plain;

	if (string != NULL)
		return string;
	plain = text_of("%s", text);
	for (char *c = plain; *c != '\0'; c++) {
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	}
	string = json_string(plain);
	free(plain);
	return string;
}
