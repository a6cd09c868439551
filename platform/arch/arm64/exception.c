// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * exception.c - see exception.h. Works before relocation too: no table of pointers, no static
 * variable.
 */
#include "exception.h"

#include "image.h"
#include "platform.h"
#include "report.h"

#define WORD_MAX 24

/* Exception classes (ESR_ELx.EC) that can happen to us. */
struct class
{
	unsigned char code;
	char name[WORD_MAX];
};

static const struct class classes[] = {
	{ 0x00, "unknown reason" },
	{ 0x07, "fp or simd access" },
	{ 0x0d, "branch target" },
	{ 0x0e, "illegal state" },
	{ 0x15, "svc" },
	{ 0x18, "system register" },
	{ 0x1c, "pointer authentication" },
	{ 0x20, "instruction abort" },
	{ 0x21, "instruction abort" },
	{ 0x22, "pc alignment" },
	{ 0x24, "data abort" },
	{ 0x25, "data abort" },
	{ 0x26, "stack alignment" },
	{ 0x2f, "serror" },
	{ 0x3c, "brk" },
};

/* The four kinds of vector, and what ESR says about an abort. */
static const char kinds[4][WORD_MAX] = { "synchronous", "irq", "fiq", "serror" };
static const char faults[16][WORD_MAX] = {
	"address size", "translation", "access flag", "permission", "external", "", "", "",
	"alignment",
};

static void put_reason(const struct exception_frame *frame, unsigned vector)
{
	unsigned class = (unsigned)(frame->esr >> 26) & 0x3f;
	unsigned fault = (unsigned)(frame->esr >> 2) & 0xf;

	if ((vector & 3) != 0) {
		report_string(kinds[vector & 3]);
		return;
	}
	for (unsigned i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].code == class)
			report_string(classes[i].name);
	if (class < 0x20 || class > 0x25 || class == 0x22)
		return;
	report_string(", ");
	report_string(faults[fault]);
	report_string((class & 0x24) == 0x24 && (frame->esr & 0x40) != 0 ? " fault, write"
									 : " fault");
}

static void put_registers(const struct exception_frame *frame)
{
	for (unsigned i = 0; i < 31; i++) {
		plat_putc(i % 4 == 0 ? '\n' : ' ');
		plat_putc('x');
		if (i >= 10)
			plat_putc((char)('0' + i / 10));
		plat_putc((char)('0' + i % 10));
		report_hex(i < 10 ? " " : "", frame->x[i]);
	}
}

_Noreturn void exception_report(const struct exception_frame *frame, unsigned vector)
{
	uintptr_t guard = (uintptr_t)__stack_guard;

	report_string("\nholdfast: exception: ");
	put_reason(frame, vector);
	if (frame->far - guard < 4096)
		report_string(" (stack overflow)");
	report_place("\npc", frame->pc);
	report_hex(" sp", frame->sp);
	report_hex("\nesr", frame->esr);
	report_hex(" far", frame->far);
	report_hex(" spsr", frame->spsr);
	put_registers(frame);
	report_string("\n");
	plat_fail(ERR_INTERNAL);
}
