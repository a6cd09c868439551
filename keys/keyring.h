/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * keyring.h - whom we trust, and what it takes.
 *
 * The loader's keyring is a const table in a section of its own, generated at build time from a
 * trust set (a control DTB as mkimage -K -r and holdfast-keys enroll write it). The loader has no
 * parser for trust sets; keys/trust_dtb.c does that for the build and for holdfast-keys verify.
 */
#ifndef HOLDFAST_KEYRING_H
#define HOLDFAST_KEYRING_H

#include <stdbool.h>
#include <stdint.h>

#include "signature.h"
#include "status.h"

#define KEYRING_KEYS_MAX 16
#define KEY_NAME_MAX 64
#define KEY_ID_SIZE 32

/* Lowest first: the banner's trust= is the lowest role in the set. */
enum key_role { ROLE_TEST = 1, ROLE_DEV = 2, ROLE_RELEASE = 3, ROLE_ROOT = 4 };

struct key {
	const char *name; /* key-name-hint: letters, digits and , . _ + - */
	enum key_role role;
	bool required;                        /* required = "conf" */
	struct signature_algorithm algorithm; /* pinned: hash, type, size */
	/* pinned; 0: as the FIT says, one of the two known ones */
	enum rsa_padding padding;
	uint8_t id[KEY_ID_SIZE];   /* SHA-256 of the DER SubjectPublicKeyInfo */
	struct rsa_public rsa;     /* if algorithm.type is KEY_RSA */
	struct ecdsa_public ecdsa; /* if algorithm.type is KEY_ECDSA */
};

enum required_mode { REQUIRED_ALL = 1, REQUIRED_ANY = 2 };

struct keyring {
	const struct key *keys;
	unsigned count;
	enum required_mode mode;
	uint32_t threshold; /* distinct required keys that must have signed; 0: by mode alone */
};

/*
 * The table itself: defined once in each program, by the generated keyring_table.c in the loader
 * (section .keyring) and by tools and tests for themselves. Use keyring_built_in().
 */
extern const struct keyring keyring_table;

/*
 * The table built into the loader. Never NULL; may be empty only in test builds
 * (CONFIG_TEST_TRUST).
 */
const struct keyring *keyring_built_in(void);

/* "test", "dev", "release", "root". */
const char *key_role_name(enum key_role role);

/* The lowest role among the required keys, "none" if there is none. */
const char *keyring_trust(const struct keyring *keyring);

/*
 * Whether two keys have one private half. For RSA the modulus tells, whatever the exponent; on a
 * curve the x coordinate, since whoever can sign for a point can sign for its negative.
 */
bool key_is_same(const struct key *a, const struct key *b);

/* How many distinct required keys are in the set (bit i: keys[i]). */
uint32_t keyring_distinct(const struct keyring *keyring, uint32_t set);

/*
 * OK if every key, required or not, has a role from lowest to ROLE_ROOT; ERR_KEY_ROLE, at= names
 * the key, otherwise. A release build of the loader asks for ROLE_RELEASE before it reads any image
 * (CONFIG_RELEASE), so that a set with a test key fails even if the build let it pass.
 */
enum status keyring_roles(const struct keyring *keyring, enum key_role lowest) MUST_CHECK;

/*
 * Whether the keyring can decide anything: at least one required key, at most KEYRING_KEYS_MAX
 * keys, a threshold within reach. ERR_NO_TRUST otherwise. Called before any image is read.
 */
enum status keyring_usable(const struct keyring *keyring) MUST_CHECK;

/*
 * The rule. satisfied has bit i set if keys[i] verified the configuration. OK if mode all: every
 * required key; mode any: at least one required key; and with a threshold: at least so many
 * required keys with distinct public values. ERR_UNKNOWN_KEY if no key at all was satisfied, else
 * ERR_BAD_SIGNATURE. ERR_NO_TRUST as keyring_usable(). A key that is not required never helps.
 */
enum status keyring_rule(const struct keyring *keyring, uint32_t satisfied) MUST_CHECK;

#endif
