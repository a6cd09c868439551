/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * token_lock.c - an empty file for each token, locked with flock(). It stays: removing it would let
 * two signers lock two files of the same name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "patience.h"
#include "token_lock.h"

#define LOCKS_MAX 16

/* Where everybody on this machine may make files; the first that works, so the same for all. */
static const char *const places[] = { "/run/lock", "/var/lock", "/tmp" };

static char *held[LOCKS_MAX];
static size_t held_count;

/*
 * Opened, not made, if it is there: whose it is does not matter, and in a directory like /tmp Linux
 * lets nobody "make" a file of somebody else.
 */
static int open_lock(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
	if (fd >= 0)
		(void)fchmod(fd, 0644);
	return fd;
}

static int open_somewhere(const char *identity, char **path)
{
	int fd = -1;

	*path = NULL;
	for (size_t i = 0; fd < 0 && i < sizeof(places) / sizeof(places[0]); i++) {
		free(*path);
		*path = text_of("%s/holdfast-token-%s.lock", places[i], identity);
		fd = open_lock(*path);
	}
	return fd;
}

static enum exit_code wait_for(int fd, const struct token *token, const char *path)
{
	uint64_t end = patience_end();
	unsigned pause = 50;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return EXIT_DONE;
	note("token '%s': another process uses it: waiting", token->label);
	while (patience_sleep(&pause, end)) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return EXIT_DONE;
	}
	complain("token '%s': another process used it for %u s: wait for that, or find it with "
		 "lslocks (%s)",
		 token->label, patience_seconds(), path);
	return EXIT_KEY;
}

enum exit_code token_lock(const struct token *token)
{
	char *identity = token_identity(token);
	enum exit_code code;
	char *path;
	int fd;

	for (size_t i = 0; i < held_count; i++) {
		if (strcmp(held[i], identity) == 0) {
			free(identity);
			return EXIT_DONE;
		}
	}
	fd = open_somewhere(identity, &path);
	if (fd < 0 || held_count == LOCKS_MAX) {
		complain("token '%s': no lock can be made (%s): make /run/lock a directory that "
			 "everybody may write to",
			 token->label, path);
		code = EXIT_KEY;
	} else {
		code = wait_for(fd, token, path);
	}
	free(path);
	if (code == EXIT_DONE) {
		held[held_count++] = identity; /* and fd stays open */
		return EXIT_DONE;
	}
	free(identity);
	if (fd >= 0)
		(void)close(fd);
	return code;
}
