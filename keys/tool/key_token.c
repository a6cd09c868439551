/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_token.c - a key on a token.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/store.h>

#include "key_store.h"
#include "key_token.h"
#include "patience.h"
#include "token_lock.h"
#include "token_provider.h"

struct key_token {
	struct token token;
	OSSL_LIB_CTX *library;
	EVP_PKEY *pkey;
};

/* One key being opened. */
struct opening {
	struct token_uri uri;
	struct token token;
	OSSL_LIB_CTX *library;
	struct store_keys keys;
};

bool key_token_is(const char *where)
{
	return token_uri_is(where);
}

/* Up to two keys, so that a second one is noticed. */
static void read_half(struct opening *opening, enum token_half half)
{
	char *text = token_uri_text(&opening->uri, &opening->token.info, half);
	OSSL_STORE_CTX *store =
		OSSL_STORE_open_ex(text, opening->library, NULL, NULL, NULL, NULL, NULL, NULL);

	store_read(store, 2, &opening->keys);
	(void)OSSL_STORE_close(store);
	free(text);
}

static enum exit_code check_count(const struct opening *opening, const char *what)
{
	if (opening->keys.count == 1)
		return EXIT_DONE;
	if (opening->keys.count == 0)
		complain("key %s: token '%s' has no such %s: see pkcs11-tool --list-objects, or "
			 "check object= and id=",
			 opening->uri.where, opening->token.label, what);
	else
		complain("key %s: several %ss on token '%s' match: name one by object= and id=",
			 opening->uri.where, what, opening->token.label);
	return EXIT_KEY;
}

/* The provider says no more than "none": perhaps it had no session. */
static enum exit_code find_private(struct opening *opening)
{
	uint64_t end = patience_end();
	unsigned pause = 50;
	enum token_state state = TOKEN_READY;

	STEP(token_lock(&opening->token));
	STEP(token_login(&opening->token, &opening->uri));
	do {
		read_half(opening, TOKEN_PRIVATE);
		if (opening->keys.count != 0)
			break;
		state = token_state(&opening->token);
	} while (state == TOKEN_NO_SESSION && patience_sleep(&pause, end));
	ERR_clear_error();
	if (opening->keys.count == 0 && state != TOKEN_READY) {
		complain("token '%s': %s", opening->token.label,
			 state == TOKEN_GONE ? "it is gone: plug it in and start again"
					     : "no free session: end other programs that use it");
		return EXIT_KEY;
	}
	token_release(&opening->token);
	return check_count(opening, "private key");
}

static enum exit_code find_public(struct opening *opening)
{
	STEP(token_sessions(&opening->token));
	read_half(opening, TOKEN_PUBLIC);
	if (opening->keys.count == 0)
		read_half(opening, TOKEN_CERTIFICATE);
	ERR_clear_error();
	return check_count(opening, "public key or certificate");
}

/* The public half of a key as one of OpenSSL's own; NULL if the token does not give it. */
static EVP_PKEY *public_half(EVP_PKEY *pkey)
{
	const char *type = EVP_PKEY_get0_type_name(pkey);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	OSSL_PARAM *numbers = NULL;
	EVP_PKEY *half = NULL;

	if (context == NULL || EVP_PKEY_todata(pkey, EVP_PKEY_PUBLIC_KEY, &numbers) != 1 ||
	    EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &half, EVP_PKEY_PUBLIC_KEY, numbers) != 1)
		half = NULL;
	OSSL_PARAM_free(numbers);
	EVP_PKEY_CTX_free(context);
	ERR_clear_error();
	return half;
}

static enum exit_code describe(const struct opening *opening, struct key_file *file)
{
	const char *object = opening->uri.object;
	EVP_PKEY *half = public_half(opening->keys.pkey);

	if (half == NULL) {
		complain("key %s: token '%s' does not give its public half: write the public key "
			 "to the token beside it, under the same id",
			 opening->uri.where, opening->token.label);
		return EXIT_KEY;
	}
	STEP(key_describe(half, file));
	if (object == NULL)
		object = "token";
	key_name_from_text(object, strlen(object), file->name);
	return EXIT_DONE;
}

static enum exit_code find(struct opening *opening, bool want_private, struct key_file *file)
{
	STEP(token_library(opening->token.module_path, &opening->library));
	STEP(want_private ? find_private(opening) : find_public(opening));
	return describe(opening, file);
}

enum exit_code key_token_open(const char *where, bool want_private, struct key_file *file)
{
	struct opening opening = { .library = NULL };
	enum exit_code code;

	STEP(token_uri_open(where, &opening.uri));
	code = token_find(&opening.uri, &opening.token);
	if (code == EXIT_DONE)
		code = find(&opening, want_private, file);
	token_uri_close(&opening.uri);
	if (code == EXIT_DONE && want_private) {
		file->token = allocate(sizeof(*file->token));
		*file->token =
			(struct key_token){ opening.token, opening.library, opening.keys.pkey };
		return EXIT_DONE;
	}
	EVP_PKEY_free(opening.keys.pkey);
	token_close(&opening.token);
	return code;
}

void key_token_close(struct key_token *token)
{
	if (token == NULL)
		return;
	EVP_PKEY_free(token->pkey);
	token_close(&token->token);
	free(token);
}

EVP_PKEY *key_token_pkey(const struct key_token *token, OSSL_LIB_CTX **library)
{
	*library = token->library;
	return token->pkey;
}

bool key_token_again(const struct key_token *token, unsigned *pause, uint64_t end)
{
	return token_state(&token->token) == TOKEN_NO_SESSION && patience_sleep(pause, end);
}

enum exit_code key_token_failed(const struct key_token *token)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	const char *label = token->token.label;

	switch (token_state(&token->token)) {
	case TOKEN_NO_SESSION:
		complain("token '%s': no free session for %u s: end other programs that use it",
			 label, patience_seconds());
		break;
	case TOKEN_GONE:
		complain("token '%s': it is gone: plug it in and start again", label);
		break;
	default:
		complain("token '%s': did not sign (%s): see what the key may do with pkcs11-tool "
			 "--list-objects, and what the token can with --list-mechanisms",
			 label, reason == NULL ? "no reason given" : reason);
	}
	ERR_clear_error();
	return EXIT_KEY;
}
