/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * output.c - files in and out. An output appears whole, under its name, or not at all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

/* Names of files that must not stay; read by the signal handler. */
static char *volatile pending[OUTPUTS_MAX];

static void remove_pending(void)
{
	for (size_t i = 0; i < OUTPUTS_MAX; i++) {
		if (pending[i] != NULL)
			(void)unlink(pending[i]);
	}
}

static void on_signal(int number)
{
	remove_pending();
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void watch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	static bool watched;

	if (watched)
		return;
	watched = true;
	(void)atexit(remove_pending);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)signal(numbers[i], on_signal);
}

/* While a file and its entry in pending[] do not agree, no signal is let in. */
static void signals_hold(sigset_t *before)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, before);
}

static void signals_release(const sigset_t *before)
{
	int error = errno;

	(void)sigprocmask(SIG_SETMASK, before, NULL);
	errno = error;
}

static void pending_set(char *from, char *to)
{
	for (size_t i = 0; i < OUTPUTS_MAX; i++) {
		if (pending[i] == from) {
			pending[i] = to;
			return;
		}
	}
}

enum exit_code input_open(const char *path, struct input *input)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*input = (struct input){ .path = path };
	if (fd < 0 || fstat(fd, &st) != 0) {
		complain("%s: %s: %s", path, strerror(errno), file_advice(errno));
		if (fd >= 0)
			(void)close(fd);
		return EXIT_INPUT;
	}
	if (!S_ISREG(st.st_mode)) {
		complain("%s: not a regular file: give a file", path);
		(void)close(fd);
		return EXIT_INPUT;
	}
	input->size = (size_t)st.st_size;
	input->mode = st.st_mode & 0777;
	if (input->size != 0)
		input->at = mmap(NULL, input->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	(void)close(fd);
	if (input->at == MAP_FAILED) {
		complain("%s: %s: %s", path, strerror(errno), file_advice(errno));
		*input = (struct input){ .path = path };
		return EXIT_INPUT;
	}
	return EXIT_DONE;
}

void input_forget(const struct input *input)
{
	if (input->at != NULL)
		(void)madvise(input->at, input->size, MADV_DONTNEED);
}

void input_close(struct input *input)
{
	if (input->at != NULL)
		(void)munmap(input->at, input->size);
	*input = (struct input){ .path = NULL };
}

static enum exit_code output_failed(struct output *output)
{
	complain("%s: cannot be written: %s: %s", output->path, strerror(errno),
		 file_advice(errno));
	output_discard(output);
	return EXIT_OUTPUT;
}

/* Never a device, a pipe or a directory: as root the rename would put a file in its place. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

enum exit_code output_open(const char *path, mode_t mode, struct output *output)
{
	const char *slash = strrchr(path, '/');
	int directory = slash == NULL ? 0 : (int)(slash - path) + 1;
	const char *base = slash == NULL ? path : slash + 1;
	sigset_t before;

	watch_signals();
	*output = (struct output){ .path = path, .descriptor = -1 };
	if (is_special(path)) {
		complain("%s: exists and is not a file: choose another name", path);
		return EXIT_POLICY;
	}
	output->temporary = text_of("%.*s.%s.XXXXXX", directory, path, base);
	signals_hold(&before);
	output->descriptor = mkostemp(output->temporary, O_CLOEXEC);
	if (output->descriptor >= 0)
		pending_set(NULL, output->temporary);
	signals_release(&before);
	if (output->descriptor < 0) {
		complain("%s: cannot be written: %s: %s", path, strerror(errno),
			 file_advice(errno));
		free(output->temporary);
		output->temporary = NULL;
		return EXIT_OUTPUT;
	}
	if (fchmod(output->descriptor, mode) != 0)
		return output_failed(output);
	return EXIT_DONE;
}

enum exit_code output_write(struct output *output, const void *data, size_t size)
{
	const uint8_t *at = data;

	while (size != 0) {
		ssize_t done = write(output->descriptor, at, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return output_failed(output);
		at += done;
		size -= (size_t)done;
	}
	return EXIT_DONE;
}

static void output_end(struct output *output)
{
	pending_set(output->temporary, NULL);
	free(output->temporary);
	output->temporary = NULL;
}

static enum exit_code output_close(struct output *output)
{
	int fd = output->descriptor;
	bool synced = fsync(fd) == 0 || errno == EINVAL || errno == EROFS;

	output->descriptor = -1;
	if (!synced || close(fd) != 0)
		return output_failed(output);
	return EXIT_DONE;
}

enum exit_code output_replace(struct output *output)
{
	STEP(output_close(output));
	if (rename(output->temporary, output->path) != 0)
		return output_failed(output);
	output_end(output);
	return EXIT_DONE;
}

/* Fails with EEXIST if the name is taken, whoever took it since we looked. */
static int take_name(const struct output *output)
{
	if (renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* A file system that cannot do that, but perhaps this. */
	if (link(output->temporary, output->path) != 0)
		return -1;
	(void)unlink(output->temporary);
	return 0;
}

static enum exit_code name_failed(struct output *output)
{
	if (errno != EEXIST)
		return output_failed(output);
	complain("%s: exists and is not overwritten: choose another name", output->path);
	output_discard(output);
	return EXIT_POLICY;
}

enum exit_code output_create(struct output *output)
{
	STEP(output_close(output));
	if (take_name(output) != 0)
		return name_failed(output);
	output_end(output);
	return EXIT_DONE;
}

/* The names of both, or of neither. On failure *failed is the one that has none. */
static bool take_names(struct output *first, struct output *second, struct output **failed)
{
	*failed = first;
	if (take_name(first) != 0)
		return false;
	*failed = second;
	if (take_name(second) == 0)
		return true;
	(void)rename(first->path, first->temporary);
	return false;
}

enum exit_code output_create_pair(struct output *first, struct output *second)
{
	struct output *failed = first;
	sigset_t before;
	enum exit_code code = output_close(first);
	bool named;

	if (code == EXIT_DONE)
		code = output_close(second);
	if (code != EXIT_DONE) {
		output_discard(first);
		output_discard(second);
		return code;
	}
	signals_hold(&before);
	named = take_names(first, second, &failed);
	signals_release(&before);
	if (!named) {
		code = name_failed(failed);
		output_discard(first);
		output_discard(second);
		return code;
	}
	output_end(first);
	output_end(second);
	return EXIT_DONE;
}

void output_discard(struct output *output)
{
	if (output->descriptor >= 0)
		(void)close(output->descriptor);
	output->descriptor = -1;
	if (output->temporary == NULL)
		return;
	(void)unlink(output->temporary);
	output_end(output);
}

enum exit_code output_file(const char *path, mode_t mode, const void *data, size_t size)
{
	struct output output;

	STEP(output_open(path, mode, &output));
	STEP(output_write(&output, data, size));
	return output_replace(&output);
}

enum exit_code output_absent(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return EXIT_DONE;
	complain("%s: exists and is not overwritten: choose another name", path);
	return EXIT_POLICY;
}
