// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "sunxi_wdt.h"

#include "mmio.h"

#define CTRL 0x10
#define CTRL_KEY (0xa57u << 1)
#define CTRL_RESTART (1u << 0)
#define CFG 0x14
#define CFG_WHOLE_SYSTEM 1u
#define MODE 0x18
#define MODE_HALF_SECOND (0u << 4)
#define MODE_ENABLE (1u << 0)

void sunxi_wdt_reset(uintptr_t base)
{
	mmio_write32(base + CFG, CFG_WHOLE_SYSTEM);
	mmio_write32(base + MODE, MODE_HALF_SECOND | MODE_ENABLE);
	mmio_write32(base + CTRL, CTRL_KEY | CTRL_RESTART);
}
