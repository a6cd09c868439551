/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * board.h - Xilinx ZCU102 (Zynq UltraScale+): where things are (UG1085, chapter "System Addresses";
 * QEMU hw/arm/xlnx-zynqmp.c). Included by assembly too.
 */
#ifndef HOLDFAST_BOARD_H
#define HOLDFAST_BOARD_H

/*
 * RAM begins at 0; its first page is not ours and not mapped, so that a null pointer faults.
 */
#define BOARD_RAM_BASE 0x1000
/* What is there even if no tree says how much. */
#define BOARD_RAM_LEAST 0x10000000
/* The stage before brings no tree: board.dts. */
#define BOARD_TREE 0
/* We always start in RAM, where the first stack is behind the image; so nothing is taken here. */
#define BOARD_EARLY_STACK 0x00080000

/*
 * Where a packed loader is unpacked to: above 0x08000000, where the stage before puts us; 1 MiB and
 * 16 KiB below for a stack.
 */
#define BOARD_UNPACK 0x0a000000

#define BOARD_UART 0xff000000
#define BOARD_UART_HZ 100000000
/* For start.S, which may have to say something before there is a driver. */
#define BOARD_UART_DATA 0xff000030

/* SD1, the card slot of the board. */
#define ZCU102_SDHCI 0xff170000

#endif
