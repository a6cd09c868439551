/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * request_read.c - a request from a file. It was somewhere else: every member is checked, and none
 * is believed.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <libfdt.h>

#include "request.h"
#include "sign_arguments.h"

static enum exit_code damaged(const char *path, const char *what)
{
	complain("%s: not a request, or damaged: %s: make it again with holdfast-keys request",
		 path, what);
	return EXIT_INPUT;
}

static bool hash_by_name(const char *name, enum digest_algorithm *hash)
{
	return digest_by_name(name, strlen(name), hash) == OK;
}

static bool padding_by_name(const char *name, enum rsa_padding *padding)
{
	*padding = strcmp(name, "pss") == 0 ? RSA_PSS : RSA_PKCS1;
	return *padding == RSA_PSS || strcmp(name, "pkcs-1.5") == 0;
}

static EVP_PKEY *public_key(const char *pem)
{
	BIO *memory = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *pkey = PEM_read_bio_PUBKEY(memory, NULL, NULL, NULL);

	BIO_free(memory);
	ERR_clear_error();
	return pkey;
}

/* The id is that of the key: both were written by us. */
static bool id_is(const struct key *key, const char *id)
{
	char *computed = hex_text(key->id, KEY_ID_SIZE);
	bool same = strcmp(computed, id) == 0;

	free(computed);
	return same;
}

static enum exit_code read_signer(const char *path, const json_t *object, struct signing *signing)
{
	struct key_file *file = &signing->keys[signing->key_count];
	const char *name, *id, *pem, *role = NULL, *hash = NULL, *padding = NULL;
	enum key_role number = 0;
	enum exit_code code;
	EVP_PKEY *pkey;

	if (json_unpack((json_t *)object, "{s:s,s:s,s:s,s?s,s?s,s?s}", "name", &name, "id", &id,
			"pem", &pem, "role", &role, "hash", &hash, "padding", &padding) != 0 ||
	    !key_name_is_good(name) || (role != NULL && !key_role_by_name(role, &number)) ||
	    signing->key_count == SIGN_KEYS_MAX)
		return damaged(path, "a signer");
	pkey = public_key(pem);
	if (pkey == NULL)
		return damaged(path, "a signer's public key");
	code = signers_add(signing, pkey, name, number);
	if (code != EXIT_DONE)
		return code == EXIT_USAGE ? damaged(path, "a signer twice") : code;
	signing->pinned = signing->pinned || hash != NULL;
	if (!id_is(&file->key, id) ||
	    (hash != NULL && !hash_by_name(hash, &file->key.algorithm.digest)) ||
	    (padding != NULL && !padding_by_name(padding, &file->key.padding)))
		return damaged(path, "a signer's key id or algorithm");
	return EXIT_DONE;
}

static enum exit_code read_signers(const char *path, const json_t *signers, struct signing *signing)
{
	size_t index;
	json_t *object;

	json_array_foreach(signers, index, object) STEP(read_signer(path, object, signing));
	return signing->key_count != 0 ? EXIT_DONE : damaged(path, "no signer");
}

static enum exit_code read_reserved(const char *path, const json_t *reserved,
				    struct signing *signing)
{
	size_t index;
	json_t *item;

	json_array_foreach(reserved, index, item)
	{
		const char *name = json_string_value(item);

		if (name == NULL || !key_name_is_good(name) ||
		    signing->reserved_count == SIGN_RESERVED_MAX)
			return damaged(path, "a name to reserve for");
		signing->reserved[signing->reserved_count++] = name;
	}
	return EXIT_DONE;
}

static enum exit_code read_prepare(const char *path, json_t *prepare, struct signing *signing)
{
	const char *hash = NULL, *padding = NULL;
	json_int_t timestamp;
	json_int_t strings;
	json_t *reserved;
	int replace;

	if (json_unpack(prepare, "{s?s,s?s,s?s,s:b,s:o,s:I,s:I}", "config", &signing->configuration,
			"hash", &hash, "padding", &padding, "replace", &replace, "reserve",
			&reserved, "timestamp", &timestamp, "strings", &strings) != 0 ||
	    timestamp < 0 || timestamp > UINT32_MAX || strings < 1 || strings > INT32_MAX ||
	    (hash != NULL && !hash_by_name(hash, &signing->hash)) ||
	    (padding != NULL && !padding_by_name(padding, &signing->padding)))
		return damaged(path, "how to prepare");
	signing->replace = replace != 0;
	signing->timed = true;
	signing->timestamp = (uint32_t)timestamp;
	signing->strings = (uint32_t)strings;
	return read_reserved(path, reserved, signing);
}

