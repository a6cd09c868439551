// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * ASPEED's hash engine against a model of its registers that lies at any of its commands: every
 * digest is redone in software, or it is the model's own and no digest that anybody signed. The
 * model looks at memory only where the driver has cleaned it, as DMA does.
 */
#include "../unit.h"

#include <openssl/evp.h>

#include "aspeed_hace.h"
#include "cache.h"
#include "mmio.h"
#include "quarantine.h"
#include "virtio_model.h"

#define HACE 0x1e6d0000u
#define SCU 0x1e6e2000u
#define STATUS 0x1c
#define DONE 0x200u
#define RESET_BIT 0x10u
#define CLOCK_BIT 0x2000u

enum trick {
	TRUE_ANSWER,
	NEVER_DONE,
	BUSY,         /* before it begins */
	STUCK_DONE,   /* the done bit cannot be cleared, and nothing is done */
	STALE,        /* done, and nothing written */
	SHORT,        /* half of the digest */
	FLIP,         /* one bit of the digest */
	OVERFLOW_BIT, /* done, with an error */
	STILL_BUSY,   /* done, and at work */
	EARLY,        /* done before it has written */
	LATE,         /* after the driver's patience */
	OTHER_PLACE,  /* the digest goes elsewhere */
	FIRST_ONLY,   /* of a list, only the first entry */
	TRICKS
};

/* Where the test's DRAM begins: all objects with static storage are in its reach. */
extern const char __executable_start;

static struct {
	uint32_t registers[16];
	uint32_t reset, clock_stop, key;
	bool reset_is_stuck;
	enum trick trick;
	unsigned at, commands, looks, bit;
	bool is_pending;
	uint8_t result[DIGEST_SIZE_MAX], elsewhere[DIGEST_SIZE_MAX];
	unsigned result_size;
	uintptr_t cleaned[64], cleaned_end[64];
	unsigned cleans;
	bool is_invalid; /* the caches know nothing of the answer */
} hace;

static enum trick now(void)
{
	return hace.commands == hace.at ? hace.trick : TRUE_ANSWER;
}

static uint8_t *memory(uint32_t offset)
{
	volatile uintptr_t at = (uintptr_t)&__executable_start + offset;

	return (uint8_t *)at;
}

void cache_clean(uintptr_t start, uintptr_t end)
{
	assert_in_range(hace.cleans, 0, 63);
	hace.cleaned[hace.cleans] = start;
	hace.cleaned_end[hace.cleans++] = end;
}

void cache_clean_invalidate(uintptr_t start, uintptr_t end)
{
	cache_clean(start, end);
}

void cache_invalidate(uintptr_t start, uintptr_t end)
{
	uintptr_t answer = (uintptr_t)memory(hace.registers[0x24 / 4]);

	if (start <= answer && answer + DIGEST_SIZE_MAX <= end)
		hace.is_invalid = false;
}

static void assert_clean(const uint8_t *at, size_t size)
{
	for (unsigned i = 0; i < hace.cleans; i++)
		if (hace.cleaned[i] <= (uintptr_t)at && (uintptr_t)at + size <= hace.cleaned_end[i])
			return;
	fail_msg("%zu bytes that may still be in the caches", size);
}

static void write_answer(void)
{
	uint8_t *to = memory(hace.registers[0x24 / 4]);

	hace.is_pending = false;
	assert_clean(to, hace.result_size);
	if (now() == FLIP)
		hace.result[hace.bit / 8 % hace.result_size] ^= (uint8_t)(1 << hace.bit % 8);
	if (now() == OTHER_PLACE)
		to = hace.elsewhere;
	if (now() != STALE)
		memcpy(to, hace.result, now() == SHORT ? hace.result_size / 2 : hace.result_size);
}

static const EVP_MD *algorithm(uint32_t command)
{
	assert_int_equal(command & ~0x40478u, 0);
	assert_true(command & 8);
	if ((command & 0x470) == 0x50)
		return EVP_sha256();
	assert_int_equal(command & 0x70, 0x60);
	return command & 0x400 ? EVP_sha384() : EVP_sha512();
}

static void digest_list(EVP_MD_CTX *context)
{
	const uint8_t *list = memory(hace.registers[0x20 / 4]);
	uint32_t total = 0;
	uint32_t entry[2];

	do {
		assert_clean(list, 8);
		memcpy(entry, list, 8);
		list += 8;
		assert_clean(memory(entry[1]), entry[0] & 0x0fffffff);
		if (total == 0 || now() != FIRST_ONLY)
			EVP_DigestUpdate(context, memory(entry[1]), entry[0] & 0x0fffffff);
		total += entry[0] & 0x0fffffff;
	} while ((entry[0] & 0x80000000) == 0);
	assert_int_equal(total, hace.registers[0x2c / 4]);
}

