/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cache.h - data cache maintenance by address, to the point of coherency.
 *
 * [start, end) is widened to whole cache lines. None of these use the stack, so they
 * work before there is one. Drivers of devices whose DMA is not coherent call
 * cache_clean_invalidate() before the device writes and cache_invalidate() after it did.
 */
#ifndef HOLDFAST_CACHE_H
#define HOLDFAST_CACHE_H

#include <stdint.h>

/* Write dirty lines back. Two instructions a line. */
void cache_clean(uintptr_t start, uintptr_t end);

/* Write dirty lines back and forget them. */
void cache_clean_invalidate(uintptr_t start, uintptr_t end);

/*
 * Forget lines without writing them back: what a CPU wrote there and did not clean is lost, up to a
 * line beyond each end.
 */
void cache_invalidate(uintptr_t start, uintptr_t end);

/* Make instruction fetch see what memory holds, on every core. */
void cache_forget_instructions(void);

#endif
