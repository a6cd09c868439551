/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * doctor_token.c - what has to be on this machine for a pkcs11: key.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "doctor.h"

static void check_provider(struct doctor *doctor)
{
	const char *directory = OPENSSL_info(OPENSSL_INFO_MODULES_DIR);
	const char *other = getenv("OPENSSL_MODULES");
	char *path = text_of("%s/pkcs11.so", other != NULL ? other : directory);

	if (access(path, R_OK) == 0)
		doctor_say(doctor, IS_FINE, "token-provider", path, "", "the provider is there");
	else
		doctor_say(doctor, WILL_SURPRISE, "token-provider", path,
			   "install pkcs11-provider (make deps)",
			   "OpenSSL's provider for tokens is not there");
	free(path);
}

/* The value of an attribute of the URI up to the next separator, "" if there is none. Fresh. */
static char *attribute(const char *uri, const char *name)
{
	const char *at = strstr(uri, name);

	if (at == NULL)
		return text_of("%s", "");
	at += strlen(name);
	return text_of("%.*s", (int)strcspn(at, ";?&"), at);
}

static void check_module(struct doctor *doctor)
{
	const char *variable = getenv("HOLDFAST_PKCS11_MODULE");
	char *path = attribute(doctor->key, "module-path=");

	if (variable != NULL && path[0] != '\0' && strcmp(variable, path) != 0)
		doctor_say(doctor, WILL_SURPRISE, "token-module", path, "keep one of the two",
			   "HOLDFAST_PKCS11_MODULE names another module");
	if (path[0] == '\0' && variable != NULL) {
		free(path);
		path = text_of("%s", variable);
	}
	if (path[0] != '\0' && strchr(path, '%') == NULL && access(path, R_OK) != 0)
		doctor_say(doctor, WILL_FAIL, "token-module", path,
			   "give the module's path in HOLDFAST_PKCS11_MODULE",
			   "the PKCS#11 module cannot be read");
	if (strstr(path, "softhsm") != NULL) {
		const char *configuration = getenv("SOFTHSM2_CONF");

		if (configuration != NULL && access(configuration, R_OK) != 0)
			doctor_say(doctor, WILL_FAIL, "token-softhsm", "SOFTHSM2_CONF",
				   "set it to SoftHSM's configuration file",
				   "names a file that cannot be read: SoftHSM sees no token");
	}
	free(path);
}

static void check_pin(struct doctor *doctor)
{
	char *source = attribute(doctor->key, "pin-source=file:");

	if (strstr(doctor->key, "pin-value=") != NULL)
		doctor_say(doctor, WILL_FAIL, "token-pin", "pin-value",
			   "use pin-source=file:... or HOLDFAST_PIN",
			   "a PIN on the command line is in the list of processes");
	else if (source[0] != '\0' && strchr(source, '%') == NULL && access(source, R_OK) != 0)
		doctor_say(doctor, WILL_FAIL, "token-pin", source, "check pin-source",
			   "the file with the PIN cannot be read");
	else if (!doctor_has_pin(doctor))
		doctor_say(doctor, WILL_FAIL, "token-pin", "HOLDFAST_PIN",
			   "set it, or use pin-source=file:... in the URI",
			   "no PIN, and nobody can be asked for it");
	else
		doctor_say(doctor, IS_FINE, "token-pin", "", "", "a PIN can be had");
	free(source);
}

void doctor_token(struct doctor *doctor)
{
	check_provider(doctor);
	check_module(doctor);
	check_pin(doctor);
}
