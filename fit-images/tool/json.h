/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * json.h - one JSON document to stdout, as it goes along. key is NULL inside an array.
 */
#ifndef HOLDFAST_IMAGE_JSON_H
#define HOLDFAST_IMAGE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begin the document: { "schema": "holdfast-image-WHAT", "version": 1 ... */
void json_begin(const char *what);
void json_end(void);

void json_object(const char *key);
void json_object_end(void);
void json_array(const char *key);
void json_array_end(void);

/* text is escaped; bytes outside printable ASCII become \u00XX. */
void json_string(const char *key, const char *text);
void json_number(const char *key, uint64_t number);
void json_bool(const char *key, bool value);
void json_hex(const char *key, const uint8_t *bytes, size_t size);

#endif
