/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_write.h - keys to files, in our form (key_file.h). Nothing that exists is ever replaced.
 */
#ifndef HOLDFAST_KEYS_KEY_WRITE_H
#define HOLDFAST_KEYS_KEY_WRITE_H

#include "key_file.h"
#include "pin.h"

/* "keys/a.pem", "keys/a" and "keys/a.pub" to "keys/a.pub": a fresh string, the caller frees. */
char *key_public_path(const char *private_path);

/*
 * A new pass phrase for the key at path into phrase (PIN_SIZE bytes, which the caller wipes
 * with OPENSSL_cleanse()). EXIT_KEY: none is to be had, or it is empty.
 */
enum exit_code key_ask_phrase(const char *path, char *phrase);

/*
 * Write both halves under file->key.role: private_path (PKCS#8, mode 0600, under phrase if it is
 * not NULL) and public_path (0644). Both or neither. EXIT_POLICY: one of them exists; EXIT_OUTPUT.
 */
enum exit_code key_write_pair(const struct key_file *file, const char *private_path,
			      const char *public_path, const char *phrase);

/* The public half alone. */
enum exit_code key_write_public(const struct key_file *file, const char *path);

#endif
