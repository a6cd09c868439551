/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * trust_edit.c - the properties of an enrolled key. Sources: U-Boot doc/usage/fit/signature.rst
 * (public key storage).
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>

#include "tree.h"
#include "trust_edit.h"

enum exit_code trust_open(const char *path, struct trust_file *trust)
{
	enum status status;

	STEP(input_open(path, &trust->input));
	refusal_clear();
	status = trust_dtb_read((struct span){ trust->input.at, trust->input.size }, &trust->set);
	if (status == OK)
		return EXIT_DONE;
	detail("%s: not a trust set", path);
	input_close(&trust->input);
	return refused(status);
}

void trust_close(struct trust_file *trust)
{
	input_close(&trust->input);
}

/* R^2 mod n with R = 2^bits, and -1/n mod 2^32: what Montgomery code starts from. */
struct montgomery {
	uint8_t r_squared[RSA_BYTES_MAX];
	uint32_t n0_inverse;
};

static bool montgomery_of(const struct rsa_public *rsa, struct montgomery *out)
{
	int bits = (int)rsa->size * 8;
	BN_CTX *context = BN_CTX_new();
	BIGNUM *n = BN_bin2bn(rsa->modulus, (int)rsa->size, NULL);
	BIGNUM *value = BN_new();
	bool good = context != NULL && n != NULL && value != NULL;
	uint32_t n0 = load_be32(rsa->modulus + rsa->size - 4);
	uint32_t inverse = 1;

	good = good && BN_set_bit(value, 2 * bits) == 1 && BN_mod(value, value, n, context) == 1 &&
	       BN_bn2binpad(value, out->r_squared, (int)rsa->size) == (int)rsa->size;
	/* Newton: every step doubles the number of right low bits. */
	for (int i = 0; i < 5; i++)
		inverse *= 2 - n0 * inverse;
	out->n0_inverse = 0u - inverse;
	BN_free(value);
	BN_free(n);
	BN_CTX_free(context);
	return good;
}

/*
 * libfdt puts a new property first, so the order below is the reverse of what a dump shows:
 * mkimage's.
 */
static int add_rsa(void *tree, int node, const struct rsa_public *rsa)
{
	struct montgomery montgomery;
	int error;

	if (!montgomery_of(rsa, &montgomery))
		return -FDT_ERR_INTERNAL;
	error = fdt_setprop_u32(tree, node, "rsa,num-bits", (uint32_t)rsa->size * 8);
	if (error == 0)
		error = fdt_setprop_u32(tree, node, "rsa,n0-inverse", montgomery.n0_inverse);
	if (error == 0)
		error = fdt_setprop_u64(tree, node, "rsa,exponent", rsa->exponent);
	if (error == 0)
		error = fdt_setprop(tree, node, "rsa,modulus", rsa->modulus, (int)rsa->size);
	if (error == 0)
		error = fdt_setprop(tree, node, "rsa,r-squared", montgomery.r_squared,
				    (int)rsa->size);
	return error;
}

static int add_ecdsa(void *tree, int node, const struct ecdsa_public *ecdsa)
{
	const char *curve = ecdsa->curve == ECDSA_P256 ? "prime256v1" : "secp384r1";
	int error = tree_put_string(tree, node, "ecdsa,curve", curve);

	if (error == 0)
		error = fdt_setprop(tree, node, "ecdsa,x-point", ecdsa->x, (int)ecdsa->size);
	if (error == 0)
		error = fdt_setprop(tree, node, "ecdsa,y-point", ecdsa->y, (int)ecdsa->size);
	return error;
}

static int add_key(void *tree, int node, const struct enrolment *enrolment)
{
	const struct key *key = &enrolment->file->key;
	char algorithm[32];
	int error;

	signature_name(&key->algorithm, algorithm);
	error = tree_put_string(tree, node, "key-name-hint", key->name);
	if (error == 0)
		error = key->algorithm.type == KEY_RSA ? add_rsa(tree, node, &key->rsa)
						       : add_ecdsa(tree, node, &key->ecdsa);
	if (error == 0)
		error = tree_put_string(tree, node, "algo", algorithm);
	if (error == 0 && enrolment->required)
		error = tree_put_string(tree, node, "required", "conf");
	if (error == 0)
		error = tree_put_string(tree, node, "holdfast,role", key_role_name(key->role));
	if (error == 0 && key->padding != 0)
		error = tree_put_string(tree, node, "holdfast,padding",
					key->padding == RSA_PSS ? "pss" : "pkcs-1.5");
	if (error == 0)
		error = fdt_setprop(tree, node, "holdfast,key-id", key->id, KEY_ID_SIZE);
	return error;
}

static int set_rule(void *tree, int signature, const struct enrolment *enrolment)
{
	int error = 0;

	/* Whoever does not know the threshold needs one good signature, not none: mode any. */
	if (enrolment->threshold != 0)
		error = fdt_setprop_u32(tree, signature, "holdfast,threshold",
					enrolment->threshold);
	if (error == 0 && (enrolment->threshold != 0 || enrolment->mode == REQUIRED_ANY))
		error = tree_put_string(tree, signature, "required-mode", "any");
	if (error == 0 && enrolment->threshold == 0 && enrolment->mode == REQUIRED_ALL)
		error = tree_put_string(tree, signature, "required-mode", "all");
	return error;
}

enum exit_code trust_add(void *tree, const struct enrolment *enrolment)
{
	char *name = text_of("key-%s", enrolment->file->key.name);
	int signature = fdt_subnode_offset(tree, 0, "signature");
	int node;
	int error;

	if (signature == -FDT_ERR_NOTFOUND)
		signature = fdt_add_subnode(tree, 0, "signature");
	node = signature < 0 ? signature : fdt_add_subnode(tree, signature, name);
	error = node < 0 ? node : add_key(tree, node, enrolment);
	if (error == 0)
		error = set_rule(tree, fdt_subnode_offset(tree, 0, "signature"), enrolment);
	free(name);
	if (error == 0)
		return EXIT_DONE;
	complain("the trust set cannot be extended: %s", fdt_strerror(error));
	return EXIT_BUG;
}
