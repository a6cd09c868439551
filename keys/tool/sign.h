/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign.h - the steps of a signature, shared by holdfast-keys sign, request and attach.
 *
 * A signing keeps the FIT twice: as it was (input, original), and as an open device tree (tree)
 * that is edited. In this order: sign_open(), sign_prepare() (hash values, then one signature node
 * a signer and a reserved name), sign_plan() (what each signer has to sign: computed by the
 * loader's code from a fresh reading of tree, once all nodes are there), a value for each plan
 * (from a key, or from somebody else's), sign_put(), sign_write(), sign_close(). A request stops
 * after the plan, and a later attach comes to the same plan by the same steps.
 */
#ifndef HOLDFAST_KEYS_SIGN_H
#define HOLDFAST_KEYS_SIGN_H

#include "fit_file.h"
#include "key_file.h"

#define SIGN_KEYS_MAX KEYRING_KEYS_MAX
#define SIGN_RESERVED_MAX 8

/* One signature: what is signed, and then its value. */
struct signature_plan {
	char configuration[FIT_NAME_MAX + 1];
	unsigned signer; /* index into signing->keys */
	struct signature_algorithm algorithm;
	enum rsa_padding padding;
	uint8_t digest[DIGEST_SIZE_MAX];
	uint32_t strings; /* bytes of the strings block that are covered */
	unsigned images;  /* that the signature covers */
	uint8_t value[SIGNATURE_SIZE_MAX];
	size_t size; /* 0: not signed (yet) */
};

struct signing {
	/* As asked for. */
	const char *path;
	const char *configuration;  /* NULL: all */
	enum digest_algorithm hash; /* 0: as the node says, else the key's default */
	enum rsa_padding padding;   /* 0: the same */
	bool replace;               /* remove the configuration's signature nodes first */
	struct key_file keys[SIGN_KEYS_MAX];
	unsigned key_count;
	bool pinned; /* the keys' digests, and paddings if any, are a trust set's: not the node's */
	const char *reserved[SIGN_RESERVED_MAX]; /* names that get an empty node */
	unsigned reserved_count;
	const char *provenance; /* a file for the provenance, or NULL */
	bool timed;             /* timestamp is written beside the value, else timestamp() */
	uint32_t timestamp;
	uint32_t strings; /* bytes of the strings block that are covered; 0: see sign_plan() */

	/* Work. */
	struct input input;
	struct fit_file *original;
	struct fit_file *scratch;
	void *tree; /* fdt_open_into() of input, with room */
	size_t capacity;
	struct signature_plan *plans;
	unsigned plan_count;
	json_t *replaced; /* an array: configuration and key of each signature that was removed */
};

/* Read the FIT, and open its tree with room for all that may be added. EXIT_INPUT, EXIT_REFUSED. */
enum exit_code sign_open(struct signing *signing);

/* Free everything, keys included; harmless if sign_open() failed or was not called. */
void sign_close(struct signing *signing);

/* What is done to one configuration; the index is into original. */
typedef enum exit_code (*sign_step)(struct signing *signing, unsigned configuration);

/*
 * The step for every configuration asked for. EXIT_REFUSED (config-missing): there is none, or not
 * that one.
 */
enum exit_code sign_each(struct signing *signing, sign_step step);

/*
 * Every hash node of every image that is covered filled in or compared (hash-mismatch,
 * algo-denied), and one signature node for each key and each reserved name, with algo, padding and
 * hint. EXIT_POLICY: it would break a signature that is there.
 */
enum exit_code sign_prepare(struct signing *signing);

/* A sign_step of sign_prepare(): the hash nodes; the signature nodes. */
enum exit_code sign_hashes(struct signing *signing, unsigned configuration);
enum exit_code sign_nodes(struct signing *signing, unsigned configuration);

/*
 * signing->plans, one for each configuration and key. All are about the same bytes of the strings
 * block: as many as a signature that stays covers, else signing->strings, else all there are.
 * EXIT_REFUSED (bad-fit): there are not so many; (not-covered): the name of a covered property is
 * not among them.
 */
enum exit_code sign_plan(struct signing *signing);

/* Write the values of all plans that have one, and what goes with them, into tree. */
enum exit_code sign_put(struct signing *signing);

/*
 * Write the result beside path, verify what was signed with the loader's code and the public halves
 * of the keys, rename. With -n everything but the rename. The tree is gone afterwards.
 */
enum exit_code sign_write(struct signing *signing);

/*
 * EXIT_POLICY, said so, unless --yes: two configurations that are signed fit one board and differ
 * in kernel or command line, so that whoever writes the medium may pick either by `default`. A
 * remark if they differ in ramdisk, root or device tree.
 */
enum exit_code sign_unambiguous(struct signing *signing);

/* /configurations/NAME in tree; negative: a libfdt error. */
int sign_find(const void *tree, const char *configuration);

/*
 * The signature node of that configuration whose key-name-hint is name; negative if there is none.
 */
int sign_find_node(const void *tree, const char *configuration, const char *name);

/* True if the node is a signature node; and if it has a value. */
bool sign_is_node(const void *tree, int node);
bool sign_has_value(const void *tree, int node);

/* A node's key-name-hint for a person: it came with the FIT, may be anything. A fresh string. */
char *sign_hint(const void *tree, int node);

/*
 * Whether the value of a signature node of tree is a signature by key over the configuration as it
 * is in fit, by what the node says of algorithm, padding and strings.
 */
bool sign_holds(const struct fit *fit, const char *configuration, const void *tree, int node,
		const struct key *key);

/* Into signing->replaced, if the node has a value. */
void sign_record_removed(struct signing *signing, const char *configuration, int node);

/* Whose signatures went, and that nothing else did: hash values that were there were compared. */
void sign_print_replaced(const struct signing *signing);

/* Say that libfdt failed. Returns EXIT_BUG. */
enum exit_code sign_failed(int error);

/* sign_describe() of each plan, an array. */
json_t *sign_describe_all(const struct signing *signing);

/* A plan for people and scripts: configuration, key, key_id, algorithm, padding, images. */
json_t *sign_describe(const struct signing *signing, const struct signature_plan *plan);

#endif
