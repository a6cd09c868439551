// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rotate_print.c - what rotate plan says.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rotate.h"
#include "text.h"
#include "trust_say.h"

static const char *loader_word(enum rotation_loader loader)
{
	switch (loader) {
	case LOADER_BRIDGE:
		return "bridge";
	case LOADER_NEW:
		return "new";
	default:
		return "as-is";
	}
}

static const struct keyring *keyring_of(const struct rotate_job *job, enum rotation_loader loader)
{
	return loader == LOADER_NEW ? job->rotation.to : &job->bridge.keyring;
}

/* The file with the set of that loader, or NULL. */
static const char *path_of(const struct rotate_job *job, enum rotation_loader loader)
{
	return loader == LOADER_NEW ? job->to_path : job->bridge_path;
}

/* The release brings a loader that the one before did not. */
static bool is_new_loader(const struct rotation_plan *plan, unsigned at)
{
	enum rotation_loader before = at == 0 ? LOADER_AS_IS : plan->releases[at - 1].loader;

	return plan->releases[at].loader != before;
}

static const char *padding_text(enum rsa_padding padding)
{
	return padding == RSA_PSS ? "pss" : "pkcs-1.5";
}

/* "sha256,rsa3072,pss": with the padding only if a set pins it. */
static char *algorithm_text(const struct rotation_signer *signer)
{
	char name[32];

	signature_name(&signer->key->algorithm, name);
	if (signer->padding == 0)
		return text_of("%s", name);
	return text_of("%s,%s", name, padding_text(signer->padding));
}

static json_t *signers_json(const struct rotation *rotation, uint64_t signers)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < rotation->signer_count; i++) {
		const struct rotation_signer *signer = &rotation->signers[i];
		json_t *object;

		if ((signers >> i & 1) == 0)
			continue;
		object = key_json(signer->key);
		if (signer->padding != 0)
			(void)json_object_set_new(object, "padding",
						  json_string(padding_text(signer->padding)));
		(void)json_array_append_new(array, object);
	}
	return array;
}

static json_t *set_json(const char *path, const struct keyring *keyring)
{
	char *accepts = trust_sentence(keyring);
	json_t *object = json_object();

	(void)json_object_set_new(object, "file", path == NULL ? json_null() : json_text(path));
	(void)json_object_set_new(object, "accepts", json_string(accepts));
	(void)json_object_set_new(object, "threshold", json_integer(keyring->threshold));
	(void)json_object_set_new(object, "keys", json_integer(keyring->count));
	free(accepts);
	return object;
}

static json_t *release_json(const struct rotate_job *job, unsigned at)
{
	const struct rotation_release *release = &job->plan.releases[at];
	const char *path = path_of(job, release->loader);
	json_t *object = json_object();

	(void)json_object_set_new(object, "number", json_integer(at + 1));
	(void)json_object_set_new(object, "loader", json_string(loader_word(release->loader)));
	(void)json_object_set_new(object, "new_loader",
				  json_boolean(is_new_loader(&job->plan, at)));
	(void)json_object_set_new(
		object, "trust_set",
		release->loader == LOADER_AS_IS || path == NULL ? json_null() : json_text(path));
	(void)json_object_set_new(object, "sign_with",
				  signers_json(&job->rotation, release->signers));
	return object;
}

/* Keys of the fleet that the new set does not have. */
static uint64_t retired(const struct rotation *rotation)
{
	uint64_t signers = 0;

	for (unsigned i = 0; i < rotation->signer_count; i++) {
		bool stays = false;

		for (unsigned j = 0; j < rotation->to->count; j++)
			stays |= memcmp(rotation->signers[i].key->id, rotation->to->keys[j].id,
					KEY_ID_SIZE) == 0;
		if (!stays)
			signers |= 1ull << i;
	}
	return signers;
}

static json_t *sets_json(const struct rotate_job *job, bool possible)
{
	const struct rotate_arguments *arguments = job->arguments;
	json_t *document = json_object();
	json_t *fleet = json_array();

	for (unsigned i = 0; i < job->rotation.fleet_count; i++)
		(void)json_array_append_new(
			fleet, set_json(i == 0 ? arguments->from : arguments->fleet.at[i - 1],
					job->rotation.fleet[i]));
	(void)json_object_set_new(document, "action", json_string("plan"));
	(void)json_object_set_new(document, "possible", json_boolean(possible));
	(void)json_object_set_new(document, "fleet", fleet);
	(void)json_object_set_new(document, "new", set_json(job->to_path, job->rotation.to));
	(void)json_object_set_new(document, "retired",
				  signers_json(&job->rotation, retired(&job->rotation)));
	return document;
}

static enum exit_code print_json(const struct rotate_job *job)
{
	json_t *document = sets_json(job, true);
	json_t *releases = json_array();
	bool bridged = false;

	for (unsigned i = 0; i < job->plan.count; i++) {
		bridged |= job->plan.releases[i].loader == LOADER_BRIDGE;
		(void)json_array_append_new(releases, release_json(job, i));
	}
	(void)json_object_set_new(document, "bridge",
				  bridged ? set_json(job->bridge_path, &job->bridge.keyring)
					  : json_null());
	(void)json_object_set_new(document, "releases", releases);
	return json_print(document, "holdfast.rotate");
}

static void print_set(const char *what, const char *path, const struct keyring *keyring)
{
	char *accepts = trust_sentence(keyring);

	(void)printf("%-8s%s%s%s\n", what, path == NULL ? "" : path, path == NULL ? "" : ": ",
		     accepts);
	free(accepts);
}

