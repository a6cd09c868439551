/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * banner.h - putting plat_banner()'s text together: " key=value key=value".
 */
#ifndef HOLDFAST_BANNER_H
#define HOLDFAST_BANNER_H

#include <stddef.h>
#include <stdint.h>

/* Always a string; what does not fit is left out as a whole. Start with all zeros. */
struct banner {
	char text[128];
	size_t size; /* without the closing NUL */
};

/* Add " key=value"; value has no spaces. */
void banner_word(struct banner *banner, const char *key, const char *value);

/* Add " key=0x..." without leading zeros. */
void banner_address(struct banner *banner, const char *key, uint64_t value);

#endif
