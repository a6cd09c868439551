/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * pl011.h - Arm PrimeCell UART (PL011, DDI 0183), transmit only.
 */
#ifndef HOLDFAST_PL011_H
#define HOLDFAST_PL011_H

#include <stdint.h>

/* Make it usable: 115200 8N1 from clock_hz, unless the earlier stage has enabled it already. */
void pl011_start(uintptr_t base, uint32_t clock_hz);

/* Send one character. Waits for room, but not for good: a stuck UART loses characters. */
void pl011_put(uintptr_t base, char c);

/* Wait until all has left the wire, or a while. */
void pl011_drain(uintptr_t base);

#endif
