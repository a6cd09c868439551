/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * list_token.c - the public keys of a token by PKCS#11 itself: OpenSSL's store has no labels.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "list_token.h"
#include "token_module.h"

#define LABEL_MAX 256

bool token_is_whole(const char *where)
{
	return strncmp(where, "pkcs11:", 7) == 0 && strstr(where, "object=") == NULL &&
	       strstr(where, ":id=") == NULL && strstr(where, ";id=") == NULL;
}

/* An attribute of an object into value; false if the token does not give it. */
static bool read_attribute(const struct token *token, CK_OBJECT_HANDLE object,
			   CK_ATTRIBUTE *attribute)
{
	return token->module->C_GetAttributeValue(token->session, object, attribute, 1) == CKR_OK &&
	       attribute->ulValueLen <= LABEL_MAX;
}

/* "object=rsa;id=%01" as RFC 7512 spells it: a fresh string, NULL if it cannot be named. */
static char *name_of(const struct token *token, CK_OBJECT_HANDLE object)
{
	uint8_t label[LABEL_MAX];
	uint8_t id[LABEL_MAX];
	CK_ATTRIBUTE attributes[] = { { CKA_LABEL, label, sizeof(label) },
				      { CKA_ID, id, sizeof(id) } };
	P11KitUri *uri = p11_kit_uri_new();
	char *text = NULL;
	char *name = NULL;

	for (size_t i = 0; uri != NULL && i < 2; i++) {
		if (read_attribute(token, object, &attributes[i]) && attributes[i].ulValueLen != 0)
			(void)p11_kit_uri_set_attribute(uri, &attributes[i]);
	}
	if (uri != NULL && p11_kit_uri_format(uri, P11_KIT_URI_FOR_OBJECT, &text) == P11_KIT_URI_OK)
		name = text_of("%s", text + strlen("pkcs11:"));
	free(text);
	p11_kit_uri_free(uri);
	return name;
}

/* where with the name put in before its query. */
static char *with_name(const char *where, const char *name)
{
	int path = (int)strcspn(where, "?");
	const char *separator = where[path - 1] == ':' ? "" : ";";

	return text_of("%.*s%s%s%s", path, where, separator, name, where + path);
}

static bool find_objects(const struct token *token, CK_OBJECT_HANDLE *objects, CK_ULONG *count)
{
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_ATTRIBUTE wanted = { CKA_CLASS, &class, sizeof(class) };
	bool good;

	if (token->module->C_FindObjectsInit(token->session, &wanted, 1) != CKR_OK)
		return false;
	good = token->module->C_FindObjects(token->session, objects, LIST_TOKEN_MAX, count) ==
	       CKR_OK;
	(void)token->module->C_FindObjectsFinal(token->session);
	return good;
}

static enum exit_code read_token(const char *where, struct token *token, char **uris,
				 unsigned *count)
{
	CK_OBJECT_HANDLE objects[LIST_TOKEN_MAX];
	CK_ULONG found = 0;

	if (token->module->C_OpenSession(token->slot, CKF_SERIAL_SESSION, NULL, NULL,
					 &token->session) != CKR_OK ||
	    !find_objects(token, objects, &found)) {
		complain("token '%s': does not say what is on it: try again, or name the key by "
			 "object=",
			 token->label);
		return EXIT_KEY;
	}
	for (CK_ULONG i = 0; i < found; i++) {
		char *name = name_of(token, objects[i]);

		if (name != NULL && name[0] != '\0')
			uris[(*count)++] = with_name(where, name);
		free(name);
	}
	if (found == LIST_TOKEN_MAX)
		note("token '%s': only the first %d keys are listed", token->label, LIST_TOKEN_MAX);
	return EXIT_DONE;
}

enum exit_code token_keys(const char *where, char *uris[LIST_TOKEN_MAX], unsigned *count)
{
	struct token_uri uri;
	struct token token;
	enum exit_code code;

	*count = 0;
	STEP(token_uri_open(where, &uri));
	code = token_find(&uri, &token);
	if (code == EXIT_DONE) {
		code = read_token(where, &token, uris, count);
		token_close(&token);
	}
	token_uri_close(&uri);
	return code;
}
