/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * trust_dtb.h - a trust set (a control DTB) to a keyring; for the build and the tools.
 *
 * The loader contains no parser for trust sets: the build turns one into a const table. Format: as
 * mkimage -K -r and holdfast-keys enroll write it (keys/README.md).
 */
#ifndef HOLDFAST_TRUST_DTB_H
#define HOLDFAST_TRUST_DTB_H

#include "keyring.h"
#include "span.h"
#include "status.h"

/* A keyring with its storage. Numbers point into the DTB, which must live as long. */
struct trust_set {
	struct keyring keyring; /* keys points to the array below: the structure does not move */
	struct key keys[KEYRING_KEYS_MAX];
	char names[KEYRING_KEYS_MAX][KEY_NAME_MAX];
};

/*
 * Read the trust set in dtb (8-byte aligned). Shape and numbers of every key are checked (sizes,
 * odd modulus and exponent, known algorithm, holdfast,role, holdfast,padding; holdfast,key-id,
 * rsa,n0-inverse and rsa,r-squared equal to those computed from the numbers). Whether the set can
 * decide anything is not: that is keyring_usable().
 * ERR_BAD_FDT: not a device tree. ERR_NO_TRUST: no /signature, too many keys, a key that is
 * malformed, required = "image"; at= names the key. ERR_ALGO_DENIED: an algorithm that is not known
 * or too weak.
 */
enum status trust_dtb_read(struct span dtb, struct trust_set *set) MUST_CHECK;

#endif
