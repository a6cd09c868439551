/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * board.h - ASPEED AST2600 evaluation board: where things are (AST2600 datasheet, memory space
 * allocation; QEMU hw/arm/aspeed_ast2600.c). Included by assembly too.
 */
#ifndef HOLDFAST_BOARD_H
#define HOLDFAST_BOARD_H

/* RAM begins here; everything below is flash, SRAM and devices. */
#define BOARD_RAM_BASE 0x80000000
/* What there is even if no tree says how much. */
#define BOARD_RAM_LEAST 0x10000000
#define BOARD_RAM_SIZE 0x40000000
/* U-Boot SPL brings no tree: board.dts. */
#define BOARD_TREE 0
/* Top of 64 KiB for the first stack when we start from flash, without SPL. */
#define BOARD_EARLY_STACK 0x84010000

/*
 * Where a packed loader is unpacked to: above 0x86000000, where SPL puts us; 1 MiB and 16 KiB below
 * for a stack.
 */
#define BOARD_UNPACK 0x88000000

/* MPIDR of the core that starts. */
#define BOARD_BOOT_CPU 0xf00

/* The way out of secure SVC. The timer's rate is set by the stage before. */
#define BOARD_GIC_DISTRIBUTOR 0x40461000
#define BOARD_GIC_CPU 0x40462000
#define BOARD_TIMER_HZ 0

/* UART5, whose 24 MHz are divided by 13 before it gets them. */
#define BOARD_UART 0x1e784000
#define BOARD_UART_HZ 1846153

/* The firmware memory controller, and its window that shows the first flash. */
#define AST2600_FMC 0x1e620000
#define AST2600_FLASH 0x20000000
#define AST2600_FLASH_SIZE 0x04000000
#define AST2600_HACE 0x1e6d0000
#define AST2600_SCU 0x1e6e2000
#define AST2600_ACRY 0x1e6fa000
#define AST2600_ACRY_SRAM 0x1e710000
/* The eMMC controller's own registers, then those of SDHCI. */
#define AST2600_EMMC 0x1e750000
#define AST2600_EMMC_SDHCI 0x1e750100
#define AST2600_EMMC_HZ 200000000
#define AST2600_WATCHDOG 0x1e785000

#endif
