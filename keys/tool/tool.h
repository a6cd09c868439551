/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * tool.h - what the verbs of holdfast-keys share: exit codes, options, diagnostics, output files.
 *
 * Results go to stdout, diagnostics to stderr. A function that can fail returns enum
 * exit_code, has already said why on stderr, and has left nothing half written.
 */
#ifndef HOLDFAST_KEYS_TOOL_H
#define HOLDFAST_KEYS_TOOL_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include "file_advice.h"
#include "status.h"

#ifndef HOLDFAST_VERSION
#define HOLDFAST_VERSION "0.1.0"
#endif

/* The tools' exit codes; scripts rely on them. */
enum exit_code {
	EXIT_DONE = 0,    /* done, trusted */
	EXIT_REFUSED = 1, /* one HF-REFUSE line was printed */
	EXIT_USAGE = 2,   /* found before any file was opened */
	EXIT_INPUT = 3,   /* an input is absent or unreadable */
	EXIT_KEY = 4,     /* a key or token is not available */
	EXIT_POLICY = 5,  /* it would overwrite, or strand a device */
	EXIT_OUTPUT = 6,  /* an output cannot be written */
	EXIT_BUG = 70     /* ours */
};

/* Return from the calling function unless the expression is EXIT_DONE. */
#define STEP(expression)                                                                           \
	do {                                                                                       \
		enum exit_code step_code_ = (expression);                                          \
		if (step_code_ != EXIT_DONE)                                                       \
			return step_code_;                                                         \
	} while (0)

/* What every verb understands; parsed by common_argp, which is a child of each verb's parser. */
struct common {
	const char *output; /* -o, NULL if not given */
	bool dry_run;
	bool quiet;
	bool verbose;
	bool json;
	bool yes; /* go on where a policy would stop */
};
extern const struct argp common_argp;
extern struct common common;

/* At ARGP_KEY_END of a verb that prints and writes nothing: -o is a usage error, not ignored. */
void refuse_output(const struct argp_state *state);

/* A verb: argv[0] is "holdfast-keys VERB". Usage errors end the process with EXIT_USAGE. */
struct verb {
	const char *name;
	const char *summary; /* NULL: hidden */
	enum exit_code (*run)(int argc, char **argv);
};
enum exit_code verb_new(int argc, char **argv);
enum exit_code verb_import(int argc, char **argv);
enum exit_code verb_pub(int argc, char **argv);
enum exit_code verb_list(int argc, char **argv);
enum exit_code verb_doctor(int argc, char **argv);
enum exit_code verb_show(int argc, char **argv);
enum exit_code verb_enroll(int argc, char **argv);
enum exit_code verb_table(int argc, char **argv);
enum exit_code verb_sign(int argc, char **argv);
enum exit_code verb_request(int argc, char **argv);
enum exit_code verb_attach(int argc, char **argv);
enum exit_code verb_verify(int argc, char **argv);
enum exit_code verb_inspect(int argc, char **argv);
enum exit_code verb_report(int argc, char **argv);
enum exit_code verb_rotate(int argc, char **argv);
enum exit_code verb_revoke(int argc, char **argv);

/* One line on stderr: "holdfast-keys: " and the text. Always printed. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As complain(), left out with -q; and only with -v. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Print the HF-REFUSE line for why from refusal_last() and say which exit code that is: EXIT_INPUT
 * for ERR_MEDIA_IO, EXIT_BUG for ERR_INTERNAL, else EXIT_REFUSED. Never EXIT_DONE: do not call it
 * with OK.
 */
enum exit_code refused(enum status why);

/* The same for a reason of the tool's own: at as in refuse(), hint a string literal. */
enum exit_code refused_because(enum status why, const char *at, const char *hint);

/*
 * Print a JSON document with "schema": schema and "version": 1 added, sorted keys, to stdout; takes
 * over the reference.
 */
enum exit_code json_print(json_t *document, const char *schema);

/*
 * size bytes as lower-case hex in a fresh string; the caller frees. Exits with EXIT_BUG if there is
 * no memory.
 */
char *hex_text(const void *bytes, size_t size);

/* The same as a JSON string. */
json_t *json_hex(const void *bytes, size_t size);

/* malloc() that does not fail: exits with EXIT_BUG. size 0 gives a valid pointer. */
void *allocate(size_t size);

/* printf() into a fresh string; the caller frees. */
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The contents of a regular file, mapped privately: writes stay in memory. */
struct input {
	const char *path;
	uint8_t *at;
	size_t size;
	mode_t mode;
};

/* Map path. EXIT_INPUT: absent, unreadable, a directory. An empty file has size 0. */
enum exit_code input_open(const char *path, struct input *input);
void input_close(struct input *input);
/*
 * Give back the memory that reading it took; it is read again where it is touched. Only for a file
 * that was not written to: that would be lost.
 */
void input_forget(const struct input *input);

/*
 * A file being made: a temporary file in the directory of path, renamed by output_commit(), removed
 * by output_discard(), by a signal and at exit. At most OUTPUTS_MAX at a time.
 */
#define OUTPUTS_MAX 4
struct output {
	const char *path;
	char *temporary;
	int descriptor;
};

/* Create it with this mode. EXIT_OUTPUT. */
enum exit_code output_open(const char *path, mode_t mode, struct output *output);
/* Append size bytes. EXIT_OUTPUT (and the output is discarded). */
enum exit_code output_write(struct output *output, const void *data, size_t size);
/* Make it durable and give it its name, replacing what is there. EXIT_OUTPUT (discarded). */
enum exit_code output_replace(struct output *output);
/* The same, but EXIT_POLICY (discarded) if something has that name already. */
enum exit_code output_create(struct output *output);
/* Two files that belong together: both get their names, or neither, also if a signal comes. */
enum exit_code output_create_pair(struct output *first, struct output *second);
void output_discard(struct output *output);

/* All three for one buffer; replaces. */
enum exit_code output_file(const char *path, mode_t mode, const void *data, size_t size);

/* EXIT_POLICY, said so, if path exists. */
enum exit_code output_absent(const char *path);

/* SOURCE_DATE_EPOCH, or now. Exits with EXIT_USAGE if the variable is not a number of 32 bits. */
uint32_t timestamp(void);

#endif
