/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * report.c - what the tool says: diagnostics, the HF-REFUSE line, JSON.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text.h"
#include "tool.h"

/* One line, whatever files are called. */
static void say(const char *format, va_list arguments)
{
	char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	if (text != NULL)
		text_tame(text);
	(void)fprintf(stderr, "holdfast-keys: %s\n", text == NULL ? format : text);
	free(text);
}

void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
}

void note(const char *format, ...)
{
	va_list arguments;

	if (common.quiet)
		return;
	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
}

void detail(const char *format, ...)
{
	va_list arguments;

	if (!common.verbose)
		return;
	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
}

/* As on the loader's console: plain characters stand as they are, anything else in quotes. */
static void print_value(const char *key, const char *value)
{
	static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "._,:/@+-";

	if (strspn(value, plain) == strlen(value)) {
		(void)fprintf(stderr, " %s=%s", key, value);
		return;
	}
	(void)fprintf(stderr, " %s=\"", key);
	for (; *value != '\0'; value++)
		(void)fputc(*value >= ' ' && *value <= '~' && *value != '"' ? *value : '?', stderr);
	(void)fputc('"', stderr);
}

static void print_bytes(const char *key, const uint8_t *bytes, size_t size)
{
	(void)fprintf(stderr, " %s=", key);
	for (size_t i = 0; i < size; i++)
		(void)fprintf(stderr, "%02x", bytes[i]);
	(void)fputs("..", stderr);
}

enum exit_code refused(enum status why)
{
	const struct refusal *last = refusal_last();
	bool known = last->why == why;

	(void)fprintf(stderr, "HF-REFUSE code=%s", status_word(why));
	if (known && last->at[0] != '\0')
		print_value("at", last->at);
	if (known && last->size != 0) {
		print_bytes("want", last->want, last->size);
		print_bytes("got", last->got, last->size);
	}
	if (known && last->hint[0] != '\0')
		print_value("hint", last->hint);
	(void)fputc('\n', stderr);
	if (why == ERR_INTERNAL || why == OK)
		return EXIT_BUG;
	return why == ERR_MEDIA_IO ? EXIT_INPUT : EXIT_REFUSED;
}

enum exit_code refused_because(enum status why, const char *at, const char *hint)
{
	return refused(refuse(why, at, hint));
}

enum exit_code json_print(json_t *document, const char *schema)
{
	int result = -1;

	if (document != NULL && json_object_set_new(document, "schema", json_string(schema)) == 0 &&
	    json_object_set_new(document, "version", json_integer(1)) == 0)
		result = json_dumpf(document, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
	json_decref(document);
	if (result == 0 && fputc('\n', stdout) != EOF && fflush(stdout) == 0)
		return EXIT_DONE;
	complain("standard output cannot be written: check where it goes");
	return EXIT_OUTPUT;
}

void *allocate(size_t size)
{
	void *memory = calloc(1, size == 0 ? 1 : size);

	if (memory == NULL) {
		complain("out of memory (%zu bytes)", size);
		exit(EXIT_BUG);
	}
	return memory;
}

char *text_of(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	if (text == NULL) {
		complain("out of memory");
		exit(EXIT_BUG);
	}
	return text;
}

char *hex_text(const void *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *b = bytes;
	char *text = allocate(2 * size + 1);

	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[b[i] >> 4];
		text[2 * i + 1] = digits[b[i] & 15];
	}
	return text;
}

json_t *json_hex(const void *bytes, size_t size)
{
	char *text = hex_text(bytes, size);
	json_t *string = json_string(text);

	free(text);
	return string;
}

uint32_t timestamp(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	char *end;
	unsigned long long seconds;

	if (epoch == NULL || epoch[0] == '\0')
		return (uint32_t)time(NULL);
	errno = 0;
	seconds = strtoull(epoch, &end, 10);
	if (errno != 0 || *end != '\0' || epoch[0] == '-' || seconds > UINT32_MAX) {
		complain("SOURCE_DATE_EPOCH: not a number of seconds below 2^32: set it to one");
		exit(EXIT_USAGE);
	}
	return (uint32_t)seconds;
}
