// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * trust_dtb.c - a trust set to a keyring: every key whole and consistent, or none.
 */
#include "trust_dtb.h"

#include <libfdt.h>
#include <string.h>

#include "hardened.h"
#include "key_id.h"
#include "r_squared.h"

#define DEFAULT_EXPONENT 65537u

static enum status no_trust(const char *at, const char *hint)
{
	return refuse(ERR_NO_TRUST, at, hint);
}

/* A property's bytes; at is NULL if it is absent. */
static struct span property(const void *fdt, int node, const char *name)
{
	int size = 0;
	const void *value = fdt_getprop(fdt, node, name, &size);

	return (struct span){ value, value ? (size_t)size : 0 };
}

/*
 * A property that is one NUL-terminated string. ERR_ABSENT (and NULL) if there is none;
 * ERR_NO_TRUST if it is something else.
 */
static enum status string(const void *fdt, int node, const char *name, const char **text)
{
	struct span value = property(fdt, node, name);

	*text = NULL;
	if (!value.at)
		return ERR_ABSENT;
	if (value.size == 0 || memchr(value.at, '\0', value.size) != value.at + value.size - 1)
		return no_trust(name, "the property is not one string");
	*text = (const char *)value.at;
	return OK;
}

/* As string(), with absent allowed: then *text is NULL. */
static enum status optional(const void *fdt, int node, const char *name, const char **text)
{
	enum status found = string(fdt, node, name, text);

	return found == ERR_ABSENT ? OK : found;
}

/*
 * A name is printed, stands in a shell's command and in a table in C: letters, digits and , . _ + -
 * as in names of nodes.
 */
static bool is_name_character(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '+' && c <= '.') || c == '_';
}

static enum status read_name(const void *fdt, int node, char name[KEY_NAME_MAX])
{
	const char *node_name = fdt_get_name(fdt, node, NULL);
	const char *hint;

	TRY(optional(fdt, node, "key-name-hint", &hint));
	if (!hint)
		hint = strncmp(node_name, "key-", 4) == 0 ? node_name + 4 : node_name;
	if (*hint == '\0' || strlen(hint) >= KEY_NAME_MAX)
		return no_trust(node_name, "the key's name is empty or too long");
	for (const char *c = hint; *c != '\0'; c++)
		if (!is_name_character(*c))
			return no_trust(node_name,
					"the key's name has characters that are not allowed");
	memcpy(name, hint, strlen(hint) + 1);
	return OK;
}

static enum status read_algorithm(const void *fdt, int node, struct key *key)
{
	const char *algorithm;

	TRY(optional(fdt, node, "algo", &algorithm));
	if (!algorithm)
		return no_trust(key->name, "the key has no algo");
	if (signature_by_name(algorithm, strlen(algorithm), &key->algorithm) != OK)
		return refuse(ERR_ALGO_DENIED, key->name, "the key's algo is unknown or too weak");
	return OK;
}

static enum status read_required(const void *fdt, int node, struct key *key)
{
	const char *required;

	TRY(optional(fdt, node, "required", &required));
	key->required = required != NULL;
	if (!required || strcmp(required, "conf") == 0)
		return OK;
	return no_trust(key->name,
			"required must be \"conf\"; keys for single images are not supported");
}

static enum status read_role(const void *fdt, int node, struct key *key)
{
	const char *role;

	key->role = ROLE_DEV;
	TRY(optional(fdt, node, "holdfast,role", &role));
	if (!role)
		return OK;
	for (enum key_role r = ROLE_TEST; r <= ROLE_ROOT; r++) {
		key->role = r;
		if (strcmp(role, key_role_name(r)) == 0)
			return OK;
	}
	return no_trust(key->name, "holdfast,role must be test, dev, release or root");
}

static enum status read_padding(const void *fdt, int node, struct key *key)
{
	const char *padding;

	TRY(optional(fdt, node, "holdfast,padding", &padding));
	if (!padding)
		return OK;
	if (key->algorithm.type == KEY_RSA && strcmp(padding, "pkcs-1.5") == 0)
		key->padding = RSA_PKCS1;
	else if (key->algorithm.type == KEY_RSA && strcmp(padding, "pss") == 0)
		key->padding = RSA_PSS;
	else
		return no_trust(key->name,
				"holdfast,padding must be pkcs-1.5 or pss, on an RSA key");
	return OK;
}

