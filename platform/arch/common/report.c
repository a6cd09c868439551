// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* report.c - see report.h. */
#include "report.h"

#include "image.h"
#include "platform.h"

void report_string(const char *string)
{
	while (*string != '\0')
		plat_putc(*string++);
}

void report_hex(const char *name, uintptr_t value)
{
	report_string(name);
	report_string("=0x");
	for (unsigned shift = sizeof(value) * 8; shift > 0; shift -= 4)
		plat_putc("0123456789abcdef"[(value >> (shift - 4)) & 0xf]);
}

void report_place(const char *name, uintptr_t address)
{
	report_hex(name, address);
	report_hex(" image+", address - (uintptr_t)__start);
}

_Noreturn void exception_again(void)
{
	report_string("\nholdfast: exception while reporting one\n");
	plat_fail(ERR_INTERNAL);
}

_Noreturn void __stack_chk_fail(void)
{
	report_string("\nholdfast: stack protector: a return address was overwritten\n");
	report_place("lr", (uintptr_t)__builtin_return_address(0));
	report_string("\n");
	plat_fail(ERR_INTERNAL);
}
