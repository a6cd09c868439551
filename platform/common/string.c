// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * string.c - the part of <string.h> that the core, libfdt, mbedTLS and the decompressors call,
 * for targets without a C library (the host links its own).
 *
 * Built with -fno-builtin, and gcc is told not to recognise loops: a loop here must not
 * become a call to itself. No floating-point or vector registers are used.
 */
#define _POSIX_C_SOURCE 200809L /* strnlen */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

typedef unsigned long word __attribute__((may_alias));
/* A word at any address: one load where the CPU can, bytes where it cannot (-mstrict-align). */
typedef unsigned long loose_word __attribute__((may_alias, aligned(1)));

#define WORD sizeof(word)
#define UNROLLED (4 * WORD)

static size_t to_alignment(const void *at)
{
	return -(uintptr_t)at & (WORD - 1);
}

/*
 * Upwards, to at or below from where they overlap. Each turn loads all it needs before it stores.
 */
static void copy_up(unsigned char *to, const unsigned char *from, size_t size)
{
	size_t head = to_alignment(to);

	if (size >= UNROLLED) {
		for (size -= head; head > 0; head--)
			*to++ = *from++;
		for (; size >= UNROLLED; size -= UNROLLED, to += UNROLLED, from += UNROLLED) {
			const loose_word *in = (const loose_word *)from;
			word *out = (word *)to;
			word a = in[0], b = in[1], c = in[2], d = in[3];

			out[0] = a;
			out[1] = b;
			out[2] = c;
			out[3] = d;
		}
	}
	for (; size > 0; size--)
		*to++ = *from++;
}

/* Downwards, to above from. */
static void copy_down(unsigned char *to, const unsigned char *from, size_t size)
{
	to += size;
	from += size;
	for (; size >= WORD; size -= WORD) {
		to -= WORD;
		from -= WORD;
		*(loose_word *)to = *(const loose_word *)from;
	}
	for (; size > 0; size--)
		*--to = *--from;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	copy_up(to, from, size);
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	if ((uintptr_t)to - (uintptr_t)from >= size)
		copy_up(to, from, size);
	else
		copy_down(to, from, size);
	return to;
}

void *memset(void *at, int value, size_t size)
{
	unsigned char *to = at;
	word filled = (unsigned char)value * (~(word)0 / 0xff);
	size_t head = to_alignment(to);

	if (size >= UNROLLED) {
		for (size -= head; head > 0; head--)
			*to++ = (unsigned char)value;
		for (; size >= UNROLLED; size -= UNROLLED, to += UNROLLED) {
			word *out = (word *)to;

			out[0] = filled;
			out[1] = filled;
			out[2] = filled;
			out[3] = filled;
		}
	}
	for (; size > 0; size--)
		*to++ = (unsigned char)value;
	return at;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a;
	const unsigned char *right = b;

	for (; size > 0; size--, left++, right++)
		if (*left != *right)
			return *left - *right;
	return 0;
}

void *memchr(const void *at, int value, size_t size)
{
	const unsigned char *in = at;

	for (; size > 0; size--, in++)
		if (*in == (unsigned char)value)
			return (void *)(uintptr_t)in;
	return NULL;
}

size_t strlen(const char *string)
{
	size_t size = 0;

	while (string[size] != '\0')
		size++;
	return size;
}

size_t strnlen(const char *string, size_t most)
{
	size_t size = 0;

	while (size < most && string[size] != '\0')
		size++;
	return size;
}

int strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t most)
{
	for (; most > 0; most--, a++, b++)
		if (*a != *b || *a == '\0')
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

char *strchr(const char *string, int value)
{
	for (;; string++) {
		if (*string == (char)value)
			return (char *)(uintptr_t)string;
		if (*string == '\0')
			return NULL;
	}
}

char *strrchr(const char *string, int value)
{
	const char *found = NULL;

	for (;; string++) {
		if (*string == (char)value)
			found = string;
		if (*string == '\0')
			return (char *)(uintptr_t)found;
	}
}
