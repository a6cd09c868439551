/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * ns16550.h - the 16550 UART that many SoCs have (National Semiconductor PC16550D; Synopsys
 * DW_apb_uart on Allwinner, ASPEED's own), transmit only. What differs is how far apart the
 * registers are and how wide an access must be.
 */
#ifndef HOLDFAST_NS16550_H
#define HOLDFAST_NS16550_H

#include <stdbool.h>
#include <stdint.h>

struct ns16550 {
	uintptr_t base;
	uint32_t clock_hz;
	uint8_t shift; /* register n is at base + (n << shift) */
	bool wide;     /* accesses of 32 bits; else of 8 */
};

/*
 * Make it usable: 115200 8N1 with FIFOs from clock_hz, unless the earlier stage has set it to 8N1
 * already (then its rate stays). A divided clock (DW_apb_uart's uartclk) counts, not the bus's.
 */
void ns16550_start(const struct ns16550 *uart);

/* Send one character. Waits for room, but not for good: a stuck UART loses characters. */
void ns16550_put(const struct ns16550 *uart, char c);

/* Wait until all has left the wire, or a while. */
void ns16550_drain(const struct ns16550 *uart);

#endif