static enum status read_exponent(const void *fdt, int node, struct key *key)
{
	struct span exponent = property(fdt, node, "rsa,exponent");

	key->rsa.exponent = DEFAULT_EXPONENT;
	if (!exponent.at)
		return OK;
	if (exponent.size != 8)
		return no_trust(key->name, "rsa,exponent is not 64 bits");
	key->rsa.exponent = load_be64(exponent.at);
	if (key->rsa.exponent < 3 || (key->rsa.exponent & 1) == 0)
		return no_trust(key->name, "rsa,exponent is even or 1");
	return OK;
}

/*
 * The Montgomery constant of other verifiers: not used here, but it shows a modulus that is not its
 * own.
 */
static bool has_wrong_inverse(const void *fdt, int node, const struct rsa_public *rsa)
{
	struct span inverse = property(fdt, node, "rsa,n0-inverse");
	uint32_t lowest = load_be32(rsa->modulus + rsa->size - 4);

	if (!inverse.at)
		return false;
	return inverse.size != 4 || lowest * load_be32(inverse.at) != UINT32_MAX;
}

/* Another Montgomery constant. The loader uses it unseen, so here it is computed again. */
static enum status read_r_squared(const void *fdt, int node, struct key *key)
{
	struct span written = property(fdt, node, "rsa,r-squared");
	uint8_t right[RSA_BYTES_MAX];

	if (!written.at)
		return OK;
	if (written.size != key->rsa.size)
		return no_trust(key->name, "rsa,r-squared is not as long as rsa,modulus");
	TRY(r_squared(&key->rsa, right));
	if (memcmp(written.at, right, written.size) != 0)
		return no_trust(key->name, "rsa,r-squared does not belong to rsa,modulus");
	key->rsa.r_squared = written.at;
	return OK;
}

static enum status read_rsa(const void *fdt, int node, struct key *key)
{
	struct span bits = property(fdt, node, "rsa,num-bits");
	struct span modulus = property(fdt, node, "rsa,modulus");

	if (bits.size != 4 || load_be32(bits.at) != key->algorithm.bits)
		return no_trust(key->name, "rsa,num-bits is not what algo says");
	if (modulus.size != key->algorithm.bits / 8)
		return no_trust(key->name, "rsa,modulus is not as long as rsa,num-bits says");
	key->rsa.modulus = modulus.at;
	key->rsa.size = modulus.size;
	if ((modulus.at[0] & 0x80) == 0 || (modulus.at[modulus.size - 1] & 1) == 0)
		return no_trust(key->name, "rsa,modulus is even or shorter than rsa,num-bits");
	if (has_wrong_inverse(fdt, node, &key->rsa))
		return no_trust(key->name, "rsa,n0-inverse does not belong to rsa,modulus");
	TRY(read_r_squared(fdt, node, key));
	return read_exponent(fdt, node, key);
}

/* Any signature tells whether the point is on the curve: r = s = 1 will do. */
static bool is_on_curve(const struct ecdsa_public *key)
{
	static const uint8_t digest[DIGEST_SIZE_MAX];
	uint8_t signature[2 * ECDSA_BYTES_MAX] = { 0 };
	uint8_t want[ECDSA_BYTES_MAX], got[ECDSA_BYTES_MAX];
	enum status tried;

	signature[key->size - 1] = 1;
	signature[2 * key->size - 1] = 1;
	tried = ecdsa_recover(key, DIGEST_SHA256, digest, (struct span){ signature, 2 * key->size },
			      want, got);
	return tried == OK || tried == ERR_BAD_SIGNATURE;
}

static enum status read_ecdsa(const void *fdt, int node, struct key *key)
{
	bool is_p256 = key->algorithm.bits == 256;
	struct span x = property(fdt, node, "ecdsa,x-point");
	struct span y = property(fdt, node, "ecdsa,y-point");
	const char *curve;

