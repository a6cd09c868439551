/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * base64.h - RFC 4648 text, as JSON documents carry bytes.
 */
#ifndef HOLDFAST_KEYS_BASE64_H
#define HOLDFAST_KEYS_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Standard alphabet, padded, one line; a fresh string, the caller frees. Never NULL. */
char *base64_encode(const void *bytes, size_t size);

/*
 * The bytes of length characters of text in the standard or the URL-safe alphabet, to a fresh
 * buffer of *size bytes that the caller frees. NULL: not base64 in its one right form (no space,
 * the right padding, unused bits 0).
 */
uint8_t *base64_decode(const char *text, size_t length, size_t *size);

#endif
