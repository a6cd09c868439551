/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * rotate.h - the parts of holdfast-keys rotate: rotation.h decides, these read, write and say.
 */
#ifndef HOLDFAST_KEYS_ROTATE_H
#define HOLDFAST_KEYS_ROTATE_H

#include "rotation.h"
#include "tool.h"
#include "trust_edit.h"

#define ROTATE_WORDS_MAX 16

/* An option that may be given several times; argv's. */
struct words {
	const char *at[ROTATE_WORDS_MAX];
	unsigned count;
};

struct rotate_arguments {
	bool check;       /* rotate check; else rotate plan */
	const char *from; /* plan */
	const char *to;
	struct words fleet;
	struct words add;
	struct words add_optional;
	struct words retire;
	struct words without;
	struct words signed_by;
	bool apart;
	bool no_bridge;
	const char *trust; /* check */
	struct words installed;
	const char *configuration;
	char *const *fits;
	unsigned fit_count;
};

enum exit_code rotate_plan(const struct rotate_arguments *arguments);
enum exit_code rotate_check(const struct rotate_arguments *arguments);

/* A rotation with its storage and the names of its sets. It does not move: allocate it. */
struct rotate_job {
	const struct rotate_arguments *arguments;
	struct trust_file files[ROTATION_FLEET_MAX]; /* of rotation.fleet */
	struct trust_file to_file;
	struct key_file added[ROTATE_WORDS_MAX];
	unsigned added_count;
	struct rotation_set changed; /* the new set, by --add and --retire */
	struct rotation_set bridge;
	enum rotation_no_bridge no_bridge;
	struct rotation rotation;
	struct rotation_plan plan;
	char *to_path; /* --to, or where it is or would be written */
	char *bridge_path;
};

/*
 * The new set by --add and --retire, made from fleet[0]. EXIT_POLICY: a key that is there already,
 * a name that is taken, no room. EXIT_INPUT: no such key. The errors of key_open_public().
 */
enum exit_code rotate_change(struct rotate_job *job);

/* What nobody should want of the new set, stranded devices apart. EXIT_POLICY. */
enum exit_code rotate_policy(const struct rotate_job *job);

/* Keys of the new set that cannot sign are worth a word beside the plan. */
void rotate_remark(const struct rotate_job *job);

/*
 * The signers with this name or key id (hex, at least 8 digits of it). EXIT_INPUT: there is none,
 * or there are several.
 */
enum exit_code rotate_signer(const struct rotation *rotation, const char *word, uint64_t *signer);

/* Whether word is the key's name, or the start of its id. */
bool rotate_is_key(const struct key *key, const char *word);

/* The plan for people or as JSON (schema holdfast.rotate). */
enum exit_code rotate_print(const struct rotate_job *job);

/* With --json a plan that is impossible is a document too. Complains; EXIT_POLICY. */
enum exit_code rotate_impossible(const struct rotate_job *job, enum rotation_verdict verdict);

/* The trust set as a device tree, to path. EXIT_OUTPUT. */
enum exit_code rotate_write(const struct keyring *keyring, const char *path);

#endif
