/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * dsse.c - envelopes, made and read. Only what was verified is given out: the payload's bytes as
 * they were signed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>

#include "base64.h"
#include "dsse.h"

/* The pre-authentication encoding's digest. */
static enum status pae_digest(enum digest_algorithm algorithm, const char *type,
			      struct span payload, uint8_t out[DIGEST_SIZE_MAX])
{
	char *front = text_of("DSSEv1 %zu %s %zu ", strlen(type), type, payload.size);
	struct digest digest;
	enum status status = digest_begin(&digest, algorithm);

	if (status == OK)
		status = digest_update(&digest, front, strlen(front));
	if (status == OK && payload.size != 0)
		status = digest_update(&digest, payload.at, payload.size);
	if (status == OK)
		status = digest_finish(&digest, out);
	free(front);
	return status;
}

static enum digest_algorithm digest_for(const struct key *key)
{
	return key->algorithm.type == KEY_ECDSA && key->algorithm.bits == 384 ? DIGEST_SHA384
									      : DIGEST_SHA256;
}

/* r || s as DER; a fresh buffer of *size bytes, NULL on failure. */
static uint8_t *der_of_pair(const uint8_t *pair, size_t half, size_t *size)
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(pair, (int)half, NULL);
	BIGNUM *s = BN_bin2bn(pair + half, (int)half, NULL);
	uint8_t *der = NULL;
	int length = 0;

	if (signature != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(signature, r, s) == 1) {
		uint8_t *at = der = allocate(2 * half + 16);

		r = s = NULL;
		length = i2d_ECDSA_SIG(signature, &at);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(signature);
	*size = length > 0 ? (size_t)length : 0;
	return der;
}

/* DER to r || s of 2 * half bytes; false if it is something else. */
static bool pair_of_der(struct span der, size_t half, uint8_t *pair)
{
	const uint8_t *at = der.at;
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)der.size);
	bool good = signature != NULL && at == der.at + der.size &&
		    BN_bn2binpad(ECDSA_SIG_get0_r(signature), pair, (int)half) == (int)half &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(signature), pair + half, (int)half) == (int)half;

	ECDSA_SIG_free(signature);
	return good;
}

static enum exit_code sign_with(const struct key_file *key, const char *type, struct span payload,
				json_t *signatures)
{
	enum digest_algorithm algorithm = digest_for(&key->key);
	uint8_t digest[DIGEST_SIZE_MAX];
	uint8_t raw[SIGNATURE_SIZE_MAX];
	uint8_t *der = NULL;
	size_t size;
	char *id;
	char *text;

	if (pae_digest(algorithm, type, payload, digest) != OK) {
		complain("the envelope cannot be digested");
		return EXIT_BUG;
	}
	STEP(key_sign(key, algorithm, RSA_PKCS1, digest, raw, &size));
	if (key->key.algorithm.type == KEY_ECDSA)
		der = der_of_pair(raw, size / 2, &size);
	text = base64_encode(der == NULL ? raw : der, size);
	id = hex_text(key->key.id, KEY_ID_SIZE);
	(void)json_array_append_new(signatures, json_pack("{s:s, s:s}", "keyid", id, "sig", text));
	free(id);
	free(text);
	free(der);
	return EXIT_DONE;
}

enum exit_code dsse_sign(const char *type, struct span payload, const struct key_file *keys,
			 unsigned key_count, json_t **envelope)
{
	json_t *signatures = json_array();
	enum exit_code code = EXIT_DONE;
	char *text;

	*envelope = NULL;
	for (unsigned i = 0; code == EXIT_DONE && i < key_count; i++)
		code = sign_with(&keys[i], type, payload, signatures);
	if (code == EXIT_DONE) {
		text = base64_encode(payload.at, payload.size);
		*envelope = json_pack("{s:s, s:s, s:O}", "payload", text, "payloadType", type,
				      "signatures", signatures);
		free(text);
	}
	json_decref(signatures);
	return code;
}

/* A string member that is base64, decoded; a fresh buffer, NULL if it is not. */
static uint8_t *bytes_of(const json_t *object, const char *member, size_t *size)
{
	const json_t *string = json_object_get(object, member);

	*size = 0;
	if (!json_is_string(string))
		return NULL;
	return base64_decode(json_string_value(string), json_string_length(string), size);
}

static bool made_by(const struct key *key, const char *type, const struct dsse *dsse,
		    struct span signature)
{
	struct key copy = *key;
	uint8_t digest[DIGEST_SIZE_MAX];
	uint8_t pair[2 * ECDSA_BYTES_MAX];

