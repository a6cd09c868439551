/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cpu.h - what this processor can do for us.
 */
#ifndef HOLDFAST_CPU_H
#define HOLDFAST_CPU_H

#include <stdbool.h>

/* Whether return addresses are signed (PAC) and branch targets checked (BTI). */
bool cpu_signs_returns(void);
bool cpu_checks_branches(void);

#endif
