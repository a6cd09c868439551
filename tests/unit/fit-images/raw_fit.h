/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* raw_fit.h - structure blocks written token by token, for what no library would write. */
#ifndef HOLDFAST_RAW_FIT_H
#define HOLDFAST_RAW_FIT_H

#include "fit.h"

/* A structure block and its strings block. */
struct raw_fit {
	uint8_t structure[FIT_META_MAX];
	uint32_t size;
	char strings[8192];
	uint32_t strings_size;
};

extern struct raw_fit raw;
/* What raw_open() made of it. */
extern struct fit raw_fit;

void raw_begin(void);
void raw_cell(uint32_t value);
void raw_bytes(const void *at, size_t size);
void raw_node(const char *name);
void raw_end(void);
/* Always a new string; returns its offset. */
uint32_t raw_string(const char *name);
void raw_property_at(uint32_t name, const void *value, size_t size);
void raw_property(const char *name, const char *value);
/* End the root and the block. */
void raw_finish(void);
/* fit_open() on exact copies on the heap. OK or ERR_BAD_FIT, nothing else. */
enum status raw_open(void);

/* It is refused, with this at=. */
#define REFUSED(where)                                                                             \
	do {                                                                                       \
		assert_int_equal(raw_open(), ERR_BAD_FIT);                                         \
		assert_string_equal(refusal_last()->at, where);                                    \
	} while (0)

#endif
