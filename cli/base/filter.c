// SPDX-License-Identifier: GPL-2.0
/*
 * Words, a recursive descent over them, and the tree's evaluation. As in ss(8),
 * "or" binds less than "and", which may be left out, and states stand in front.
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "base/compiler.h"
#include "base/filter.h"
#include "base/foreign.h"
#include "base/out.h"
#include "base/parse.h"
#include "base/pool.h"
#include "base/status.h"
#include "base/xalloc.h"

/* so many parentheses and "not" within each other */
#define NESTING_MAX 64

/* so much of the text before it is shown of a word that is not understood */
#define BEFORE_MAX 50

enum op { OP_EQ, OP_NE, OP_LT, OP_GT, OP_LE, OP_GE, OP_NONE };

enum what { SRC, DST, SPORT, DPORT, ALL_OF, ANY_OF, NOT };

/* A comparison, or a joint of @first and its siblings, linked by @next. An
 * address may bring a @port with it; -1 is any.
 */
struct node {
	enum what what;
	enum op op;
	struct prefix prefix;
	int port;
	struct node *first, *next;
};

struct filter {
	struct node *root;
	unsigned int states;
	const char *peer;
};

/**
 * struct parser - where we are in the text
 * @text: all words, with a blank between
 * @at: behind the current word
 * @start: of the current word
 * @word: the current one, "" at the end
 * @numeric: no names of services
 * @depth: how deep we are nested
 * @failed: something was not understood, and that was said
 * @filter: what it becomes
 */
struct parser {
	const char *text, *at, *start;
	char word[128];
	bool numeric, failed;
	unsigned int depth;
	struct filter *filter;
};

static const struct {
	const char *word;
	enum op op;
} ops[] = {
	{ "=", OP_EQ }, { "==", OP_EQ }, { "eq", OP_EQ },
	{ "!=", OP_NE }, { "ne", OP_NE }, { "neq", OP_NE },
	{ "<", OP_LT }, { "lt", OP_LT }, { ">", OP_GT }, { "gt", OP_GT },
	{ "<=", OP_LE }, { "le", OP_LE }, { "leq", OP_LE },
	{ ">=", OP_GE }, { "ge", OP_GE }, { "geq", OP_GE },
};

static const struct {
	const char *word;
	enum what what;
} subjects[] = {
	{ "src", SRC }, { "dst", DST }, { "sport", SPORT }, { "dport", DPORT },
};

/* --- words --------------------------------------------------------------- */

/* Length of the sign at @s that needs no blanks around it; 0 when it is none. */
static size_t sign_length(const char *s)
{
	static const char * const two[] = {
		"==", "!=", "<=", ">=", "&&", "||"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(two); i++)
		if (!strncmp(s, two[i], 2))
			return 2;
	return *s && strchr("()=!<>&|", *s) ? 1 : 0;
}

static void next_word(struct parser *p)
{
	size_t n;

	p->at += strspn(p->at, " \t\n");
	p->start = p->at;
	n = sign_length(p->at) ?: strcspn(p->at, " \t\n()=!<>&|");
	p->at += n;
	snprintf(p->word, sizeof(p->word), "%.*s", (int)n, p->start);
}

static bool is(const struct parser *p, const char *a, const char *b,
	       const char *c)
{
	return !strcmp(p->word, a) || !strcmp(p->word, b) ||
	       !strcmp(p->word, c);
}

/* What stands before the current word, or the end of it. */
static const char *before(const struct parser *p)
{
	size_t n = p->start - p->text, skip;

	while (n && p->text[n - 1] == ' ')
		n--;
	skip = n > BEFORE_MAX ? n - BEFORE_MAX : 0;
	return n ? pooled(xasprintf(" after '%s%.*s'", skip ? "..." : "",
				    (int)(n - skip), p->text + skip)) : "";
}

