// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * revoke_judge.c - which keys are meant, and whether the trust sets would do as the list says.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "revoke.h"

#define ID_DIGITS_MIN 8
#define ID_DIGITS ((size_t)2 * KEY_ID_SIZE)

static const struct keyring *set_of(const struct revocation_job *job, unsigned index)
{
	return &job->files[index].set.keyring;
}

static const struct key *find_in(const struct keyring *keyring, const uint8_t *id)
{
	for (unsigned i = 0; i < keyring->count; i++)
		if (memcmp(keyring->keys[i].id, id, KEY_ID_SIZE) == 0)
			return &keyring->keys[i];
	return NULL;
}

static const struct key *find(const struct revocation_job *job, const uint8_t *id)
{
	const struct key *key = NULL;

	for (unsigned i = 0; key == NULL && i < job->set_count; i++)
		key = find_in(set_of(job, i), id);
	return key;
}

const char *revoke_name(const struct revocation_job *job, const uint8_t id[KEY_ID_SIZE])
{
	const struct key *key = find(job, id);

	return key == NULL ? NULL : key->name;
}

static unsigned digit_of(char digit)
{
	return isdigit((unsigned char)digit) ? (unsigned)(digit - '0')
					     : (unsigned)((digit | 0x20) - 'a') + 10;
}

/* All 64 digits are an id as they stand; from 8 on, the start of one in the sets. */
static enum exit_code id_from_word(const struct revocation_job *job, const char *word, uint8_t *id)
{
	size_t length = strlen(word);
	const struct key *match = NULL;

	for (size_t i = 0; length == ID_DIGITS && i < KEY_ID_SIZE; i++)
		id[i] = (uint8_t)(digit_of(word[2 * i]) << 4 | digit_of(word[2 * i + 1]));
	if (length == ID_DIGITS)
		return EXIT_DONE;
	for (unsigned i = 0; i < job->set_count; i++) {
		for (unsigned j = 0; j < set_of(job, i)->count; j++) {
			const struct key *key = &set_of(job, i)->keys[j];
			char *text = hex_text(key->id, KEY_ID_SIZE);
			bool starts = strncasecmp(text, word, length) == 0;

			free(text);
			if (!starts)
				continue;
			if (match != NULL && memcmp(match->id, key->id, KEY_ID_SIZE) != 0) {
				complain("--key-id %s: several keys begin so: give more digits",
					 word);
				return EXIT_INPUT;
			}
			match = key;
		}
	}
	if (match == NULL) {
		complain("--key-id %s: no key of the trust set begins so: "
			 "holdfast-keys show prints the ids",
			 word);
		return EXIT_INPUT;
	}
	memcpy(id, match->id, KEY_ID_SIZE);
	return EXIT_DONE;
}

static enum exit_code id_from_file(const char *where, uint8_t *id)
{
	struct key_file *file = allocate(sizeof(*file));
	enum exit_code code = key_open_public(where, file);

	if (code == EXIT_DONE)
		memcpy(id, file->key.id, KEY_ID_SIZE);
	key_close(file);
	free(file);
	return code;
}

enum exit_code revoke_find_keys(struct revocation_job *job)
{
	for (unsigned i = 0; i < job->word_count; i++) {
		uint8_t *id = job->ids[job->id_count];

		STEP(job->is_id[i] ? id_from_word(job, job->words[i], id)
				   : id_from_file(job->words[i], id));
		if (find(job, id) == NULL && !common.yes) {
			complain("%s: no trust set given here has this key: "
				 "give --yes if the list is for others",
				 job->words[i]);
			return EXIT_POLICY;
		}
		job->id_count++;
	}
	return EXIT_DONE;
}

static bool counts(const struct keyring *keyring, uint32_t signers, const struct revoked_list *list,
		   struct revocation *revocation)
{
	struct span ids = { list->ids[0], (size_t)list->count * KEY_ID_SIZE };

	return revocation_rule(keyring, signers, ids, list->version, revocation) == OK &&
	       revocation->counts;
}

/* The rule only gets easier with more signers: so everybody first, then as few as can be. */
static uint32_t fewest(const struct keyring *keyring, uint32_t signers,
		       const struct revoked_list *list)
{
	struct revocation revocation;

	for (unsigned i = 0; i < keyring->count; i++)
		if (counts(keyring, signers & ~(1u << i), list, &revocation))
			signers &= ~(1u << i);
	return signers;
}

static enum exit_code judge_set(struct revocation_job *job, unsigned index,
				const struct revoked_list *list)
{
	const struct keyring *keyring = set_of(job, index);
	uint32_t everybody = (uint32_t)((1ull << keyring->count) - 1);
	struct span ids = { list->ids[0], (size_t)list->count * KEY_ID_SIZE };
	struct revocation revocation;
	enum status status;

	refusal_clear();
	status = revocation_rule(keyring, everybody, ids, list->version, &revocation);
	if (status == ERR_KEY_REVOKED) {
		complain("%s: '%s' cannot be revoked: without it nobody satisfies the rule and may "
			 "revoke: rotate first",
			 job->trust[index], refusal_last()->at);
		return EXIT_POLICY;
	}
	if (status == ERR_NO_TRUST) {
		complain("%s: this trust set accepts nothing: holdfast-keys show says why",
			 job->trust[index]);
		return EXIT_POLICY;
	}
	if (status != OK)
		return refused(status);
	if (!revocation.counts) {
		complain("%s: no list counts there: it has no root key, and no threshold of 2 or "
			 "more: rotate the key away",
			 job->trust[index]);
		return EXIT_POLICY;
	}
	job->can_sign[index] = fewest(keyring, everybody, list);
	return EXIT_DONE;
}

enum exit_code revoke_judge(struct revocation_job *job, const struct revoked_list *list)
{
	for (unsigned i = 0; i < job->set_count; i++)
		STEP(judge_set(job, i, list));
	return EXIT_DONE;
}
