/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_module.h - a PKCS#11 module asked about its tokens, and a login.
 *
 * Keys are found and used by OpenSSL's pkcs11-provider alone. What it does not do is say why it
 * failed: a wrong PIN, a locked token and one that is not there are all "no key" (its store.c
 * takes the reason off OpenSSL's error queue). So the token is chosen and logged in to here, in the
 * same process, where PKCS#11 shares a login between all users of a module.
 */
#ifndef HOLDFAST_KEYS_TOKEN_MODULE_H
#define HOLDFAST_KEYS_TOKEN_MODULE_H

#include "token_uri.h"

/* A token that a URI named, present and in use order. */
struct token {
	const CK_FUNCTION_LIST *module;
	const char *module_path; /* lives as long as the process */
	CK_SLOT_ID slot;
	CK_TOKEN_INFO info;        /* as first read */
	char *label;               /* printable, for people; ours */
	CK_SESSION_HANDLE session; /* keeps the login alive; 0: none */
};

/*
 * Load the module of the URI (once in a process; it is never unloaded: modules crash when they are)
 * and find the one token that the URI names. EXIT_KEY, said so: no such module, none or several
 * tokens, or one that is not initialised. Release with token_close().
 */
enum exit_code token_find(const struct token_uri *uri, struct token *token);
void token_close(struct token *token);

/*
 * Log in, with a PIN from where the URI says, HOLDFAST_PIN or the terminal; nothing to do for a
 * token that wants no login or has one. Waits for free sessions. EXIT_KEY, said so: no PIN, a
 * wrong one (with what the token says about tries), locked, expired, not set, gone.
 */
enum exit_code token_login(struct token *token, const struct token_uri *uri);

/* Wait for a session, for what needs no login. EXIT_KEY, said so: none came free. */
enum exit_code token_sessions(const struct token *token);

/*
 * Give back the session of the login: there are few on some tokens. The provider has one by then,
 * which keeps the login.
 */
void token_release(struct token *token);

/* What keeps a key that was there from being used. */
enum token_state {
	TOKEN_READY,
	TOKEN_NO_SESSION, /* all sessions are in use */
	TOKEN_GONE
};
enum token_state token_state(const struct token *token);

/* The identity of the token, for a lock's name: hex, a fresh string, the caller frees. */
char *token_identity(const struct token *token);

#endif
