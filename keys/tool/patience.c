/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * patience.c - waiting with an end.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

#include "patience.h"

#define PAUSE_MAX 2000u /* milliseconds */

unsigned patience_seconds(void)
{
	const char *text = getenv("HOLDFAST_TIMEOUT");
	char *end;
	unsigned long seconds;

	if (text == NULL || text[0] == '\0')
		return 60;
	seconds = strtoul(text, &end, 10);
	if (*end != '\0' || seconds < 1 || seconds > 86400) {
		complain("HOLDFAST_TIMEOUT: give a number of seconds from 1 to 86400");
		exit(EXIT_USAGE);
	}
	return (unsigned)seconds;
}

uint64_t patience_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t patience_end(void)
{
	return patience_now() + 1000u * (uint64_t)patience_seconds();
}

bool patience_sleep(unsigned *pause, uint64_t end)
{
	uint64_t now = patience_now();
	uint64_t length = *pause;
	struct timespec time;

	if (now >= end)
		return false;
	if (length > end - now)
		length = end - now;
	time = (struct timespec){ (time_t)(length / 1000), (long)(length % 1000) * 1000000 };
	(void)nanosleep(&time, NULL);
	*pause = *pause * 2 > PAUSE_MAX ? PAUSE_MAX : *pause * 2;
	return true;
}
