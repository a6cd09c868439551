// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* engines_host.c - the host has software only. */
#include "runner.h"

const struct digest_engine *const runner_engines[] = { NULL };

const struct modexp_engine *const runner_modexp_engines[] = { NULL };

unsigned runner_modexp(uint64_t seed, unsigned long count)
{
	(void)seed;
	(void)count;
	return 1;
}

int runner_registers_kept(void)
{
	return 1;
}
