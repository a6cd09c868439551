/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * helper_run.c - a child process and its three pipes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper_run.h"
#include "patience.h"
#include "pin.h"

/* A child being read. */
struct helper {
	const char *path;
	pid_t pid;
	int out;
	int err; /* -1, as out: read to its end */
	bool too_much;
	bool late;
	int status;
	char said[512]; /* the end of its standard error */
	size_t said_size;
};

/* In the child. It has a process group of its own, so that its children can be ended with it. */
static _Noreturn void become(char *const argv[], int in, int out, int err)
{
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2)
		(void)execv(argv[0], argv);
	(void)dprintf(2, "cannot be run: %s\n", strerror(errno));
	_exit(127);
}

static void close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)close(fds[i]);
}

/* The input waits in the pipe before there is a reader: it is small, and nothing can get stuck. */
static bool start(struct helper *helper, char *const argv[], const void *input, size_t size)
{
	int fds[6];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return false;
	if (pipe2(fds + 2, O_CLOEXEC) != 0) {
		close_all(fds, 2);
		return false;
	}
	if (pipe2(fds + 4, O_CLOEXEC) != 0) {
		close_all(fds, 4);
		return false;
	}
	if (size != 0 && write(fds[1], input, size) != (ssize_t)size) {
		close_all(fds, 6);
		return false;
	}
	(void)close(fds[1]);
	helper->pid = fork();
	if (helper->pid == 0)
		become(argv, fds[0], fds[3], fds[5]);
	(void)close(fds[0]);
	(void)close(fds[3]);
	(void)close(fds[5]);
	helper->out = fds[2];
	helper->err = fds[4];
	return helper->pid > 0;
}

/* Make group the one that may read the terminal, if we are it now. */
static void lend_terminal(pid_t from, pid_t group)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	sigset_t stop;
	sigset_t before;

	if (terminal < 0)
		return;
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTTOU);
	(void)sigprocmask(SIG_BLOCK, &stop, &before);
	if (tcgetpgrp(terminal) == from)
		(void)tcsetpgrp(terminal, group);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	(void)close(terminal);
}

static void end_stream(int *fd)
{
	(void)close(*fd);
	*fd = -1;
}

static void read_out(struct helper *helper, struct helper_output *output)
{
	uint8_t rest[64];
	size_t room = HELPER_OUTPUT_MAX - output->size;
	ssize_t size = room == 0 ? read(helper->out, rest, sizeof(rest))
				 : read(helper->out, output->data + output->size, room);

	if (size <= 0)
		end_stream(&helper->out);
	else if (room == 0)
		helper->too_much = true;
	else
		output->size += (size_t)size;
}

static void read_err(struct helper *helper)
{
	char piece[256];
	ssize_t size = read(helper->err, piece, sizeof(piece));
	size_t keep = sizeof(helper->said) - sizeof(piece);

	if (size <= 0) {
		end_stream(&helper->err);
		return;
	}
	if (helper->said_size > keep) {
		memmove(helper->said, helper->said + helper->said_size - keep, keep);
		helper->said_size = keep;
	}
	memcpy(helper->said + helper->said_size, piece, (size_t)size);
	helper->said_size += (size_t)size;
}

/*
 * Until the child has ended and its pipes are empty; a grandchild that keeps them open is not
 * waited for.
 */
static void read_all(struct helper *helper, struct helper_output *output)
{
	uint64_t end = patience_end();
	bool ended = false;

	while (!helper->too_much) {
		struct pollfd fds[] = { { helper->out, POLLIN, 0 }, { helper->err, POLLIN, 0 } };
		int ready = poll(fds, 2, ended ? 0 : 20);

		if (ready > 0 && fds[0].revents != 0)
			read_out(helper, output);
		if (ready > 0 && fds[1].revents != 0)
			read_err(helper);
		if (ready <= 0 && ended)
			return;
		if (!ended)
			ended = waitpid(helper->pid, &helper->status, WNOHANG) == helper->pid;
		helper->late = !ended && patience_now() >= end;
		if (helper->late)
			break;
	}
	(void)kill(-helper->pid, SIGKILL);
	if (!ended)
		(void)waitpid(helper->pid, &helper->status, 0);
}

/* The last line that is not empty, cut and printable, as ": line"; or nothing. */
static void last_line(const struct helper *helper, char line[HELPER_LINE_MAX])
{
	size_t end = helper->said_size;
	size_t begin;

	while (end != 0 && strchr("\r\n \t", helper->said[end - 1]) != NULL)
		end--;
	begin = end;
	while (begin != 0 && helper->said[begin - 1] != '\n')
		begin--;
	(void)snprintf(line, HELPER_LINE_MAX, "%s%.*s", end == 0 ? "" : ": ", (int)(end - begin),
		       helper->said + begin);
	for (char *c = line; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
}

static enum exit_code judge(const struct helper *helper)
{
	char line[HELPER_LINE_MAX];

	last_line(helper, line);
	if (helper->late)
		complain("helper %s: no answer in %u s, ended%s: see what it waits for, or raise "
			 "HOLDFAST_TIMEOUT",
			 helper->path, patience_seconds(), line);
	else if (helper->too_much)
		complain("helper %s: wrote more than %d bytes: it must print nothing but the "
			 "signature, or the public key in PEM",
			 helper->path, HELPER_OUTPUT_MAX);
	else if (WIFSIGNALED(helper->status))
		complain("helper %s: ended by signal %d%s: run it by hand", helper->path,
			 WTERMSIG(helper->status), line);
	else if (WEXITSTATUS(helper->status) != 0)
		complain("helper %s: exit status %d%s: run it by hand", helper->path,
			 WEXITSTATUS(helper->status), line);
	else
		return EXIT_DONE;
	return EXIT_KEY;
}

enum exit_code helper_run(char *const argv[], const void *input, size_t input_size,
			  struct helper_output *output)
{
	struct helper helper = { .path = argv[0], .out = -1, .err = -1 };
	struct sigaction before;
	struct sigaction usual = { .sa_handler = SIG_DFL };

	memset(output, 0, sizeof(*output));
	pin_hide();
	(void)sigaction(SIGCHLD, &usual, &before); /* somebody may have left it ignored */
	if (!start(&helper, argv, input, input_size)) {
		complain("helper %s: cannot be started: %s: try again", argv[0], strerror(errno));
		return EXIT_KEY;
	}
	(void)setpgid(helper.pid, helper.pid);
	lend_terminal(getpgrp(), helper.pid);
	read_all(&helper, output);
	lend_terminal(helper.pid, getpgrp());
	(void)sigaction(SIGCHLD, &before, NULL);
	if (helper.out >= 0)
		end_stream(&helper.out);
	if (helper.err >= 0)
		end_stream(&helper.err);
	return judge(&helper);
}
