/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "document.h"

#include <inttypes.h>
#include <stdio.h>

static unsigned depth;
static bool empty = true; /* nothing yet in the innermost object or array */

static void quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void line(void)
{
	printf("\n%*s", (int)(2 * depth), "");
}

static void next(const char *key)
{
	if (!empty)
		putchar(',');
	empty = false;
	if (depth)
		line();
	if (key) {
		quoted(key);
		fputs(": ", stdout);
	}
}

static void open_with(const char *key, char bracket)
{
	next(key);
	putchar(bracket);
	depth++;
	empty = true;
}

static void close_with(char bracket)
{
	depth--;
	if (!empty)
		line();
	putchar(bracket);
	empty = false;
}

void document_begin(const char *what)
{
	char schema[64];

	snprintf(schema, sizeof schema, "holdfast-image-%s", what);
	open_with(NULL, '{');
	document_string("schema", schema);
	document_number("version", 1);
}

void document_end(void)
{
	close_with('}');
	putchar('\n');
}

void document_object(const char *key)
{
	open_with(key, '{');
}

void document_object_end(void)
{
	close_with('}');
}

void document_array(const char *key)
{
	open_with(key, '[');
}

void document_array_end(void)
{
	close_with(']');
}

void document_string(const char *key, const char *text)
{
	next(key);
	quoted(text);
}

void document_number(const char *key, uint64_t number)
{
	next(key);
	printf("%" PRIu64, number);
}

void document_bool(const char *key, bool value)
{
	next(key);
	fputs(value ? "true" : "false", stdout);
}

void document_hex(const char *key, const uint8_t *bytes, size_t size)
{
	size_t i;

	next(key);
	putchar('"');
	for (i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	putchar('"');
}
