/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * disk_write.h - a disk that was laid out, as a file.
 */
#ifndef HOLDFAST_IMAGE_DISK_WRITE_H
#define HOLDFAST_IMAGE_DISK_WRITE_H

#include "disk_layout.h"

/*
 * Write the medium with the slots to arguments' output, the disk with the roots to its root_disk if
 * roots is not NULL, and fw_env.config, as outputs to be committed. Ends with 5 or 6 as outputs do.
 */
void disk_write(const struct layout *slots, const struct layout *roots,
		const struct disk_arguments *arguments);

#endif
