// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* cpu_engines.c - see cpu_engines.h. */
#include "cpu_engines.h"

#include <stddef.h>

#include "config.h"
#include "modexp_asm.h"
#include "sha2_armv8.h"

const struct digest_engine *const cpu_digest_engines[] = {
	IS_ENABLED(CONFIG_SHA_ARMV8) ? &digest_engine_sha2_armv8 : NULL,
	NULL,
};

const struct modexp_engine *const cpu_modexp_engines[] = {
	IS_ENABLED(CONFIG_RSA_ASM) ? &modexp_engine_asm : NULL,
	NULL,
};
