/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_module.c - PKCS#11 modules and the tokens that they see.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "patience.h"
#include "pin.h"
#include "token_module.h"

#define MODULES_MAX 8
#define SLOTS_MAX 256

/* The module's own copy of a library goes before ours; the address sanitizer does not bear that. */
#ifdef __SANITIZE_ADDRESS__
#define MODULE_FLAGS (RTLD_NOW | RTLD_LOCAL)
#else
#define MODULE_FLAGS (RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND)
#endif

static struct {
	char *path;
	CK_FUNCTION_LIST_PTR functions;
	bool in_use; /* a token was found: it is not started again */
} modules[MODULES_MAX];
static size_t module_count;

static enum exit_code no_module(const char *path, const char *why)
{
	complain("PKCS#11 module %s: %s: install it, or name another one in "
		 "HOLDFAST_PKCS11_MODULE or module-path=",
		 path, why);
	return EXIT_KEY;
}

static CK_RV initialize(const CK_FUNCTION_LIST *functions)
{
	CK_C_INITIALIZE_ARGS arguments = { .flags = CKF_OS_LOCKING_OK };

	return functions->C_Initialize(&arguments);
}

static enum exit_code start_module(const char *path, CK_FUNCTION_LIST_PTR *functions)
{
	CK_C_GetFunctionList get_list;
	void *library;
	void *symbol;
	CK_RV result;

	pin_hide(); /* a module may start programs, which need not see it */
	library = dlopen(path, MODULE_FLAGS);
	if (library == NULL)
		return no_module(path, "cannot be loaded");
	symbol = dlsym(library, "C_GetFunctionList");
	memcpy(&get_list, &symbol, sizeof(get_list));
	if (symbol == NULL || get_list(functions) != CKR_OK)
		return no_module(path, "is not one");
	result = initialize(*functions);
	if (result == CKR_OK || result == CKR_CRYPTOKI_ALREADY_INITIALIZED)
		return EXIT_DONE;
	complain("PKCS#11 module %s: does not start (0x%lx): check its own configuration "
		 "(SOFTHSM2_CONF)",
		 path, result);
	return EXIT_KEY;
}

static enum exit_code module_of(const struct token_uri *uri, size_t *index)
{
	CK_FUNCTION_LIST_PTR functions = NULL;

	for (*index = 0; *index < module_count; (*index)++) {
		if (strcmp(modules[*index].path, uri->module) == 0)
			return EXIT_DONE;
	}
	if (module_count == MODULES_MAX)
		return no_module(uri->module, "one too many");
	STEP(start_module(uri->module, &functions));
	modules[module_count].path = text_of("%s", uri->module);
	modules[module_count++].functions = functions;
	return EXIT_DONE;
}