static enum exit_code parse(const struct input *input, json_t **request)
{
	json_error_t error;

	if (input->size > REQUEST_SIZE_MAX)
		return damaged(input->path, "it is too big");
	*request = json_loadb((const char *)input->at, input->size, JSON_REJECT_DUPLICATES, &error);
	return *request != NULL ? EXIT_DONE : damaged(input->path, error.text);
}

static enum exit_code load(const char *path, json_t **request)
{
	struct input input;
	enum exit_code code;

	STEP(input_open(path, &input));
	code = parse(&input, request);
	input_close(&input);
	return code;
}

enum exit_code request_read(const char *path, struct signing *signing, json_t **request)
{
	const char *schema;
	json_t *signers;
	json_t *prepare;
	json_t *signatures;
	json_t *fit;
	int version;

	*request = NULL;
	STEP(load(path, request));
	if (json_unpack(*request, "{s:s,s:i}", "schema", &schema, "version", &version) != 0 ||
	    strcmp(schema, "holdfast.request") != 0)
		return damaged(path, "no schema holdfast.request");
	if (version != 1) {
		complain("%s: a request of version %d: use the holdfast-keys that made it", path,
			 version);
		return EXIT_INPUT;
	}
	if (json_unpack(*request, "{s:o,s:o,s:o,s:o}", "signers", &signers, "prepare", &prepare,
			"signatures", &signatures, "fit", &fit) != 0 ||
	    !json_is_array(signers) || !json_is_array(signatures) || !json_is_object(fit))
		return damaged(path, "a member is missing");
	STEP(read_signers(path, signers, signing));
	return read_prepare(path, prepare, signing);
}

static const json_t *entry_of(const struct signing *signing, const struct signature_plan *plan,
			      const json_t *request)
{
	size_t index;
	json_t *entry;

	json_array_foreach(json_object_get(request, "signatures"), index, entry)
	{
		const char *configuration;
		const char *key;

		if (json_unpack(entry, "{s:s,s:s}", "configuration", &configuration, "key", &key) ==
			    0 &&
		    strcmp(configuration, plan->configuration) == 0 &&
		    strcmp(key, signing->keys[plan->signer].name) == 0)
			return entry;
	}
	return NULL;
}

/* The digest that a request states, or a wrong one. */
static void stated_digest(const json_t *entry, uint8_t out[DIGEST_SIZE_MAX])
{
	const char *hex = json_string_value(json_object_get(entry, "digest"));
	long size = 0;
	unsigned char *bytes = hex == NULL ? NULL : OPENSSL_hexstr2buf(hex, &size);

	memset(out, 0, DIGEST_SIZE_MAX);
	if (bytes != NULL && size <= DIGEST_SIZE_MAX)
		memcpy(out, bytes, (size_t)size);
	OPENSSL_free(bytes);
	ERR_clear_error();
}

static enum exit_code same_plan(const struct signing *signing, const struct signature_plan *plan,
				const json_t *request)
{
	static const char *const members[] = { "algorithm", "padding", "digest" };
	const json_t *entry = entry_of(signing, plan, request);
	size_t size = digest_size(plan->algorithm.digest);
	uint8_t stated[DIGEST_SIZE_MAX];
	json_t *ours;
	bool same = entry != NULL;

	ours = sign_describe(signing, plan);
	(void)json_object_set_new(ours, "digest", json_hex(plan->digest, size));
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const json_t *a = json_object_get(ours, members[i]);
		const json_t *b = json_object_get(entry, members[i]);

		same = same && (a == b || json_equal(a, b));
	}
	json_decref(ours);
	if (same)
		return EXIT_DONE;
	stated_digest(entry, stated);
	return refused(refuse_different(
		ERR_HASH_MISMATCH, plan->configuration,
		"the FIT is not the one of the request: get that one, or make a new request",
		stated, plan->digest, size));
}

enum exit_code request_same_digests(const struct signing *signing, const json_t *request)
{
	for (unsigned i = 0; i < signing->plan_count; i++)
		STEP(same_plan(signing, &signing->plans[i], request));
	return EXIT_DONE;
}
