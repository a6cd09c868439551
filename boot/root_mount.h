/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* root_mount.h - the files of a root; for root.c. Only with CONFIG_ROOT_FILES. */
#ifndef HOLDFAST_ROOT_MOUNT_H
#define HOLDFAST_ROOT_MOUNT_H

#include "root.h"

/* *path is one of root_paths that the configuration has, or NULL. ERR_NOT_COVERED. */
enum status root_path(const struct fit_config *config, const char **path) MUST_CHECK;

/*
 * Open the reader, which checks the top of the tree, and mount the file system; root has its
 * places. The memory is claimed at the top of RAM: less than FILE_SYSTEM_MEMORY where there is
 * little. The errors of verity_open() and file_system_mount(); ERR_TOO_BIG: no memory.
 */
enum status root_mount(struct root *root, struct region_map *map, struct proof *proof) MUST_CHECK;

#endif
