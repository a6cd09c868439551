/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * doctor_host.c - what will go wrong on this machine, whatever is signed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "doctor.h"

#define YEAR_2024 1704067200 /* 2024-01-01 00:00 UTC, in seconds */
#define ONE_DAY 86400
#define ROOM_MIN 0x100000 /* bytes */

static void check_openssl(struct doctor *doctor)
{
	const char *version = OpenSSL_version(OPENSSL_VERSION);

	if (OpenSSL_version_num() < 0x30000000ul)
		doctor_say(doctor, WILL_FAIL, "openssl", version, "install OpenSSL 3",
			   "providers and stores came with OpenSSL 3");
	else
		doctor_say(doctor, IS_FINE, "openssl", version, "", "OpenSSL 3 or later");
}

static void check_epoch(struct doctor *doctor, time_t now)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	unsigned long long seconds;
	char *end;

	if (epoch == NULL || epoch[0] == '\0') {
		doctor_say(doctor, WILL_SURPRISE, "epoch", "SOURCE_DATE_EPOCH",
			   "set it to the release's time (git log -1 --format=%ct)",
			   "not set: two signatures of the same FIT differ in their time stamps");
		return;
	}
	errno = 0;
	seconds = strtoull(epoch, &end, 10);
	if (errno != 0 || *end != '\0' || epoch[0] == '-' || seconds > UINT32_MAX)
		doctor_say(doctor, WILL_FAIL, "epoch", "SOURCE_DATE_EPOCH",
			   "set it to seconds since 1970 (git log -1 --format=%ct)",
			   "not a number of seconds below 2^32: nothing can be signed");
	else if ((time_t)seconds > now + ONE_DAY)
		doctor_say(doctor, WILL_SURPRISE, "epoch", "SOURCE_DATE_EPOCH",
			   "set it to the release's time (git log -1 --format=%ct)",
			   "lies in the future, as this machine's clock sees it");
	else
		doctor_say(doctor, IS_FINE, "epoch", "SOURCE_DATE_EPOCH", "", "%s", epoch);
}

static void check_clock(struct doctor *doctor, time_t now)
{
	if (now < YEAR_2024)
		doctor_say(doctor, WILL_SURPRISE, "clock", "", "set the clock",
			   "the clock is before 2024: time stamps, and tokens that look at it, are "
			   "wrong");
	else
		doctor_say(doctor, IS_FINE, "clock", "", "", "the clock is after 2024");
}

static void check_umask(struct doctor *doctor)
{
	mode_t mask = umask(022);

	(void)umask(mask);
	if ((mask & 022) != 022)
		doctor_say(doctor, WILL_SURPRISE, "umask", "", "umask 022",
			   "umask is %03o: directories that are made are writable by others",
			   (unsigned)mask);
	else
		doctor_say(doctor, IS_FINE, "umask", "", "", "umask is %03o", (unsigned)mask);
}

/* Where something would be written: beside -o, else beside the FIT (sign), else here. */
static char *output_directory(const struct doctor *doctor)
{
	const char *path = common.output != NULL ? common.output : doctor->fit;
	const char *slash = path == NULL ? NULL : strrchr(path, '/');

	if (slash == NULL)
		return text_of(".");
	return text_of("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static void check_room(struct doctor *doctor, const char *directory)
{
	uint64_t need = 2 * doctor->fit_size + ROOM_MIN;
	struct statvfs fs;
	struct rlimit limit;

	if (statvfs(directory, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < need)
		doctor_say(doctor, WILL_FAIL, "room", directory, "make room, or write elsewhere",
			   "less than %llu bytes are free: files are written beside what they "
			   "replace",
			   (unsigned long long)need);
	else
		doctor_say(doctor, IS_FINE, "room", directory, "", "there is room");
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    limit.rlim_cur < need)
		doctor_say(doctor, WILL_FAIL, "file-size-limit", "", "ulimit -f unlimited",
			   "files may not be bigger than %llu bytes",
			   (unsigned long long)limit.rlim_cur);
}

static void check_output(struct doctor *doctor)
{
	char *directory = output_directory(doctor);
	struct stat st;

	if (stat(directory, &st) != 0 || !S_ISDIR(st.st_mode) ||
	    access(directory, W_OK | X_OK) != 0)
		doctor_say(doctor, WILL_FAIL, "output-directory", directory,
			   "make it, or write elsewhere", "nothing can be written there");
	else
		check_room(doctor, directory);
	if (common.output != NULL && stat(common.output, &st) == 0 && !S_ISREG(st.st_mode))
		doctor_say(doctor, WILL_FAIL, "output", common.output, "give the name of a file",
			   "it is no regular file, and is not replaced");
	free(directory);
}

static bool is_known_variable(const char *entry)
{
	static const char *const known[] = { "HOLDFAST_PIN=",        "HOLDFAST_PKCS11_MODULE=",
					     "HOLDFAST_CACHE=",      "HOLDFAST_TIMEOUT=",
					     "HOLDFAST_BUILDER_ID=", "HOLDFAST_INVOCATION_ID=" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strncmp(entry, known[i], strlen(known[i])) == 0)
			return true;
	}
	return false;
}

/* One that nobody reads is a slip of the keyboard; its value is not shown. */
static void check_variables(struct doctor *doctor)
{
	const char *pin = getenv("HOLDFAST_PIN");

	for (char **entry = environ; *entry != NULL; entry++) {
		char *name;

		if (strncmp(*entry, "HOLDFAST_", 9) != 0 || is_known_variable(*entry))
			continue;
		name = text_of("%.*s", (int)strcspn(*entry, "="), *entry);
		doctor_say(doctor, WILL_SURPRISE, "variable", name,
			   "HOLDFAST_PIN and HOLDFAST_PKCS11_MODULE are what is read",
			   "nothing reads this variable");
		free(name);
	}
	if (pin != NULL && pin[0] == '\0')
		doctor_say(doctor, WILL_SURPRISE, "variable", "HOLDFAST_PIN",
			   "set it to the PIN, or unset it to be asked",
			   "it is empty: that counts as a PIN, and nobody is asked");
	if (pin != NULL && doctor->key != NULL && strstr(doctor->key, "pin-source=") != NULL)
		doctor_say(doctor, WILL_SURPRISE, "variable", "HOLDFAST_PIN", "keep one of the two",
			   "the key's pin-source goes before it: the variable is not read");
}

void doctor_host(struct doctor *doctor)
{
	time_t now = time(NULL);
	struct stat st;

	if (doctor->fit != NULL && stat(doctor->fit, &st) == 0)
		doctor->fit_size = (uint64_t)st.st_size;
	check_openssl(doctor);
	check_clock(doctor, now);
	check_epoch(doctor, now);
	check_umask(doctor);
	check_output(doctor);
	check_variables(doctor);
}
