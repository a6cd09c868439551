// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_choose.c - which configuration is this board's. Payloads are not looked at. */
#include <string.h>

#include "fit.h"
#include "fit_list.h"

static bool list_has(struct span list, const char *wanted)
{
	size_t size = strlen(wanted);
	struct span string;

	while (fit_list_next(&list, &string))
		if (string.size == size && memcmp(string.at, wanted, size) == 0)
			return true;
	return false;
}

static enum status configurations(const struct fit *fit, unsigned *parent)
{
	*parent = fit_child(fit, 0, "configurations");
	if (*parent == FIT_NONE || fit_next_child(fit, *parent, *parent) == FIT_NONE)
		return refuse(ERR_CONFIG_MISSING, "configurations", "the FIT has no configuration");
	return OK;
}

/* The configuration that `default` names, or FIT_NONE. */
static unsigned by_default(const struct fit *fit, unsigned parent)
{
	struct fit_property property;

	if (!fit_property(fit, parent, "default", &property) || !fit_is_string(property.value))
		return FIT_NONE;
	return fit_child_named(fit, parent, (const char *)property.value.at,
			       property.value.size - 1);
}

static bool names_board(const struct fit *fit, unsigned node, const char *board)
{
	struct fit_property property;

	return fit_property(fit, node, "compatible", &property) && list_has(property.value, board);
}

/* How many configurations name the board; *configuration is the first. */
static unsigned candidates(const struct fit *fit, unsigned parent, const char *board,
			   unsigned *configuration)
{
	unsigned node = parent;
	unsigned count = 0;

	while ((node = fit_next_child(fit, parent, node)) != FIT_NONE) {
		if (!names_board(fit, node, board))
			continue;
		if (count++ == 0)
			*configuration = node;
	}
	return count;
}

static bool any_compatible(const struct fit *fit, unsigned parent)
{
	struct fit_property property;
	unsigned node = parent;

	while ((node = fit_next_child(fit, parent, node)) != FIT_NONE)
		if (fit_property(fit, node, "compatible", &property))
			return true;
	return false;
}

/* Among several for one board string. */
static enum status choose_among(const struct fit *fit, unsigned parent, const char *board,
				unsigned *configuration)
{
	unsigned node = by_default(fit, parent);

	if (node == FIT_NONE || !names_board(fit, node, board))
		return refuse(ERR_CONFIG_MISSING, board,
			      "several configurations are for this board: let default name one");
	*configuration = node;
	return OK;
}

enum status fit_choose(const struct fit *fit, const char *const *compatible,
		       unsigned *configuration)
{
	const char *const *board;
	unsigned parent, node;

	*configuration = FIT_NONE;
	TRY(configurations(fit, &parent));
	for (board = compatible; *board; board++) {
		unsigned count = candidates(fit, parent, *board, &node);

		if (count > 1)
			return choose_among(fit, parent, *board, configuration);
		if (count == 1) {
			*configuration = node;
			return OK;
		}
	}
	if (any_compatible(fit, parent))
		return refuse(ERR_NO_MATCH, compatible[0] ? compatible[0] : "",
			      "no configuration has this board's compatible");
	node = by_default(fit, parent);
	if (node == FIT_NONE)
		return refuse(ERR_CONFIG_MISSING, "default", "default names no configuration");
	*configuration = node;
	return OK;
}

enum status fit_choose_named(const struct fit *fit, const char *name, unsigned *configuration)
{
	unsigned parent;

	*configuration = FIT_NONE;
	TRY(configurations(fit, &parent));
	*configuration = fit_child(fit, parent, name);
	if (*configuration == FIT_NONE)
		return refuse(ERR_CONFIG_MISSING, name,
			      "the FIT has no configuration of this name");
	return OK;
}
