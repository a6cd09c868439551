/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

#define OUTPUTS_MAX 4

static struct output outputs[OUTPUTS_MAX];
static volatile sig_atomic_t output_count;

/* Only unlink(): also called from a signal handler. */
static void outputs_discard(void)
{
	while (output_count > 0) {
		const char *temporary = outputs[--output_count].temporary;

		if (temporary)
			unlink(temporary);
	}
}

static void on_signal(int number)
{
	outputs_discard();
	signal(number, SIG_DFL);
	raise(number);
}

static void discard_on_every_way_out(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };
	size_t i;

	atexit(outputs_discard);
	for (i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
}

/* What a new file may be read and written by: as the umask says (mkstemp is stricter). */
static mode_t new_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

struct output *output_open(const char *path)
{
	struct output *output = &outputs[output_count];
	struct stat status;
	sigset_t all, before;

	if (output_count == OUTPUTS_MAX)
		fail(EXIT_INTERNAL, "too many outputs");
	if (!output_count)
		discard_on_every_way_out();
	if (!stat(path, &status) && !S_ISREG(status.st_mode))
		fail(EXIT_POLICY, "%s: exists and is not a file; write to a file and copy it there",
		     path);
	output->path = strdup(path);
	if (!output->path || asprintf(&output->temporary, "%s.XXXXXX", path) < 0)
		fail(EXIT_INTERNAL, "out of memory");
	/* No signal between the file and its entry, or the file would stay. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	output->fd = mkostemp(output->temporary, O_CLOEXEC);
	if (output->fd >= 0)
		output_count++;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (output->fd < 0)
		fail_file(EXIT_OUTPUT, path, errno);
	fchmod(output->fd, new_file_mode());
	return output;
}

void write_at(int fd, const char *name, uint64_t offset, const void *bytes, size_t size)
{
	const char *from = bytes;

	while (size) {
		ssize_t written = pwrite(fd, from, size, (off_t)offset);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			fail_file(EXIT_OUTPUT, name, written ? errno : ENOSPC);
		from += written;
		offset += (uint64_t)written;
		size -= (size_t)written;
	}
}

void output_write(const struct output *output, uint64_t offset, const void *bytes, size_t size)
{
	write_at(output->fd, output->path, offset, bytes, size);
}

void output_size(const struct output *output, uint64_t size)
{
	if (ftruncate(output->fd, (off_t)size))
		fail_file(EXIT_OUTPUT, output->path, errno);
}

/* So that the new names survive a power cut. */
static void sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

void outputs_commit(void)
{
	int i;

	for (i = 0; i < output_count; i++)
		if (fsync(outputs[i].fd) || close(outputs[i].fd))
			fail_file(EXIT_OUTPUT, outputs[i].path, errno);
	for (i = 0; i < output_count; i++) {
		if (rename(outputs[i].temporary, outputs[i].path))
			fail_file(EXIT_OUTPUT, outputs[i].path, errno);
		sync_directory(outputs[i].path);
		free(outputs[i].temporary);
		outputs[i].temporary = NULL;
	}
	output_count = 0;
}