	TRY(optional(fdt, node, "ecdsa,curve", &curve));
	if (!curve || strcmp(curve, is_p256 ? "prime256v1" : "secp384r1") != 0)
		return no_trust(key->name, "ecdsa,curve is not what algo says");
	if (x.size != key->algorithm.bits / 8 || y.size != x.size)
		return no_trust(key->name, "ecdsa,x-point or ecdsa,y-point has the wrong length");
	key->ecdsa.curve = is_p256 ? ECDSA_P256 : ECDSA_P384;
	key->ecdsa.x = x.at;
	key->ecdsa.y = y.at;
	key->ecdsa.size = x.size;
	if (!is_on_curve(&key->ecdsa))
		return no_trust(key->name, "the point is not on the curve");
	return OK;
}

static enum status read_id(const void *fdt, int node, struct key *key)
{
	struct span written = property(fdt, node, "holdfast,key-id");

	TRY(key_id(key, key->id));
	if (!written.at)
		return OK;
	if (written.size != KEY_ID_SIZE || memcmp(written.at, key->id, KEY_ID_SIZE) != 0)
		return no_trust(key->name, "holdfast,key-id does not belong to the key's numbers");
	return OK;
}

static enum status read_key(const void *fdt, int node, struct trust_set *set)
{
	unsigned i = set->keyring.count;
	struct key *key = &set->keys[i];

	if (i == KEYRING_KEYS_MAX)
		return no_trust(fdt_get_name(fdt, node, NULL), "too many keys");
	TRY(read_name(fdt, node, set->names[i]));
	key->name = set->names[i];
	TRY(read_algorithm(fdt, node, key));
	TRY(read_required(fdt, node, key));
	TRY(read_role(fdt, node, key));
	TRY(read_padding(fdt, node, key));
	if (key->algorithm.type == KEY_RSA)
		TRY(read_rsa(fdt, node, key));
	else
		TRY(read_ecdsa(fdt, node, key));
	TRY(read_id(fdt, node, key));
	set->keyring.count++;
	return OK;
}

static enum status read_rule(const void *fdt, int signature, struct keyring *keyring)
{
	struct span threshold = property(fdt, signature, "holdfast,threshold");
	const char *mode;

	keyring->mode = REQUIRED_ALL;
	TRY(optional(fdt, signature, "required-mode", &mode));
	if (mode && strcmp(mode, "any") == 0)
		keyring->mode = REQUIRED_ANY;
	else if (mode && strcmp(mode, "all") != 0)
		return no_trust("signature", "required-mode must be any or all");
	if (!threshold.at)
		return OK;
	if (threshold.size != 4 || load_be32(threshold.at) == 0)
		return no_trust("signature", "holdfast,threshold is not a number above 0");
	keyring->threshold = load_be32(threshold.at);
	return OK;
}

/* The child of the root named exactly so (libfdt's own look-up also takes "signature@0"). */
static int find_signature(const void *fdt)
{
	int node;

	fdt_for_each_subnode (node, fdt, 0)
		if (strcmp(fdt_get_name(fdt, node, NULL), "signature") == 0)
			return node;
	return -1;
}

/* libfdt reads tags as words: their block must be aligned, which it does not check itself. */
static bool is_tree(struct span dtb)
{
	return dtb.at && ((uintptr_t)dtb.at & 7) == 0 && dtb.size >= sizeof(struct fdt_header) &&
	       (fdt_off_dt_struct(dtb.at) & 3) == 0 && (fdt_off_mem_rsvmap(dtb.at) & 7) == 0 &&
	       fdt_check_full(dtb.at, dtb.size) == 0;
}

enum status trust_dtb_read(struct span dtb, struct trust_set *set)
{
	int signature, node;

	memset(set, 0, sizeof(*set));
	set->keyring.keys = set->keys;
	if (!is_tree(dtb))
		return refuse(ERR_BAD_FDT, "trust",
			      "not a trust set: holdfast-keys enroll makes one");
	signature = find_signature(dtb.at);
	if (signature < 0)
		return no_trust("trust", "no /signature node: holdfast-keys enroll makes one");
	TRY(read_rule(dtb.at, signature, &set->keyring));
	fdt_for_each_subnode (node, dtb.at, signature)
		TRY(read_key(dtb.at, node, set));
	return OK;
}
