// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * engines_arm.c - the engines of AArch32; whether they leave the caller's registers alone.
 *
 * Ordinary programs may neither read ID_ISAR5 nor write FPEXC: Linux says what the processor has,
 * and its vector registers are always on. What sha2_cpu.S does is tested in the system
 * (board_main.c).
 */
#include <string.h>
#include <sys/auxv.h>

#include "modexp_asm.h"
#include "runner.h"
#include "sha256_arm.h"
#include "sha2_armv8.h"
#include "sha2_cpu.h"

#define HWCAP2_SHA2 (1u << 3)

const struct digest_engine *const runner_engines[] = { &digest_engine_sha2_armv8,
						       &digest_engine_sha256_arm, NULL };

unsigned sha2_cpu(void)
{
	return (getauxval(AT_HWCAP2) & HWCAP2_SHA2) != 0;
}

void sha2_cpu_open(void)
{
}

void sha2_cpu_close(void)
{
}

/* keeps_arm.S: function(a, b, c, d, e, f, g) with known values in r4-r11 and d8-d15. */
int call_keeps(void (*function)(void), const void *const arguments[7]);

/* sha256_armv8.S, sha256_arm_blocks.S; called by address alone here. */
void sha256_armv8_blocks(void);
void sha256_arm_blocks(void);

static int sha256_keeps(void (*blocks)(void))
{
	static const uint8_t data[64];
	uint32_t state[8] = { 0 };
	const void *const arguments[7] = { state, data, (const void *)1 };

	return call_keeps(blocks, arguments) && state[0] != 0;
}

static int multiplication_keeps(void)
{
	limb out[8] = { 0 }, a[8] = { 3 }, b[8] = { 5 }, n[8], work[MONTGOMERY_WORK(8)];
	const void *const arguments[7] = { out, a, b, n, (const void *)1, (const void *)8, work };

	memset(n, 0xff, sizeof(n));
	return call_keeps((void (*)(void))montgomery_multiply, arguments) && out[0] != 0;
}

int runner_registers_kept(void)
{
	return multiplication_keeps() && sha256_keeps(sha256_arm_blocks) &&
	       (!digest_engine_sha2_armv8.probe(DIGEST_SHA256) ||
		sha256_keeps(sha256_armv8_blocks));
}
