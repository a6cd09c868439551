/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cadence_uart.h - the UART of Zynq and Zynq UltraScale+ (UG1085, chapter "UART Controller";
 * registers: UG1087, module UART), transmit only.
 */
#ifndef HOLDFAST_CADENCE_UART_H
#define HOLDFAST_CADENCE_UART_H

#include <stdint.h>

/*
 * Make it usable: 115200 8N1 from a reference clock of clock_hz, unless the earlier stage has
 * enabled the transmitter already.
 */
void cadence_uart_start(uintptr_t base, uint32_t clock_hz);

/* Send one character. Waits for room, but not for good: a stuck UART loses characters. */
void cadence_uart_put(uintptr_t base, char c);

/* Wait until all has left the wire, or a while. */
void cadence_uart_drain(uintptr_t base);

#endif
