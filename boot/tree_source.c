// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* tree_source.c - where this board's base tree comes from. */
#include "config.h"
#include "tree.h"

enum tree_source tree_source(void)
{
	return IS_ENABLED(CONFIG_DTB_STAGE_BEFORE) ? TREE_STAGE_BEFORE : TREE_FROM_FIT;
}
