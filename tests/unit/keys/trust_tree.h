/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * trust_tree.h - a trust set with one RSA and one ECDSA key, as mkimage and enroll write it: made
 * by setup() before each case, read by read_tree() into set.
 */
#ifndef HOLDFAST_TESTS_TRUST_TREE_H
#define HOLDFAST_TESTS_TRUST_TREE_H

#include "../unit.h"

#include <libfdt.h>

#include "signer.h"
#include "trust_dtb.h"

#define TREE_SIZE 65536

static struct signer rsa, ecdsa;
static uint8_t tree[TREE_SIZE] __attribute__((aligned(8)));
static struct trust_set set;

static inline int setup_keys(void **state)
{
	(void)state;
	start_engines();
	signer_rsa(&rsa, 2048);
	signer_ecdsa(&ecdsa, 384);
	return 0;
}

static inline int teardown_keys(void **state)
{
	(void)state;
	signer_free(&rsa);
	signer_free(&ecdsa);
	return 0;
}

static inline int signature(void)
{
	return fdt_path_offset(tree, "/signature");
}

static inline int node(const char *name)
{
	return fdt_subnode_offset(tree, signature(), name);
}

static inline void put(const char *name, const char *property, const void *value, int size)
{
	assert_int_equal(fdt_setprop(tree, name ? node(name) : signature(), property, value, size),
			 0);
}

static inline void put_text(const char *name, const char *property, const char *text)
{
	put(name, property, text, (int)strlen(text) + 1);
}

static inline void put_u32(const char *name, const char *property, uint32_t value)
{
	uint8_t cell[4];

	store_be32(cell, value);
	put(name, property, cell, 4);
}

static inline uint32_t n0_inverse(void)
{
	uint32_t n = load_be32(rsa.first + 252), inverse = 1;

	for (int i = 0; i < 5; i++)
		inverse *= 2 - n * inverse;
	return 0u - inverse;
}

static inline void put_rsa(const char *name, const struct signer *signer)
{
	uint8_t exponent[8] = { 0, 0, 0, 0, 0, 1, 0, 1 };

	assert_true(fdt_add_subnode(tree, signature(), name) > 0);
	put_text(name, "algo", "sha256,rsa2048");
	put_text(name, "key-name-hint", name + 4);
	put_text(name, "required", "conf");
	put_u32(name, "rsa,num-bits", 2048);
	put(name, "rsa,modulus", signer->first, 256);
	put(name, "rsa,exponent", exponent, 8);
}

static inline int setup(void **state)
{
	(void)state;
	memset(tree, 0, sizeof(tree));
	assert_int_equal(fdt_create_empty_tree(tree, TREE_SIZE), 0);
	assert_true(fdt_add_subnode(tree, 0, "signature") > 0);
	put_rsa("key-dev", &rsa);
	put_u32("key-dev", "rsa,n0-inverse", n0_inverse());
	assert_true(fdt_add_subnode(tree, signature(), "ec") > 0);
	put_text("ec", "algo", "sha384,ecdsa384");
	put_text("ec", "ecdsa,curve", "secp384r1");
	put("ec", "ecdsa,x-point", ecdsa.first, 48);
	put("ec", "ecdsa,y-point", ecdsa.second, 48);
	return 0;
}

static inline enum status read_tree(void)
{
	refusal_clear();
	return trust_dtb_read((struct span){ tree, TREE_SIZE }, &set);
}

static inline const struct key *find(const char *name)
{
	for (unsigned i = 0; i < set.keyring.count; i++)
		if (strcmp(set.keys[i].name, name) == 0)
			return &set.keys[i];
	fail_msg("no key %s", name);
	return NULL;
}

#endif