	copy.algorithm.digest = digest_for(key);
	if (key->algorithm.type == KEY_ECDSA) {
		if (!pair_of_der(signature, key->ecdsa.size, pair))
			return false;
		signature = (struct span){ pair, 2 * key->ecdsa.size };
	}
	return pae_digest(copy.algorithm.digest, type, (struct span){ dsse->payload, dsse->size },
			  digest) == OK &&
	       signature_check(&copy, digest, RSA_PKCS1, signature, NULL) == OK;
}

/* Whether keyid is that of a key of ours; only for the reason of a refusal. */
static bool is_ours(const struct keyring *keyring, const char *keyid)
{
	bool found = false;

	for (unsigned i = 0; i < keyring->count; i++) {
		char *id = hex_text(keyring->keys[i].id, KEY_ID_SIZE);

		found |= strcmp(id, keyid) == 0;
		free(id);
	}
	return found;
}

static void note_signature(struct dsse *dsse, const char *keyid, enum status state,
			   const char *name)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "key_id",
				  keyid[0] == '\0' ? json_null() : json_string(keyid));
	(void)json_object_set_new(object, "state",
				  json_string(state == OK ? "right" : status_word(state)));
	(void)json_object_set_new(object, "key", name == NULL ? json_null() : json_string(name));
	(void)json_array_append_new(dsse->signatures, object);
	if (state != OK && (dsse->nearest == ERR_NO_SIGNATURE || dsse->nearest == ERR_UNKNOWN_KEY))
		dsse->nearest = state;
}

static enum status try_signature(const json_t *object, const char *type,
				 const struct keyring *keyring, struct dsse *dsse)
{
	const char *keyid = json_string_value(json_object_get(object, "keyid"));
	size_t size;
	uint8_t *bytes = bytes_of(object, "sig", &size);
	const char *name = NULL;
	enum status state;

	if (bytes == NULL)
		return refuse(ERR_NO_SIGNATURE, "sig", "a signature of the envelope is no base64");
	keyid = keyid == NULL ? "" : keyid;
	for (unsigned i = 0; i < keyring->count; i++) {
		if (!made_by(&keyring->keys[i], type, dsse, (struct span){ bytes, size }))
			continue;
		dsse->satisfied |= (uint32_t)1 << i;
		name = name == NULL ? keyring->keys[i].name : name;
	}
	state = keyid[0] == '\0' || is_ours(keyring, keyid) ? ERR_BAD_SIGNATURE : ERR_UNKNOWN_KEY;
	note_signature(dsse, keyid, name != NULL ? OK : state, name);
	free(bytes);
	return OK;
}

static enum status read_envelope(const json_t *envelope, const char *type,
				 const struct keyring *keyring, struct dsse *dsse)
{
	const json_t *signatures = json_object_get(envelope, "signatures");
	const char *given = json_string_value(json_object_get(envelope, "payloadType"));
	const json_t *signature;
	size_t i;

	if (!json_is_object(envelope))
		return refuse(ERR_NO_SIGNATURE, "envelope",
			      "this is no JSON object without duplicate members: give the DSSE "
			      "envelope that sign --provenance wrote");
	if (given == NULL || strcmp(given, type) != 0)
		return refuse(ERR_NO_SIGNATURE, "payloadType",
			      "the envelope is not about an in-toto statement");
	dsse->payload = bytes_of(envelope, "payload", &dsse->size);
	if (dsse->payload == NULL)
		return refuse(ERR_NO_SIGNATURE, "payload", "the envelope's payload is no base64");
	if (!json_is_array(signatures) || json_array_size(signatures) == 0)
		return refuse(ERR_NO_SIGNATURE, "signatures", "nobody signed the envelope");
	if (json_array_size(signatures) > DSSE_SIGNATURES_MAX)
		return refuse(ERR_TOO_BIG, "signatures", "an envelope has at most 16 signatures");
	json_array_foreach(signatures, i, signature)
		TRY(try_signature(signature, type, keyring, dsse));
	return OK;
}

enum status dsse_open(struct span text, const char *type, const struct keyring *keyring,
		      struct dsse *dsse)
{
	json_t *envelope;
	enum status status;

	*dsse = (struct dsse){ .nearest = ERR_NO_SIGNATURE, .signatures = json_array() };
	if (text.size > DSSE_SIZE_MAX)
		return refuse(ERR_TOO_BIG, "envelope", "an envelope has at most 1 MiB");
	envelope = json_loadb(text.size == 0 ? "" : (const char *)text.at, text.size,
			      JSON_REJECT_DUPLICATES, NULL);
	status = read_envelope(envelope, type, keyring, dsse);
	json_decref(envelope);
	return status;
}

void dsse_close(struct dsse *dsse)
{
	free(dsse->payload);
	json_decref(dsse->signatures);
	*dsse = (struct dsse){ .payload = NULL };
}
