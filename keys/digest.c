// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * digest.c - which engine may compute digests, and what happens when one fails.
 *
 * An engine is used for an algorithm after it answered both known-answer tests of that algorithm in
 * this boot, in each way that it offers. One that fails, then or later, is struck off for every
 * algorithm. What is in place is then done again by the next one; what was streamed is lost, and
 * the caller refuses. An engine never compares.
 */
#include "digest.h"

#include <string.h>

#include "config.h"
#include "hardened.h"
#include "quarantine.h"

#define ENGINES_MAX 8
#define NO_ENGINE ENGINES_MAX
#define POISON 0x5a

/* The board's engines in its order, then software. */
static const struct digest_engine *engines[ENGINES_MAX];
static unsigned engine_count;
static uint32_t struck_off; /* bit i: engines[i] */
static uint32_t passed[DIGEST_ALGORITHMS + 1];
static unsigned chosen[2 * (DIGEST_ALGORITHMS + 1)]; /* index in engines, by USE() */

#define USE(algorithm, in_place) (2 * (unsigned)(algorithm) + ((in_place) ? 1 : 0))

static const struct {
	const char *name;
	uint8_t size;
} facts[DIGEST_ALGORITHMS + 1] = {
	[DIGEST_SHA256] = { "sha256", 32 },
	[DIGEST_SHA384] = { "sha384", 48 },
	[DIGEST_SHA512] = { "sha512", 64 },
};

/*
 * The test: the digest of a short message, misaligned and with a padding block of its own, is mixed
 * into a long one, which comes in pieces with gaps between that end inside, at and across blocks.
 * Byte i is 37 * i + 11 (mod 256), exclusive or byte i (mod its size) of the digest before. So one
 * known answer hangs on both. Values: Python's hashlib.
 */
#define TESTS 2
#define PIECES_MAX 5
#define TEST_ROOM (259 + PIECES_MAX)

static const uint8_t pieces[TESTS][PIECES_MAX] = { { 120 }, { 1, 63, 130, 64, 1 } };

static const uint8_t known[DIGEST_ALGORITHMS + 1][DIGEST_SIZE_MAX] = {
	[DIGEST_SHA256] = "\x35\xd4\x51\x9b\x65\x80\x22\x20\x57\xcc\x35\x6a\x73\x15\x5d\xd0"
			  "\x5e\x96\xc7\x89\x66\x0c\x16\x5d\x98\xcb\x71\xba\x95\xf6\xe9\xdf",
	[DIGEST_SHA384] = "\xf0\x38\x73\x5e\x3c\x7f\x09\xf5\xdc\xef\xcf\x6b\xb1\x4a\x08\x3e"
			  "\x58\x99\x35\xe7\xd8\xd0\xa4\x86\x3c\x92\x19\xe9\xef\x08\xcf\x7b"
			  "\x07\x3b\xad\x2d\x45\x74\x45\xbd\x1d\x45\x91\x07\x7c\x9e\xb0\x97",
	[DIGEST_SHA512] = "\x5b\x7d\xd3\x4d\x1e\xc4\xc3\xfc\x08\xf0\x4b\x7d\xd1\x6f\xca\xd1"
			  "\xfc\x7e\x53\xe9\x4c\xb6\x1a\x9b\x19\xfa\xfa\x4b\x01\x7b\x96\x8c"
			  "\xc6\x71\xd5\x11\x6e\xe4\x52\x1a\x19\x3d\xee\xcf\xb9\x1f\x80\x34"
			  "\xcc\xb6\xc3\x2d\x8b\x18\x78\xa9\x20\xcb\x66\x33\xd2\x25\xe4\x58",
};

static bool is_known(enum digest_algorithm algorithm)
{
	return algorithm == DIGEST_SHA256 ||
	       (IS_ENABLED(CONFIG_SHA512) &&
		(algorithm == DIGEST_SHA384 || algorithm == DIGEST_SHA512));
}

size_t digest_size(enum digest_algorithm algorithm)
{
	return facts[algorithm].size;
}

const char *digest_name(enum digest_algorithm algorithm)
{
	return facts[algorithm].name;
}

enum status digest_by_name(const char *name, size_t size, enum digest_algorithm *algorithm)
{
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
		if (!is_known(a) || strlen(facts[a].name) != size ||
		    memcmp(facts[a].name, name, size) != 0)
			continue;
		*algorithm = a;
		return OK;
	}
	return ERR_ALGO_DENIED;
}

static bool is_whole(const struct digest *digest, const struct digest_engine *engine)
{
	return digest->in_place && engine->whole;
}

/* Begin, and give the engine what there is so far; one for the whole gets it at the end. */
static enum status replay(const struct digest_engine *engine, struct digest *digest)
{
	if (is_whole(digest, engine))
		return OK;
	TRY(engine->begin(digest->state, digest->algorithm));
	for (unsigned i = 0; i < digest->count; i++)
		TRY(engine->update(digest->state, digest->parts[i].at, digest->parts[i].size));
	return OK;
}

