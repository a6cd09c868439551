/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * list_token.h - which keys a token has.
 */
#ifndef HOLDFAST_KEYS_LIST_TOKEN_H
#define HOLDFAST_KEYS_LIST_TOKEN_H

#include "tool.h"

#define LIST_TOKEN_MAX 64

/* The URI names a token and no object on it. */
bool token_is_whole(const char *where);

/*
 * A URI for each public key on the token, where with object= and id= added; no login is needed.
 * Fresh strings, which the caller frees. EXIT_KEY, said so: no module, no token, or it does not
 * answer.
 */
enum exit_code token_keys(const char *where, char *uris[LIST_TOKEN_MAX], unsigned *count);

#endif
