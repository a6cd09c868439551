/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * helper_run.h - one run of a helper program, with an end.
 */
#ifndef HOLDFAST_KEYS_HELPER_RUN_H
#define HOLDFAST_KEYS_HELPER_RUN_H

#include "tool.h"

#define HELPER_OUTPUT_MAX 16384
#define HELPER_LINE_MAX 160

/* What it wrote. */
struct helper_output {
	uint8_t data[HELPER_OUTPUT_MAX + 1]; /* NUL behind it */
	size_t size;
};

/*
 * Run the program at path (argv[0] as well; NULL at the end; no shell, no search) with input_size
 * bytes (at most 4096) on its standard input. It gets our environment without HOLDFAST_PIN, and the
 * terminal. EXIT_KEY, said so: it does not start, fails, is killed, takes longer than
 * HOLDFAST_TIMEOUT seconds (then it and its children are killed), or writes more than
 * HELPER_OUTPUT_MAX. Of what it says on standard error only the last line is passed on, cut and
 * made printable, and only if it failed.
 */
enum exit_code helper_run(char *const argv[], const void *input, size_t input_size,
			  struct helper_output *output);

#endif
