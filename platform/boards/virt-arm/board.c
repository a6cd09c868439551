// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * board.c - names and engines of QEMU's arm virt machine; the rest is boards/virt/virt.c.
 */
#include <stddef.h>

#include "../virt/virt.h"
#include "config.h"
#include "cpu_engines.h"
#include "modexp_asm.h"
#include "platform.h"

const char *plat_board(void)
{
	return "virt-arm";
}

const char *const *plat_compatible(void)
{
	static const char *const names[] = { "holdfast,virt-arm", "qemu,virt", "linux,dummy-virt",
					     NULL };

	return names;
}

const struct digest_engine *const *plat_digest_engines(void)
{
	return cpu_digest_engines;
}

const struct modexp_engine *const *plat_modexp_engines(void)
{
	return virt_modexp_engines(IS_ENABLED(CONFIG_RSA_ARM) ? &modexp_engine_asm : NULL);
}
