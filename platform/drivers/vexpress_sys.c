// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "vexpress_sys.h"

#include "mmio.h"

#define CFGDATA 0xa0
#define CFGCTRL 0xa4
#define CFGCTRL_START (1u << 31)
#define CFGCTRL_WRITE (1u << 30)
#define CFGCTRL_REBOOT (9u << 20) /* site 0: the motherboard, whose reset takes all with it */
#define CFGSTAT 0xa8

void vexpress_sys_reboot(uintptr_t base)
{
	mmio_write32(base + CFGSTAT, 0);
	mmio_write32(base + CFGDATA, 0);
	mmio_write32(base + CFGCTRL, CFGCTRL_START | CFGCTRL_WRITE | CFGCTRL_REBOOT);
}
