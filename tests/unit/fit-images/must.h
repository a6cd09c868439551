/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* must.h - steps of a test that cannot fail. */
#ifndef HOLDFAST_MUST_H
#define HOLDFAST_MUST_H

#include <stdio.h>
#include <stdlib.h>

/* A failing step here is a broken test, not a finding. */
#define MUST(expression)                                                                           \
	do {                                                                                       \
		if (!(expression)) {                                                               \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #expression);           \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif
