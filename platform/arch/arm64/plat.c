// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* plat.c - what the banner says about the processor. */
#include "cpu.h"
#include "entry.h"
#include "platform.h"
#include "sysreg.h"

bool cpu_checks_branches(void)
{
	return id_field(sysreg_read(id_aa64pfr1_el1), 0) != 0;
}

bool cpu_signs_returns(void)
{
	uint64_t isar2;

	/*
	 * ID_AA64ISAR2_EL1, by encoding: assemblers of today do not know it without an extension.
	 */
	__asm__("mrs %0, S3_0_C0_C6_2" : "=r"(isar2));
	return (sysreg_read(id_aa64isar1_el1) & 0xff0) != 0 || (isar2 & 0xf000) != 0;
}

const char *plat_privilege(void)
{
	return exception_level() == 2 ? "2" : "1";
}

void arch_banner(struct banner *banner)
{
	banner_word(banner, "pac", cpu_signs_returns() ? "1" : "0");
	banner_word(banner, "bti", cpu_checks_branches() ? "1" : "0");
}
