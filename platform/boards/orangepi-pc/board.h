/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * board.h - Xunlong Orange Pi PC: where things are (Allwinner H3 Datasheet 1.2, section 4.1 "Memory
 * Mapping"; QEMU hw/arm/allwinner-h3.c). Included by assembly too.
 */
#ifndef HOLDFAST_BOARD_H
#define HOLDFAST_BOARD_H

/* RAM begins here; everything below is boot ROM, SRAM and devices. */
#define BOARD_RAM_BASE 0x40000000
/* What there is even if no tree says how much. */
#define BOARD_RAM_LEAST 0x10000000
/* The stage before brings no tree: board.dts. */
#define BOARD_TREE 0
/* We always start in RAM, where the first stack is behind the image; so nothing is taken here. */
#define BOARD_EARLY_STACK 0x40410000

/*
 * Where a packed loader is unpacked to: below 0x4a000000, where U-Boot SPL puts us; 1 MiB and 16
 * KiB below for a stack.
 */
#define BOARD_UNPACK 0x48000000

/* The way out of secure SVC. */
#define BOARD_GIC_DISTRIBUTOR 0x01c81000
#define BOARD_GIC_CPU 0x01c82000
#define BOARD_TIMER_HZ 24000000

#define BOARD_UART 0x01c28000
#define BOARD_UART_HZ 24000000

#define ORANGEPI_MMC 0x01c0f000
/* The clock control unit, and in it SDMMC0_CLK_REG. */
#define ORANGEPI_CCU 0x01c20000
#define ORANGEPI_MMC_CLOCK 0x01c20088
#define ORANGEPI_WATCHDOG 0x01c20ca0

#endif
