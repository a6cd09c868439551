/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * doctor_key.c - what will go wrong with a key: a file, a token, a helper.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "trust_say.h"

static bool is_file(const char *where)
{
	return strncmp(where, "pkcs11:", 7) != 0 && strncmp(where, "cmd:", 4) != 0;
}

bool doctor_has_pin(const struct doctor *doctor)
{
	const char *pin = getenv("HOLDFAST_PIN");
	int terminal;

	if (pin != NULL || strstr(doctor->key, "pin-source=") != NULL)
		return true;
	terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal < 0)
		return false;
	(void)close(terminal);
	return true;
}

static void check_file(struct doctor *doctor, const struct look *look)
{
	enum finding_level level = doctor->release ? WILL_FAIL : WILL_SURPRISE;
	char *fix = text_of("chmod 600 %s", doctor->key);

	if ((look->mode & 077) != 0)
		doctor_say(doctor, level, "key-permissions", doctor->key, fix,
			   "others than its owner may use it (mode %04o)", (unsigned)look->mode);
	else
		doctor_say(doctor, IS_FINE, "key-permissions", doctor->key, "", "mode %04o",
			   (unsigned)look->mode);
	free(fix);
	if (!look->encrypted && look->file.role >= ROLE_RELEASE)
		doctor_say(doctor, WILL_SURPRISE, "key-unencrypted", doctor->key,
			   "use 'holdfast-keys import --encrypt', or a token",
			   "a %s key without a pass phrase: a copy of the file is the key",
			   key_role_name(look->file.role));
	if (look->encrypted && !doctor_has_pin(doctor)) {
		doctor_say(doctor, WILL_FAIL, "key-pin", doctor->key, "set HOLDFAST_PIN",
			   "it has a pass phrase, and nobody can be asked for it");
		doctor_grave(doctor, EXIT_KEY);
	}
}

/* A file that cannot sign. */
static void check_useless(struct doctor *doctor, const struct look *look)
{
	if (look->kind == LOOK_NOTHING && access(doctor->key, R_OK) != 0)
		doctor_say(doctor, WILL_FAIL, "key-absent", doctor->key, "check the path",
			   "there is no such file, or it cannot be read");
	else if (look->kind == LOOK_NOTHING || look->kind == LOOK_TRUST_SET)
		doctor_say(doctor, WILL_FAIL, "key-absent", doctor->key, "give a key",
			   "no key is in it");
	else
		doctor_say(doctor, WILL_FAIL, "key-public", doctor->key,
			   "give the private key to sign with", "it is public: it cannot sign");
	doctor_grave(doctor, EXIT_KEY);
}

/* With HOLDFAST_PIN there is no need to ask anybody: does it open the key? */
static void try_pin(struct doctor *doctor)
{
	static struct key_file file;

	if (getenv("HOLDFAST_PIN") == NULL)
		return;
	if (key_open_private(doctor->key, &file) != EXIT_DONE) {
		doctor_say(doctor, WILL_FAIL, "key-pin", doctor->key, "set the right HOLDFAST_PIN",
			   "HOLDFAST_PIN does not open it");
		doctor_grave(doctor, EXIT_KEY);
		return;
	}
	key_close(&file);
	doctor_say(doctor, IS_FINE, "key-pin", doctor->key, "", "HOLDFAST_PIN opens it");
}

static void look_at_file(struct doctor *doctor)
{
	struct look *look = doctor->look;

	key_look(doctor->key, look);
	if (look->numbers == ERR_ALGO_DENIED) {
		doctor_say(doctor, WILL_FAIL, "key-kind", doctor->key,
			   "make one with 'holdfast-keys new'", "no loader accepts %s",
			   look->kind_text);
		return;
	}
	doctor->key_id_known = look->numbers == OK || look->id_claimed;
	if (look->kind != LOOK_PRIVATE) {
		check_useless(doctor, look);
		return;
	}
	check_file(doctor, look);
	if (look->encrypted)
		try_pin(doctor);
}

/* What a token or a helper answers; why not is on standard error. */
static void ask_elsewhere(struct doctor *doctor)
{
	enum exit_code code = EXIT_KEY;

	if (strncmp(doctor->key, "pkcs11:", 7) == 0)
		doctor_token(doctor);
	if (doctor->code != EXIT_KEY)
		code = key_open_private(doctor->key, &doctor->look->file);
	if (code != EXIT_DONE) {
		doctor_say(doctor, WILL_FAIL, "key-absent", doctor->key,
			   "see the line on standard error", "the key is not available");
		doctor_grave(doctor, EXIT_KEY);
		return;
	}
	doctor->look->numbers = OK;
	doctor->key_id_known = true;
	doctor_say(doctor, IS_FINE, "key-available", doctor->key, "", "it answers: %s",
		   key_type_text(&doctor->look->file.key));
}

static const struct key *in_set(const struct doctor *doctor)
{
	const struct keyring *keyring = &doctor->set->set.keyring;

	for (unsigned i = 0; i < keyring->count; i++) {
		if (memcmp(keyring->keys[i].id, doctor->look->file.key.id, KEY_ID_SIZE) == 0)
			return &keyring->keys[i];
	}
	return NULL;
}

static void check_in_set(struct doctor *doctor)
{
	const struct key *key = in_set(doctor);
	uint32_t needed = trust_needed(&doctor->set->set.keyring);

	if (key == NULL) {
		doctor_say(doctor, WILL_FAIL, "key-not-in-set", doctor->key,
			   "sign with a key of the set, or enroll this one",
			   "%s does not trust it: what it signs is refused (unknown-key)",
			   doctor->trust);
		return;
	}
	if (!key->required)
		doctor_say(doctor, WILL_SURPRISE, "key-optional", doctor->key,
			   "sign with a required key as well",
			   "it is not required in %s: its signature alone is not enough",
			   doctor->trust);
	else if (needed > 1)
		doctor_say(doctor, WILL_SURPRISE, "key-alone", doctor->key,
			   "give several --key to sign, or --reserve nodes for the others",
			   "%u different keys must sign: alone it is not enough", (unsigned)needed);
	else
		doctor_say(doctor, IS_FINE, "key-in-set", doctor->key, "", "%s trusts it as '%s'",
			   doctor->trust, key->name);
	if (doctor->look->file.role != 0 && doctor->look->file.role != key->role)
		doctor_say(doctor, WILL_SURPRISE, "key-other-role", doctor->key,
			   "make the set anew if that is not meant",
			   "its file says role %s, the set %s",
			   key_role_name(doctor->look->file.role), key_role_name(key->role));
}

void doctor_key(struct doctor *doctor)
{
	if (is_file(doctor->key))
		look_at_file(doctor);
	else
		ask_elsewhere(doctor);
	if (doctor->release && doctor->look->file.role != 0 &&
	    doctor->look->file.role < ROLE_RELEASE)
		doctor_say(doctor, WILL_FAIL, "key-role", doctor->key, "sign with a release key",
			   "a key of role %s: no release loader trusts it",
			   key_role_name(doctor->look->file.role));
	if (doctor->set != NULL && doctor->key_id_known)
		check_in_set(doctor);
}
