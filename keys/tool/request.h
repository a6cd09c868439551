/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * request.h - a request to sign: what is signed, by whom, and how, in a file that goes to where the
 * key is. Schema holdfast.request, version 1; man page holdfast-keys-request(1).
 *
 * A request is made from a FIT and nothing else, by the steps of sign.h up to the plan. Whoever has
 * the FIT makes it again from what it says in "signers" and "prepare", and compares: that is how
 * the other side knows that a digest belongs to a FIT, and attach that a FIT is still the same.
 * Nothing in a request is secret, and nothing in it is believed.
 */
#ifndef HOLDFAST_KEYS_REQUEST_H
#define HOLDFAST_KEYS_REQUEST_H

#include "sign.h"

#define REQUEST_SIZE_MAX (4u << 20)

/*
 * The request for the plans of signing, as JSON in the order it is read; the caller's reference.
 * EXIT_REFUSED: something that a person must see before signing is malformed in the FIT (bad-fit).
 */
enum exit_code request_make(const struct signing *signing, json_t **request);

/*
 * What a person wants to know of one configuration of the prepared tree: the board, the rollback
 * index, images with sizes and hashes, the command line, the root hash, keys that it revokes. The
 * errors of request_make().
 */
enum exit_code request_identity(const struct signing *signing, const char *configuration,
				json_t **identity);

/* The lines for people that stand first in a request, an array of strings. */
json_t *request_text(const json_t *request);

/*
 * The command with which OpenSSL makes the signature from the digest, in a shell, in a directory
 * with the key in NAME.pem; a fresh string.
 */
char *request_command(const struct signing *signing, const struct signature_plan *plan);

/* The name of the file that this command writes: CONFIGURATION.NAME.sig; a fresh string. */
char *request_signature_file(const struct signing *signing, const struct signature_plan *plan);

/*
 * Read a request: what it says of signers and how to prepare goes into signing (which points into
 * *request, the caller's reference). EXIT_INPUT: absent, unreadable, not a request, damaged.
 */
enum exit_code request_read(const char *path, struct signing *signing, json_t **request);

/*
 * Every plan is in the request with the same digest, algorithm and padding. EXIT_REFUSED
 * (hash-mismatch, at= the configuration): the FIT is not the one of the request.
 */
enum exit_code request_same_digests(const struct signing *signing, const json_t *request);

#endif
