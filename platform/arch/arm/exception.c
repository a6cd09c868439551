// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * exception.c - see exception.h. Works before relocation too: no table of pointers, no static
 * variable.
 */
#include "exception.h"

#include <stdbool.h>

#include "image.h"
#include "platform.h"
#include "report.h"
#include "sysreg.h"

#define WORD_MAX 24

enum vector { UNDEFINED = 1, CALL = 2, INSTRUCTION_ABORT = 3, DATA_ABORT = 4 };
static const char kinds[8][WORD_MAX] = { "reset",      "undefined instruction",
					 "call",       "instruction abort",
					 "data abort", "trap",
					 "irq",        "fiq" };

/* Fault status of the long-descriptor format, bits 5 to 2 (DDI 0406C, table B3-24). */
static const char faults[16][WORD_MAX] = {
	"address size", "translation", "access flag", "permission", "external", "external", "", "",
	"alignment",
};

static bool from_hyp(const struct exception_frame *frame)
{
	return (frame->psr & MODE_MASK) == MODE_HYP;
}

/* From the banked return address to the instruction (DDI 0406C, table B1-7). HYP mode has it. */
static uint32_t instruction(const struct exception_frame *frame, unsigned vector)
{
	bool thumb = (frame->psr & PSR_THUMB) != 0;

	if (from_hyp(frame))
		return frame->pc;
	if (vector == UNDEFINED || vector == CALL)
		return frame->pc - (thumb ? 2 : 4);
	return frame->pc - (vector == DATA_ABORT ? 8 : 4);
}

static void put_reason(const struct exception_frame *frame, unsigned vector)
{
	uint32_t write = from_hyp(frame) ? 1u << 6 : 1u << 11;

	report_string(kinds[vector & 7]);
	if (vector != INSTRUCTION_ABORT && vector != DATA_ABORT)
		return;
	report_string(", ");
	report_string(faults[(frame->status >> 2) & 0xf]);
	report_string(vector == DATA_ABORT && (frame->status & write) != 0 ? " fault, write"
									   : " fault");
}

static void put_registers(const struct exception_frame *frame)
{
	for (unsigned i = 0; i < 13; i++) {
		plat_putc(i % 4 == 0 ? '\n' : ' ');
		plat_putc('r');
		if (i >= 10)
			plat_putc('1');
		plat_putc((char)('0' + i % 10));
		report_hex(i < 10 ? " " : "", frame->r[i]);
	}
	report_hex(" lr ", frame->lr);
}

_Noreturn void exception_report(const struct exception_frame *frame, unsigned vector)
{
	uintptr_t guard = (uintptr_t)__stack_guard;

	report_string("\nholdfast: exception: ");
	put_reason(frame, vector);
	if (frame->address - guard < 4096)
		report_string(" (stack overflow)");
	report_place("\npc", instruction(frame, vector));
	report_hex(" sp", frame->sp);
	report_hex("\nstatus", frame->status);
	report_hex(" address", frame->address);
	report_hex(" psr", frame->psr);
	put_registers(frame);
	report_string("\n");
	plat_fail(ERR_INTERNAL);
}
