// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* command_line.c - signed text and the loader's own arguments. */
#include "command_line.h"

#include <stdbool.h>
#include <string.h>

#include "config.h"

/* What would choose another root, or another table, than the signed one. */
static const char *const roots[] = { "root=", "roothash=", "dm-mod.", "systemd.verity",
				     "usrhash=" };

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The kernel takes '-' and '_' in a parameter's name for the same. */
static bool same_character(char a, char b)
{
	return (a == '-' ? '_' : a) == (b == '-' ? '_' : b);
}

static bool begins_with(const char *text, const char *word)
{
	for (; *word != '\0'; text++, word++)
		if (!same_character(*text, *word))
			return false;
	return true;
}

/* Whether an argument may begin at text + i; a quote may stand before the name. */
static bool begins_argument(const char *text, size_t i)
{
	return i == 0 || is_space(text[i - 1]) || text[i - 1] == '"';
}

static bool has_argument(const char *text, const char *word)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if (begins_argument(text, i) && begins_with(text + i, word))
			return true;
	return false;
}

/* A lone "--": what follows goes to init, not to the kernel. */
static bool ends_arguments(const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if (begins_argument(text, i) && text[i] == '-' && text[i + 1] == '-' &&
		    (text[i + 2] == '\0' || is_space(text[i + 2]) || text[i + 2] == '"'))
			return true;
	return false;
}

static bool leaves_quote_open(const char *text)
{
	bool open = false;

	for (; *text != '\0'; text++)
		if (*text == '"')
			open = !open;
	return open;
}

enum status command_line_beside_root(const char *text)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (has_argument(text, roots[i]))
			return refuse(ERR_VERITY_PARAMS, roots[i],
				      "take it out: the loader names the root it has proved");
	if (ends_arguments(text) || leaves_quote_open(text))
		return refuse(ERR_VERITY_PARAMS, "cmdline",
			      "no -- and no open quote: the root's arguments follow");
	return OK;
}

static enum status append(char *text, const char *more)
{
	size_t used = strlen(text);
	size_t size = strlen(more) + 1;

	if (!range_inside(COMMAND_LINE_SIZE, used, size))
		return refuse(ERR_CMDLINE_TOO_LONG, "cmdline",
			      "the kernel would cut the line silently: shorten it");
	memcpy(text + used, more, size);
	return OK;
}

static bool is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((*text < ' ' || *text > '~') && *text != '\t')
			return false;
	return true;
}

/* The configuration's text, else the base tree's, else none. */
static enum status signed_text(const struct fit_config *config, const char *bootargs,
			       const char **text)
{
	enum status found = fit_config_string(config, "cmdline", text);

	if (found == ERR_ABSENT) {
		*text = bootargs ? bootargs : "";
		found = OK;
	}
	TRY(found);
	if (!is_printable(*text))
		return refuse(ERR_BAD_FIT, "cmdline", "printable ASCII only");
	if (has_argument(*text, "rauc.slot="))
		return refuse(ERR_BAD_FIT, "rauc.slot=", "take it out: the loader names the slot");
	return OK;
}

enum status command_line(const struct fit_config *config, const char *bootargs,
			 const struct root *root, const struct slot *slot,
			 char text[COMMAND_LINE_SIZE])
{
	const char *given;

	text[0] = '\0';
	TRY(signed_text(config, bootargs, &given));
	TRY(append(text, given));
	if (IS_ENABLED(CONFIG_VERITY) && root->present) {
		TRY(command_line_beside_root(given));
		TRY(verity_arguments(&root->verity, &root->device, text, COMMAND_LINE_SIZE));
	}
	TRY(append(text, text[0] == '\0' ? "rauc.slot=" : " rauc.slot="));
	return append(text, slot->name);
}
