/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * arch_timer.h - the Arm generic timer's counter.
 */
#ifndef HOLDFAST_ARCH_TIMER_H
#define HOLDFAST_ARCH_TIMER_H

#include <stdint.h>

/* Microseconds since the counter started. Monotonic. 0 always if nobody set CNTFRQ. */
uint64_t arch_timer_us(void);

#endif
