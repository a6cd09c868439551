/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * tool.h - what every verb of holdfast-image shares: exit codes, how it ends, files in, files out.
 *
 * A verb that cannot go on ends the process through fail() or fail_refused(); temporary
 * files are removed on every way out, signals included.
 */
#ifndef HOLDFAST_IMAGE_TOOL_H
#define HOLDFAST_IMAGE_TOOL_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"
#include "status.h"

/* Exit codes, the same in all of the project's tools. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1, /* one HF-REFUSE line on stderr */
	EXIT_USAGE = 2,   /* before any file is opened */
	EXIT_INPUT = 3,   /* unreadable or absent */
	EXIT_POLICY = 5,  /* would overwrite */
	EXIT_OUTPUT = 6,  /* cannot be written */
	EXIT_INTERNAL = 70
};

/* Options that every verb takes. */
struct common {
	const char *output; /* -o; NULL if not given */
	bool dry_run, quiet, verbose, json, yes;
};
extern const struct argp common_argp; /* as a child parser; its input is a struct common */

/* End with a message "holdfast-image: ..." on stderr. */
_Noreturn void fail(enum exit_code code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same for a file operation that failed with this errno value: what it was, what to do. */
_Noreturn void fail_file(enum exit_code code, const char *path, int error);
/*
 * End with exit 1 and one HF-REFUSE line on stderr, made of the last refusal() and the given
 * status.
 */
_Noreturn void fail_refused(enum status why);
/* The same for a refusal of the tool's own; at and hint as in refuse(). */
_Noreturn void fail_refused_at(enum status why, const char *at, const char *hint);
/* A remark on stderr, unless -q. */
void note(const struct common *common, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* size zero bytes that live until the process ends. Out of memory ends with 70. */
void *allocate(size_t size);

/* A file, read-only, whole, mapped; at is NULL if it is empty. Ends with 3 if it cannot be read. */
struct input {
	const char *path;
	const uint8_t *at;
	size_t size;
};
struct input input_open(const char *path);
struct span input_span(const struct input *input);

/*
 * An output under a temporary name beside its place. Nothing is seen under the final name until
 * outputs_commit(). Ends with 6 if it cannot be written, with 5 if path names something that is not
 * a regular file.
 */
struct output {
	char *path, *temporary;
	int fd;
};
struct output *output_open(const char *path);
void output_write(const struct output *output, uint64_t offset, const void *bytes, size_t size);
void output_size(const struct output *output, uint64_t size);
/* Make all outputs durable and give them their names. */
void outputs_commit(void);

/* Write all of bytes at offset of fd; ends with 6 (name is for the message). */
void write_at(int fd, const char *name, uint64_t offset, const void *bytes, size_t size);

/* SOURCE_DATE_EPOCH, or now. Ends with 2 if the variable is no number. */
uint32_t source_date(void);

/*
 * text as a number (decimal, 0x, suffixes K M G of 1024 if suffixes); false if it is something else
 * or above limit.
 */
bool parse_number(const char *text, bool suffixes, uint64_t limit, uint64_t *number);
/* An even number of hex digits to bytes, at most capacity; false if not. */
bool parse_hex(const char *text, uint8_t *bytes, size_t capacity, size_t *size);
/* size bytes as lower-case hex and NUL; text has 2 * size + 1 of room. */
void hex_text(const uint8_t *bytes, size_t size, char *text);

/* The verbs. argv[0] is "holdfast-image VERB". Each returns an exit code. */
int verb_fit(int argc, char **argv);
int verb_verity(int argc, char **argv);
int verb_disk(int argc, char **argv);
int verb_slot(int argc, char **argv);
int verb_write(int argc, char **argv);
int verb_show(int argc, char **argv);
int verb_ls(int argc, char **argv);
int verb_cat(int argc, char **argv);

#endif
