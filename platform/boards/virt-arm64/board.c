// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * board.c - names of QEMU's arm64 virt machine; the rest is boards/virt/virt.c.
 */
#include <stddef.h>

#include "platform.h"

const char *plat_board(void)
{
	return "virt-arm64";
}

const char *const *plat_compatible(void)
{
	static const char *const names[] = { "holdfast,virt-arm64", "qemu,virt", "linux,dummy-virt",
					     NULL };

	return names;
}
