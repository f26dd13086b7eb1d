// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "base/out.h"
#include "cmd/json_fields.h"
#include "module/field.h"

/* room for NAME_delta */
#define KEY_MAX 64

static void json_field(const struct field *field, const void *base)
{
	if (field->encoding == AS_NEST)
		json_nest(field->name, field->nest,
			  (const char *)base + field->offset);
	else if (field_is_value(field) && field_value(field, base) != ABSENT)
		out_u64(field->name, field_value(field, base));
}

void json_fields(const struct nest *nest, const void *base)
{
	const struct field *field = NULL;

	while ((field = field_after(nest, field)))
		json_field(field, base);
}

void json_nest(const char *key, const struct nest *nest, const void *base)
{
	out_object(key);
	json_fields(nest, base);
	out_object_end();
}

void json_nest_delta(const char *key, const struct nest *nest, const void *now,
		     const void *old, __u64 ms)
{
	const struct field *field = NULL;

	if (!ms)
		return;
	out_object(key);
	while ((field = field_after(nest, field)))
		if (field->kind == COUNTER)
			out_rate(field->name, field_value(field, now),
				 field_value(field, old), ms);
	out_object_end();
}

void out_deltas(const struct nest *nest, const void *now, const void *old, __u64 ms)
{
	const struct field *field = NULL;
	char key[KEY_MAX];

	while ((field = field_after(nest, field))) {
		if (field->kind != COUNTER)
			continue;
		snprintf(key, sizeof(key), "%s_delta", field->name);
		out_rate(key, field_value(field, now), field_value(field, old),
			 old ? ms : 0);
	}
}
