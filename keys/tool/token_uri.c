/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_uri.c - URIs of keys on tokens.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "token_uri.h"

bool token_uri_is(const char *where)
{
	return strncmp(where, "pkcs11:", 7) == 0;
}

static enum exit_code bad(const struct token_uri *uri, const char *what)
{
	complain("key %s: %s", uri->where, what);
	return EXIT_KEY;
}

/* Never print a URI with a PIN in it. */
static enum exit_code pin_in_uri(void)
{
	complain("key pkcs11:...: pin-value= would show the PIN to everybody: use "
		 "pin-source=file:/path, HOLDFAST_PIN or the terminal");
	return EXIT_KEY;
}

/* pin-value=, and pin=, PIN_VALUE= and the like, which nothing would read but our messages show. */
static bool has_pin(const char *where)
{
	for (const char *at = strchr(where, ':'); at != NULL; at = strpbrk(at, ";?&")) {
		at++;
		if (strncasecmp(at, "pin", 3) == 0 && strncmp(at, "pin-source=", 11) != 0)
			return true;
	}
	return false;
}

/* "file:/a/pin", "file:///a/pin" or "/a/pin" to "/a/pin"; NULL for anything else. */
static const char *file_of(const char *source)
{
	if (strncmp(source, "file:", 5) == 0)
		source += 5;
	if (strncmp(source, "///", 3) == 0)
		source += 2;
	return source[0] == '/' && source[1] != '/' ? source : NULL;
}

static enum exit_code take_pin(struct token_uri *uri)
{
	const char *source = p11_kit_uri_get_pin_source(uri->uri);

	if (source == NULL)
		return EXIT_DONE;
	if (file_of(source) == NULL) {
		complain("key pkcs11:...: pin-source= must be file:/path");
		return EXIT_KEY;
	}
	uri->pin_file = text_of("%s", file_of(source));
	p11_kit_uri_set_pin_source(uri->uri, NULL);
	return EXIT_DONE;
}

static enum exit_code take_module(struct token_uri *uri)
{
	const char *module = p11_kit_uri_get_module_path(uri->uri);

	if (p11_kit_uri_get_module_name(uri->uri) != NULL)
		return bad(uri, "module-name= is not understood: use module-path=/path/module.so");
	if (module == NULL)
		module = getenv("HOLDFAST_PKCS11_MODULE");
	if (module == NULL || module[0] == '\0')
		return bad(uri, "which PKCS#11 module? Set HOLDFAST_PKCS11_MODULE or "
				"module-path=/path/module.so");
	for (const char *c = module; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~')
			return bad(uri, "the module's path must be of printable ASCII characters");
	}
	uri->module = text_of("%s", module);
	p11_kit_uri_set_module_path(uri->uri, NULL);
	return EXIT_DONE;
}

static void take_object(struct token_uri *uri)
{
	CK_ATTRIBUTE_PTR label = p11_kit_uri_get_attribute(uri->uri, CKA_LABEL);

	if (label != NULL && label->ulValueLen != 0)
		uri->object = text_of("%.*s", (int)label->ulValueLen, (const char *)label->pValue);
}

static enum exit_code take_apart(struct token_uri *uri)
{
	int result = p11_kit_uri_parse(uri->where, P11_KIT_URI_FOR_ANY, uri->uri);

	if (has_pin(uri->where))
		return pin_in_uri();
	if (result != P11_KIT_URI_OK)
		return bad(uri, "not a URI as in RFC 7512: check it");
	if (p11_kit_uri_any_unrecognized(uri->uri))
		return bad(uri, "an attribute is not one of RFC 7512: check it");
	STEP(take_pin(uri));
	STEP(take_module(uri));
	take_object(uri);
	return EXIT_DONE;
}

enum exit_code token_uri_open(const char *where, struct token_uri *uri)
{
	enum exit_code code;

	*uri = (struct token_uri){ .where = where, .uri = p11_kit_uri_new() };
	if (uri->uri == NULL)
		return EXIT_BUG;
	code = take_apart(uri);
	if (code != EXIT_DONE)
		token_uri_close(uri);
	return code;
}

void token_uri_close(struct token_uri *uri)
{
	free(uri->module);
	free(uri->pin_file);
	free(uri->object);
	p11_kit_uri_free(uri->uri);
	*uri = (struct token_uri){ .where = NULL };
}

bool token_uri_matches(const struct token_uri *uri, CK_SLOT_ID id, const CK_SLOT_INFO *slot,
		       const CK_TOKEN_INFO *token)
{
	CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(uri->uri);

	return (wanted == (CK_SLOT_ID)-1 || wanted == id) &&
	       p11_kit_uri_match_slot_info(uri->uri, slot) == 1 &&
	       p11_kit_uri_match_token_info(uri->uri, token) == 1;
}

char *token_uri_text(const struct token_uri *uri, const CK_TOKEN_INFO *token, enum token_half half)
{
	static const CK_OBJECT_CLASS classes[] = {
		[TOKEN_PRIVATE] = CKO_PRIVATE_KEY,
		[TOKEN_PUBLIC] = CKO_PUBLIC_KEY,
		[TOKEN_CERTIFICATE] = CKO_CERTIFICATE,
	};
	CK_OBJECT_CLASS class = classes[half];
	CK_ATTRIBUTE attribute = { CKA_CLASS, &class, sizeof(class) };
	char *formatted = NULL;
	char *text;

	*p11_kit_uri_get_token_info(uri->uri) = *token;
	if (p11_kit_uri_set_attribute(uri->uri, &attribute) != P11_KIT_URI_OK ||
	    p11_kit_uri_format(uri->uri, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, &formatted) !=
		    P11_KIT_URI_OK) {
		complain("key %s: the URI cannot be written: report this", uri->where);
		exit(EXIT_BUG);
	}
	text = text_of("%s", formatted);
	free(formatted);
	return text;
}
