/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* base64.c - base64, strict where it reads. */
#include <limits.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "base64.h"
#include "tool.h"

char *base64_encode(const void *bytes, size_t size)
{
	char *text = allocate(4 * (size / 3 + 1) + 1);

	if (size > INT_MAX / 2) {
		complain("too much for base64 (%zu bytes)", size);
		exit(EXIT_BUG);
	}
	(void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
	return text;
}

/* 0 to 63, or -1. OpenSSL's decoder skips spaces and takes any bits in the padding. */
static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

/* Count characters (2 to 4) to count - 1 bytes. */
static bool decode_group(const char *text, size_t count, uint8_t *out)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i < count ? value_of(text[i]) : 0;

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	for (size_t i = 0; i + 1 < count; i++)
		out[i] = (uint8_t)(bits >> (16 - 8 * i));
	return count == 4 || (bits & (count == 3 ? 0xffu : 0xffffu)) == 0;
}

uint8_t *base64_decode(const char *text, size_t length, size_t *size)
{
	uint8_t *bytes;
	size_t rest = 4; /* characters of the last group that are no padding */

	*size = 0;
	if (length % 4 != 0)
		return NULL;
	if (length != 0 && text[length - 1] == '=')
		rest = text[length - 2] == '=' ? 2 : 3;
	bytes = allocate(length / 4 * 3);
	for (size_t at = 0; at < length; at += 4) {
		size_t count = at + 4 == length ? rest : 4;

		if (!decode_group(text + at, count, bytes + *size)) {
			free(bytes);
			*size = 0;
			return NULL;
		}
		*size += count - 1;
	}
	return bytes;
}