static void command(uint32_t value)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint32_t size = hace.registers[0x2c / 4];

	hace.commands++;
	hace.looks = 0;
	assert_int_equal(hace.registers[0x24 / 4] & 7, 0);
	assert_int_equal(hace.clock_stop & CLOCK_BIT, 0);
	EVP_DigestInit(context, algorithm(value));
	if (value & 0x40000) {
		digest_list(context);
	} else {
		assert_clean(memory(hace.registers[0x20 / 4]), size);
		EVP_DigestUpdate(context, memory(hace.registers[0x20 / 4]), size);
	}
	EVP_DigestFinal(context, hace.result, &hace.result_size);
	EVP_MD_CTX_free(context);
	hace.is_pending = true;
	hace.is_invalid = true;
}

/* What the status says; work is done when it was looked at a few times. */
static uint32_t status(void)
{
	enum trick trick = now();

	if (hace.is_pending && ++hace.looks == 5) {
		if (trick != NEVER_DONE && trick != LATE && trick != EARLY)
			write_answer();
		if (trick != NEVER_DONE && trick != LATE)
			hace.registers[STATUS / 4] |= DONE;
		if (trick == OVERFLOW_BIT)
			hace.registers[STATUS / 4] |= 1u << 23;
		if (trick == STILL_BUSY)
			hace.registers[STATUS / 4] |= 1;
	}
	if (hace.is_pending && hace.looks > 5000000 && trick == LATE)
		write_answer();
	if (hace.commands + 1 == hace.at && hace.trick == BUSY)
		return hace.registers[STATUS / 4] | 1;
	if (hace.commands + 1 == hace.at && hace.trick == STUCK_DONE)
		return hace.registers[STATUS / 4] | DONE;
	return hace.registers[STATUS / 4];
}

uint32_t mmio_read32(uintptr_t address)
{
	if (address == HACE + STATUS)
		return status();
	if (address == SCU + 0x40)
		return hace.reset;
	assert_int_equal(address, SCU + 0x80);
	return hace.clock_stop;
}

static void scu_write(uint32_t offset, uint32_t value)
{
	if (offset == 0)
		hace.key = value;
	assert_int_equal(hace.key, 0x1688a8a8);
	if (offset == 0x40 && !hace.reset_is_stuck)
		hace.reset |= value;
	if (offset == 0x44)
		hace.reset &= ~value;
	if (offset == 0x84)
		hace.clock_stop &= ~value;
	if (hace.reset & RESET_BIT) {
		hace.is_pending = false;
		hace.registers[STATUS / 4] = 0;
	}
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	if (address >= SCU) {
		scu_write((uint32_t)(address - SCU), value);
		return;
	}
	assert_int_equal(hace.reset & RESET_BIT, 0);
	if (address == HACE + STATUS)
		value = hace.registers[STATUS / 4] & ~value;
	hace.registers[(address - HACE) / 4] = value;
	if (address == HACE + 0x30)
		command(value);
}

static uint8_t message[5000];

static unsigned start(enum trick trick, unsigned at)
{
	static const struct digest_engine *const engines[] = { &digest_engine_hace, NULL };
	const struct aspeed_hace where = { HACE, SCU, (uintptr_t)&__executable_start, 1u << 30 };

	memset(&hace, 0, sizeof(hace));
	hace.reset = 0xf7c3fed8;
	hace.clock_stop = 0xffff7f8a;
	model_reset();
	model_step = 200;
	hace.trick = trick;
	hace.at = at;
	aspeed_hace_start(&where);
	assert_status(digest_engines_start(engines), OK);
	return hace.commands;
}

