/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * tree.h - libfdt with the types that its macros lack.
 */
#ifndef HOLDFAST_KEYS_TREE_H
#define HOLDFAST_KEYS_TREE_H

#include <string.h>

#include <libfdt.h>

/* Set a string property, with its NUL. 0 or a libfdt error. */
static inline int tree_put_string(void *tree, int node, const char *name, const char *text)
{
	return fdt_setprop(tree, node, name, text, (int)strlen(text) + 1);
}

#endif
