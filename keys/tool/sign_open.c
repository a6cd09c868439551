/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_open.c - a FIT opened for signing, and each of its configurations in turn.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "revoke.h"
#include "tree.h"

/* More than all signature nodes and names can take. */
#define GROWTH_FOR_A_SIGNATURE 16384

enum exit_code sign_open(struct signing *signing)
{
	unsigned nodes = signing->key_count + signing->reserved_count + 1; /* a list: revoke */
	struct span bytes;
	enum status status;
	int error;

	STEP(input_open(signing->path, &signing->input));
	bytes = (struct span){ signing->input.at, signing->input.size };
	signing->original = allocate(sizeof(*signing->original));
	signing->scratch = allocate(sizeof(*signing->scratch));
	signing->replaced = json_array();
	refusal_clear();
	status = fit_file_open(bytes, signing->original);
	if (status != OK)
		return refused(status);
	signing->capacity =
		signing->original->fit.total_size +
		(size_t)GROWTH_FOR_A_SIGNATURE * nodes * signing->original->fit.node_count;
	if (signing->capacity > INT32_MAX)
		return refused_because(ERR_TOO_BIG, "fit", "use external data (mkimage -E)");
	signing->tree = allocate(signing->capacity);
	error = fdt_open_into(signing->input.at, signing->tree, (int)signing->capacity);
	return error == 0 ? EXIT_DONE : sign_failed(error);
}

void sign_close(struct signing *signing)
{
	for (unsigned i = 0; i < signing->key_count; i++)
		key_close(&signing->keys[i]);
	input_close(&signing->input);
	free(signing->tree);
	free(signing->original);
	free(signing->scratch);
	free(signing->plans);
	json_decref(signing->replaced);
}

enum exit_code sign_each(struct signing *signing, sign_step step)
{
	const struct fit_file *file = signing->original;
	unsigned parent = fit_file_configurations(file);
	unsigned done = 0;

	if (parent == FIT_NONE)
		return refused_because(ERR_CONFIG_MISSING, "configurations",
				       "the FIT has no /configurations");
	for (unsigned i = fit_next_child(&file->fit, parent, parent); i != FIT_NONE;
	     i = fit_next_child(&file->fit, parent, i)) {
		if (signing->configuration != NULL &&
		    strcmp(signing->configuration, fit_name(&file->fit, i)) != 0)
			continue;
		STEP(step(signing, i));
		done++;
	}
	if (done != 0)
		return EXIT_DONE;
	return refused_because(ERR_CONFIG_MISSING,
			       signing->configuration == NULL ? "" : signing->configuration,
			       "the FIT has no such configuration");
}

enum exit_code sign_prepare(struct signing *signing)
{
	STEP(sign_each(signing, revoked_signers));
	STEP(sign_each(signing, sign_hashes));
	return sign_each(signing, sign_nodes);
}

enum exit_code sign_failed(int error)
{
	complain("the FIT cannot be edited: %s", fdt_strerror(error));
	return EXIT_BUG;
}
