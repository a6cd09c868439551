/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* board.h - QEMU's arm virt machine. Included by assembly too. */
#ifndef HOLDFAST_BOARD_H
#define HOLDFAST_BOARD_H

#include "../virt/map.h"

/* GICv2 (gic-version=2), for the way out of the secure world. */
#define BOARD_GIC_DISTRIBUTOR 0x08000000
#define BOARD_GIC_CPU 0x08010000

#endif
