/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_login.c - a session, the PIN, and why it was not taken.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "patience.h"
#include "pin.h"
#include "token_module.h"

/*
 * Ours, and three of the provider's, which waits for ever when it does not get them (1.0: store.c
 * goes round on a slot that is not the last).
 */
#define SESSIONS_MAX 4

static enum exit_code bad(const struct token *token, const char *what)
{
	complain("token '%s': %s", token->label, what);
	return EXIT_KEY;
}

/* What the token says about its PIN now; 0 if it says nothing any more. */
static CK_FLAGS flags_of(const struct token *token)
{
	CK_TOKEN_INFO info;

	return token->module->C_GetTokenInfo(token->slot, &info) == CKR_OK ? info.flags : 0;
}

static enum exit_code is_locked(const struct token *token)
{
	return bad(token, "its PIN is locked after wrong ones: the security officer unlocks it "
			  "(pkcs11-tool --login --login-type so --init-pin)");
}

static enum exit_code is_expired(const struct token *token)
{
	return bad(token, "its PIN has expired: change it (pkcs11-tool --login --change-pin)");
}

/* A PIN that can only fail is not even asked for. */
static enum exit_code check_flags(const struct token *token)
{
	CK_FLAGS flags = flags_of(token);

	if ((flags & CKF_USER_PIN_INITIALIZED) == 0)
		return bad(token, "it has no user PIN yet: the security officer sets one "
				  "(pkcs11-tool --login --login-type so --init-pin)");
	if ((flags & CKF_USER_PIN_LOCKED) != 0)
		return is_locked(token);
	if ((flags & CKF_USER_PIN_TO_BE_CHANGED) != 0)
		return is_expired(token);
	if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return bad(token, "one wrong PIN more locks it: make sure of the PIN with "
				  "pkcs11-tool --login --test, then try again");
	return EXIT_DONE;
}

static enum exit_code is_wrong(const struct token *token)
{
	CK_FLAGS flags = flags_of(token);

	if ((flags & CKF_USER_PIN_LOCKED) != 0)
		return bad(token, "wrong PIN, and now it is locked: the security officer unlocks "
				  "it (pkcs11-tool --login --login-type so --init-pin)");
	if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return bad(token, "wrong PIN, and one try is left: find out the right one first");
	if ((flags & CKF_USER_PIN_COUNT_LOW) != 0)
		return bad(token,
			   "wrong PIN (fewer tries are left than before): check HOLDFAST_PIN "
			   "or pin-source");
	return bad(token, "wrong PIN (the token does not say how many tries are left): check "
			  "HOLDFAST_PIN or pin-source");
}

static enum exit_code explain(const struct token *token, CK_RV result)
{
	switch (result) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
		return is_wrong(token);
	case CKR_PIN_LOCKED:
		return is_locked(token);
	case CKR_PIN_EXPIRED:
		return is_expired(token);
	case CKR_USER_PIN_NOT_INITIALIZED:
		return bad(token, "it has no user PIN yet: the security officer sets one "
				  "(pkcs11-tool --login --login-type so --init-pin)");
	case CKR_DEVICE_REMOVED:
	case CKR_TOKEN_NOT_PRESENT:
		return bad(token, "it is gone: plug it in and start again");
	default:
		complain("token '%s': the login failed (PKCS#11 0x%lx): try pkcs11-tool --login "
			 "--test with the same module",
			 token->label, result);
		return EXIT_KEY;
	}
}

static CK_RV open_session(const struct token *token, CK_SESSION_HANDLE *session)
{
	return token->module->C_OpenSession(token->slot, CKF_SERIAL_SESSION, NULL, NULL, session);
}

/* So many sessions at the same time, which are closed again but for the first one. */
static CK_RV try_sessions(const struct token *token, size_t count, CK_SESSION_HANDLE *first)
{
	CK_SESSION_HANDLE sessions[SESSIONS_MAX] = { 0 };
	CK_RV result = CKR_OK;
	size_t open = 0;

	while (open < count && result == CKR_OK) {
		result = open_session(token, &sessions[open]);
		open += result == CKR_OK;
	}
	*first = sessions[0];
	while (open > (result == CKR_OK ? 1u : 0u))
		(void)token->module->C_CloseSession(sessions[--open]);
	return result;
}

static enum exit_code wait_for(const struct token *token, size_t count, CK_SESSION_HANDLE *session)
{
	uint64_t end = patience_end();
	unsigned pause = 50;
	CK_RV result;

	do
		result = try_sessions(token, count, session);
	while (result == CKR_SESSION_COUNT && patience_sleep(&pause, end));
	if (result == CKR_OK)
		return EXIT_DONE;
	if (result != CKR_SESSION_COUNT)
		return explain(token, result);
	complain("token '%s': no free session for %u s (%zu needed): end other programs that "
		 "use it",
		 token->label, patience_seconds(), count);
	return EXIT_KEY;
}

static bool is_logged_in(const struct token *token)
{
	CK_SESSION_INFO info;

	return token->module->C_GetSessionInfo(token->session, &info) == CKR_OK &&
	       (info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS);
}

static enum exit_code ask_pin(const struct token *token, const struct token_uri *uri, char *pin)
{
	enum exit_code code;
	char *what;

	if (uri->pin_file != NULL)
		return pin_from_file(uri->pin_file, pin, PIN_SIZE);
	what = text_of("PIN of token '%s'", token->label);
	code = pin_get(what, false, pin, PIN_SIZE);
	free(what);
	if (code == EXIT_DONE && pin[0] == '\0')
		code = bad(token, "the PIN is empty: set HOLDFAST_PIN, or type it");
	return code;
}

static enum exit_code log_in(struct token *token, const struct token_uri *uri)
{
	char pin[PIN_SIZE] = "";
	enum exit_code code;
	CK_RV result = CKR_OK;

	if ((token->info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0) {
		note("token '%s': give the PIN on the token itself", token->label);
		result = token->module->C_Login(token->session, CKU_USER, NULL, 0);
	} else {
		code = ask_pin(token, uri, pin);
		if (code == EXIT_DONE)
			result = token->module->C_Login(token->session, CKU_USER,
							(unsigned char *)pin, strlen(pin));
		OPENSSL_cleanse(pin, sizeof(pin));
		STEP(code);
	}
	if (result == CKR_OK || result == CKR_USER_ALREADY_LOGGED_IN)
		return EXIT_DONE;
	return explain(token, result);
}

enum exit_code token_sessions(const struct token *token)
{
	CK_SESSION_HANDLE session;

	STEP(wait_for(token, 1, &session));
	(void)token->module->C_CloseSession(session);
	return EXIT_DONE;
}

enum exit_code token_login(struct token *token, const struct token_uri *uri)
{
	bool done;

	if ((token->info.flags & CKF_LOGIN_REQUIRED) == 0)
		return token_sessions(token);
	STEP(wait_for(token, 1, &token->session));
	done = is_logged_in(token);
	token_release(token); /* the provider needs it now, or is to find as many as it wants */
	if (done)
		return EXIT_DONE;
	STEP(wait_for(token, SESSIONS_MAX, &token->session));
	STEP(check_flags(token));
	return log_in(token, uri);
}
