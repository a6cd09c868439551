// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * plat.c - the part of platform.h that no board does differently.
 */
#include "platform.h"

#include "arch_timer.h"
#include "cache.h"

uint64_t plat_now_us(void)
{
	return arch_timer_us();
}

void plat_clean(const void *base, size_t size)
{
	uintptr_t start = (uintptr_t)base;

	if (size != 0)
		cache_clean(start, start + size);
}
