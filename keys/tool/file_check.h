/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * file_check.h - the files of a root that a configuration names, read as the loader reads them.
 */
#ifndef HOLDFAST_KEYS_FILE_CHECK_H
#define HOLDFAST_KEYS_FILE_CHECK_H

#include "file_system.h"
#include "fit_check.h"

/* *path is a property of the configuration that names a file of its root, or NULL. */
enum status fit_check_path(const struct fit_config *config, const char **path) MUST_CHECK;

/*
 * Add the files that the configuration names to check->files. files is the mounted root; NULL: it
 * is not at hand, and they are only named. Each is read from its first to its last block if load is
 * true. The errors of items_path(), file_open() and file_read().
 */
enum status fit_check_files(struct fit_check *check, struct file_system *files,
			    bool load) MUST_CHECK;

/*
 * Mount the root that lies in `where`, data followed by tree, and check all files with load. The
 * errors of verity_open() and file_system_mount() as well.
 */
enum status fit_check_mounted(struct fit_check *check, const struct extent *where,
			      struct proof *proof) MUST_CHECK;

#endif
