// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * board_main.c - public test vectors on a board, read from its medium, through every engine that it
 * has.
 *
 * A test build: the loader's own platform/ and keys/ with another boot_main(). It finds the vectors
 * (board_disk.py has their format) on the first medium that has them and goes through them once for
 * each of plat_digest_engines(), plat_modexp_engines() and software. A line for each:
 *
 * 	HF-VECTORS engine=armv8-ce digests=600 wrong=0 ... state=used
 *
 * An engine is asked for what it offers, not for what the board's order would give it. What RSA
 * engines answer is compared with the number that board_disk.py computed, bit for bit; then the
 * core's verdict on the signature counts. state= is "absent" if the engine's probe says so, and
 * "struck-off" if it failed, at its known-answer test or later.
 */
#include <string.h>

#include "board_records.h"
#include "boot.h"
#include "digest.h"
#include "keyring.h"
#include "modexp.h"
#include "platform.h"
#include "quarantine.h"

static uint32_t soft_step; /* software takes each such record of a kind */

static struct {
	unsigned digests, raw, left, wrong;
	unsigned valid, refused, invalid, accepted, acceptable;
} counted;

/* Nobody is trusted: nothing here asks. */
const struct keyring keyring_table
	__attribute__((section(".keyring"))) = { NULL, 0, REQUIRED_ALL, 0 };

static void say(const char *text)
{
	while (*text)
		plat_putc(*text++);
}

static void say_count(const char *name, unsigned value)
{
	char digits[12];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	say(name);
	say(at);
}

static void report(const char *name, const char *state)
{
	say("HF-VECTORS engine=");
	say(name);
	say_count(" digests=", counted.digests);
	say_count(" raw=", counted.raw);
	say_count(" left=", counted.left);
	say_count(" wrong=", counted.wrong);
	say_count(" valid=", counted.valid);
	say_count(" refused=", counted.refused);
	say_count(" invalid=", counted.invalid);
	say_count(" accepted=", counted.accepted);
	say_count(" acceptable=", counted.acceptable);
	say(" state=");
	say(state);
	say("\n");
	memset(&counted, 0, sizeof(counted));
}

/* Go through the records: wanted() says which are for this engine, take() does one of them. */
static enum status each_record(bool (*wanted)(const struct record *record),
			       void (*take)(const struct record *record), unsigned step)
{
	struct record record;
	unsigned turn = 0;
	bool more;

	records_rewind();
	for (;;) {
		TRY(records_next(&record, &more));
		if (!more)
			return OK;
		if (wanted(&record) && turn++ % step == 0)
			take(&record);
	}
}

static const char *digest_engine_tried;

static bool is_digest(const struct record *record)
{
	return (record->kind == KIND_DIGEST || record->kind == KIND_MONTE) &&
	       digest_engine_name(record->algorithm) == digest_engine_tried;
}

static void count_digest(struct span expected, const uint8_t *out, enum status status)
{
	counted.digests++;
	if (status != OK || memcmp(out, expected.at, expected.size) != 0)
		counted.wrong++;
}

/* As data comes: in pieces of 1, 2, 3, ... bytes, so that blocks are cut in every way. */
static enum status digest_in_pieces(const struct record *record, bool in_place, uint8_t *out)
{
	struct span data = record->parts[0];
	struct digest digest;
	size_t piece = 1;

	if (in_place)
		TRY(digest_begin_in_place(&digest, record->algorithm));
	else
		TRY(digest_begin(&digest, record->algorithm));
	for (size_t at = 0; at < data.size; at += piece++) {
		size_t size = data.size - at < piece ? data.size - at : piece;

		TRY(digest_update(&digest, data.at + at, size));
	}
	return digest_finish(&digest, out);
}

static void take_message(const struct record *record)
{
	uint8_t out[DIGEST_SIZE_MAX];
	enum status status = digest_of(record->algorithm, record->parts[0], out);

	count_digest(record->parts[1], out, status);
	for (unsigned in_place = 0; in_place < 2; in_place++) {
		status = digest_in_pieces(record, in_place != 0, out);
		count_digest(record->parts[1], out, status);
	}
}

/* 1,000 steps of the NIST Monte Carlo chain. */
static void take_monte(const struct record *record)
{
	static uint8_t window[3 * DIGEST_SIZE_MAX];
	size_t size = digest_size(record->algorithm);
	uint8_t out[DIGEST_SIZE_MAX];
	enum status status = OK;

	for (unsigned i = 0; i < 3; i++)
		memcpy(window + i * size, record->parts[0].at, size);
	for (unsigned i = 0; i < 1000 && status == OK; i++) {
		status = digest_of(record->algorithm, (struct span){ window, 3 * size }, out);
		memmove(window, window + size, 2 * size);
		memcpy(window + 2 * size, out, size);
	}
	count_digest(record->parts[1], out, status);
}

