/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * attach.h - the parts of holdfast-keys attach.
 */
#ifndef HOLDFAST_KEYS_ATTACH_H
#define HOLDFAST_KEYS_ATTACH_H

#include "sign_arguments.h"

#define ATTACH_MAX 32

struct attachment {
	struct sign_arguments sign;
	const char *files[ATTACH_MAX]; /* signatures */
	unsigned file_count;
	const char *request;       /* NULL: none */
	const char *configuration; /* the only one that signatures are for; NULL: any */
	json_t *document;          /* the request; the verb's reference */
	struct signing only;       /* with a request, if its key_count is not 0: keys that count */
};

/*
 * Read a signature and put it into the plan that it is right for, by the loader's
 * signature_check().
 * EXIT_INPUT: unreadable. EXIT_REFUSED: unknown-key (right, but of a key that was not asked for),
 * bad-signature (for nothing that was planned, or for another configuration), with at= the file.
 */
enum exit_code attach_file(const struct attachment *attachment, const char *path);

#endif
