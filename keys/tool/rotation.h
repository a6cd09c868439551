/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * rotation.h - from one trust set to another without losing a device: pure functions of keyrings.
 *
 * The trust set is compiled into the loader, so a rotation is a sequence of releases. A release is
 * a FIT, signed by some keys, and perhaps a loader with another trust set. A device takes the
 * releases in order, and confirms one before it is offered the next. To take one, it gives up the
 * slot that it does not run; then either part may be written first, power may go at any time, and
 * either slot may boot. So the rule for each step is:
 *
 * 	the loader before the step and the loader after it must each accept the FIT before the step
 * 	and the FIT after it: all four.
 *
 * That is stricter than devices need that write the FIT first, and the loader when the FIT is
 * confirmed: they could do without a fallback for a while, and one release less would do.
 *
 * Two things lead over: a bridge, which is a loader that trusts old and new keys, and releases that
 * old and new keys sign together. With both a rotation takes at most two releases. Without a bridge
 * (no loader ever trusts more than one of the sets), or with keys that never sign the same release,
 * it takes at most three. Signing together alone is enough whenever there is any way: the first
 * release must be accepted by what is in the field, and the last by the new set, so one that is
 * signed by both fits between them. The exceptions are a key that would have to sign one release in
 * two paddings, and more signatures than a loader looks at.
 */
#ifndef HOLDFAST_KEYS_ROTATION_H
#define HOLDFAST_KEYS_ROTATION_H

#include "keyring.h"

#define ROTATION_FLEET_MAX 8
#define ROTATION_SIGNERS_MAX 64
#define ROTATION_SIGNATURES_MAX 16 /* a loader looks at so many in one configuration */
#define ROTATION_RELEASES_MAX 12

/* A key as it signs: digest as the key is pinned to, padding 0 for either. */
struct rotation_signer {
	const struct key *key;
	enum rsa_padding padding;
};

/* Sets of signers are 64-bit masks: bit i is signers[i]. */
struct rotation {
	/* Trust sets of loaders in the field, the newest first; each is keyring_usable(). */
	const struct keyring *fleet[ROTATION_FLEET_MAX];
	unsigned fleet_count;
	const struct keyring *to;     /* keyring_usable() */
	const struct keyring *bridge; /* from rotation_bridge(), or NULL: not that way */
	bool together;                /* old and new keys can sign one release */

	/* Filled in by rotation_signers(); then the caller may take some out of can_sign. */
	struct rotation_signer signers[ROTATION_SIGNERS_MAX];
	unsigned signer_count;
	uint64_t can_sign;
	/* Who signed what the devices run now. 0: not known, it may be anyone whom they trust. */
	uint64_t installed;
};

/* Which trust set a release's loader has. */
enum rotation_loader { LOADER_AS_IS, LOADER_BRIDGE, LOADER_NEW };

struct rotation_release {
	enum rotation_loader loader; /* on the device after this release */
	uint64_t signers;
};

struct rotation_plan {
	struct rotation_release releases[ROTATION_RELEASES_MAX];
	unsigned count; /* at least 1 */
	unsigned fleet; /* ROTATION_NO_OLD: the set that nobody left can sign for */
};

enum rotation_verdict {
	ROTATION_POSSIBLE,
	ROTATION_NO_OLD,   /* a set in the field accepts nothing that can still be signed */
	ROTATION_NO_NEW,   /* the new set accepts nothing that can be signed by its own keys */
	ROTATION_NO_WAY,   /* too many signatures, or one key twice, in a release between */
	ROTATION_INSTALLED /* the fleet does not accept what is said to be installed */
};

/*
 * All keys of all sets: one key that stands in several with the same algorithm and padding is one
 * signer. Those of the fleet come first. False: more than ROTATION_SIGNERS_MAX.
 */
bool rotation_signers(struct rotation *rotation);

/* Whether one signature by this signer counts for the key in a set. */
bool rotation_counts(const struct rotation_signer *signer, const struct key *key);

/* keyring_rule() over what these signers sign. */
bool rotation_accepts(const struct rotation *rotation, const struct keyring *keyring,
		      uint64_t signers);

/* Whether `to` accepts everything that `from` accepts. */
bool rotation_covers(const struct keyring *from, const struct keyring *to);

/* The rule at the top for a step from one release to the next; before NULL: from the field. */
bool rotation_step(const struct rotation *rotation, const struct rotation_release *before,
		   const struct rotation_release *after);

/*
 * The shortest sequence of releases by those who can sign; if there are several, one without a
 * bridge. After the last, the loader has the new set, and keys of the new set alone signed. *plan
 * is filled in as far as the verdict says.
 */
enum rotation_verdict rotation_plan(const struct rotation *rotation, struct rotation_plan *plan);

/* A set with its storage; it does not move. */
struct rotation_set {
	struct keyring keyring;
	struct key keys[KEYRING_KEYS_MAX];
	char names[KEYRING_KEYS_MAX][KEY_NAME_MAX];
};

/* Why there is no bridge. */
enum rotation_no_bridge {
	BRIDGE_MADE,
	BRIDGE_TOO_MANY, /* more than KEYRING_KEYS_MAX keys */
	BRIDGE_WEAKER,   /* it would ask for fewer signatures than the new set */
	BRIDGE_ROLES     /* the new set has release keys only, and an old one test or dev keys */
};

/*
 * The set between: the required keys of all sets, any of them, as many as the new set asks for;
 * and the optional keys of the new set. It accepts what any of the sets accepts. Two different keys
 * of one name get a number behind it.
 */
enum rotation_no_bridge rotation_bridge(const struct rotation *rotation, struct rotation_set *set);

#endif
