/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * quarantine.h - the engines that failed in this boot: they are not used again, and boot/log.c says
 * so on the console.
 */
#ifndef HOLDFAST_QUARANTINE_H
#define HOLDFAST_QUARANTINE_H

#include "status.h"

struct lost_engine {
	const char *name; /* as in the banner */
	enum status why;  /* what it said, ERR_ENGINE_SELFTEST if what it computed was wrong */
};

/*
 * Remember that the engine was struck off; name is constant. Once a name: later ones say no more.
 */
void quarantine_add(const char *name, enum status why);

/* The nth engine that was lost, in order of time; NULL: there are no more. */
const struct lost_engine *quarantine(unsigned nth);

/* Forget them: digest_engines_start() begins a new boot. */
void quarantine_clear(void);

#endif
