/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * revocation.h - which keys of the keyring a signed image takes back, and who may say so.
 *
 * An image may carry a list of key ids (SHA-256 of the DER SubjectPublicKeyInfo). The decision is a
 * pure function of the keyring, of who signed the image, and of the list; nothing is remembered
 * here.
 */
#ifndef HOLDFAST_REVOCATION_H
#define HOLDFAST_REVOCATION_H

#include "keyring.h"
#include "span.h"

#define REVOKED_MAX 32 /* key ids in one list */

/* What became of the list of a verified image. */
struct revocation {
	uint32_t version; /* of the list; 0: there is no list */
	uint32_t keys;    /* bit i: keys[i] is revoked; 0 also if the list does not count */
	bool counts;      /* it was signed by someone who may revoke */
};

/*
 * The rule of the keyring (keyring_rule()) over those who signed, less those whom the list revokes.
 * satisfied: bit i if keys[i] signed. ids: the list, key ids of KEY_ID_SIZE bytes one after the
 * other, not empty; version at least 1.
 *
 * The list counts only if a key of role root signed, required or not, or so many distinct required
 * keys as holdfast,threshold says, if that is 2 or more. Otherwise it is ignored: who may only
 * sign releases cannot take the key of a colleague away. Where it counts, neither a listed key nor
 * another one with the same private half is among those who signed, and both the rule and the
 * right to revoke must hold without them. So a list never takes away the last keys that the rule
 * needs, nor the key that the image itself rests on; with REQUIRED_ALL, no required key at all.
 *
 * OK: *revocation is filled in. ERR_KEY_REVOKED: the list takes away what the image needs; at=
 * names the key. ERR_BAD_FIT: no list of key ids. The errors of keyring_rule().
 */
enum status revocation_rule(const struct keyring *keyring, uint32_t satisfied, struct span ids,
			    uint32_t version, struct revocation *revocation) MUST_CHECK;

#endif
