// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* engines_arm64.c - the engines of Armv8; whether they leave the caller's registers alone. */
#include <string.h>

#include "modexp_asm.h"
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

/* One multiplication, with known values in x19-x28: arguments, these values, what is left there. */
struct multiplication {
	const void *numbers[4];
	uint64_t n0, limbs;
	uint64_t *work;
	uint64_t before[10], after[10];
};

static void call_montgomery(struct multiplication *call)
{
	register struct multiplication *at __asm__("x9") = call;

	__asm__ volatile("str	x9, [sp, #-16]!\n"
			 "ldp	x0, x1, [x9]\n"
			 "ldp	x2, x3, [x9, #16]\n"
			 "ldp	x4, x5, [x9, #32]\n"
			 "ldp	x6, x19, [x9, #48]\n"
			 "ldp	x20, x21, [x9, #64]\n"
			 "ldp	x22, x23, [x9, #80]\n"
			 "ldp	x24, x25, [x9, #96]\n"
			 "ldp	x26, x27, [x9, #112]\n"
			 "ldr	x28, [x9, #128]\n"
			 "bl	montgomery_multiply\n"
			 "ldr	x9, [sp], #16\n"
			 "stp	x19, x20, [x9, #136]\n"
			 "stp	x21, x22, [x9, #152]\n"
			 "stp	x23, x24, [x9, #168]\n"
			 "stp	x25, x26, [x9, #184]\n"
			 "stp	x27, x28, [x9, #200]\n"
			 : "+r"(at)
			 :
			 : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x10", "x11",
			   "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",
			   "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "memory", "cc");
}

static int multiplication_keeps(void)
{
	uint64_t out[8] = { 0 }, a[8] = { 3 }, b[8] = { 5 }, n[8], work[MONTGOMERY_WORK(8)];
	struct multiplication call = { { out, a, b, n }, 1, 8, work, { 0 }, { 0 } };

	memset(n, 0xff, sizeof(n));
	for (unsigned i = 0; i < 10; i++)
		call.before[i] = 0x0123456789abcdefull * (i + 3);
	call_montgomery(&call);
	return out[0] != 0 && memcmp(call.before, call.after, sizeof(call.before)) == 0;
}

/* sha256_armv8.S, sha512_armv8.S; called by address alone here. */
void sha256_armv8_blocks(void);
void sha512_armv8_blocks(void);

int runner_registers_kept(void)
{
	if (!multiplication_keeps())
		return 0;
	if (digest_engine_sha2_armv8.probe(DIGEST_SHA256) && !is_kept(sha256_armv8_blocks))
		return 0;
	return !digest_engine_sha2_armv8.probe(DIGEST_SHA512) || is_kept(sha512_armv8_blocks);
}
