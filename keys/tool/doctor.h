/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * doctor.h - the parts of holdfast-keys doctor: each looks at one thing and says what will go
 * wrong.
 *
 * Nothing here decides about an image: fit_check() and keyring_usable() do. The rest is what people
 * found out too late: a finding has a level, a line that says what is, and a line that says what to
 * do.
 */
#ifndef HOLDFAST_KEYS_DOCTOR_H
#define HOLDFAST_KEYS_DOCTOR_H

#include "fit_file.h"
#include "key_look.h"
#include "trust_edit.h"

enum finding_level { IS_FINE = 0, WILL_SURPRISE = 1, WILL_FAIL = 2 };

struct doctor {
	/* As asked for; NULL, 0 and false: not asked for. */
	const char *trust;
	const char *key;
	const char *fit;
	const char *board; /* a compatible, or a board's name */
	uint32_t floor;
	bool release; /* judge as for a release: CONFIG_RELEASE */

	/* What one part found out for the others. */
	struct trust_file *set; /* NULL: none */
	struct look *look;      /* the key, if it is a file; its id and role, if they are known */
	bool key_id_known;      /* look->file.key.id and look->file.role are the key's */
	uint64_t fit_size;      /* 0: no FIT */

	json_t *findings;
	unsigned counts[3]; /* by level */
	/* EXIT_DONE, or the gravest: EXIT_REFUSED before EXIT_KEY before EXIT_POLICY */
	enum exit_code code;
};

/*
 * Add a finding. check: its name for scripts, words with '-'. at: what it is about, "" for nothing.
 * fix: what to do, "" if it is fine. WILL_FAIL makes the exit code at least EXIT_POLICY.
 */
void doctor_say(struct doctor *doctor, enum finding_level level, const char *check, const char *at,
		const char *fix, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The exit code is this one, unless it is a graver one already. */
void doctor_grave(struct doctor *doctor, enum exit_code code);

/* The trust set; doctor->set is there. */
void doctor_set(struct doctor *doctor);

/* The key, and what it is in the set. */
void doctor_key(struct doctor *doctor);

/* Where the keys of the set lie: enough of them for a signature in the key's directory. */
void doctor_places(struct doctor *doctor);

/* The FIT: EXIT_INPUT (said so) if it cannot be read, else EXIT_DONE with findings. */
enum exit_code doctor_fit(struct doctor *doctor);

/* What the FIT says of a key before it is signed: algorithm, sign-images. */
void doctor_fit_nodes(struct doctor *doctor, const struct fit_file *file);

/* This machine: clock, variables, umask, room, OpenSSL. */
void doctor_host(struct doctor *doctor);

/* What a pkcs11: key needs: the provider, a module, a PIN. */
void doctor_token(struct doctor *doctor);

/* The key's pass phrase or PIN can be had: from the environment, the URI, or a terminal. */
bool doctor_has_pin(const struct doctor *doctor);

#endif
