/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * pin.c - HOLDFAST_PIN, a file, or the terminal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "pin.h"

#define VARIABLE "HOLDFAST_PIN"

/* The sanitizer's search for leaks traces its own process. */
#ifdef __SANITIZE_ADDRESS__
#define TRACEABLE 1
#else
#define TRACEABLE 0
#endif

/* What the environment said; in no core, since there will be none, and wiped at exit. */
static char kept[PIN_SIZE];
static bool is_kept;
static bool is_too_long;

static void forget(void)
{
	OPENSSL_cleanse(kept, sizeof(kept));
}

/* From here on this process leaves no core, and nobody but root reads its memory. */
static void close_shutters(void)
{
	static const struct rlimit none = { 0, 0 };
	static bool closed;

	if (closed)
		return;
	closed = true;
	(void)atexit(forget);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, TRACEABLE, 0, 0, 0);
}

void pin_hide(void)
{
	char *pin = getenv(VARIABLE);
	size_t length = pin == NULL ? 0 : strlen(pin);

	close_shutters();
	if (pin == NULL)
		return;
	is_kept = true;
	is_too_long = length >= sizeof(kept);
	if (!is_too_long)
		memcpy(kept, pin, length + 1);
	OPENSSL_cleanse(pin, length); /* what "ps e" shows */
	(void)unsetenv(VARIABLE);
}

static enum exit_code from_environment(const char *what, char *pin, size_t size)
{
	if (is_too_long || strlen(kept) >= size) {
		complain("%s: " VARIABLE " is too long: at most %zu bytes", what, size - 1);
		return EXIT_KEY;
	}
	memcpy(pin, kept, strlen(kept) + 1);
	return EXIT_DONE;
}

static void put(int terminal, const char *text)
{
	while (*text != '\0') {
		ssize_t done = write(terminal, text, strlen(text));

		if (done <= 0)
			return;
		text += done;
	}
}

/*
 * A line without its end; false: none came, or it is too long. With a mask, which lets in the
 * signals that are blocked otherwise, also one of those ends it.
 */
static bool read_line(int fd, const sigset_t *mask, char *line, size_t size)
{
	struct pollfd ready = { fd, POLLIN, 0 };
	size_t length = 0;
	bool fits = true;
	bool ended = false;
	char c = '\0';

	while (!ended && (mask == NULL || ppoll(&ready, 1, NULL, mask) == 1) &&
	       read(fd, &c, 1) == 1) {
		ended = c == '\n';
		fits = fits && (ended || length < size - 1);
		if (fits && !ended)
			line[length++] = c;
	}
	OPENSSL_cleanse(&c, 1);
	if (length != 0 && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	return fits && (ended || length != 0);
}

/* A signal that came while there was no echo: delivered when there is again. */
static volatile sig_atomic_t caught;
static const int stopping[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
#define STOPPING (sizeof(stopping) / sizeof(stopping[0]))

static void on_signal(int number)
{
	caught = number;
}

struct signals {
	struct sigaction actions[STOPPING];
	sigset_t mask;
};

/* From here on they come in ppoll() only, so that none is missed before it. */
static void signals_catch(struct signals *before)
{
	struct sigaction ours = { .sa_handler = on_signal };
	sigset_t set;

	caught = 0;
	(void)sigemptyset(&set);
	for (size_t i = 0; i < STOPPING; i++) {
		(void)sigaddset(&set, stopping[i]);
		(void)sigaction(stopping[i], &ours, &before->actions[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &set, &before->mask);
}

static void signals_give_back(const struct signals *before)
{
	for (size_t i = 0; i < STOPPING; i++)
		(void)sigaction(stopping[i], &before->actions[i], NULL);
	if (caught != 0)
		(void)raise(caught);
	(void)sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

/* One question. */
static bool ask(int terminal, const char *what, const char *again, char *pin, size_t size)
{
	struct signals before;
	struct termios loud;
	struct termios quiet;
	bool good = false;

	if (tcgetattr(terminal, &loud) != 0)
		return false;
	quiet = loud;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ECHONL | ICANON;
	signals_catch(&before);
	if (tcsetattr(terminal, TCSAFLUSH, &quiet) == 0) {
		put(terminal, what);
		put(terminal, again);
		good = read_line(terminal, &before.mask, pin, size) && caught == 0;
		(void)tcsetattr(terminal, TCSAFLUSH, &loud);
	}
	signals_give_back(&before);
	return good;
}

static enum exit_code from_terminal(int terminal, const char *what, bool twice, char *pin,
				    size_t size)
{
	char second[PIN_SIZE];
	bool good;

	if (!ask(terminal, what, ": ", pin, size)) {
		complain("%s: not a line of less than %zu bytes: type it again", what, size);
		return EXIT_KEY;
	}
	if (!twice)
		return EXIT_DONE;
	good = ask(terminal, what, ", again: ", second, sizeof(second)) && strcmp(pin, second) == 0;
	OPENSSL_cleanse(second, sizeof(second));
	if (good)
		return EXIT_DONE;
	OPENSSL_cleanse(pin, size);
	complain("%s: the two differ: start again", what);
	return EXIT_KEY;
}

enum exit_code pin_get(const char *what, bool twice, char *pin, size_t size)
{
	enum exit_code code;
	int terminal;

	pin_hide();
	if (is_kept)
		return from_environment(what, pin, size);
	terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal < 0) {
		complain("%s: nobody to ask: set " VARIABLE ", or run this on a terminal", what);
		return EXIT_KEY;
	}
	code = from_terminal(terminal, what, twice, pin, size);
	(void)close(terminal);
	return code;
}

enum exit_code pin_from_file(const char *path, char *pin, size_t size)
{
	struct stat st;
	bool good;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	close_shutters();
	if (fd < 0 || fstat(fd, &st) != 0) {
		complain("PIN file %s: %s: %s", path, strerror(errno), file_advice(errno));
		if (fd >= 0)
			(void)close(fd);
		return EXIT_KEY;
	}
	if ((st.st_mode & S_IRWXO) != 0) {
		complain("PIN file %s: everybody may use it: chmod 600 it, and change the PIN",
			 path);
		(void)close(fd);
		return EXIT_KEY;
	}
	good = read_line(fd, NULL, pin, size) && pin[0] != '\0';
	(void)close(fd);
	if (good)
		return EXIT_DONE;
	OPENSSL_cleanse(pin, size);
	complain("PIN file %s: its first line is not a PIN of less than %zu bytes", path, size);
	return EXIT_KEY;
}
