/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * document.h - one JSON document to stdout, as it goes along. key is NULL inside an array.
 */
#ifndef HOLDFAST_IMAGE_DOCUMENT_H
#define HOLDFAST_IMAGE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begin the document: { "schema": "holdfast-image-WHAT", "version": 1 ... */
void document_begin(const char *what);
void document_end(void);

void document_object(const char *key);
void document_object_end(void);
void document_array(const char *key);
void document_array_end(void);

/* text is escaped; bytes outside printable ASCII become \u00XX. */
void document_string(const char *key, const char *text);
void document_number(const char *key, uint64_t number);
void document_bool(const char *key, bool value);
void document_hex(const char *key, const uint8_t *bytes, size_t size);

#endif
