/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_verify.h - the only maker of something verified.
 *
 * struct fit_config is made by fit_verify() alone. Who holds one holds a configuration whose
 * signature satisfied the keyring; its properties are read through the coverage gate, which refuses
 * bytes outside the signature (ERR_NOT_COVERED), so a new kind of node cannot be forgotten.
 */
#ifndef HOLDFAST_FIT_VERIFY_H
#define HOLDFAST_FIT_VERIFY_H

#include "fit.h"
#include "keyring.h"
#include "proof.h"
#include "revocation.h"

struct fit_config;

/*
 * Verify a configuration (an index from fit_choose*()) of an opened FIT. keyring is trusted, never
 * taken from the image; proof takes both sides of every comparison (begun by the caller). On OK
 * *config points to private storage that lives until the next call.
 *
 * In order: keyring_usable; coverage; for every signature* node (at most 16) whose algorithm is
 * known and equals a key's pinned algorithm and padding: digest, signature_check, mark the key
 * satisfied; keyring_rule; the name of every covered property is covered; every covered hash node
 * is sha256/384/512; revocation_rule, if the configuration has a list. The key-name-hint never
 * decides.
 *
 * If the rule does not hold, the claim that came nearest gives the code, in this order:
 * ERR_BAD_SIGNATURE (a key signed but not all that the rule asks for, or a key could have made a
 * signature and did not make it for these bytes), ERR_UNKNOWN_KEY (no key has the algorithm, or the
 * hint names a key that is not in the keyring), ERR_ALGO_DENIED (unknown or weak algorithm or
 * padding, or the hint names a key of ours that is pinned to another one), ERR_NO_SIGNATURE (no
 * signature node, or none with a value). Instead of all these ERR_NOT_COVERED if the signature is
 * right once dm-verity nodes are left out, as mkimage before 2026.10 makes it.
 *
 * Also: ERR_KEY_REVOKED, ERR_NO_TRUST, ERR_NOT_COVERED (property names left out), ERR_NO_HASH,
 * ERR_NO_IMAGE, ERR_BAD_FIT (a damaged hashed-strings, no /images, a hash value of the wrong
 * length), ERR_ENGINE_SELFTEST, ERR_INTERNAL (configuration is no node). *config is NULL then.
 */
enum status fit_verify(const struct fit *fit, unsigned configuration, const struct keyring *keyring,
		       struct proof *proof, const struct fit_config **config) MUST_CHECK;

/* What a configuration is called; for the log. */
const char *fit_config_name(const struct fit_config *config);
/* The key that satisfied the rule (the first, if several; never one that is revoked). */
const struct key *fit_config_key(const struct fit_config *config);

/*
 * What became of the list of keys that the configuration revokes (holdfast,revoked and
 * holdfast,revoked-version); version 0 if it has none.
 */
const struct revocation *fit_config_revocation(const struct fit_config *config);

/*
 * A property of the configuration, through the gate. ERR_ABSENT if there is none; ERR_NOT_COVERED
 * if its bytes or its name's bytes are outside the signature.
 */
enum status fit_config_property(const struct fit_config *config, const char *name,
				struct span *value) MUST_CHECK;

/*
 * A string property (one NUL-terminated string). ERR_ABSENT; ERR_BAD_FIT if it is something else.
 */
enum status fit_config_string(const struct fit_config *config, const char *name,
			      const char **string) MUST_CHECK;

/*
 * The index-th string of a list of strings. ERR_ABSENT: no such property, or no such index;
 * ERR_BAD_FIT if it is something else than a list of strings of printable characters.
 */
enum status fit_config_list(const struct fit_config *config, const char *name, unsigned index,
			    const char **string) MUST_CHECK;

/* A u32 property. ERR_ABSENT; ERR_BAD_FIT if it is not 4 bytes. */
enum status fit_config_u32(const struct fit_config *config, const char *name,
			   uint32_t *value) MUST_CHECK;

/*
 * What fit_choose() read before the signature was checked, once more through the gate: OK if the
 * configuration has no `compatible`, or one that names one of compatible[] (NULL-terminated).
 * ERR_NO_MATCH otherwise, ERR_NOT_COVERED.
 */
enum status fit_config_fits(const struct fit_config *config,
			    const char *const *compatible) MUST_CHECK;

/* A verified image of a configuration. A small value; copy freely. Valid as long as its config. */
struct fit_image {
	const struct fit_config *config;
	unsigned node;
};

/*
 * The index-th image that the slot (property "kernel", "fdt", "ramdisk", "loadables") of the
 * configuration names.
 * ERR_ABSENT: no such slot or no such index. ERR_CONFIG_MISSING: the named image does not exist,
 *   at= names it.
 */
enum status fit_config_image(const struct fit_config *config, const char *slot, unsigned index,
			     struct fit_image *image) MUST_CHECK;

/* The image's node name. */
const char *fit_image_name(const struct fit_image *image);

/* A property of the image, of its own node; as fit_config_property(). */
enum status fit_image_property(const struct fit_image *image, const char *name,
			       struct span *value) MUST_CHECK;

/*
 * A property of the direct child `child` of the image ("dm-verity"). ERR_ABSENT also if there is no
 * such child.
 */
enum status fit_image_child_property(const struct fit_image *image, const char *child,
				     const char *name, struct span *value) MUST_CHECK;

/* True if the image has a child of this name. */
bool fit_image_has_child(const struct fit_image *image, const char *child);

/* OK if the string property equals `expected`, ERR_ABSENT, or the given code otherwise. */
enum status fit_image_expect(const struct fit_image *image, const char *name, const char *expected,
			     enum status otherwise) MUST_CHECK;

/* An address of one or more cells (`load`, `entry`). ERR_ABSENT; ERR_BAD_FIT: not 4 or 8 bytes. */
enum status fit_image_address(const struct fit_image *image, const char *name,
			      uint64_t *address) MUST_CHECK;

/*
 * Where the payload lies: from data-position, else data-offset, else the embedded data. These are
 * the unsigned numbers; the range is checked against the container and must not touch the metadata.
 * ERR_TRUNCATED, ERR_BAD_FIT (also without any data).
 */
enum status fit_image_extent(const struct fit_image *image, struct extent *where) MUST_CHECK;

/*
 * The signed digests of the image: the index-th hash* node. ERR_ABSENT past the last.
 * ERR_ALGO_DENIED: not sha256/384/512 (also crc32 and sha1 beside a good one). ERR_BAD_FIT: value
 * of the wrong length.
 */
enum status fit_image_hash(const struct fit_image *image, unsigned index,
			   enum digest_algorithm *algorithm, struct span *value) MUST_CHECK;

#endif
