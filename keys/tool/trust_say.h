/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * trust_say.h - a trust set in a sentence: what a loader with it boots.
 */
#ifndef HOLDFAST_KEYS_TRUST_SAY_H
#define HOLDFAST_KEYS_TRUST_SAY_H

#include "keyring.h"
#include "tool.h"

/* How many different required keys must have signed, whether there are so many or not. */
uint32_t trust_asked(const struct keyring *keyring);

/*
 * How many different required keys must have signed, by mode and threshold together; 0: nobody can
 * satisfy the set (no required key, or a threshold out of reach).
 */
uint32_t trust_needed(const struct keyring *keyring);

/*
 * "accepts what any 2 of these 3 release keys signed", or why it accepts nothing: a fresh string,
 * the caller frees.
 */
char *trust_sentence(const struct keyring *keyring);

/*
 * Required keys of role test or dev beside ones of role release or root: which nobody should want.
 */
bool trust_is_mixed(const struct keyring *keyring);

#endif
