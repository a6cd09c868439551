/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * digest.h - SHA-256, SHA-384 and SHA-512 over whichever engine earned it.
 *
 * engines_start() probes the board's engines, lets each answer a known-answer test and
 * strikes off those that fail; mbedTLS is the engine of last resort. Nothing else exists:
 * SHA-1, MD5 and CRC have no name here.
 */
#ifndef HOLDFAST_DIGEST_H
#define HOLDFAST_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"
#include "status.h"

enum digest_algorithm { DIGEST_SHA256 = 1, DIGEST_SHA384 = 2, DIGEST_SHA512 = 3 };
#define DIGEST_ALGORITHMS 3
#define DIGEST_SIZE_MAX 64

/* Room for any engine's running state, including mbedTLS's. */
#define DIGEST_STATE_SIZE 256

/* Bytes of a digest: 32, 48 or 64. */
size_t digest_size(enum digest_algorithm algorithm);

/* "sha256", "sha384", "sha512". */
const char *digest_name(enum digest_algorithm algorithm);

/*
 * The algorithm whose name is the size bytes at name (no NUL needed). ERR_ALGO_DENIED for any other
 * name, also those of weaker algorithms and those not compiled in.
 */
enum status digest_by_name(const char *name, size_t size,
			   enum digest_algorithm *algorithm) MUST_CHECK;

/*
 * An engine: begin, update and finish for data as it comes, or whole for data that stays where it
 * is, or all four; NULL for what it does not offer. begin, update and finish work on state
 * (DIGEST_STATE_SIZE bytes, 16-aligned, the caller's); several may run side by side. whole takes
 * parts (none of them empty, in any place and of any alignment) one after the other as one message;
 * when it returns, the device no longer looks at them. Answers: OK; ERR_UNSUPPORTED (this engine
 * cannot do that, such as memory that it does not reach: the next one may); anything else: failed,
 * the engine is struck off. finish and whole write digest_size() bytes. An engine never compares.
 */
struct digest_engine {
	const char *name; /* as in the banner: "armv8-ce", "mbedtls" */
	/*
	 * begin, update and finish touch nothing but state and their arguments, on whatever
	 * processor, and a copy of state is as good as state.
	 */
	bool anywhere;
	bool (*probe)(enum digest_algorithm algorithm);
	enum status (*begin)(void *state, enum digest_algorithm algorithm);
	enum status (*update)(void *state, const uint8_t *data, size_t size);
	enum status (*finish)(void *state, uint8_t *digest);
	enum status (*whole)(enum digest_algorithm algorithm, const struct span *parts,
			     unsigned count, uint8_t *digest);
};

/* The mbedTLS engine (digest_soft.c); probe is always true for what is compiled in. */
extern const struct digest_engine digest_engine_soft;

/*
 * Probe, test and choose an engine per algorithm; call once, before any digest. engines is
 * NULL-terminated, best first (plat_digest_engines()). An engine that fails its test is struck off,
 * remembered (quarantine.h) and the next one chosen. ERR_ENGINE_SELFTEST: not even software answers
 * rightly.
 */
enum status digest_engines_start(const struct digest_engine *const *engines) MUST_CHECK;

/* The name of the engine for data in place, "none" before digest_engines_start(). */
const char *digest_engine_name(enum digest_algorithm algorithm);

/*
 * The engine for data in place if plat_share() may use it (anywhere); NULL: there is none such. It
 * earned it, and no more: whoever uses it directly gets no other one in its place.
 */
const struct digest_engine *digest_engine_anywhere(enum digest_algorithm algorithm);

/* Pieces that a digest in place remembers; those that touch are one. With more it is streamed. */
#define DIGEST_PARTS_MAX 16

/* A running digest. The caller owns it; it may be copied by nobody. */
struct digest {
	enum digest_algorithm algorithm;
	const struct digest_engine *engine;
	bool in_place; /* parts[] are all that was given, and still what it was */
	unsigned count;
	struct span parts[DIGEST_PARTS_MAX];
	uint8_t state[DIGEST_STATE_SIZE] __attribute__((aligned(16)));
};

/* Start. ERR_INTERNAL before digest_engines_start(); ERR_ALGO_DENIED if not compiled in. */
enum status digest_begin(struct digest *digest, enum digest_algorithm algorithm) MUST_CHECK;

/*
 * The same with a promise: all that digest_update() is given stays where it is, unchanged, until
 * digest_finish() returns. Only then can an engine work on it as a whole, and another redo what
 * one failed at. Never for a buffer that is used again.
 */
enum status digest_begin_in_place(struct digest *digest,
				  enum digest_algorithm algorithm) MUST_CHECK;

/*
 * Add size bytes. ERR_ENGINE_SELFTEST if the engine failed and nothing could be redone: the digest
 * is then worthless.
 */
enum status digest_update(struct digest *digest, const void *data, size_t size) MUST_CHECK;

/*
 * Write digest_size() bytes to out (DIGEST_SIZE_MAX of room) and end. out is poisoned first, so a
 * stale value never passes.
 */
enum status digest_finish(struct digest *digest, uint8_t out[DIGEST_SIZE_MAX]) MUST_CHECK;

/* All three for one span, in place. */
enum status digest_of(enum digest_algorithm algorithm, struct span data,
		      uint8_t out[DIGEST_SIZE_MAX]) MUST_CHECK;

#endif
