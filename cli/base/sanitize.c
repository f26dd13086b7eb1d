// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include <jansson.h>

#include "base/sanitize.h"

static bool is_utf8(const char *text)
{
	json_t *string = json_string(text);
	bool valid = string;

	json_decref(string);
	return valid;
}

/* U+0080 to U+009F, which some terminals obey as well */
static bool is_c1(const char *text)
{
	return (unsigned char)text[0] == 0xc2 &&
	       (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] < 0xa0;
}

void sanitize(char *text)
{
	bool utf8 = is_utf8(text);

	for (; *text; text++) {
		if (is_c1(text))
			memset(text, '?', 2);
		else if (iscntrl((unsigned char)*text) || (!utf8 && *text & 0x80))
			*text = '?';
	}
}
