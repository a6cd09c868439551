// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* kernel_rules.c - which kernels this processor runs. */
#include "config.h"
#include "kernel_format.h"

const struct kernel_rules *kernel_rules(void)
{
	return IS_ENABLED(CONFIG_ARM) ? &kernel_rules_arm : &kernel_rules_arm64;
}
