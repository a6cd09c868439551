/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* board.h - QEMU's arm64 virt machine. Included by assembly too. */
#ifndef HOLDFAST_BOARD_H
#define HOLDFAST_BOARD_H

#include "../virt/map.h"

#endif