/* End in poison: an engine that wrote nothing has failed, whatever was there before. */
static enum status conclude(const struct digest_engine *engine, struct digest *digest, uint8_t *out)
{
	uint8_t touched = 0;

	memset(out, POISON, DIGEST_SIZE_MAX);
	if (is_whole(digest, engine))
		TRY(engine->whole(digest->algorithm, digest->parts, digest->count, out));
	else
		TRY(engine->finish(digest->state, out));
	for (size_t i = 0; i < digest_size(digest->algorithm); i++)
		touched |= out[i] ^ POISON;
	return touched != 0 ? OK : ERR_ENGINE_SELFTEST;
}

/* Write the message of a test to room, as the digest's parts. */
static void lay_out(struct digest *digest, unsigned test, const uint8_t *mix, uint8_t *room)
{
	unsigned i = 0;

	digest->count = 0;
	while (digest->count < PIECES_MAX && pieces[test][digest->count] != 0) {
		struct span *part = &digest->parts[digest->count];

		*part = (struct span){ ++room, pieces[test][digest->count++] };
		for (size_t end = i + part->size; i < end; i++)
			*room++ = (uint8_t)(37 * i + 11) ^ mix[i % digest_size(digest->algorithm)];
	}
}

static enum status self_test(const struct digest_engine *engine, enum digest_algorithm algorithm,
			     bool in_place)
{
	static uint8_t room[TEST_ROOM]; /* where payloads are too: devices reach it */
	struct digest digest = { .algorithm = algorithm, .in_place = in_place };
	uint8_t out[DIGEST_SIZE_MAX] = { 0 };

	for (unsigned test = 0; test < TESTS; test++) {
		lay_out(&digest, test, out, room);
		TRY(replay(engine, &digest));
		TRY(conclude(engine, &digest, out));
	}
	return bytes_equal(out, known[algorithm], digest_size(algorithm), ERR_ENGINE_SELFTEST);
}

static unsigned index_of(const struct digest_engine *engine)
{
	unsigned i = 0;

	while (i < engine_count && engines[i] != engine)
		i++;
	return i;
}

static bool is_usable(unsigned index)
{
	return index < engine_count && (struck_off & 1u << index) == 0;
}

static void strike_off(unsigned index, enum status why)
{
	if (!is_usable(index))
		return;
	struck_off |= 1u << index;
	quarantine_add(engines[index]->name, why);
}

/* Tested before its first use for the algorithm, once. */
static enum status earn(unsigned index, enum digest_algorithm algorithm)
{
	if ((passed[algorithm] & 1u << index) != 0)
		return OK;
	if (engines[index]->begin)
		TRY(self_test(engines[index], algorithm, false));
	if (engines[index]->whole)
		TRY(self_test(engines[index], algorithm, true));
	passed[algorithm] |= 1u << index;
	return OK;
}

/* The first engine from an index on for this use that answers its tests; NO_ENGINE if none. */
static unsigned find(enum digest_algorithm algorithm, bool in_place, unsigned from)
{
	for (unsigned i = from; i < engine_count; i++) {
		enum status earned;

		if (!is_usable(i) || (!in_place && !engines[i]->begin) ||
		    !engines[i]->probe(algorithm))
			continue;
		earned = earn(i, algorithm);
		if (earned == OK)
			return i;
		if (earned != ERR_UNSUPPORTED)
			strike_off(i, earned);
	}
	return NO_ENGINE;
}

/* Give every use whose engine is gone another one. */
static enum status choose(void)
{
	for (unsigned use = USE(DIGEST_SHA256, false); use <= USE(DIGEST_SHA512, true); use++) {
		enum digest_algorithm algorithm = (enum digest_algorithm)(use / 2);

		if (!is_known(algorithm) || is_usable(chosen[use]))
			continue;
		chosen[use] = find(algorithm, use % 2 != 0, 0);
		if (chosen[use] == NO_ENGINE)
			return ERR_ENGINE_SELFTEST;
		/* An engine struck off just now may have been chosen for an earlier one. */
		use = USE(DIGEST_SHA256, false) - 1;
	}
	return OK;
}

enum status digest_engines_start(const struct digest_engine *const *board)
{
	engine_count = 0;
	struck_off = 0;
	quarantine_clear();
	while (engine_count < ENGINES_MAX - 1 && board[engine_count]) {
		engines[engine_count] = board[engine_count];
		engine_count++;
	}
	engines[engine_count++] = &digest_engine_soft;
	memset(passed, 0, sizeof(passed));
	for (unsigned use = 0; use < sizeof(chosen) / sizeof(chosen[0]); use++)
		chosen[use] = NO_ENGINE;
	if (choose() != OK)
		return refuse(ERR_ENGINE_SELFTEST, "digest",
			      "no engine answers its known-answer test");
	return OK;
}

