/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * dsse.h - signed envelopes (DSSE 1.0.2): bytes of some type, and signatures over both.
 *
 *   { "payload": base64, "payloadType": text, "signatures": [ { "keyid": hex, "sig": base64 } ] }
 *
 * Signed is "DSSEv1 LEN(type) type LEN(payload) payload", lengths in decimal. What the envelope
 * does not say is a rule here, the one of sigstore: RSA is PKCS#1 v1.5 with SHA-256, P-256 is
 * SHA-256 and P-384 is SHA-384, ECDSA as DER; whatever digest and padding a trust set pins for the
 * signatures in a FIT. keyid is the key id that holdfast-keys show prints; it decides nothing.
 */
#ifndef HOLDFAST_KEYS_DSSE_H
#define HOLDFAST_KEYS_DSSE_H

#include "key_file.h"
#include "span.h"

#define DSSE_SIZE_MAX (1u << 20) /* bytes of an envelope that is read */
#define DSSE_SIGNATURES_MAX 16

/*
 * An envelope with a signature by each of the keys, as JSON; the caller's reference. The errors of
 * key_sign(); *envelope is NULL then.
 */
enum exit_code dsse_sign(const char *type, struct span payload, const struct key_file *keys,
			 unsigned key_count, json_t **envelope);

/* An envelope that was read. */
struct dsse {
	uint8_t *payload; /* free() it; NULL on failure */
	size_t size;
	uint32_t satisfied; /* bit i: keys[i] of the keyring signed this payload */
	/* why nobody else did: ERR_NO_SIGNATURE, ERR_UNKNOWN_KEY or ERR_BAD_SIGNATURE */
	enum status nearest;
	json_t *signatures; /* an array of {key_id, state, key}: key is null if it is not ours */
};

/*
 * Read an envelope of that type and try every signature with every key. Nobody may have signed:
 * that is for the caller to judge, and until then the payload is worth nothing.
 * ERR_NO_SIGNATURE: it is no such envelope, or of another type; at= says what is wrong with it.
 * ERR_TOO_BIG: more than the limits above. dsse_close() in any case.
 */
enum status dsse_open(struct span text, const char *type, const struct keyring *keyring,
		      struct dsse *dsse) MUST_CHECK;
void dsse_close(struct dsse *dsse);

#endif
