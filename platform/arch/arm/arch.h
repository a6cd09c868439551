/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * arch.h - what the shared code (platform/arch/common) must know about ARMv7-A.
 */
#ifndef HOLDFAST_ARCH_H
#define HOLDFAST_ARCH_H

#include "board.h"

/*
 * First address that cannot be mapped: the tables could say more, a pointer could not. Nor could
 * one say where the last page ends.
 */
#define MMU_LIMIT 0xfffff000
/* The loader stays in the part of RAM that every kernel maps for itself, and hands trees to. */
#define HOME_BELOW (BOARD_RAM_BASE + 0x20000000ull)
/* __stack_chk_guard until there is a better one; and what stirs the clock into the next. */
#define CANARY_FIRST 0x2f0d0a00
#define CANARY_STIR 0x9e3779b9

#endif
