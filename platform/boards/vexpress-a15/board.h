/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * board.h - Arm Versatile Express, motherboard V2M-P1 and CoreTile V2P-CA15: where things are (ARM
 * DUI 0447, section 4.2, and DUI 0604, section 3.2; QEMU hw/arm/vexpress.c). Included by assembly
 * too.
 */
#ifndef HOLDFAST_BOARD_H
#define HOLDFAST_BOARD_H

/* RAM begins here; everything below is flash, SRAM and devices. */
#define BOARD_RAM_BASE 0x80000000
/* What there is even if no tree says how much. */
#define BOARD_RAM_LEAST 0x10000000
/* We are the first: board.dts. */
#define BOARD_TREE 0
/* Top of 64 KiB for the first stack when we start from flash. */
#define BOARD_EARLY_STACK 0x80410000

/*
 * Where a packed loader is unpacked to: RAM that nothing needs yet, 1 MiB and 16 KiB below for a
 * stack.
 */
#define BOARD_UNPACK 0x80800000

/* The way out of secure SVC. */
#define BOARD_GIC_DISTRIBUTOR 0x2c001000
#define BOARD_GIC_CPU 0x2c002000
#define BOARD_TIMER_HZ 24000000

#define BOARD_UART 0x1c090000
#define BOARD_UART_HZ 24000000

#define VEXPRESS_FLASH 0x08000000
#define VEXPRESS_FLASH_SIZE 0x04000000
#define VEXPRESS_SYS 0x1c010000
#define VEXPRESS_MMCI 0x1c050000
#define VEXPRESS_MMCI_HZ 24000000
/* Only QEMU has these. */
#define VEXPRESS_VIRTIO 0x1c130000
#define VEXPRESS_VIRTIO_STRIDE 0x200
#define VEXPRESS_VIRTIO_SLOTS 4

#endif
