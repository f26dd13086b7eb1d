// SPDX-License-Identifier: GPL-2.0
/*
 * Words and numbers of the command line, and the names of states both ways.
 */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "base/parse.h"

const unsigned char state_order[STATE_SLOTS] = {
	TCPULSE_STATE_LISTEN, TCPULSE_STATE_SYN_SENT, TCPULSE_STATE_SYN_RECV,
	TCPULSE_STATE_ESTABLISHED, TCPULSE_STATE_FIN_WAIT_1,
	TCPULSE_STATE_FIN_WAIT_2, TCPULSE_STATE_CLOSING,
	TCPULSE_STATE_TIME_WAIT, TCPULSE_STATE_CLOSE_WAIT,
	TCPULSE_STATE_LAST_ACK, TCPULSE_STATE_CLOSED,
};

static const struct {
	const char *text, *json;
} names[STATE_SLOTS] = {
	[TCPULSE_STATE_ESTABLISHED]	= { "ESTAB", "established" },
	[TCPULSE_STATE_SYN_SENT]	= { "SYN-SENT", "syn_sent" },
	[TCPULSE_STATE_SYN_RECV]	= { "SYN-RECV", "syn_recv" },
	[TCPULSE_STATE_FIN_WAIT_1]	= { "FIN-WAIT-1", "fin_wait_1" },
	[TCPULSE_STATE_FIN_WAIT_2]	= { "FIN-WAIT-2", "fin_wait_2" },
	[TCPULSE_STATE_TIME_WAIT]	= { "TIME-WAIT", "time_wait" },
	[TCPULSE_STATE_CLOSED]		= { "CLOSED", "closed" },
	[TCPULSE_STATE_CLOSE_WAIT]	= { "CLOSE-WAIT", "close_wait" },
	[TCPULSE_STATE_LAST_ACK]	= { "LAST-ACK", "last_ack" },
	[TCPULSE_STATE_LISTEN]		= { "LISTEN", "listen" },
	[TCPULSE_STATE_CLOSING]		= { "CLOSING", "closing" },
};

#define STATES_CONNECTED	(STATES_ALL & ~STATE_BIT(TCPULSE_STATE_LISTEN))
#define STATES_BUCKET		(STATE_BIT(TCPULSE_STATE_SYN_RECV) | \
				 STATE_BIT(TCPULSE_STATE_TIME_WAIT))

/* Compared without case, '-' and '_'. The groups are those of ss(8). */
static const struct {
	const char *word;
	unsigned int mask;
} words[] = {
	{ "established", STATE_BIT(TCPULSE_STATE_ESTABLISHED) },
	{ "estab", STATE_BIT(TCPULSE_STATE_ESTABLISHED) },
	{ "syn-sent", STATE_BIT(TCPULSE_STATE_SYN_SENT) },
	{ "syn-recv", STATE_BIT(TCPULSE_STATE_SYN_RECV) },
	{ "syn-received", STATE_BIT(TCPULSE_STATE_SYN_RECV) },
	{ "fin-wait-1", STATE_BIT(TCPULSE_STATE_FIN_WAIT_1) },
	{ "fin-wait-2", STATE_BIT(TCPULSE_STATE_FIN_WAIT_2) },
	{ "time-wait", STATE_BIT(TCPULSE_STATE_TIME_WAIT) },
	{ "closed", STATE_BIT(TCPULSE_STATE_CLOSED) },
	{ "close-wait", STATE_BIT(TCPULSE_STATE_CLOSE_WAIT) },
	{ "last-ack", STATE_BIT(TCPULSE_STATE_LAST_ACK) },
	{ "listen", STATE_BIT(TCPULSE_STATE_LISTEN) },
	{ "listening", STATE_BIT(TCPULSE_STATE_LISTEN) },
	{ "closing", STATE_BIT(TCPULSE_STATE_CLOSING) },
	{ "all", STATES_ALL },
	{ "connected", STATES_CONNECTED },
	{ "synchronized",
	  STATES_CONNECTED & ~STATE_BIT(TCPULSE_STATE_SYN_SENT) },
	{ "bucket", STATES_BUCKET },
	{ "big", STATES_ALL & ~STATES_BUCKET },
};

const char *state_text(unsigned int state)
{
	return state < STATE_SLOTS ? names[state].text : NULL;
}

