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

/* Names of temporary files that still exist; read by the signal handler. */
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
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*input = (struct input){ .path = path };
	if (fd < 0 || fstat(fd, &st) != 0) {
		complain("%s: %s", path, strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return EXIT_INPUT;
	}
	if (!S_ISREG(st.st_mode)) {
		complain("%s: not a regular file", path);
		(void)close(fd);
		return EXIT_INPUT;
	}
	input->size = (size_t)st.st_size;
	input->mode = st.st_mode & 0777;
	if (input->size != 0)
		input->at = mmap(NULL, input->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	(void)close(fd);
	if (input->at == MAP_FAILED) {
		complain("%s: %s", path, strerror(errno));
		*input = (struct input){ .path = path };
		return EXIT_INPUT;
	}
	return EXIT_DONE;
}

void input_close(struct input *input)
{
	if (input->at != NULL)
		(void)munmap(input->at, input->size);
	*input = (struct input){ .path = NULL };
}

enum exit_code output_open(const char *path, mode_t mode, struct output *output)
{
	const char *slash = strrchr(path, '/');
	int directory = slash == NULL ? 0 : (int)(slash - path) + 1;
	const char *base = slash == NULL ? path : slash + 1;

	watch_signals();
	*output = (struct output){ .path = path, .descriptor = -1 };
	output->temporary = text_of("%.*s.%s.XXXXXX", directory, path, base);
	output->descriptor = mkostemp(output->temporary, O_CLOEXEC);
	if (output->descriptor < 0) {
		complain("%s: cannot be written: %s", path, strerror(errno));
		free(output->temporary);
		output->temporary = NULL;
		return EXIT_OUTPUT;
	}
	pending_set(NULL, output->temporary);
	if (fchmod(output->descriptor, mode) != 0) {
		complain("%s: %s", path, strerror(errno));
		output_discard(output);
		return EXIT_OUTPUT;
	}
	return EXIT_DONE;
}

static enum exit_code output_failed(struct output *output)
{
	complain("%s: cannot be written: %s", output->path, strerror(errno));
	output_discard(output);
	return EXIT_OUTPUT;
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

enum exit_code output_create(struct output *output)
{
	STEP(output_close(output));
	/* link() fails if the name is taken, whoever took it since we looked. */
	if (link(output->temporary, output->path) != 0) {
		if (errno != EEXIST)
			return output_failed(output);
		complain("%s: exists; not overwritten", output->path);
		output_discard(output);
		return EXIT_POLICY;
	}
	(void)unlink(output->temporary);
	output_end(output);
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
	complain("%s: exists; not overwritten", path);
	return EXIT_POLICY;
}
