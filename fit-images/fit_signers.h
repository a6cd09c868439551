/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_signers.h - who signed a configuration; for fit_verify.c alone.
 */
#ifndef HOLDFAST_FIT_SIGNERS_H
#define HOLDFAST_FIT_SIGNERS_H

#include "fit_private.h"

/* One pass over the signature nodes. */
struct attempt {
	const struct fit *fit;
	const struct fit_coverage *coverage;
	const struct keyring *keyring;
	struct proof *proof;   /* NULL: only to explain a refusal */
	uint32_t satisfied;    /* bit i: keys[i] signed */
	uint32_t strings_size; /* covered by every required or root key that signed */
	enum status nearest;   /* the reason of the claim that came nearest */
};

/*
 * Try every signature node of attempt->coverage's configuration with every key that its claim
 * allows. On OK satisfied, strings_size and nearest are set; nobody may have signed, that is for
 * the caller to judge. ERR_BAD_FIT: too many nodes, a damaged hashed-strings.
 * ERR_ENGINE_SELFTEST, ERR_INTERNAL.
 */
enum status fit_signers(struct attempt *attempt) MUST_CHECK;

#endif
