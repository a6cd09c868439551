/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * command_line.h - the kernel's command line: signed text, then ours, nothing else.
 */
#ifndef HOLDFAST_COMMAND_LINE_H
#define HOLDFAST_COMMAND_LINE_H

#include "fit_verify.h"
#include "root.h"
#include "slot.h"

#ifndef CONFIG_CMDLINE_MAX
#define CONFIG_CMDLINE_MAX 2047
#endif

/* Room for the longest line and its NUL. */
#define COMMAND_LINE_SIZE (CONFIG_CMDLINE_MAX + 1)

/*
 * Build the line: the configuration's `cmdline`, or where it has none the bootargs of the signed
 * base tree (NULL: none), then the verity arguments if there is a root, then rauc.slot=NAME. Later
 * arguments win in Linux, so nothing follows ours.
 *
 * ERR_CMDLINE_TOO_LONG: above CONFIG_CMDLINE_MAX characters (the kernel would cut it silently).
 * ERR_VERITY_PARAMS: beside a root the signed text names a root itself (root=, roothash=, dm-mod.,
 * systemd.verity; '-' and '_' are one, as in the kernel), ends the kernel's arguments (--), or
 * leaves a quote open.
 * ERR_BAD_FIT: not printable, or it says rauc.slot= itself. ERR_NOT_COVERED as
 *   fit_config_property().
 */
enum status command_line(const struct fit_config *config, const char *bootargs,
			 const struct root *root, const struct slot *slot,
			 char text[COMMAND_LINE_SIZE]) MUST_CHECK;

/*
 * The part of the rule that looks at signed text beside a verity root; for tools that make images.
 */
enum status command_line_beside_root(const char *text) MUST_CHECK;

#endif
