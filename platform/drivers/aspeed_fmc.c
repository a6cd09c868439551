// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "aspeed_fmc.h"

#include "mmio.h"

#define CE_CONTROL 0x04
#define CE0_FOUR_BYTES 0x11u /* addresses, of reads and of writes */
#define CE0_CONTROL 0x10
/* Width, command, dummy cycles, mode. */
#define CE0_HOW 0xf0ff40c7u
#define CE0_COMMAND_READ4 (0x13u << 16)
#define CE0_MODE_COMMAND 1u /* the command above, not READ */

void aspeed_fmc_show_all(uintptr_t base)
{
	uint32_t control = mmio_read32(base + CE0_CONTROL) & ~CE0_HOW;

	mmio_write32(base + CE_CONTROL, mmio_read32(base + CE_CONTROL) | CE0_FOUR_BYTES);
	mmio_write32(base + CE0_CONTROL, control | CE0_COMMAND_READ4 | CE0_MODE_COMMAND);
}
