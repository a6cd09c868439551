// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * key_id.c - DER of public keys, written from the end: a length is known when its header is due.
 */
#include "key_id.h"

#include <string.h>

#define TAG_INTEGER 0x02
#define TAG_BIT_STRING 0x03
#define TAG_SEQUENCE 0x30

struct writer {
	uint8_t *at; /* what is written reaches from here to the end */
	uint8_t *end;
};

/* AlgorithmIdentifiers, whole. */
static const uint8_t id_rsa[] = {
	0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
};
static const uint8_t id_p256[] = {
	0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
};
static const uint8_t id_p384[] = {
	0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
	0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22,
};

static void put(struct writer *w, const void *bytes, size_t size)
{
	w->at -= size;
	memcpy(w->at, bytes, size);
}

static void put_byte(struct writer *w, uint8_t byte)
{
	put(w, &byte, 1);
}

/* The header of an element whose content reaches from here to content_end. */
static void put_header(struct writer *w, uint8_t tag, const uint8_t *content_end)
{
	size_t size = (size_t)(content_end - w->at);

	put_byte(w, (uint8_t)size);
	if (size > 0xff)
		put_byte(w, (uint8_t)(size >> 8));
	if (size > 0x7f)
		put_byte(w, size > 0xff ? 0x82 : 0x81);
	put_byte(w, tag);
}

/* A positive INTEGER: no leading zeros, but one if the top bit is set. */
static void put_integer(struct writer *w, const uint8_t *number, size_t size)
{
	const uint8_t *end = w->at;

	while (size > 1 && *number == 0) {
		number++;
		size--;
	}
	put(w, number, size);
	if ((*number & 0x80) != 0)
		put_byte(w, 0);
	put_header(w, TAG_INTEGER, end);
}

static void put_rsa(struct writer *w, const struct rsa_public *rsa)
{
	uint8_t exponent[8];

	store_be64(exponent, rsa->exponent);
	put_integer(w, exponent, sizeof(exponent));
	put_integer(w, rsa->modulus, rsa->size);
	put_header(w, TAG_SEQUENCE, w->end);
}

static void put_ecdsa(struct writer *w, const struct ecdsa_public *ecdsa)
{
	put(w, ecdsa->y, ecdsa->size);
	put(w, ecdsa->x, ecdsa->size);
	put_byte(w, 0x04); /* uncompressed */
}

size_t key_der(const struct key *key, uint8_t der[KEY_DER_MAX])
{
	struct writer w = { der + KEY_DER_MAX, der + KEY_DER_MAX };
	size_t size;

	if (key->algorithm.type == KEY_RSA)
		put_rsa(&w, &key->rsa);
	else
		put_ecdsa(&w, &key->ecdsa);
	put_byte(&w, 0); /* unused bits */
	put_header(&w, TAG_BIT_STRING, w.end);
	if (key->algorithm.type == KEY_RSA)
		put(&w, id_rsa, sizeof(id_rsa));
	else if (key->ecdsa.curve == ECDSA_P256)
		put(&w, id_p256, sizeof(id_p256));
	else
		put(&w, id_p384, sizeof(id_p384));
	put_header(&w, TAG_SEQUENCE, w.end);
	size = (size_t)(w.end - w.at);
	memmove(der, w.at, size);
	return size;
}

enum status key_id(const struct key *key, uint8_t id[KEY_ID_SIZE])
{
	const struct digest_engine *soft = &digest_engine_soft;
	uint8_t der[KEY_DER_MAX];
	struct digest digest;
	size_t size = key_der(key, der);

	TRY(soft->begin(digest.state, DIGEST_SHA256));
	TRY(soft->update(digest.state, der, size));
	return soft->finish(digest.state, id);
}
