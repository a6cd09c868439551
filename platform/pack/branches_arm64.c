// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * branches_arm64.c - what branches.py did to BL and ADRP, undone. (Arm ARM, C6.2: BL, ADRP; xz has
 * the same idea.)
 */
#include "unpack.h"

#define BL 0x94000000u /* of BL_BITS */
#define BL_BITS 0xfc000000u
#define ADRP 0x90000000u /* of ADRP_BITS */
#define ADRP_BITS 0x9f000000u
#define EITHER 0x90000000u /* of EITHER_BITS: what both have in common */
#define EITHER_BITS 0x98000000u
/* All but the page: 19 high bits from bit 5, 2 low bits from bit 29. */
#define ADRP_KEPT 0x9f00001fu
#define PAGE_HIGH 0x1ffffcu
#define PAGE_LOW 3u

static uint32_t relative(uint32_t word, uint32_t here)
{
	uint32_t page = ((word >> 3 & PAGE_HIGH) | (word >> 29 & PAGE_LOW)) - (here >> 10);

	if ((word & BL_BITS) == BL)
		return BL | ((word - here) & ~BL_BITS);
	if ((word & ADRP_BITS) == ADRP)
		return (word & ADRP_KEPT) | (page & PAGE_HIGH) << 3 | (page & PAGE_LOW) << 29;
	return word;
}

/* One test for most words: without caches each instruction counts. */
void relative_branches(void *image, uint32_t size)
{
	uint32_t *begin = image;
	uint32_t *end = begin + size / 4;
	uint32_t *word;

	for (word = begin; word != end; word++)
		if ((*word & EITHER_BITS) == EITHER)
			*word = relative(*word, (uint32_t)(word - begin));
}