/* A padded field as text for people. */
static char *printable(const unsigned char *field, size_t size)
{
	char *text;

	while (size != 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
		size--;
	text = text_of("%.*s", (int)size, (const char *)field);
	for (char *c = text; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
	return text;
}

/* What a look at all slots found. */
struct search {
	size_t matching;
	size_t blank; /* matching, but not initialised */
	char *seen;   /* labels, for people */
};

static void see(struct search *search, const char *label)
{
	char *more = text_of("%s%s'%s'", search->seen, search->seen[0] == '\0' ? "" : ", ", label);

	free(search->seen);
	search->seen = more;
}

static void look_at(CK_SLOT_ID slot, const struct token_uri *uri, struct token *token,
		    struct search *search)
{
	CK_SLOT_INFO slot_info;
	CK_TOKEN_INFO info;
	char *label;

	if (token->module->C_GetSlotInfo(slot, &slot_info) != CKR_OK ||
	    token->module->C_GetTokenInfo(slot, &info) != CKR_OK)
		return;
	label = printable(info.label, sizeof(info.label));
	if ((info.flags & CKF_TOKEN_INITIALIZED) != 0)
		see(search, label);
	if (!token_uri_matches(uri, slot, &slot_info, &info)) {
		free(label);
		return;
	}
	if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) {
		search->blank++;
		free(label);
		return;
	}
	search->matching++;
	free(token->label);
	token->label = label;
	token->slot = slot;
	token->info = info;
}

static enum exit_code judge(const struct token_uri *uri, const struct search *search)
{
	if (search->matching == 1)
		return EXIT_DONE;
	if (search->matching > 1)
		complain("key %s: several tokens are meant (there are %s): name one by token= or "
			 "serial=",
			 uri->where, search->seen);
	else if (search->blank != 0)
		complain("key %s: that token is not initialised: do that with its own tools, or "
			 "pkcs11-tool --init-token",
			 uri->where);
	else if (search->seen[0] == '\0')
		complain("key %s: there is no token: plug it in, or check the module's "
			 "configuration",
			 uri->where);
	else
		complain("key %s: no such token (there are %s): plug it in, or correct the URI",
			 uri->where, search->seen);
	return EXIT_KEY;
}

static void look_around(const struct token_uri *uri, struct token *token, struct search *search)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG count = SLOTS_MAX;

	*search = (struct search){ .seen = text_of("%s", "") };
	if (token->module->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK)
		count = 0;
	for (CK_ULONG i = 0; i < count; i++)
		look_at(slots[i], uri, token, search);
}

/*
 * A module looks for its tokens when it starts, and SoftHSM misses one that another program is
 * logging in to just then (it truncates the token's file before it writes it): start it again.
 */
static void look_again(const struct token_uri *uri, struct token *token, struct search *search)
{
	uint64_t end = patience_now() + 500;
	unsigned pause = 50;

	while (search->matching == 0 && patience_sleep(&pause, end)) {
		(void)token->module->C_Finalize(NULL);
		(void)initialize(token->module);
		free(search->seen);
		look_around(uri, token, search);
	}
}

enum exit_code token_find(const struct token_uri *uri, struct token *token)
{
	struct search search;
	enum exit_code code;
	size_t index;

	*token = (struct token){ .slot = 0 };
	STEP(module_of(uri, &index));
	token->module = modules[index].functions;
	token->module_path = modules[index].path;
	look_around(uri, token, &search);
	if (!modules[index].in_use)
		look_again(uri, token, &search);
	modules[index].in_use |= search.matching != 0;
	code = judge(uri, &search);
	free(search.seen);
	if (code != EXIT_DONE)
		token_close(token);
	return code;
}

void token_release(struct token *token)
{
	if (token->session != 0)
		(void)token->module->C_CloseSession(token->session);
	token->session = 0;
}

void token_close(struct token *token)
{
	token_release(token);
	free(token->label);
	*token = (struct token){ .slot = 0 };
}

enum token_state token_state(const struct token *token)
{
	CK_SESSION_HANDLE session;
	CK_RV result =
		token->module->C_OpenSession(token->slot, CKF_SERIAL_SESSION, NULL, NULL, &session);

	if (result == CKR_SESSION_COUNT)
		return TOKEN_NO_SESSION;
	if (result != CKR_OK)
		return TOKEN_GONE;
	(void)token->module->C_CloseSession(session);
	return TOKEN_READY;
}

char *token_identity(const struct token *token)
{
	const CK_TOKEN_INFO *info = &token->info;
	unsigned char text[sizeof(info->label) + sizeof(info->manufacturerID) +
			   sizeof(info->model) + sizeof(info->serialNumber)];
	unsigned char *end = text;
	unsigned char digest[32];

	end = mempcpy(end, info->label, sizeof(info->label));
	end = mempcpy(end, info->manufacturerID, sizeof(info->manufacturerID));
	end = mempcpy(end, info->model, sizeof(info->model));
	end = mempcpy(end, info->serialNumber, sizeof(info->serialNumber));
	if (EVP_Q_digest(NULL, "SHA256", NULL, text, (size_t)(end - text), digest, NULL) != 1)
		memset(digest, 0, sizeof(digest));
	return hex_text(digest, 8);
}
