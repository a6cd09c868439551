// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* tree_private.c - cells, ranges and errors: what the files tree*.c share. */
#include "tree_private.h"

#include <string.h>

#include <libfdt.h>

#include "span.h"
#include "tree_walk.h"

enum status tree_failed(int fdt_error)
{
	if (fdt_error == -FDT_ERR_NOSPACE)
		return refuse(ERR_TOO_BIG, "dtb", "the device tree does not fit in 2 MiB");
	return refuse(ERR_BAD_DTB, "dtb", "the device tree cannot be changed as needed");
}

enum status tree_cells(const void *fdt, int node, struct tree_cells *cells)
{
	cells->address = fdt_address_cells(fdt, node);
	cells->size = fdt_size_cells(fdt, node);
	if (cells->address < 1 || cells->address > 2 || cells->size < 1 || cells->size > 2)
		return refuse(ERR_BAD_DTB, "#address-cells", "1 or 2 cells");
	return OK;
}

static uint64_t read_cells(const uint8_t *at, int count)
{
	return count == 2 ? load_be64(at) : load_be32(at);
}

bool tree_range(const void *reg, int length, const struct tree_cells *cells, unsigned index,
		struct tree_range *range, bool *bad)
{
	unsigned one = 4u * (unsigned)(cells->address + cells->size);
	const uint8_t *at = (const uint8_t *)reg + (size_t)one * index;

	*bad = length < 0 || (unsigned)length % one != 0;
	if (*bad || (unsigned)length / one <= index)
		return false;
	range->base = read_cells(at, cells->address);
	range->size = read_cells(at + (size_t)4 * (unsigned)cells->address, cells->size);
	*bad = range->base > UINT64_MAX - range->size;
	return !*bad;
}

int tree_string(void *fdt, int node, const char *name, const char *value)
{
	return fdt_setprop(fdt, node, name, value, (int)strlen(value) + 1);
}

bool tree_is_memory(const struct tree_walk *walk)
{
	static const char type[] = "memory";

	return strcmp(walk->name, "device_type") == 0 && walk->value.size == sizeof(type) &&
	       memcmp(walk->value.at, type, sizeof(type)) == 0;
}
