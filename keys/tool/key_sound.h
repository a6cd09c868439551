/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_sound.h - whether a key that somebody else made is one to rely on.
 */
#ifndef HOLDFAST_KEYS_KEY_SOUND_H
#define HOLDFAST_KEYS_KEY_SOUND_H

#include "key_file.h"

/*
 * Check the numbers beyond key_describe(): a private key's halves belong together and its primes
 * are primes (EXIT_KEY); a public point lies on its curve (EXIT_KEY); an RSA modulus has not the
 * form that a faulty chip made (ROCA, CVE-2017-15361; EXIT_REFUSED, algo-denied). Of a 2048-bit
 * modulus and of an exponent below 65537 there is a note. where is for the diagnostics.
 */
enum exit_code key_sound(const struct key_file *file, const char *where);

#endif
