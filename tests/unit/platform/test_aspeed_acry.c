// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * ASPEED's RSA engine against a model of its registers and its memory that lies at any of its
 * operations. Nothing else ever ran this driver: what the model knows of the engine is what
 * U-Boot's driver shows of it.
 */
#include "../unit.h"

#include <openssl/bn.h>

#include "aspeed_acry.h"
#include "cache.h"
#include "mmio.h"
#include "quarantine.h"
#include "virtio_model.h"

#define ACRY 0x1e6fa000u
#define SRAM 0x1e710000u
#define SCU 0x1e6e2000u
#define SIZE 0x600u

enum trick {
	TRUE_ANSWER,
	NEVER,
	HALF_DONE,   /* only one of the two status bits comes */
	STUCK_DONE,  /* the bits cannot be cleared, and nothing is done */
	IDLE,        /* says done, and did nothing */
	FETCH_ONLY,  /* says done, and only fetched the numbers */
	FLIP,        /* one bit of the result */
	HALF,        /* half of the result; the base is in the other half */
	CLOSED_SRAM, /* the CPU does not get the SRAM */
	TRICKS
};

extern const char __executable_start;

static struct {
	uint32_t trigger, mode, source, source_size, lengths, status;
	uint32_t reset, clock_stop;
	uint8_t sram[SIZE];
	enum trick trick;
	unsigned at, operations, looks, bit;
	bool is_pending;
	uintptr_t cleaned, cleaned_end;
} acry;

static enum trick now(void)
{
	return acry.operations == acry.at ? acry.trick : TRUE_ANSWER;
}

void cache_clean(uintptr_t start, uintptr_t end)
{
	acry.cleaned = start;
	acry.cleaned_end = end;
}

void cache_clean_invalidate(uintptr_t start, uintptr_t end)
{
	cache_clean(start, end);
}

void cache_invalidate(uintptr_t start, uintptr_t end)
{
	fail_msg("nothing is written to memory here: %lx %lx", (long)start, (long)end);
}

static size_t place(size_t number, size_t i)
{
	return i / 16 * 48 + 16 * number + i % 16;
}

static BIGNUM *get(size_t number, size_t size)
{
	uint8_t bytes[512];

	for (size_t i = 0; i < size; i++)
		bytes[i] = acry.sram[place(number, i)];
	return BN_lebin2bn(bytes, (int)size, NULL);
}

static void raise_number(void)
{
	size_t size = (acry.lengths & 0xffff) / 8;
	BIGNUM *e = get(0, (acry.lengths >> 16) / 8);
	BIGNUM *n = get(1, size);
	BIGNUM *base = get(2, size);
	BN_CTX *context = BN_CTX_new();
	uint8_t result[512];

	assert_int_equal(BN_num_bits(n), 8 * size);
	BN_mod_exp(base, base, e, n, context);
	BN_bn2lebinpad(base, result, (int)size);
	if (now() == FLIP)
		result[acry.bit / 8 % 200] ^= (uint8_t)(1 << acry.bit % 8);
	for (size_t i = 0; i < (now() == HALF ? size / 2 : size); i++)
		acry.sram[place(2, i)] = result[i];
	BN_CTX_free(context);
	BN_free(base);
	BN_free(n);
	BN_free(e);
}

static void perform(void)
{
	volatile uintptr_t start = (uintptr_t)&__executable_start + (acry.source - 0x80000000u);
	const uint8_t *memory = (const uint8_t *)start;

	acry.is_pending = false;
	if (now() == NEVER)
		return;
	assert_int_equal(acry.source_size, SIZE);
	assert_int_equal(acry.source & 15, 0);
	assert_true(acry.cleaned <= (uintptr_t)memory &&
		    (uintptr_t)memory + SIZE <= acry.cleaned_end);
	if (now() != IDLE && now() != STUCK_DONE)
		memcpy(acry.sram, memory, SIZE);
	if (now() != IDLE && now() != STUCK_DONE && now() != FETCH_ONLY)
		raise_number();
	acry.status |= now() == HALF_DONE ? 2 : 6;
}

uint32_t mmio_read32(uintptr_t address)
{
	if (address == SCU + 0x40)
		return acry.reset;
	if (address == SCU + 0x80)
		return acry.clock_stop;
	assert_int_equal(address, ACRY + 0x3fc);
	if (acry.is_pending && ++acry.looks == 4)
		perform();
	return acry.operations + 1 == acry.at && acry.trick == STUCK_DONE ? 6 : acry.status;
}