/* The digest of count pieces of message, and whether it is right. */
static bool is_right(enum digest_algorithm algorithm_id, unsigned count, uint64_t *seed)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t out[DIGEST_SIZE_MAX], want[DIGEST_SIZE_MAX];
	const uint8_t *at = message;
	struct digest digest;

	hace.cleans = 0;
	EVP_DigestInit(context, EVP_get_digestbyname(digest_name(algorithm_id)));
	assert_status(digest_begin_in_place(&digest, algorithm_id), OK);
	for (unsigned i = 0; i < count; i++) {
		size_t size = 1 + random_below(seed, 200);

		at += 1 + random_below(seed, 50);
		assert_status(digest_update(&digest, at, size), OK);
		EVP_DigestUpdate(context, at, size);
		at += size;
	}
	EVP_DigestFinal(context, want, NULL);
	EVP_MD_CTX_free(context);
	assert_status(digest_finish(&digest, out), OK);
	assert_false(hace.is_invalid && !quarantine(0));
	return memcmp(out, want, digest_size(algorithm_id)) == 0;
}

static void digests(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned count = 1; count <= DIGEST_PARTS_MAX; count++) {
		for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
			unsigned commands = start(TRUE_ANSWER, 0);

			assert_string_equal(digest_engine_name(a), "hace");
			assert_true(is_right(a, count, &seed));
			assert_int_equal(hace.commands, commands + 1);
			assert_null(quarantine(0));
		}
	}
	assert_true(aspeed_hace_quiesce());
}

static void lies(void **state)
{
	uint64_t seed = random_seed();
	unsigned commands = start(TRUE_ANSWER, 0);

	(void)state;
	for (enum trick trick = NEVER_DONE; trick < TRICKS; trick++) {
		for (unsigned at = 1; at <= commands + 3; at++) {
			unsigned parts = 2 + at % 3;
			bool right = true;

			hace.bit = 0;
			start(trick, at);
			hace.bit = (unsigned)random_next(&seed);
			for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++)
				right &= is_right(a, parts, &seed);
			/*
			 * Only a plain lie, after all tests, is left: a digest that nobody signed.
			 */
			if (trick == FLIP || trick == SHORT || trick == FIRST_ONLY)
				assert_true(right == (at <= commands));
			else
				assert_true(right);
			if (right && trick != FIRST_ONLY)
				assert_string_equal(quarantine(0)->name, "hace");
			if (right)
				assert_int_equal(hace.registers[STATUS / 4] & ~DONE, 0);
			assert_true(aspeed_hace_quiesce());
		}
	}
}

/*
 * What the engine cannot reach, and what is too long for it, is software's: nothing is struck off.
 */
static void out_of_reach(void **state)
{
	const struct aspeed_hace small = { HACE, SCU, (uintptr_t)message, 2000 };
	const uint8_t *heap = malloc(100);
	uint8_t digest[DIGEST_SIZE_MAX];
	const struct span wrong[] = { { heap, 100 }, { message, 0x10000000 } };

	(void)state;
	start(TRUE_ANSWER, 0);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_status(digest_engine_hace.whole(DIGEST_SHA256, &wrong[i], 1, digest),
			      ERR_UNSUPPORTED);
	assert_status(digest_engine_hace.whole(DIGEST_SHA256, wrong, 0, digest), ERR_UNSUPPORTED);
	aspeed_hace_start(&small);
	assert_status(
		digest_engine_hace.whole(DIGEST_SHA256, &(struct span){ message, 9 }, 1, digest),
		ERR_UNSUPPORTED);
	assert_status(digest_of(DIGEST_SHA256, (struct span){ heap, 0 }, digest), OK);
	assert_null(quarantine(0));
	free((void *)(uintptr_t)heap);
}

/* An engine that neither ends nor resets may write at any time: no kernel is entered. */
static void cannot_be_stopped(void **state)
{
	const struct span part = { message, 100 };
	uint8_t digest[DIGEST_SIZE_MAX];
	unsigned commands = start(TRUE_ANSWER, 0);

	(void)state;
	hace.trick = NEVER_DONE;
	hace.at = commands + 1;
	hace.reset_is_stuck = true;
	hace.cleans = 0;
	assert_status(digest_engine_hace.whole(DIGEST_SHA256, &part, 1, digest), ERR_MEDIA_IO);
	assert_false(aspeed_hace_quiesce());
	assert_status(digest_engine_hace.whole(DIGEST_SHA256, &part, 1, digest), ERR_UNSUPPORTED);
	assert_false(digest_engine_hace.probe(DIGEST_SHA256));
}

static void absent(void **state)
{
	(void)state;
	assert_false(digest_engine_hace.probe(DIGEST_SHA256));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent), /* first */
		cmocka_unit_test(digests),      cmocka_unit_test(lies),
		cmocka_unit_test(out_of_reach), cmocka_unit_test(cannot_be_stopped),
	};

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 29 + (i >> 8) * 3 + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
