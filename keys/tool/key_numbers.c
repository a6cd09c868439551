/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_numbers.c - the numbers of a key, and whether they are ones that a loader may trust.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "key_file.h"
#include "key_id.h"

static bool number_of(const EVP_PKEY *pkey, const char *parameter, uint8_t *out, size_t size)
{
	BIGNUM *number = NULL;
	bool good = EVP_PKEY_get_bn_param(pkey, parameter, &number) == 1 &&
		    BN_bn2binpad(number, out, (int)size) == (int)size;

	BN_free(number);
	return good;
}

static enum status describe_rsa(struct key_file *file)
{
	int bits = EVP_PKEY_get_bits(file->pkey);
	uint8_t exponent[8];
	struct rsa_public *rsa = &file->key.rsa;

	if (bits != 2048 && bits != 3072 && bits != 4096)
		return refuse(ERR_ALGO_DENIED, "rsa", "use RSA with 2048, 3072 or 4096 bits");
	rsa->size = (size_t)bits / 8;
	if (!number_of(file->pkey, OSSL_PKEY_PARAM_RSA_N, file->modulus, rsa->size) ||
	    !number_of(file->pkey, OSSL_PKEY_PARAM_RSA_E, exponent, sizeof(exponent)))
		return refuse(ERR_ALGO_DENIED, "rsa", "the exponent has more than 64 bits");
	rsa->modulus = file->modulus;
	rsa->exponent = load_be64(exponent);
	if (rsa->exponent < 3 || rsa->exponent % 2 == 0 || file->modulus[rsa->size - 1] % 2 == 0)
		return refuse(ERR_ALGO_DENIED, "rsa", "exponent and modulus must be odd");
	file->key.algorithm =
		(struct signature_algorithm){ DIGEST_SHA256, KEY_RSA, (unsigned)bits };
	return OK;
}

static enum status describe_ecdsa(struct key_file *file)
{
	char group[32] = "";
	struct ecdsa_public *ecdsa = &file->key.ecdsa;

	if (EVP_PKEY_get_utf8_string_param(file->pkey, OSSL_PKEY_PARAM_GROUP_NAME, group,
					   sizeof(group), NULL) != 1)
		group[0] = '\0';
	if (strcmp(group, "prime256v1") == 0)
		*ecdsa = (struct ecdsa_public){ .curve = ECDSA_P256, .size = 32 };
	else if (strcmp(group, "secp384r1") == 0)
		*ecdsa = (struct ecdsa_public){ .curve = ECDSA_P384, .size = 48 };
	else
		return refuse(ERR_ALGO_DENIED, group, "use prime256v1 or secp384r1");
	if (!number_of(file->pkey, OSSL_PKEY_PARAM_EC_PUB_X, file->x, ecdsa->size) ||
	    !number_of(file->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, file->y, ecdsa->size))
		return refuse(ERR_ALGO_DENIED, group, "the public point cannot be read");
	/* However the file wrote the point: a key has one encoding, and so one id. */
	(void)EVP_PKEY_set_utf8_string_param(file->pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
					     "uncompressed");
	ecdsa->x = file->x;
	ecdsa->y = file->y;
	file->key.algorithm = (struct signature_algorithm){
		ecdsa->curve == ECDSA_P256 ? DIGEST_SHA256 : DIGEST_SHA384,
		KEY_ECDSA,
		(unsigned)ecdsa->size * 8,
	};
	return OK;
}

enum status key_numbers(EVP_PKEY *pkey, struct key_file *file)
{
	enum status status;

	file->pkey = pkey;
	file->key.required = true;
	if (EVP_PKEY_is_a(pkey, "RSA"))
		status = describe_rsa(file);
	else if (EVP_PKEY_is_a(pkey, "EC"))
		status = describe_ecdsa(file);
	else
		status = refuse(ERR_ALGO_DENIED, EVP_PKEY_get0_type_name(pkey), "use RSA or ECDSA");
	if (status == OK)
		status = key_id(&file->key, file->key.id);
	if (status != OK)
		key_close(file);
	return status;
}

enum exit_code key_describe(EVP_PKEY *pkey, struct key_file *file)
{
	enum status status;

	refusal_clear();
	status = key_numbers(pkey, file);
	return status == OK ? EXIT_DONE : refused(status);
}

const char *key_type_text(const struct key *key)
{
	switch (key->algorithm.bits) {
	case 256:
		return "ecdsa256";
	case 384:
		return "ecdsa384";
	case 2048:
		return "rsa2048";
	case 3072:
		return "rsa3072";
	default:
		return "rsa4096";
	}
}

json_t *key_json(const struct key *key)
{
	char algorithm[32];
	json_t *object = json_object();

	signature_name(&key->algorithm, algorithm);
	(void)json_object_set_new(object, "name", json_string(key->name));
	(void)json_object_set_new(object, "role",
				  json_string(key->role == 0 ? "none" : key_role_name(key->role)));
	(void)json_object_set_new(object, "algorithm", json_string(algorithm));
	(void)json_object_set_new(object, "key_id", json_hex(key->id, KEY_ID_SIZE));
	return object;
}