static void print_signers(const struct rotation *rotation, uint64_t signers)
{
	const char *before = "";

	for (unsigned i = 0; i < rotation->signer_count; i++) {
		char *algorithm;

		if ((signers >> i & 1) == 0)
			continue;
		algorithm = algorithm_text(&rotation->signers[i]);
		(void)printf("%s%s (%s)", before, rotation->signers[i].key->name, algorithm);
		free(algorithm);
		before = ", ";
	}
}

static void print_loader(const struct rotate_job *job, unsigned at)
{
	const struct rotation_release *release = &job->plan.releases[at];
	const char *path = path_of(job, release->loader);
	char *accepts;

	if (!is_new_loader(&job->plan, at)) {
		(void)printf("   Its loader trusts whom it trusts already.\n");
		return;
	}
	accepts = trust_sentence(keyring_of(job, release->loader));
	(void)printf("   Its loader has the %s set%s%s%s: %s.\n",
		     release->loader == LOADER_NEW ? "new" : "bridge", path == NULL ? "" : " (",
		     path == NULL ? "" : path, path == NULL ? "" : ")", accepts);
	free(accepts);
}

/* The command that proves it, if all sets that it meets are in files. */
static void print_check(const struct rotate_job *job, unsigned at)
{
	const struct rotate_arguments *arguments = job->arguments;
	enum rotation_loader before = at == 0 ? LOADER_AS_IS : job->plan.releases[at - 1].loader;
	enum rotation_loader now = job->plan.releases[at].loader;
	bool as_is = before == LOADER_AS_IS;

	if ((!as_is && path_of(job, before) == NULL) ||
	    (now != before && path_of(job, now) == NULL))
		return;
	(void)printf("   Check: holdfast-keys rotate check --fleet %s",
		     as_is ? arguments->from : path_of(job, before));
	for (unsigned i = 0; as_is && i < arguments->fleet.count; i++)
		(void)printf(" --fleet %s", arguments->fleet.at[i]);
	if (now != before)
		(void)printf(" --trust %s --installed RUNNING.fit", path_of(job, now));
	(void)printf(" RELEASE.fit\n");
}

static void print_release(const struct rotate_job *job, unsigned at)
{
	bool last = at + 1 == job->plan.count;

	(void)printf("\n%u. Signed with ", at + 1);
	print_signers(&job->rotation, job->plan.releases[at].signers);
	(void)printf(".\n");
	print_loader(job, at);
	print_check(job, at);
	(void)printf(last ? "   Done when every device has confirmed it, loader included.\n"
			  : "   Next when every device has confirmed it, loader included.\n");
}

static void print_end(const struct rotate_job *job)
{
	uint64_t old = retired(&job->rotation);

	if (old == 0)
		return;
	(void)printf("\nThen nothing needs ");
	print_signers(&job->rotation, old);
	(void)printf(" any more. A device that missed a release takes them in this order, too.\n");
}

enum exit_code rotate_print(const struct rotate_job *job)
{
	const struct rotate_arguments *arguments = job->arguments;

	if (common.json)
		return print_json(job);
	for (unsigned i = 0; i < job->rotation.fleet_count; i++)
		print_set(i == 0 ? "from" : "and",
			  i == 0 ? arguments->from : arguments->fleet.at[i - 1],
			  job->rotation.fleet[i]);
	print_set("to", job->to_path, job->rotation.to);
	for (unsigned i = 0; i < job->plan.count; i++)
		print_release(job, i);
	print_end(job);
	return EXIT_DONE;
}

static const char *no_bridge_text(const struct rotate_job *job)
{
	if (job->arguments->no_bridge)
		return "--no-bridge was given";
	switch (job->no_bridge) {
	case BRIDGE_TOO_MANY:
		return "a bridge set would have more than 16 keys";
	case BRIDGE_WEAKER:
		return "a bridge set would ask for fewer signatures than the new one";
	case BRIDGE_ROLES:
		return "a bridge set would have test or dev keys beside release keys";
	default:
		return "no loader may trust both";
	}
}

static char *reason(const struct rotate_job *job, enum rotation_verdict verdict)
{
	const struct rotate_arguments *arguments = job->arguments;
	unsigned fleet = job->plan.fleet;

	switch (verdict) {
	case ROTATION_NO_OLD:
		if (fleet == job->rotation.fleet_count)
			break;
		return text_of("%s: its devices take nothing that can still be signed: "
			       "they are stranded unless one more of its keys signs",
			       fleet == 0 ? arguments->from : arguments->fleet.at[fleet - 1]);
	case ROTATION_NO_NEW:
		return text_of("the keys of the new set that can sign are too few for its rule: "
			       "add one, or retire the one that is lost");
	case ROTATION_INSTALLED:
		return text_of("the devices would not boot what --signed-by says: "
			       "name all who signed it");
	default:
		break;
	}
	return text_of("%s, and old and new keys cannot sign one release%s: "
		       "change the set in two rotations",
		       no_bridge_text(job), arguments->apart ? " (--apart)" : "");
}

enum exit_code rotate_impossible(const struct rotate_job *job, enum rotation_verdict verdict)
{
	char *why = reason(job, verdict);
	enum exit_code code = EXIT_DONE;
	json_t *document;

	complain("%s", why);
	if (common.json) {
		document = sets_json(job, false);
		(void)json_object_set_new(document, "reason", json_string(why));
		code = json_print(document, "holdfast.rotate");
	}
	free(why);
	return code == EXIT_DONE ? EXIT_POLICY : code;
}