static void scu_write(uint32_t offset, uint32_t value)
{
	if (offset == 0x44)
		acry.reset &= ~value;
	if (offset == 0x84)
		acry.clock_stop &= ~value;
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	if (address >= SCU && address < SCU + 0x1000) {
		scu_write((uint32_t)(address - SCU), value);
		return;
	}
	assert_int_equal(acry.reset & 0x10, 0);
	assert_int_equal(acry.clock_stop & 1u << 24, 0);
	switch (address - ACRY) {
	case 0x00:
		acry.trigger = value;
		if (value == 0)
			return;
		assert_int_equal(value, 3);
		assert_int_equal(acry.mode, 0x30);
		acry.operations++;
		acry.looks = 0;
		acry.is_pending = true;
		return;
	case 0x48:
		acry.mode = value;
		return;
	case 0x4c:
		acry.source = value;
		return;
	case 0x50:
		acry.source_size = value;
		return;
	case 0x58:
		acry.lengths = value;
		return;
	default:
		assert_int_equal(address, ACRY + 0x3fc);
		acry.status &= ~value;
	}
}

static bool is_open(void)
{
	assert_int_equal(acry.mode, 0x100);
	assert_int_equal(acry.trigger, 0);
	return now() != CLOSED_SRAM;
}

uint8_t mmio_read8(uintptr_t address)
{
	assert_in_range(address, SRAM, SRAM + SIZE - 1);
	return is_open() ? acry.sram[address - SRAM] : 0;
}

void mmio_write8(uintptr_t address, uint8_t value)
{
	assert_in_range(address, SRAM, SRAM + SIZE - 1);
	if (is_open())
		acry.sram[address - SRAM] = value;
}

/* Operations of the self-test. */
static unsigned start(enum trick trick, unsigned at)
{
	static const struct modexp_engine *const engines[] = { &modexp_engine_acry, NULL };
	const struct aspeed_acry where = { ACRY, SRAM, SCU, (uintptr_t)&__executable_start,
					   1u << 30 };

	memset(&acry, 0, sizeof(acry));
	acry.reset = 0xf7c3fed8;
	acry.clock_stop = 0xffff7f8a;
	acry.trick = trick;
	acry.at = at;
	model_reset();
	model_step = 100;
	aspeed_acry_start(&where);
	quarantine_clear();
	assert_status(modexp_engines_start(engines), OK);
	return acry.operations;
}

static bool is_right(size_t size, uint64_t exponent, uint64_t *seed)
{
	uint8_t modulus[RSA_BYTES_MAX], in[RSA_BYTES_MAX];
	uint8_t out[RSA_BYTES_MAX], want[RSA_BYTES_MAX];
	struct rsa_public key = { modulus, size, exponent, NULL };

	for (size_t i = 0; i < size; i++) {
		modulus[i] = (uint8_t)random_next(seed);
		in[i] = (uint8_t)random_next(seed);
	}
	modulus[0] |= 0x80;
	modulus[size - 1] |= 1;
	in[0] &= 0x7f;
	assert_status(modexp_engine_soft.modexp(&key, in, want), OK);
	assert_status(modexp(&key, in, out), OK);
	return memcmp(out, want, size) == 0;
}

static void absent(void **state)
{
	(void)state;
	assert_false(modexp_engine_acry.probe());
}

static void every_size_and_exponent(void **state)
{
	static const uint64_t exponents[] = { 3, 65537, 0x80000001, UINT64_MAX };
	uint64_t seed = random_seed();

	(void)state;
	for (size_t size = 256; size <= 512; size += 128) {
		for (size_t i = 0; i < COUNT(exponents); i++) {
			unsigned operations = start(TRUE_ANSWER, 0);

			assert_true(is_right(size, exponents[i], &seed));
			assert_int_equal(acry.operations, operations + 1);
			assert_string_equal(modexp_engine_name(), "acry");
			/* It leaves the SRAM to the engine. */
			assert_int_equal(acry.mode, 0);
		}
	}
}

static void lies(void **state)
{
	uint64_t seed = random_seed();
	unsigned operations = start(TRUE_ANSWER, 0);

	(void)state;
	assert_int_equal(operations, 1);
	for (enum trick trick = NEVER; trick < TRICKS; trick++) {
		for (unsigned at = 1; at <= operations + 1; at++) {
			/* A closed SRAM reads zero, which no key has for a result but is one. */
			bool lie = trick == FLIP || trick == HALF || trick == CLOSED_SRAM;

			start(trick, at);
			acry.bit = (unsigned)random_next(&seed);
			assert_int_equal(is_right(384, 65537, &seed), !lie || at <= operations);
			if (lie && at > operations)
				assert_null(quarantine(0));
			else
				assert_string_equal(quarantine(0)->name, "acry");
		}
	}
}

static void out_of_reach(void **state)
{
	const struct aspeed_acry tiny = { ACRY, SRAM, SCU, (uintptr_t)&__executable_start, 16 };
	uint8_t number[RSA_BYTES_MIN] = { 0x80 }, out[RSA_BYTES_MIN];
	struct rsa_public key = { number, sizeof(number), 3, NULL };

	(void)state;
	aspeed_acry_start(&tiny);
	assert_status(modexp_engine_acry.modexp(&key, number, out), ERR_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent), /* first */
		cmocka_unit_test(every_size_and_exponent),
		cmocka_unit_test(lies),
		cmocka_unit_test(out_of_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
