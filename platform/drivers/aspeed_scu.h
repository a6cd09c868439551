/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * aspeed_scu.h - clocks and resets of the AST2600's engines (AST2600 datasheet, System Control
 * Unit: SCU040/044 reset, SCU080/084 clock stop). Waiting is by plat_now_us().
 */
#ifndef HOLDFAST_ASPEED_SCU_H
#define HOLDFAST_ASPEED_SCU_H

#include <stdbool.h>
#include <stdint.h>

/* Bits of SCU080. */
#define ASPEED_CLOCK_HACE (1u << 13)
#define ASPEED_CLOCK_RSA (1u << 24)
#define ASPEED_CLOCK_EMMC (1u << 27)
/* Bits of SCU040. HACE and ACRY share theirs. */
#define ASPEED_RESET_CRYPTO (1u << 4)
#define ASPEED_RESET_EMMC (1u << 16)

/*
 * Start a clock and take its engine out of reset, which takes 10 ms; nothing if both were done
 * before. scu: address of the System Control Unit. It is left unlocked, as Linux wants it.
 */
void aspeed_scu_wake(uintptr_t scu, uint32_t clock, uint32_t reset);

/*
 * Put engines through a reset: what they were at is over, and they are idle. False: the bit did not
 * stick, and they may go on.
 */
bool aspeed_scu_reset(uintptr_t scu, uint32_t reset);

#endif