/* Says what is wrong with the current word, and what stands before it. */
static void fail(struct parser *p, const char *what, const char *hint)
{
	if (p->failed)
		return;
	p->failed = true;
	out_err("filter: %s%s%s%s%s%s", *p->word ? "'" : "",
		*p->word ? inside(p->word) : "the end", *p->word ? "' " : " ",
		what, before(p), hint);
}

static const char *nearest_word(const char *word)
{
	static const char * const words[] = {
		"src", "dst", "sport", "dport", "and", "or", "not", "state",
		"exclude",
	};
	/* two letters in the wrong order are two that differ */
	unsigned int d, best = likeness_limit(word) + (strlen(word) > 4);
	const char *found = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		d = likeness(word, words[i]);
		if (d < best) {
			best = d;
			found = words[i];
		}
	}
	return found;
}

static bool is_joint(const struct parser *p)
{
	return is(p, "and", "&", "&&") || is(p, "or", "|", "||") ||
	       is(p, ")", ")", "");
}

static void fail_unknown(struct parser *p)
{
	const char *near = nearest_word(p->word);
	char hint[64] = "; it takes: src dst sport dport and or not ( )";

	if (is(p, "state", "exclude", "exclude"))
		snprintf(hint, sizeof(hint),
			 "; states stand in front of all else");
	else if (is_joint(p))
		snprintf(hint, sizeof(hint), "; a comparison is missing there");
	else if (is(p, "fwmark", "cgroup", "dev"))
		snprintf(hint, sizeof(hint), "; of that only ss(8) knows");
	else if (near)
		snprintf(hint, sizeof(hint), "; did you mean '%s'?", near);
	fail(p, !*p->word ? "comes too early" :
	     is_joint(p) ? "stands in the wrong place" : "is not understood",
	     hint);
}

/* --- comparisons --------------------------------------------------------- */

static struct node *new_node(enum what what)
{
	struct node *node = xcalloc(1, sizeof(*node));

	node->what = what;
	node->port = -1;
	return node;
}

static enum op parse_op(struct parser *p)
{
	enum op op;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		if (strcmp(p->word, ops[i].word))
			continue;
		op = ops[i].op;
		next_word(p);
		return op;
	}
	return OP_EQ;
}

static bool lookup_port(const struct parser *p, const char *text, int *port)
{
	struct servent *service;
	unsigned int n;

	if (!strcmp(text, "*")) {
		*port = -1;
		return true;
	}
	if (!strcmp(text, "0") || parse_count(text, 65535, &n)) {
		*port = atoi(text);
		return true;
	}
	service = p->numeric || (*text >= '0' && *text <= '9') ?
		  NULL : getservbyname(text, "tcp");
	if (!service)
		return false;
	*port = ntohs(service->s_port);
	return true;
}

static void fail_port(struct parser *p)
{
	fail(p, "is not a port",
	     p->numeric ? "; it takes a number up to 65535 (-n: no names)" :
	     "; it takes a number up to 65535 or a service, as in :80 or :http");
}

static void parse_port(struct parser *p, struct node *node)
{
	const char *text = p->word;

	text += strspn(text, "*");
	if (*text == ':')
		text++;
	else
		text = p->word;
	if (!*p->word || !lookup_port(p, text, &node->port))
		fail_port(p);
}

/* Where ":port" begins in "1.2.3.4:80", "[::1]:80", "*:80"; NULL without. */
static char *port_part(char *host)
{
	char *colon, *bracket = *host == '[' ? strchr(host, ']') : NULL;

	if (bracket)
		return strchr(bracket, ':');
	colon = strchr(host, ':');
	return colon && !strchr(colon + 1, ':') ? colon : NULL;
}

/* "[::1]/64" and "[::1/64]" are both met; take the brackets away. */
static void strip_brackets(char *host)
{
	char *bracket = strchr(host, ']');

	if (*host != '[' || !bracket)
		return;
	memmove(bracket, bracket + 1, strlen(bracket));
	memmove(host, host + 1, strlen(host));
}

