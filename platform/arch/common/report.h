/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * report.h - words and numbers to the console when nothing else may be trusted: no static variable,
 * no table of pointers, also before relocation.
 */
#ifndef HOLDFAST_REPORT_H
#define HOLDFAST_REPORT_H

#include <stdint.h>

void report_string(const char *string);

/* "name=0x..." with all digits of a word. */
void report_hex(const char *name, uintptr_t value);

/* "pc=... image+=...": the second is the address in holdfast.elf. */
void report_place(const char *name, uintptr_t address);

/* An exception inside exception_report(): one line, then plat_fail(). */
_Noreturn void exception_again(void);

/* Called by compiled code when a canary is gone. Prints, then plat_fail(). */
_Noreturn void __stack_chk_fail(void);

#endif