const char *state_json(unsigned int state)
{
	return state < STATE_SLOTS ? names[state].json : NULL;
}

static const char *skip_dashes(const char *s)
{
	return s + strspn(s, "-_");
}

static bool same_word(const char *a, const char *b)
{
	for (;;) {
		a = skip_dashes(a);
		b = skip_dashes(b);
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

static unsigned int word_mask(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (same_word(word, words[i].word))
			return words[i].mask;
	return 0;
}

const char *parse_states(int argc, char **argv, unsigned int *mask)
{
	unsigned int bits;
	int i;

	*mask = argc ? 0 : STATES_ALL;
	for (i = 0; i < argc; i++) {
		bits = word_mask(argv[i]);
		if (!bits)
			return argv[i];
		*mask |= bits;
	}
	return NULL;
}

const char *state_word(size_t i)
{
	return i < ARRAY_SIZE(words) ? words[i].word : NULL;
}

const char *nearest_state(const char *word)
{
	unsigned int d, best = likeness_limit(word);
	const char *found = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		d = likeness(word, words[i].word);
		if (d < best) {
			best = d;
			found = words[i].word;
		}
	}
	return found;
}

int word_number(const char *list, const char *word)
{
	size_t len = strlen(word), n;
	int i;

	for (i = 0; list && *list; i++) {
		n = strcspn(list, " ");
		if (n == len && !memcmp(list, word, n))
			return i;
		list += n + strspn(list + n, " ");
	}
	return -1;
}

bool word_among(const char *list, const char *word)
{
	return word_number(list, word) >= 0;
}

unsigned int likeness_limit(const char *word)
{
	size_t len = strlen(word);

	return len < 3 ? 1 : len < 6 ? 2 : 4;
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance, one row at a time. */
unsigned int likeness(const char *a, const char *b)
{
	size_t n = strlen(b), i, j;
	unsigned int row[32], diagonal, above;

	if (n >= 32 || strlen(a) >= 32)
		return 32;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= n; j++) {
			above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1, diagonal +
				      (tolower((unsigned char)a[i - 1]) != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

/* Digits only: strtoul() would take a sign, blanks and a base as well. */
static const char *digits(const char *s, __u64 *value)
{
	const char *p = s;

	for (*value = 0; isdigit((unsigned char)*p); p++) {
		if (*value > UINT32_MAX)
			return s;
		*value = *value * 10 + (*p - '0');
	}
	return p;
}

/* Up to three digits of a fraction, as thousandths; more must be zeroes. */
static const char *thousandths(const char *s, __u64 *value)
{
	unsigned int weight = 100;
	const char *p = s;

	for (*value = 0; isdigit((unsigned char)*p); p++) {
		if (!weight && *p != '0')
			return s;
		*value += (*p - '0') * weight;
		weight /= 10;
	}
	return p;
}

bool parse_duration(const char *text, unsigned int min_ms, unsigned int max_ms,
		    unsigned int *ms)
{
	__u64 whole, part = 0;
	const char *p, *end;

	end = digits(text, &whole);
	if (end == text)
		return false;
	if (*end == '.') {
		p = end + 1;
		end = thousandths(p, &part);
		if (end == p)
			return false;
	}
	if (!strcmp(end, "ms") && !part)
		part = whole, whole = 0;
	else if (*end && strcmp(end, "s"))
		return false;
	whole = whole * 1000 + part;
	if (whole < min_ms || whole > max_ms)
		return false;
	*ms = whole;
	return true;
}

bool parse_count(const char *text, unsigned int max, unsigned int *count)
{
	__u64 value;
	const char *end = digits(text, &value);

	if (end == text || *end || !value || value > max)
		return false;
	*count = value;
	return true;
}

bool parse_prefix(const char *text, unsigned int len[2])
{
	__u64 v4, v6;
	const char *end;

	if (!*text)
		return true;
	end = digits(text + 1, &v4);
	if (*text != '/' || end == text + 1 || v4 > 128)
		return false;
	if (!*end) {
		len[v4 > 32] = v4;
		return true;
	}
	text = end + 1;
	if (*end != ',' || v4 > 32)
		return false;
	end = digits(text, &v6);
	if (end == text || *end || v6 > 128)
		return false;
	len[0] = v4;
	len[1] = v6;
	return true;
}
