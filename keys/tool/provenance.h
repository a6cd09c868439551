/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * provenance.h - who made a release of what: an in-toto statement (v1) with SLSA provenance (v1)
 * about a FIT, in a DSSE envelope (dsse.h) signed with the keys that signed the FIT.
 *
 * It is about the bytes of one file. Signing that FIT again, also by somebody else, makes another
 * file; so the envelope is made in the last run of sign.
 */
#ifndef HOLDFAST_KEYS_PROVENANCE_H
#define HOLDFAST_KEYS_PROVENANCE_H

#include "key_file.h"
#include "span.h"

#define PROVENANCE_PAYLOAD_TYPE "application/vnd.in-toto+json"
#define PROVENANCE_STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define PROVENANCE_PREDICATE_TYPE "https://slsa.dev/provenance/v1"
/* What a build is: payload files packed into a FIT and signed. */
#define PROVENANCE_BUILD_TYPE "urn:holdfast:build:fit:1"
/* Who built, where nobody says so. */
#define PROVENANCE_BUILDER_DEFAULT "urn:holdfast:builder:unspecified"

/*
 * A URI by its looks: printable ASCII without spaces, a scheme and a colon in front, at most 1024
 * bytes. For --builder, before any file is opened.
 */
bool provenance_builder_is_good(const char *builder);

/*
 * What --builder said; NULL: HOLDFAST_BUILDER_ID of the environment, else the default. Set by the
 * verb's parser.
 */
extern const char *provenance_builder;

/*
 * Make the envelope about the finished FIT in fit, whose file will be called fit_name (only its
 * last part is written down), signed by each key. signatures is what sign says of its own work: an
 * array of objects with "configuration" (and more). The file is a temporary one beside path, still
 * open in *output: the caller gives it its name after the FIT has its own, or discards it.
 * EXIT_REFUSED: fit is none. EXIT_POLICY: path is the FIT. EXIT_KEY, EXIT_OUTPUT, EXIT_USAGE
 * (HOLDFAST_BUILDER_ID is no URI).
 */
enum exit_code provenance_prepare(const char *path, const char *fit_name, struct span fit,
				  const struct key_file *keys, unsigned key_count,
				  const json_t *signatures, struct output *output);

/*
 * Check the envelope at path against the FIT: the keyring's rule over its signatures, less those of
 * the keys in revoked (bit i: keys[i]); then that a subject has the SHA-256 of fit. On EXIT_DONE
 * *statement is the statement that was signed, the caller's reference. EXIT_INPUT: unreadable.
 * EXIT_REFUSED, said with the HF-REFUSE line: no-signature (no envelope, no statement, no
 * provenance in it), unknown-key, bad-signature, hash-mismatch (about another file), no-trust,
 * too-big.
 */
enum exit_code provenance_check(const char *path, struct span fit, const struct keyring *keyring,
				uint32_t revoked, json_t **statement);

/*
 * The same without printing, for an envelope in memory: the reason; the last refusal has at and
 * hint. signatures may be NULL, else it takes dsse_open()'s list (the caller's reference), also of
 * an envelope that is refused.
 */
enum status provenance_judge(struct span envelope, struct span fit, const struct keyring *keyring,
			     uint32_t revoked, json_t **statement, json_t **signatures) MUST_CHECK;

/* predicate.runDetails.builder.id of a statement, or "". */
const char *provenance_builder_of(const json_t *statement);

#endif
