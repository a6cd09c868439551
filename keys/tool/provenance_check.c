/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * provenance_check.c - whether an envelope is by keys that are trusted, and about this FIT.
 */
#include <string.h>

#include "dsse.h"
#include "provenance.h"

/* The rule of the trust set over those who signed the envelope. */
static enum status judge_signers(const struct dsse *dsse, const struct keyring *keyring,
				 uint32_t revoked)
{
	enum status status = keyring_rule(keyring, dsse->satisfied & ~revoked);

	if (status == OK)
		return OK;
	if (status == ERR_NO_TRUST)
		return refuse(status, "keyring", "give a trust set that has a required key");
	if ((dsse->satisfied & revoked) != 0)
		return refuse(ERR_KEY_REVOKED, "provenance",
			      "a key that signed the envelope was taken back by this release");
	if (dsse->satisfied != 0)
		return refuse(ERR_BAD_SIGNATURE, "provenance",
			      "a key that is required has not signed the envelope");
	if (dsse->nearest == ERR_UNKNOWN_KEY)
		return refuse(ERR_UNKNOWN_KEY, "provenance",
			      "no key of the trust set signed the envelope");
	return refuse(ERR_BAD_SIGNATURE, "provenance",
		      "the envelope was changed after it was signed");
}

static bool text_is(const json_t *object, const char *member, const char *wanted)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text != NULL && strcmp(text, wanted) == 0;
}

/* Whether one of the subjects has this SHA-256. */
static bool is_subject(const json_t *statement, const uint8_t digest[32])
{
	json_t *wanted = json_hex(digest, 32);
	const json_t *subject;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(statement, "subject"), i, subject) found |=
		text_is(json_object_get(subject, "digest"), "sha256", json_string_value(wanted));
	json_decref(wanted);
	return found;
}

static enum status judge_statement(const json_t *statement, struct span fit)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	if (!text_is(statement, "_type", PROVENANCE_STATEMENT_TYPE))
		return refuse(ERR_NO_SIGNATURE, "_type", "what was signed is no in-toto statement");
	if (!text_is(statement, "predicateType", PROVENANCE_PREDICATE_TYPE))
		return refuse(ERR_NO_SIGNATURE, "predicateType",
			      "the statement is no SLSA provenance (v1)");
	TRY(digest_of(DIGEST_SHA256, fit, digest));
	if (!is_subject(statement, digest))
		return refuse(ERR_HASH_MISMATCH, "subject",
			      "the provenance is about another file, or the FIT was signed again");
	return OK;
}

static enum status judge(const struct dsse *dsse, struct span fit, const struct keyring *keyring,
			 uint32_t revoked, json_t **statement)
{
	enum status status;

	TRY(judge_signers(dsse, keyring, revoked));
	*statement =
		json_loadb((const char *)dsse->payload, dsse->size, JSON_REJECT_DUPLICATES, NULL);
	status = judge_statement(*statement, fit);
	if (status != OK) {
		json_decref(*statement);
		*statement = NULL;
	}
	return status;
}

enum status provenance_judge(struct span envelope, struct span fit, const struct keyring *keyring,
			     uint32_t revoked, json_t **statement, json_t **signatures)
{
	struct dsse dsse;
	enum status status = dsse_open(envelope, PROVENANCE_PAYLOAD_TYPE, keyring, &dsse);

	*statement = NULL;
	if (status == OK)
		status = judge(&dsse, fit, keyring, revoked, statement);
	if (signatures != NULL)
		*signatures = json_incref(dsse.signatures);
	dsse_close(&dsse);
	return status;
}

enum exit_code provenance_check(const char *path, struct span fit, const struct keyring *keyring,
				uint32_t revoked, json_t **statement)
{
	struct input input;
	enum status status;

	*statement = NULL;
	STEP(input_open(path, &input));
	refusal_clear();
	status = provenance_judge((struct span){ input.at, input.size }, fit, keyring, revoked,
				  statement, NULL);
	input_close(&input);
	return status == OK ? EXIT_DONE : refused(status);
}

const char *provenance_builder_of(const json_t *statement)
{
	const json_t *details =
		json_object_get(json_object_get(statement, "predicate"), "runDetails");
	const char *id =
		json_string_value(json_object_get(json_object_get(details, "builder"), "id"));

	return id == NULL ? "" : id;
}
