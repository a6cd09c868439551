// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * branches_arm.c - what branches.py did to Thumb-2's BL and B.W, undone. (ARMv7-A Arm ARM, A8.8.18
 * and A8.8.25, with both J bits set: targets less than 4 MiB away.)
 */
#include "unpack.h"

#define KIND 0xf800u /* of either half; the rest is the offset */
#define OFFSET 0x7ffu
#define FIRST 0xf000u  /* of KIND */
#define SECOND 0xb800u /* these bits are set in the second half of both */

void relative_branches(void *image, uint32_t size)
{
	uint16_t *begin = image;
	uint16_t *last = begin + size / 2 - 1;
	uint16_t *half;

	for (half = begin; half < last; half++) {
		uint32_t second, target;

		if ((*half & KIND) != FIRST || (half[1] & SECOND) != SECOND)
			continue;
		second = half[1];
		target = ((*half & OFFSET) << 11 | (second & OFFSET)) - (uint32_t)(half - begin);
		*half++ = (uint16_t)(FIRST | (target >> 11 & OFFSET));
		*half = (uint16_t)((second & KIND) | (target & OFFSET));
	}
}
