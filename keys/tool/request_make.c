/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * request_make.c - a request, from what was planned.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "base64.h"
#include "request.h"
#include "sign_arguments.h"
#include "text.h"

static const char *padding_name(enum rsa_padding padding)
{
	return padding == RSA_PSS ? "pss" : "pkcs-1.5";
}

char *request_signature_file(const struct signing *signing, const struct signature_plan *plan)
{
	return text_of("%s.%s.sig", plan->configuration, signing->keys[plan->signer].name);
}

/* No quotes and no backslashes: JSON leaves it as it is, and it can be taken from the raw file. */
char *request_command(const struct signing *signing, const struct signature_plan *plan)
{
	const struct signature_algorithm *algorithm = &plan->algorithm;
	const char *hash = digest_name(algorithm->digest);
	char *file = request_signature_file(signing, plan);
	char *digest = base64_encode(plan->digest, digest_size(algorithm->digest));
	char *padding = text_of("%s", "");
	char *command;

	if (algorithm->type == KEY_RSA) {
		free(padding);
		padding = plan->padding == RSA_PSS ? text_of(" -pkeyopt rsa_padding_mode:pss"
							     " -pkeyopt rsa_pss_saltlen:digest"
							     " -pkeyopt rsa_mgf1_md:%s",
							     hash)
						   : text_of(" -pkeyopt rsa_padding_mode:pkcs1");
	}
	command = text_of("echo %s | openssl base64 -d -A | openssl pkeyutl -sign -inkey %s.pem"
			  " -pkeyopt digest:%s%s -out %s",
			  digest, signing->keys[plan->signer].name, hash, padding, file);
	free(padding);
	free(digest);
	free(file);
	return command;
}

static json_t *signer(const struct signing *signing, const struct key_file *key)
{
	json_t *object = json_object();
	char *pem = signer_pem(key);

	(void)json_object_set_new(object, "name", json_string(key->name));
	(void)json_object_set_new(object, "id", json_hex(key->key.id, KEY_ID_SIZE));
	(void)json_object_set_new(object, "type", json_string(key_type_text(&key->key)));
	if (key->role != 0)
		(void)json_object_set_new(object, "role", json_string(key_role_name(key->role)));
	if (signing->pinned)
		(void)json_object_set_new(object, "hash",
					  json_string(digest_name(key->key.algorithm.digest)));
	if (signing->pinned && key->key.padding != 0)
		(void)json_object_set_new(object, "padding",
					  json_string(padding_name(key->key.padding)));
	(void)json_object_set_new(object, "pem", json_string(pem));
	free(pem);
	return object;
}

/* What attach has to be told to come to the same bytes. */
static json_t *prepare(const struct signing *signing)
{
	json_t *object = json_object();
	json_t *reserved = json_array();

	for (unsigned i = 0; i < signing->reserved_count; i++)
		(void)json_array_append_new(reserved, json_string(signing->reserved[i]));
	if (signing->configuration != NULL)
		(void)json_object_set_new(object, "config", json_text(signing->configuration));
	if (signing->hash != 0)
		(void)json_object_set_new(object, "hash", json_string(digest_name(signing->hash)));
	if (signing->padding != 0)
		(void)json_object_set_new(object, "padding",
					  json_string(padding_name(signing->padding)));
	(void)json_object_set_new(object, "replace", json_boolean(signing->replace));
	(void)json_object_set_new(object, "reserve", reserved);
	(void)json_object_set_new(object, "timestamp",
				  json_integer(signing->timed ? signing->timestamp : timestamp()));
	(void)json_object_set_new(object, "strings",
				  json_integer(signing->strings != 0
						       ? signing->strings
						       : fdt_size_dt_strings(signing->tree)));
	return object;
}

static json_t *fit_of(const struct signing *signing)
{
	const char *slash = strrchr(signing->path, '/');
	json_t *object = json_object();
	uint8_t digest[DIGEST_SIZE_MAX];

	if (digest_of(DIGEST_SHA256, signing->original->bytes, digest) != OK)
		exit(EXIT_BUG);
	(void)json_object_set_new(object, "name",
				  json_text(slash == NULL ? signing->path : slash + 1));
	(void)json_object_set_new(object, "size", json_integer((json_int_t)signing->input.size));
	(void)json_object_set_new(object, "sha256", json_hex(digest, 32));
	return object;
}

static json_t *signature(const struct signing *signing, const struct signature_plan *plan)
{
	json_t *object = sign_describe(signing, plan);
	char *command = request_command(signing, plan);
	char *file = request_signature_file(signing, plan);

	(void)json_object_set_new(object, "digest",
				  json_hex(plan->digest, digest_size(plan->algorithm.digest)));
	(void)json_object_set_new(object, "file", json_string(file));
	(void)json_object_set_new(object, "command", json_string(command));
	free(file);
	free(command);
	return object;
}

static enum exit_code add_configurations(const struct signing *signing, json_t *list)
{
	const char *last = "";

	for (unsigned i = 0; i < signing->plan_count; i++) {
		const char *name = signing->plans[i].configuration;
		json_t *identity;

		if (strcmp(name, last) == 0)
			continue;
		STEP(request_identity(signing, name, &identity));
		(void)json_array_append_new(list, identity);
		last = name;
	}
	return EXIT_DONE;
}

enum exit_code request_make(const struct signing *signing, json_t **request)
{
	json_t *configurations = json_array();
	json_t *signers = json_array();
	json_t *signatures = json_array();
	enum exit_code code = add_configurations(signing, configurations);

	for (unsigned i = 0; i < signing->key_count; i++)
		(void)json_array_append_new(signers, signer(signing, &signing->keys[i]));
	for (unsigned i = 0; i < signing->plan_count; i++)
		(void)json_array_append_new(signatures, signature(signing, &signing->plans[i]));
	*request = json_object();
	(void)json_object_set_new(*request, "schema", json_string("holdfast.request"));
	(void)json_object_set_new(*request, "version", json_integer(1));
	(void)json_object_set_new(*request, "text", json_null());
	(void)json_object_set_new(*request, "tool", json_string("holdfast-keys " HOLDFAST_VERSION));
	(void)json_object_set_new(*request, "fit", fit_of(signing));
	(void)json_object_set_new(*request, "configurations", configurations);
	(void)json_object_set_new(*request, "signatures", signatures);
	(void)json_object_set_new(*request, "signers", signers);
	(void)json_object_set_new(*request, "prepare", prepare(signing));
	(void)json_object_set_new(*request, "text", request_text(*request));
	if (code == EXIT_DONE)
		return EXIT_DONE;
	json_decref(*request);
	*request = NULL;
	return code;
}
