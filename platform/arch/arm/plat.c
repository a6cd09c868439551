// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* plat.c - what the banner says about the processor. */
#include "entry.h"
#include "platform.h"
#include "sysreg.h"

const char *plat_privilege(void)
{
	return exception_level() == 2 ? "hyp" : "svc";
}

void arch_banner(struct banner *banner)
{
	banner_word(banner, "secure", cpu_is_secure() ? "1" : "0");
}
