/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * board.h - Raspberry Pi 3 Model B (BCM2837): where things are, as the Arm cores see them (BCM2835
 * ARM Peripherals, 1.2.3, with 0x3f in place of 0x20; QEMU hw/arm/bcm2835_peripherals.c).
 * Included by assembly too.
 */
#ifndef HOLDFAST_BOARD_H
#define HOLDFAST_BOARD_H

/*
 * RAM begins at 0, and so do the mailboxes and the spin loop of the other cores: the first page is
 * not ours, not mapped (a null pointer faults), and never handed to a payload.
 */
#define BOARD_RAM_BASE 0x1000
/* What is there even if no tree says how much. */
#define BOARD_RAM_LEAST 0x10000000
/* Where QEMU puts its device tree (128 MiB) if x0 does not say otherwise. */
#define BOARD_TREE 0x08000000
/* We always start in RAM, where the first stack is behind the image; so nothing is taken here. */
#define BOARD_EARLY_STACK 0x00080000

/*
 * Where a packed loader is unpacked to: above 0x80000 and 0x200000, where the firmware puts us,
 * below the tree; 1 MiB and 16 KiB below for a stack.
 */
#define BOARD_UNPACK 0x02000000

#define BOARD_UART 0x3f201000
#define BOARD_UART_HZ 48000000

#define RASPI_PM 0x3f100000
#define RASPI_RNG 0x3f104000
#define RASPI_GPIO 0x3f200000
#define RASPI_SDHCI 0x3f300000
/*
 * Its clock, which the firmware chooses: the highest, so that the card's is never too fast. QEMU's
 * says in its capabilities.
 */
#define RASPI_SDHCI_HZ 400000000

/* Pins that SDHCI may be connected to: the WiFi chip's and the card's, both as function ALT3. */
#define RASPI_WIFI_FIRST 34
#define RASPI_WIFI_LAST 39
#define RASPI_CARD_FIRST 48
#define RASPI_CARD_LAST 53
#define RASPI_PIN_INPUT 0u
#define RASPI_PIN_ALT3 7u

#endif
