/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * guid.h - GUIDs: as people write them, as GPT stores them (mixed-endian), and deterministic ones.
 */
#ifndef HOLDFAST_IMAGE_GUID_H
#define HOLDFAST_IMAGE_GUID_H

#include <stdbool.h>
#include <stdint.h>

/*
 * 8-4-4-4-12 hex digits to the 16 bytes in the order they are written; false if it is something
 * else.
 */
bool guid_parse_text_order(const char *text, uint8_t bytes[16]);

/* The same to GPT's order on disk. */
bool guid_parse(const char *text, uint8_t disk[16]);

/* From text order to disk order, or back (it is its own inverse). */
void guid_swap(const uint8_t from[16], uint8_t to[16]);

/* A GUID (disk order) that depends on the seed and the name alone. */
void guid_derive(const char *seed, const char *name, uint8_t disk[16]);

#endif
