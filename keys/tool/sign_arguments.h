/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_arguments.h - what sign, request and attach are told in the same words.
 */
#ifndef HOLDFAST_KEYS_SIGN_ARGUMENTS_H
#define HOLDFAST_KEYS_SIGN_ARGUMENTS_H

#include "sign.h"

struct sign_arguments {
	struct signing *signing;
	const char *keys[SIGN_KEYS_MAX];
	const char *names[SIGN_KEYS_MAX];
	unsigned key_count;
	unsigned name_count;
	const char *trust; /* a trust set, in verbs that have --trust; NULL: none */
};

/*
 * --key-name, --config, --hash, --padding, --replace, --reserve and the FIT; a child of a verb's
 * parser, which gives it its struct sign_arguments (ARGP_KEY_INIT: state->child_inputs). --key,
 * whose text differs, is the verb's own.
 */
extern const struct argp sign_argp;

/* --key: one more. Ends the process with EXIT_USAGE if there are too many. */
void sign_add_key(struct argp_state *state, struct sign_arguments *arguments, const char *key);

/*
 * For ARGP_KEY_END: as many names as keys or none, and a FIT. Ends the process with EXIT_USAGE
 * otherwise.
 */
void sign_check_arguments(struct argp_state *state, const struct sign_arguments *arguments);

/*
 * Open every key by open (key_open_private() or key_open_public()) and give it its name.
 * EXIT_USAGE: one key or name twice. The errors of open.
 */
enum exit_code sign_open_keys(const struct sign_arguments *arguments,
			      enum exit_code (*open)(const char *where, struct key_file *file));

/* The same key or name among the first count keys and the next one: EXIT_USAGE, said so. */
enum exit_code sign_keys_differ(const struct signing *signing, unsigned count);

/* True if an option was given that says how nodes are made: any but --key and --config. */
bool sign_is_tuned(const struct sign_arguments *arguments);

/*
 * Open the public halves of the keys. With a trust set each must be in it (EXIT_REFUSED,
 * unknown-key) and is called, has a role and signs as it says there; without any --key all its
 * required keys (EXIT_REFUSED, no-trust: it has none).
 */
enum exit_code signers_open_public(const struct sign_arguments *arguments);

/*
 * The next of signing->keys from a public key, which is taken over. name is a good one.
 * EXIT_REFUSED (algo-denied), EXIT_USAGE: the same key or name twice.
 */
enum exit_code signers_add(struct signing *signing, EVP_PKEY *pkey, const char *name,
			   enum key_role role);

/* A signer's public half as PEM SubjectPublicKeyInfo, a fresh string; the caller frees. */
char *signer_pem(const struct key_file *signer);

#endif