static void parse_host(struct parser *p, struct node *node)
{
	char host[sizeof(p->word)], *port;

	snprintf(host, sizeof(host), "%s", p->word);
	port = port_part(host);
	if (port) {
		*port++ = '\0';
		if (!lookup_port(p, port, &node->port)) {
			fail_port(p);
			return;
		}
	}
	strip_brackets(host);
	node->prefix.any = (port && !*host) || !strcmp(host, "*");
	if (!node->prefix.any && !addr_parse(host, &node->prefix))
		fail(p, "is not an address",
		     "; it takes 10.0.0.1, 10.0.0.0/8, [::1]:80; names are not looked up");
}

static void parse_value(struct parser *p, struct node *node)
{
	if (node->what == SPORT || node->what == DPORT)
		parse_port(p, node);
	else if (node->op == OP_EQ || node->op == OP_NE)
		parse_host(p, node);
	else
		fail(p, "has no order",
		     "; src and dst take = and != only, for ports there are sport and dport");
	next_word(p);
}

static struct node *parse_comparison(struct parser *p)
{
	struct node *node;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(subjects); i++) {
		if (strcmp(p->word, subjects[i].word))
			continue;
		node = new_node(subjects[i].what);
		if (node->what == DST || node->what == DPORT)
			p->filter->peer = subjects[i].word;
		next_word(p);
		node->op = parse_op(p);
		parse_value(p, node);
		return node;
	}
	fail_unknown(p);
	return NULL;
}

/* --- joints -------------------------------------------------------------- */

static struct node *parse_any_of(struct parser *p);

static struct node *parse_parentheses(struct parser *p)
{
	struct node *node;

	next_word(p);
	node = parse_any_of(p);
	if (!is(p, ")", ")", ")"))
		fail(p, "stands where a ')' is missing", "");
	next_word(p);
	return node;
}

static struct node *parse_not(struct parser *p);

static struct node *parse_negation(struct parser *p)
{
	struct node *node = new_node(NOT);

	next_word(p);
	node->first = parse_not(p);
	return node;
}

static struct node *parse_not(struct parser *p)
{
	struct node *node = NULL;

	if (++p->depth > NESTING_MAX)
		fail(p, "is nested too deep", "");
	if (p->failed)
		return NULL;
	if (is(p, "not", "!", "!"))
		node = parse_negation(p);
	else if (is(p, "(", "(", "("))
		node = parse_parentheses(p);
	else
		node = parse_comparison(p);
	p->depth--;
	return node;
}

/* Links what @parse finds between the words that join, one behind the other. */
static struct node *parse_all_of(struct parser *p)
{
	struct node *node = new_node(ALL_OF), **end = &node->first;

	do {
		if (is(p, "and", "&", "&&"))
			next_word(p);
		*end = parse_not(p);
		end = *end ? &(*end)->next : end;
	} while (!p->failed && *p->word && !is(p, "or", "|", "||") &&
		 !is(p, ")", ")", ")"));
	return node;
}

static struct node *parse_any_of(struct parser *p)
{
	struct node *node = new_node(ANY_OF), **end = &node->first;

	*end = parse_all_of(p);
	while (!p->failed && is(p, "or", "|", "||")) {
		next_word(p);
		end = &(*end)->next;
		*end = parse_all_of(p);
	}
	return node;
}

/* --- states -------------------------------------------------------------- */

static void fail_state(struct parser *p)
{
	const char *near = nearest_state(p->word);
	char hint[64] = "; states are those of ss(8), as in time-wait";

	if (near)
		snprintf(hint, sizeof(hint), "; did you mean '%s'?", near);
	fail(p, *p->word ? "is not a state" : "comes too early", hint);
}

