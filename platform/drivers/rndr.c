// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "rndr.h"

#include <stdint.h>
#include <string.h>

#include "sysreg.h"

/* RNDR may be out of numbers for a moment. */
#define TRIES 100

bool rndr_present(void)
{
	return id_field(sysreg_read(id_aa64isar0_el1), 60) != 0;
}

static bool rndr_word(uint64_t *value)
{
	uint64_t failed = 1;

	/*
	 * RNDR by encoding: the assembler knows the name for Armv8.5 only. Z is set if there was
	 *   none.
	 */
	for (int i = 0; i < TRIES && failed; i++)
		__asm__ volatile("mrs %0, S3_3_C2_C4_0\n\tcset %1, eq"
				 : "=r"(*value), "=r"(failed)
				 :
				 : "cc");
	return !failed;
}

enum status rndr_read(void *destination, size_t size)
{
	uint8_t *to = destination;

	if (!rndr_present())
		return ERR_UNSUPPORTED;
	while (size != 0) {
		uint64_t value;
		size_t part = size < sizeof(value) ? size : sizeof(value);

		if (!rndr_word(&value))
			return ERR_UNSUPPORTED;
		memcpy(to, &value, part);
		to += part;
		size -= part;
	}
	return OK;
}
