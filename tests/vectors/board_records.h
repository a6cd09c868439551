/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * board_records.h - the vectors on a board's medium, one record after the other (board_disk.py
 * writes them).
 */
#ifndef HOLDFAST_BOARD_RECORDS_H
#define HOLDFAST_BOARD_RECORDS_H

#include "digest.h"
#include "rsa.h"
#include "span.h"

enum kind { KIND_DIGEST = 1, KIND_MONTE = 2, KIND_RSA = 3, KIND_ECDSA = 4 };
enum result { RESULT_INVALID = 0, RESULT_VALID = 1, RESULT_ACCEPTABLE = 2 };

/*
 * KIND_DIGEST: message, digest. KIND_MONTE: seed, digest. KIND_RSA: modulus, message, signature,
 * signature^exponent mod modulus (empty if the signature is not below the modulus), 2^(2 * bits)
 * mod modulus. KIND_ECDSA: x, y, message, signature.
 */
#define PARTS 5

struct record {
	enum kind kind;
	enum digest_algorithm algorithm;
	enum rsa_padding padding;
	enum result result;
	unsigned bits;
	uint64_t exponent;
	struct span parts[PARTS];
};

/*
 * Look for vectors on the board's media, at each MiB of the first 64. ERR_NO_IMAGE: none has any.
 * step: software shall take each step-th record.
 */
enum status records_open(uint32_t *step) MUST_CHECK;

/* The first record is next. */
void records_rewind(void);

/*
 * The next record, valid until the call after; *more says whether there was one. The errors of
 * extent_read(); ERR_TRUNCATED if it is none.
 */
enum status records_next(struct record *record, bool *more) MUST_CHECK;

#endif
