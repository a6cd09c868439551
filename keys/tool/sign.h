/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign.h - the parts of holdfast-keys sign.
 *
 * A signing keeps the FIT twice: as it was (input, original), and as an open device tree (tree)
 * that is edited. The bytes to sign are always computed by the loader's code from a fresh reading
 * of tree.
 */
#ifndef HOLDFAST_KEYS_SIGN_H
#define HOLDFAST_KEYS_SIGN_H

#include "fit_file.h"
#include "key_file.h"

#define SIGN_KEYS_MAX 8

struct signing {
	/* As asked for. */
	const char *path;
	const char *configuration;  /* NULL: all */
	enum digest_algorithm hash; /* 0: as the node says, else the key's default */
	enum rsa_padding padding;   /* 0: the same */
	bool replace;               /* remove the configuration's signature nodes first */
	struct key_file keys[SIGN_KEYS_MAX];
	unsigned key_count;

	/* Work. */
	struct input input;
	struct fit_file *original;
	struct fit_file *scratch;
	void *tree; /* fdt_open_into() of input, with room */
	size_t capacity;
	json_t *results; /* an array, one object a signature */
};

/*
 * Every hash node of every image that the configuration covers: refuse weak algorithms
 * (algo-denied), fill in a missing value, compare one that is there (hash-mismatch).
 */
enum exit_code sign_hashes(struct signing *signing, unsigned configuration);

/*
 * One signature node per key in the configuration, with algo, padding and hint; nothing signed yet.
 */
enum exit_code sign_prepare(struct signing *signing, const char *configuration);

/* Sign the prepared nodes of the configuration. */
enum exit_code sign_configuration(struct signing *signing, const char *configuration);

/*
 * Write the result beside path, verify it with the loader's code and the public halves of the keys,
 * rename.
 */
enum exit_code sign_write(struct signing *signing);

/* /configurations/NAME in tree; negative: a libfdt error. */
int sign_find(const void *tree, const char *configuration);

/*
 * The signature node of that configuration whose key-name-hint is name; negative if there is none.
 */
int sign_find_node(const void *tree, const char *configuration, const char *name);

/* Read tree again into scratch and find the configuration there. */
enum exit_code sign_reread(struct signing *signing, const char *configuration, unsigned *index);

/* Say that libfdt failed. Returns EXIT_BUG. */
enum exit_code sign_failed(int error);

#endif
