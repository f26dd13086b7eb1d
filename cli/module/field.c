// SPDX-License-Identifier: GPL-2.0
/*
 * Walks structs along the tables of their fields. Knows no field itself.
 */
#include <string.h>

#include "module/field.h"

const struct field *field_after(const struct nest *nest,
				const struct field *field)
{
	const struct field *last = nest->fields + nest->max;

	for (field = field ? field + 1 : nest->fields; field <= last; field++)
		if (field->encoding)
			return field;
	return NULL;
}

const struct field *field_named(const struct nest *nest, const char *name)
{
	const struct field *field = NULL;

	while ((field = field_after(nest, field)))
		if (!strcmp(field->name, name))
			return field;
	return NULL;
}

bool field_is_value(const struct field *field)
{
	return field->kind == COUNTER || field->kind == GAUGE;
}

__u64 value_at(const void *base, size_t offset)
{
	return base ? *(const __u64 *)((const char *)base + offset) : 0;
}

__u64 field_value(const struct field *field, const void *base)
{
	return value_at(base, field->offset);
}

void fields_add(const struct nest *nest, void *sum, const void *more)
{
	const struct field *field = NULL;

	while ((field = field_after(nest, field)))
		if (field_is_value(field))
			*(__u64 *)((char *)sum + field->offset) +=
				field_value(field, more);
}
