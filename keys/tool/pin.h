/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * pin.h - PINs of tokens and pass phrases of key files: where they come from, and that they stay
 * nowhere.
 *
 * Never from the command line, never echoed, never printed. The first thing that asks for one turns
 * off core dumps and tracing of this process, and takes HOLDFAST_PIN out of its environment, where
 * "ps e" and a child would see it; it is kept once, for a second token of the same run, and wiped
 * at exit. Who gets one wipes it with OPENSSL_cleanse().
 */
#ifndef HOLDFAST_KEYS_PIN_H
#define HOLDFAST_KEYS_PIN_H

#include "tool.h"

/* PINs and pass phrases are shorter. */
#define PIN_SIZE 256

/*
 * A PIN for what ("token fit", "new pass phrase for k.pem") into pin, NUL behind it: HOLDFAST_PIN
 * if it is set, else asked for on the terminal of this process, without echo; twice: a second time,
 * until both are alike. It may be empty. EXIT_KEY, said so: neither is there, it is size bytes long
 * or longer, or the two differ.
 */
enum exit_code pin_get(const char *what, bool twice, char *pin, size_t size);

/*
 * A PIN from the first line of the file at path. EXIT_KEY, said so: it cannot be read, everybody
 * may read it, or there is no such line below size bytes.
 */
enum exit_code pin_from_file(const char *path, char *pin, size_t size);

/* Take HOLDFAST_PIN out of the environment: before a child is started. It is kept for pin_get(). */
void pin_hide(void);

#endif
