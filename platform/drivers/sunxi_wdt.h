/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sunxi_wdt.h - reset through the watchdog of Allwinner's SoCs from the A31 on (H3 Datasheet 1.2,
 * section 4.5 "Timer", registers WDOG0_*).
 */
#ifndef HOLDFAST_SUNXI_WDT_H
#define HOLDFAST_SUNXI_WDT_H

#include <stdint.h>

/*
 * Reset the whole system half a second from now. base: of the watchdog's own registers (0x01c20ca0
 * on the H3), not of the timer block. Returns at once; the caller waits for it to happen. QEMU has
 * these registers from 8.1 on; before, nothing happens.
 */
void sunxi_wdt_reset(uintptr_t base);

#endif
