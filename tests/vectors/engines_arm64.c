// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* engines_arm64.c - the Armv8 instructions, if the (emulated) CPU has them. */
#include "runner.h"
#include "sha2_armv8.h"

const struct digest_engine *const runner_engines[] = { &digest_engine_sha2_armv8, NULL };

/* One block through function, with known values in d8-d15; after gets what is left there. */
static void call(void (*function)(void), void *state, const uint8_t *data, const uint64_t *before,
		 uint64_t *after)
{
	__asm__ volatile("ldp	d8, d9, [%[before]]\n"
			 "ldp	d10, d11, [%[before], #16]\n"
			 "ldp	d12, d13, [%[before], #32]\n"
			 "ldp	d14, d15, [%[before], #48]\n"
			 "mov	x0, %[state]\n"
			 "mov	x1, %[data]\n"
			 "mov	x2, #1\n"
			 "blr	%[function]\n"
			 "stp	d8, d9, [%[after]]\n"
			 "stp	d10, d11, [%[after], #16]\n"
			 "stp	d12, d13, [%[after], #32]\n"
			 "stp	d14, d15, [%[after], #48]\n"
			 :
			 : [function] "r"(function), [state] "r"(state), [data] "r"(data),
			   [before] "r"(before), [after] "r"(after)
			 : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
			   "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x30", "v0", "v1", "v2",
			   "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13",
			   "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23",
			   "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31", "memory", "cc");
}

static int is_kept(void (*function)(void))
{
	static const uint8_t data[128];
	uint64_t state[8] = { 0 };
	uint64_t before[8], after[8] = { 0 };

	for (unsigned i = 0; i < 8; i++)
		before[i] = 0x0123456789abcdefull * (i + 3);
	call(function, state, data, before, after);
	for (unsigned i = 0; i < 8; i++)
		if (before[i] != after[i])
			return 0;
	return state[0] != 0;
}

/* sha256_armv8.S, sha512_armv8.S; called by address alone here. */
void sha256_armv8_blocks(void);
void sha512_armv8_blocks(void);

int runner_registers_kept(void)
{
	if (digest_engine_sha2_armv8.probe(DIGEST_SHA256) && !is_kept(sha256_armv8_blocks))
		return 0;
	return !digest_engine_sha2_armv8.probe(DIGEST_SHA512) || is_kept(sha512_armv8_blocks);
}
