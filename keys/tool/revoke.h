/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * revoke.h - the list of revoked keys in a configuration, for those who write it or sign it.
 *
 * Whether a list counts is decided by revocation_rule() (keys/revocation.h) and nowhere else.
 */
#ifndef HOLDFAST_KEYS_REVOKE_H
#define HOLDFAST_KEYS_REVOKE_H

#include "revocation.h"
#include "sign.h"
#include "trust_edit.h"

#define REVOKE_SETS_MAX 8

/* A configuration's list; version 0: it has none. */
struct revoked_list {
	uint32_t version;
	unsigned count;
	uint8_t ids[REVOKED_MAX][KEY_ID_SIZE];
};

/* EXIT_REFUSED (bad-fit): it is no list of 1 to REVOKED_MAX key ids with a version. */
enum exit_code revoked_read(const struct fit_file *file, unsigned configuration,
			    struct revoked_list *list);

bool revoked_has(const struct revoked_list *list, const uint8_t id[KEY_ID_SIZE]);

/*
 * A sign_step: EXIT_POLICY if one of the keys is on the configuration's own list. With a list, a
 * remark if it can hardly count.
 */
enum exit_code revoked_signers(struct signing *signing, unsigned configuration);

/* A revocation as asked for; the trust sets do not move. */
struct revocation_job {
	struct signing signing;
	const char *trust[REVOKE_SETS_MAX];
	struct trust_file *files; /* of trust */
	unsigned set_count;
	const char *words[REVOKED_MAX]; /* --key and --key-id */
	bool is_id[REVOKED_MAX];
	unsigned word_count;
	uint32_t version; /* 0: one more than in the FIT */
	bool show;

	uint8_t ids[REVOKED_MAX][KEY_ID_SIZE];
	unsigned id_count;
	unsigned changed; /* configurations with keys that were not listed before */
	json_t *lists;    /* an array, one a configuration */
	uint32_t can_sign
		[REVOKE_SETS_MAX]; /* keys that would make the list count, as few as can be */
};

/* The ids of what was asked for. EXIT_INPUT, EXIT_KEY; EXIT_POLICY: no key of the sets. */
enum exit_code revoke_find_keys(struct revocation_job *job);

/*
 * EXIT_POLICY: by a set, the list takes away what it needs, or nobody could make it count.
 * Otherwise job->can_sign.
 */
enum exit_code revoke_judge(struct revocation_job *job, const struct revoked_list *list);

/* The name that a set has for the key, or NULL. */
const char *revoke_name(const struct revocation_job *job, const uint8_t id[KEY_ID_SIZE]);

/* Add a configuration's list to job->lists. */
void revoke_describe(struct revocation_job *job, const char *configuration,
		     const struct revoked_list *list);

/* What was done or is there, for people or as JSON (schema holdfast.revoke). */
enum exit_code revoke_print(struct revocation_job *job);

#endif
