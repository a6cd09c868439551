/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "boards.h"

#include <stdio.h>
#include <string.h>

#include "gpt_write.h"

#define ROOT_ARM64 "b921b045-1df0-41c3-af44-4c6f280d3fae"
#define VERITY_ARM64 "df3300ce-d69f-4c92-978c-9bfb0f38d820"
#define ROOT_ARM "69dad710-2ce4-4e3c-b16c-21a1d49abed3"
#define VERITY_ARM "7386cdf2-203c-47a9-a498-f2ecce45a2d6"

/* The entries right before the first partition, for what a boot ROM reads behind the header. */
#define TABLE_BEHIND (PARTITION_ALIGN / SECTOR - TABLE_SECTORS)

/* platform/boards/ast2600-evb: SPL and the loader in the first MiB. */
static const struct medium_part ast2600_flash[] = {
	{ "holdfast-a", 0x00100000, 0x01400000 },
	{ "holdfast-b", 0x01500000, 0x01400000 },
	{ "holdfast-recovery", 0x02900000, 0x016e0000 },
	{ "holdfast-env-a", 0x03fe0000, 0x00010000 },
	{ "holdfast-env-b", 0x03ff0000, 0x00010000 },
	{ NULL, 0, 0 },
};

/* platform/boards/vexpress-a15: the loader in the first MiB. */
static const struct medium_part vexpress_flash[] = {
	{ "holdfast-a", 0x00100000, 0x01400000 },
	{ "holdfast-b", 0x01500000, 0x01400000 },
	{ "holdfast-recovery", 0x02900000, 0x01680000 },
	{ "holdfast-env-a", 0x03f80000, 0x00040000 },
	{ "holdfast-env-b", 0x03fc0000, 0x00040000 },
	{ NULL, 0, 0 },
};

#define ARM64 .root_type = ROOT_ARM64, .verity_type = VERITY_ARM64
#define ARM .root_type = ROOT_ARM, .verity_type = VERITY_ARM
#define SD .power_of_two = true

const struct board boards[] = {
	{ .name = "virt-arm64", ARM64, .table = 2 },
	{ .name = "virt-arm", ARM, .table = 2 },
	{ .name = "ast2600-evb",
	  ARM,
	  SD,
	  .first_stage_end = 0x00100000,
	  .table = 2,
	  .flash = ast2600_flash,
	  .flash_size = 0x04000000,
	  .flash_block = 0x10000 },
	/* The boot ROM reads SPL from 8 KiB; SPL the loader from 40 KiB. */
	{ .name = "orangepi-pc",
	  ARM,
	  SD,
	  .first_stage = 8192,
	  .first_stage_end = TABLE_BEHIND * SECTOR,
	  .table = TABLE_BEHIND },
	{ .name = "vexpress-a15", ARM, SD, .table = 2 },
	/* The same board with its slots in NOR flash, behind the loader. */
	{ .name = "vexpress-a15-flash",
	  ARM,
	  SD,
	  .first_stage_end = 0x00100000,
	  .table = 2,
	  .flash = vexpress_flash,
	  .flash_size = 0x04000000,
	  .flash_block = 0x40000 },
	{ .name = "raspi3b", ARM64, SD, .table = 2 },
	{ .name = "zcu102", ARM64, SD, .table = 2 },
	{ .name = NULL },
};

const struct board *board_parse(const char *name, struct argp_state *state)
{
	char names[256];
	const struct board *board;
	size_t used = 0;

	for (board = boards; board->name; board++) {
		if (!strcmp(name, board->name))
			return board;
		used += (size_t)snprintf(names + used, sizeof names - used, " %s", board->name);
	}
	argp_error(state, "no board %s; there are%s", name, names);
	return boards;
}