const char *digest_engine_name(enum digest_algorithm algorithm)
{
	unsigned index = engine_count != 0 ? chosen[USE(algorithm, true)] : NO_ENGINE;

	return is_usable(index) ? engines[index]->name : "none";
}

const struct digest_engine *digest_engine_anywhere(enum digest_algorithm algorithm)
{
	unsigned index = engine_count != 0 ? chosen[USE(algorithm, true)] : NO_ENGINE;

	return is_usable(index) && engines[index]->anywhere ? engines[index] : NULL;
}

/* Go on with the engine of that index, or the next one that can; each turn leaves one behind. */
static enum status start(struct digest *digest, unsigned index)
{
	for (; is_usable(index); index = find(digest->algorithm, digest->in_place, index + 1)) {
		enum status begun = replay(engines[index], digest);

		digest->engine = engines[index];
		if (begun == OK)
			return OK;
		if (begun == ERR_UNSUPPORTED)
			continue;
		strike_off(index, begun);
		(void)choose();
	}
	digest->engine = NULL;
	return refuse(ERR_ENGINE_SELFTEST, digest_name(digest->algorithm), "no engine is left");
}

/*
 * The engine failed, or another digest found that it does. What is in place is given to the next
 * one; what was streamed is lost.
 */
static enum status redo(struct digest *digest, enum status why)
{
	unsigned index = index_of(digest->engine);

	if (digest->in_place && why == ERR_UNSUPPORTED)
		return start(digest, find(digest->algorithm, true, index + 1));
	strike_off(index, why);
	/* Whether another engine is left shows at once, or at the next digest_begin(). */
	(void)choose();
	if (digest->in_place)
		return start(digest, chosen[USE(digest->algorithm, true)]);
	digest->engine = NULL;
	wipe(digest->state, sizeof(digest->state));
	return refuse(ERR_ENGINE_SELFTEST, engines[index]->name,
		      "the engine failed and is not used again in this boot");
}

static enum status begin(struct digest *digest, enum digest_algorithm algorithm, bool in_place)
{
	digest->engine = NULL;
	if (engine_count == 0)
		return ERR_INTERNAL;
	if (!is_known(algorithm))
		return ERR_ALGO_DENIED;
	digest->algorithm = algorithm;
	digest->in_place = in_place;
	digest->count = 0;
	return start(digest, chosen[USE(algorithm, in_place)]);
}

enum status digest_begin(struct digest *digest, enum digest_algorithm algorithm)
{
	return begin(digest, algorithm, false);
}

enum status digest_begin_in_place(struct digest *digest, enum digest_algorithm algorithm)
{
	return begin(digest, algorithm, true);
}

/* Remember a piece. With one too many the digest goes on as a stream. */
static enum status record(struct digest *digest, const uint8_t *data, size_t size)
{
	struct span *last = &digest->parts[digest->count - (digest->count != 0)];
	bool whole = is_whole(digest, digest->engine);

	if (digest->count != 0 && last->at + last->size == data) {
		last->size += size;
		return OK;
	}
	if (digest->count < DIGEST_PARTS_MAX) {
		digest->parts[digest->count++] = (struct span){ data, size };
		return OK;
	}
	digest->in_place = false;
	return whole ? start(digest, chosen[USE(digest->algorithm, false)]) : OK;
}

enum status digest_update(struct digest *digest, const void *data, size_t size)
{
	enum status status = ERR_ENGINE_SELFTEST;

	if (!digest->engine)
		return ERR_INTERNAL;
	if (size == 0)
		return OK;
	if (digest->in_place)
		TRY(record(digest, data, size));
	if (is_usable(index_of(digest->engine)))
		status = is_whole(digest, digest->engine)
				 ? OK
				 : digest->engine->update(digest->state, data, size);
	return status == OK ? OK : redo(digest, status);
}

enum status digest_finish(struct digest *digest, uint8_t out[DIGEST_SIZE_MAX])
{
	enum status status = ERR_INTERNAL;

	memset(out, POISON, DIGEST_SIZE_MAX);
	while (digest->engine) {
		status = ERR_ENGINE_SELFTEST;
		if (is_usable(index_of(digest->engine)))
			status = conclude(digest->engine, digest, out);
		if (status == OK)
			break;
		memset(out, POISON, DIGEST_SIZE_MAX);
		TRY(redo(digest, status));
	}
	digest->engine = NULL;
	return status;
}

enum status digest_of(enum digest_algorithm algorithm, struct span data,
		      uint8_t out[DIGEST_SIZE_MAX])
{
	struct digest digest;

	TRY(digest_begin_in_place(&digest, algorithm));
	TRY(digest_update(&digest, data.at, data.size));
	return digest_finish(&digest, out);
}
