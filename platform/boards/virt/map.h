/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * map.h - QEMU's virt machine, arm64 and arm: where things are (QEMU hw/arm/virt.c; the map is
 * guest ABI). Included by assembly too.
 */
#ifndef HOLDFAST_VIRT_MAP_H
#define HOLDFAST_VIRT_MAP_H

/* RAM begins here; everything below is flash and devices. */
#define BOARD_RAM_BASE 0x40000000
/* What is there even if no tree says how much. */
#define BOARD_RAM_LEAST 0x04000000
/* Where QEMU puts its device tree if x0 or r2 does not say otherwise. */
#define BOARD_TREE 0x40000000
/* Top of 64 KiB for the first stack when we start from flash: behind any tree. */
#define BOARD_EARLY_STACK 0x40410000

/*
 * Where a packed loader is unpacked to: RAM that nothing needs yet, 1 MiB and 16 KiB below for a
 * stack.
 */
#define BOARD_UNPACK 0x40800000

#define BOARD_UART 0x09000000
#define BOARD_UART_HZ 24000000

#define VIRT_MMIO 0x0a000000
#define VIRT_MMIO_STRIDE 0x200
#define VIRT_MMIO_SLOTS 32

/*
 * PCI Express: the part of the 32-bit memory window that we use (QEMU has 0x2eff0000), and the two
 *   places where configuration space can be.
 */
#define VIRT_PCI_MEMORY 0x10000000
#define VIRT_PCI_MEMORY_SIZE 0x04000000
#define VIRT_PCI_ECAM_LOW 0x3f000000
#define VIRT_PCI_ECAM_LOW_SIZE 0x01000000
#define VIRT_PCI_ECAM_HIGH 0x4010000000
#define VIRT_PCI_ECAM_HIGH_SIZE 0x10000000

#endif