/* "state a state b" are both; "exclude a" alone leaves all others. */
static void parse_state_words(struct parser *p)
{
	unsigned int bits, *states = &p->filter->states;
	char *word = p->word;
	bool exclude;

	while (!p->failed && is(p, "state", "exclude", "state")) {
		exclude = is(p, "exclude", "exclude", "exclude");
		next_word(p);
		if (!*p->word || parse_states(1, &word, &bits)) {
			fail_state(p);
			return;
		}
		if (exclude)
			*states = (*states ?: STATES_ALL) & ~bits;
		else
			*states |= bits;
		if (!*states)
			fail(p, "leaves no state", "");
		next_word(p);
	}
}

static char *join(int argc, char **argv)
{
	size_t size = 1;
	char *text, *end;
	int i;

	for (i = 0; i < argc; i++)
		size += strlen(argv[i]) + 1;
	text = xcalloc(1, size);
	for (end = text, i = 0; i < argc; i++)
		end += sprintf(end, "%s%s", i ? " " : "", argv[i]);
	return text;
}

int filter_parse(int argc, char **argv, bool numeric, struct filter **filter)
{
	struct parser p = { .numeric = numeric };
	char *text = join(argc, argv);

	*filter = xcalloc(1, sizeof(**filter));
	p.filter = *filter;
	p.text = text;
	p.at = text;
	next_word(&p);
	parse_state_words(&p);
	if (!p.failed && *p.word)
		p.filter->root = parse_any_of(&p);
	if (!p.failed && *p.word)
		fail(&p, "closes what was not opened", "");
	free(text);
	if (!p.failed)
		return ST_OK;
	filter_free(*filter);
	*filter = NULL;
	return ST_USAGE;
}

static void free_node(struct node *node)
{
	struct node *next;

	for (; node; node = next) {
		next = node->next;
		free_node(node->first);
		free(node);
	}
}

void filter_free(struct filter *filter)
{
	if (filter)
		free_node(filter->root);
	free(filter);
}

/* --- evaluation ---------------------------------------------------------- */

static bool compare(enum op op, long a, long b)
{
	switch (op) {
	case OP_NE:
		return a != b;
	case OP_LT:
		return a < b;
	case OP_GT:
		return a > b;
	case OP_LE:
		return a <= b;
	case OP_GE:
		return a >= b;
	default:
		return a == b;
	}
}

/* ":*" is any port, and so are comparisons with it. */
static bool match_port(const struct node *node, unsigned int port)
{
	return node->port < 0 || compare(node->op, port, node->port);
}

static bool match_host(const struct node *node, const struct addr *addr,
		       unsigned int port)
{
	bool in = addr_in(addr, &node->prefix) &&
		  (node->port < 0 || (unsigned int)node->port == port);

	return in == (node->op == OP_EQ);
}

static bool match(const struct node *node, const struct endpoints *socket);

static bool match_joint(const struct node *joint, const struct endpoints *socket)
{
	const struct node *node;
	bool any = joint->what == ANY_OF;

	for (node = joint->first; node; node = node->next)
		if (match(node, socket) == any)
			return any;
	return !any;
}

static bool match(const struct node *node, const struct endpoints *socket)
{
	switch (node->what) {
	case SRC:
		return match_host(node, &socket->src, socket->sport);
	case DST:
		return match_host(node, &socket->dst, socket->dport);
	case SPORT:
		return match_port(node, socket->sport);
	case DPORT:
		return match_port(node, socket->dport);
	case NOT:
		return !match(node->first, socket);
	default:
		return match_joint(node, socket);
	}
}

bool filter_match(const struct filter *filter, const struct endpoints *socket)
{
	if (filter->states && !(filter->states & STATE_BIT(socket->state)))
		return false;
	return !filter->root || match(filter->root, socket);
}

bool filter_is_empty(const struct filter *filter)
{
	return !filter->states && !filter->root;
}

unsigned int filter_states(const struct filter *filter)
{
	return filter->states;
}

const char *filter_peer_word(const struct filter *filter)
{
	return filter->peer;
}
