// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rotate_plan.c - holdfast-keys rotate plan: read the sets, ask rotation_plan(), write what it
 * needs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rotate.h"

static enum exit_code open_usable(const char *path, struct trust_file *file)
{
	STEP(trust_open(path, file));
	if (keyring_usable(&file->set.keyring) == OK)
		return EXIT_DONE;
	complain("%s: this trust set accepts nothing: holdfast-keys show says why", path);
	return EXIT_POLICY;
}

static enum exit_code open_fleet(struct rotate_job *job)
{
	const struct rotate_arguments *arguments = job->arguments;
	struct rotation *rotation = &job->rotation;

	for (unsigned i = 0; i <= arguments->fleet.count; i++) {
		const char *path = i == 0 ? arguments->from : arguments->fleet.at[i - 1];

		STEP(open_usable(path, &job->files[i]));
		rotation->fleet[i] = &job->files[i].set.keyring;
		rotation->fleet_count = i + 1;
	}
	return EXIT_DONE;
}

static enum exit_code open_new(struct rotate_job *job)
{
	const struct rotate_arguments *arguments = job->arguments;

	if (arguments->to != NULL) {
		STEP(open_usable(arguments->to, &job->to_file));
		job->rotation.to = &job->to_file.set.keyring;
		return EXIT_DONE;
	}
	STEP(rotate_change(job));
	job->rotation.to = &job->changed.keyring;
	if (keyring_usable(job->rotation.to) == OK)
		return EXIT_DONE;
	complain("nobody could sign for the new set any more (%u required keys, threshold %u): "
		 "add a key in the same rotation",
		 (unsigned)keyring_distinct(job->rotation.to, UINT32_MAX),
		 (unsigned)job->rotation.to->threshold);
	return EXIT_POLICY;
}

/* --without and --signed-by. */
static enum exit_code choose_signers(struct rotate_job *job)
{
	const struct rotate_arguments *arguments = job->arguments;
	struct rotation *rotation = &job->rotation;
	uint64_t signer;

	if (!rotation_signers(rotation)) {
		complain("the trust sets have more than %d different keys: plan for fewer of them",
			 ROTATION_SIGNERS_MAX);
		return EXIT_POLICY;
	}
	for (unsigned i = 0; i < arguments->without.count; i++) {
		STEP(rotate_signer(rotation, arguments->without.at[i], &signer));
		rotation->can_sign &= ~signer;
	}
	for (unsigned i = 0; i < arguments->signed_by.count; i++) {
		STEP(rotate_signer(rotation, arguments->signed_by.at[i], &signer));
		rotation->installed |= signer;
	}
	rotation->together = !arguments->apart;
	job->no_bridge = rotation_bridge(rotation, &job->bridge);
	if (job->no_bridge == BRIDGE_MADE && !arguments->no_bridge)
		rotation->bridge = &job->bridge.keyring;
	return EXIT_DONE;
}

static bool uses_bridge(const struct rotation_plan *plan)
{
	for (unsigned i = 0; i < plan->count; i++)
		if (plan->releases[i].loader == LOADER_BRIDGE)
			return true;
	return false;
}

static enum exit_code make_directory(const char *path)
{
	struct stat status;

	if (mkdir(path, 0777) == 0 ||
	    (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
		return EXIT_DONE;
	complain("%s: is no directory and cannot be made: give another one with -o", path);
	return EXIT_OUTPUT;
}

/* Where the sets that are made go; NULL: not made, or not asked for. */
static void name_outputs(struct rotate_job *job)
{
	const char *place = common.output;

	job->to_path = job->arguments->to != NULL ? text_of("%s", job->arguments->to) : NULL;
	if (place == NULL)
		return;
	if (uses_bridge(&job->plan))
		job->bridge_path = text_of("%s/bridge.dtb", place);
	if (job->to_path == NULL)
		job->to_path = text_of("%s/new.dtb", place);
}

static enum exit_code write_sets(const struct rotate_job *job)
{
	bool make_new = job->arguments->to == NULL;

	if (common.output == NULL)
		return EXIT_DONE;
	if (!common.dry_run)
		STEP(make_directory(common.output));
	if (job->bridge_path != NULL)
		STEP(output_absent(job->bridge_path));
	if (make_new)
		STEP(output_absent(job->to_path));
	if (job->bridge_path != NULL)
		STEP(rotate_write(job->rotation.bridge, job->bridge_path));
	return make_new ? rotate_write(job->rotation.to, job->to_path) : EXIT_DONE;
}

static enum exit_code run(struct rotate_job *job)
{
	enum rotation_verdict verdict;

	STEP(open_fleet(job));
	STEP(open_new(job));
	STEP(choose_signers(job));
	STEP(rotate_policy(job));
	verdict = rotation_plan(&job->rotation, &job->plan);
	if (verdict != ROTATION_POSSIBLE)
		return rotate_impossible(job, verdict);
	name_outputs(job);
	STEP(write_sets(job));
	rotate_remark(job);
	return rotate_print(job);
}

enum exit_code rotate_plan(const struct rotate_arguments *arguments)
{
	struct rotate_job *job = allocate(sizeof(*job));
	enum exit_code code;

	job->arguments = arguments;
	code = run(job);
	for (unsigned i = 0; i < ROTATION_FLEET_MAX; i++)
		trust_close(&job->files[i]);
	trust_close(&job->to_file);
	for (unsigned i = 0; i < job->added_count; i++)
		key_close(&job->added[i]);
	free(job->to_path);
	free(job->bridge_path);
	free(job);
	return code;
}
