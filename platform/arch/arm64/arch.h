/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * arch.h - what the shared code (platform/arch/common) must know about AArch64.
 */
#ifndef HOLDFAST_ARCH_H
#define HOLDFAST_ARCH_H

/* First address that cannot be mapped: 39 bits. */
#define MMU_LIMIT 0x8000000000
/* The loader stays below: devices with 32 bits of address can reach it. */
#define HOME_BELOW 0x100000000
/* __stack_chk_guard until there is a better one; and what stirs the clock into the next. */
#define CANARY_FIRST 0x2f0d0a00a5c3e196
#define CANARY_STIR 0x9e3779b97f4a7c15

#endif
