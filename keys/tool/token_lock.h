/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_lock.h - one signer at a time on a token: parallel sessions confuse many of them.
 */
#ifndef HOLDFAST_KEYS_TOKEN_LOCK_H
#define HOLDFAST_KEYS_TOKEN_LOCK_H

#include "token_module.h"

/*
 * Take the token's lock and keep it until this process ends; a second time is harmless. Waits while
 * another process has it. EXIT_KEY, said so: it did not let go in time, or there is no place for a
 * lock.
 */
enum exit_code token_lock(const struct token *token);

#endif
