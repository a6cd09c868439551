/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_uri.h - RFC 7512 URIs of keys on tokens, parsed by p11-kit.
 *
 * What names the token and the object is kept; where the module and the PIN are found is taken out.
 * A PIN in the URI itself (pin-value) is refused: everybody could read it in the process list.
 */
#ifndef HOLDFAST_KEYS_TOKEN_URI_H
#define HOLDFAST_KEYS_TOKEN_URI_H

#include <p11-kit/uri.h>

#include "tool.h"

/* Release with token_uri_close(). */
struct token_uri {
	const char *where; /* as given; the caller's */
	char *module;      /* module-path=, else HOLDFAST_PKCS11_MODULE; never NULL */
	char *pin_file;    /* pin-source=file:, NULL without it */
	char *object;      /* object=, NULL without it */
	P11KitUri *uri;    /* the rest */
};

/* The URI begins with "pkcs11:". */
bool token_uri_is(const char *where);

/* EXIT_KEY, said so: malformed, a PIN in it, no module named. */
enum exit_code token_uri_open(const char *where, struct token_uri *uri);
void token_uri_close(struct token_uri *uri);

/* The token in slot number id is one that the URI may mean. */
bool token_uri_matches(const struct token_uri *uri, CK_SLOT_ID id, const CK_SLOT_INFO *slot,
		       const CK_TOKEN_INFO *token);

/*
 * The URI of the object's private or public half, or of its certificate, on exactly this token: a
 * fresh string, the caller frees.
 */
enum token_half { TOKEN_PRIVATE, TOKEN_PUBLIC, TOKEN_CERTIFICATE };
char *token_uri_text(const struct token_uri *uri, const CK_TOKEN_INFO *token, enum token_half half);

#endif