static void take_digest(const struct record *record)
{
	if (record->kind == KIND_MONTE)
		take_monte(record);
	else
		take_message(record);
}

/* What became of the engine that was started alone: it is first, or software is. */
static const char *state_of(bool present)
{
	if (quarantine(0))
		return "struck-off";
	return present ? "used" : "absent";
}

/* One engine alone; engine NULL is software. */
static enum status try_digests(const struct digest_engine *engine)
{
	const struct digest_engine *engines[] = { engine, NULL };
	unsigned step = engine ? 1 : soft_step;
	bool present = false;

	digest_engine_tried = engine ? engine->name : digest_engine_soft.name;
	TRY(digest_engines_start(engines));
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++)
		present |= digest_engine_name(a) == digest_engine_tried;
	TRY(each_record(is_digest, take_digest, step));
	report(digest_engine_tried, state_of(present));
	return OK;
}

/* Stands before the engine under test, and compares what it answers with what was computed. */
static struct {
	const struct modexp_engine *engine;
	const struct record *record; /* NULL: a known-answer test */
} watched;

static bool watched_probe(void)
{
	return watched.engine->probe();
}

static enum status watched_modexp(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	enum status status = watched.engine->modexp(key, in, out);

	if (!watched.record)
		return status;
	counted.raw++;
	if (status == ERR_UNSUPPORTED)
		counted.left++;
	else if (status != OK || watched.record->parts[3].size != key->size ||
		 memcmp(out, watched.record->parts[3].at, key->size) != 0)
		counted.wrong++;
	return status;
}

static void count_verdict(const struct record *record, enum status verdict)
{
	if (record->result == RESULT_ACCEPTABLE) {
		counted.acceptable++;
	} else if (record->result == RESULT_VALID) {
		counted.valid++;
		counted.refused += verdict != OK;
	} else {
		counted.invalid++;
		counted.accepted += verdict == OK;
	}
}

static void take_signature(const struct record *record, const struct key *key, unsigned message)
{
	uint8_t digest[DIGEST_SIZE_MAX];
	enum status verdict = digest_of(record->algorithm, record->parts[message], digest);

	watched.record = record;
	if (verdict == OK)
		verdict = signature_check(key, digest, record->padding, record->parts[message + 1],
					  NULL);
	watched.record = NULL;
	count_verdict(record, verdict);
}

static bool is_rsa(const struct record *record)
{
	return record->kind == KIND_RSA;
}

static void take_rsa(const struct record *record)
{
	const struct key key = {
		.algorithm = { record->algorithm, KEY_RSA, record->bits },
		.rsa = { .modulus = record->parts[0].at,
			 .size = record->parts[0].size,
			 .exponent = record->exponent,
			 .r_squared = record->parts[4].at },
	};

	take_signature(record, &key, 1);
}

static enum status try_rsa(const struct modexp_engine *engine)
{
	static struct modexp_engine before = { .probe = watched_probe, .modexp = watched_modexp };
	const struct modexp_engine *const engines[] = { &before, NULL };

	watched.engine = engine;
	before.name = engine->name;
	quarantine_clear();
	TRY(modexp_engines_start(engines));
	if (modexp_engine_name() == engine->name)
		TRY(each_record(is_rsa, take_rsa, engine == &modexp_engine_soft ? soft_step : 1));
	report(engine->name, state_of(modexp_engine_name() == engine->name));
	return OK;
}

static bool is_ecdsa(const struct record *record)
{
	return record->kind == KIND_ECDSA;
}

static void take_ecdsa(const struct record *record)
{
	const struct key key = {
		.algorithm = { record->algorithm, KEY_ECDSA, record->bits },
		.ecdsa = { .curve = record->bits == 256 ? ECDSA_P256 : ECDSA_P384,
			   .x = record->parts[0].at,
			   .y = record->parts[1].at,
			   .size = record->parts[0].size },
	};

	take_signature(record, &key, 2);
}

static enum status try_all(void)
{
	const struct digest_engine *const *digest = plat_digest_engines();
	const struct modexp_engine *const *modexp = plat_modexp_engines();

	TRY(records_open(&soft_step));
	for (; *digest; digest++)
		TRY(try_digests(*digest));
	TRY(try_digests(NULL));
	/* Digests are those of the board's best engine from here on. */
	TRY(digest_engines_start(plat_digest_engines()));
	for (; *modexp; modexp++)
		TRY(try_rsa(*modexp));
	TRY(try_rsa(&modexp_engine_soft));
	TRY(each_record(is_ecdsa, take_ecdsa, soft_step));
	report("ecdsa", "used");
	return OK;
}

void boot_main(void)
{
	enum status status = try_all();

	say("HF-VECTORS privilege=");
	say(plat_privilege());
	say(" end=");
	say(status_word(status));
	say("\n");
	plat_fail(ERR_NO_SLOT);
}
