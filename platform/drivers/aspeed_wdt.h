/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* aspeed_wdt.h - reset through a watchdog of the AST2600 (AST2600 datasheet, WDT00 to WDT1C). */
#ifndef HOLDFAST_ASPEED_WDT_H
#define HOLDFAST_ASPEED_WDT_H

#include <stdint.h>

/*
 * Reset the SoC a tenth of a second from now, whatever the watchdog at base was doing. Returns at
 * once; the caller waits for it to happen.
 */
void aspeed_wdt_reset(uintptr_t base);

#endif
