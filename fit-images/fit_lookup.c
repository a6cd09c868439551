// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_lookup.c - nodes and properties of an opened FIT, by the offsets that fit_open() found. */
#include "fit.h"

#include <string.h>

#include "fit_list.h"
#include "fit_token.h"

const char *fit_name(const struct fit *fit, unsigned node)
{
	return (const char *)fit->structure.at + fit->nodes[node].begin + 4;
}

unsigned fit_next_child(const struct fit *fit, unsigned parent, unsigned after)
{
	unsigned node;

	for (node = after + 1; node < fit->node_count; node++) {
		if (fit->nodes[node].begin >= fit->nodes[parent].end)
			break;
		if (fit->nodes[node].parent == parent)
			return node;
	}
	return FIT_NONE;
}

unsigned fit_child_named(const struct fit *fit, unsigned parent, const char *name, size_t size)
{
	unsigned node = fit_next_child(fit, parent, parent);

	if (size == 0 || size > FIT_NAME_MAX)
		return FIT_NONE;
	while (node != FIT_NONE) {
		const char *found = fit_name(fit, node);

		if (strncmp(found, name, size) == 0 && found[size] == '\0')
			return node;
		node = fit_next_child(fit, parent, node);
	}
	return FIT_NONE;
}

unsigned fit_child(const struct fit *fit, unsigned parent, const char *name)
{
	return fit_child_named(fit, parent, name, strlen(name));
}

bool fit_next_property(const struct fit *fit, unsigned node, uint32_t *cursor,
		       struct fit_property *property)
{
	struct fit_token token = { .next = *cursor };

	do
		if (token.next >= fit->nodes[node].end ||
		    !fit_token(fit->structure, token.next, &token))
			return false;
	while (token.kind == FIT_NOP);
	if (token.kind != FIT_PROPERTY)
		return false;
	*property = (struct fit_property){
		.name = (const char *)fit->strings.at + token.name_offset,
		.name_offset = token.name_offset,
		.token = token.offset,
		.next = token.next,
		.value = token.value,
	};
	*cursor = token.next;
	return true;
}

bool fit_property(const struct fit *fit, unsigned node, const char *name,
		  struct fit_property *property)
{
	uint32_t cursor = fit->nodes[node].properties;

	while (fit_next_property(fit, node, &cursor, property))
		if (strcmp(property->name, name) == 0)
			return true;
	*property = (struct fit_property){ .name = NULL };
	return false;
}

bool fit_is_string(struct span value)
{
	size_t i;

	if (value.size < 2 || value.at[value.size - 1] != '\0')
		return false;
	for (i = 0; i < value.size - 1; i++)
		if (value.at[i] < ' ' || value.at[i] > '~')
			return false;
	return true;
}

bool fit_equals(struct span value, const char *string)
{
	size_t size = strlen(string) + 1;

	return value.size == size && memcmp(value.at, string, size) == 0;
}

bool fit_list_next(struct span *list, struct span *string)
{
	const uint8_t *end;

	if (list->size == 0 || list->at[list->size - 1] != '\0')
		return false;
	end = memchr(list->at, '\0', list->size);
	*string = (struct span){ list->at, (size_t)(end - list->at) };
	*list = (struct span){ end + 1, list->size - string->size - 1 };
	return true;
}

bool fit_list_string(struct span value, unsigned index, const char **string)
{
	struct span found;

	while (fit_list_next(&value, &found)) {
		*string = (const char *)found.at;
		if (index-- == 0)
			return true;
	}
	*string = NULL;
	return false;
}
