// SPDX-License-Identifier: GPL-2.0
/*
 * A recording is lines of JSON: the head, which says what it is, and below it one
 * answer a line. All of a file is checked before any of it is used, as it may come
 * from anybody.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/status.h"
#include "base/tape.h"
#include "base/xalloc.h"

#define FORMAT		1
#define HEAD		"{\"tcpulse_recording\":"
#define FILE_MAX_MIB	1024
#define COMMAND_MAX	512
/* the year 4147: any calendar has it */
#define TIME_MAX	68719476736LL
#define READING		"a reading"

/**
 * struct tape - the recording
 * @path: its file
 * @to: the file while we record
 * @answers: replayed: arrays of lines by question; recorded: the facts that are kept
 * @command: replayed: what was run
 * @started: when it was
 * @replays: it is replayed
 * @missed: there was no answer to a question
 */
static struct {
	const char *path;
	FILE *to;
	json_t *answers;
	char command[COMMAND_MAX];
	time_t started;
	bool replays, missed;
} tape;

bool tape_records(void)
{
	return tape.to;
}

bool tape_replays(void)
{
	return tape.replays;
}

time_t tape_started(void)
{
	return tape.started;
}

static void *checked(void *p)
{
	if (!p)
		abort();
	return p;
}

static void begin(const char *path)
{
	memset(&tape, 0, sizeof(tape));
	tape.path = path;
	tape.answers = checked(json_object());
}

/* --- bytes as JSON --------------------------------------------------------- */

static bool is_text(const unsigned char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\t') ||
		    bytes[i] > '~')
			return false;
	return true;
}

static json_t *to_hex(const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = xcalloc(2, n + 1);
	json_t *string;
	size_t i;

	for (i = 0; i < n; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	string = json_stringn_nocheck(hex, 2 * n);
	free(hex);
	return string;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(const char *hex, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (digit(hex[i]) < 0)
			return false;
	return n % 2 == 0;
}

static ssize_t from_hex(const char *hex, size_t n, char **bytes)
{
	size_t i;

	*bytes = xcalloc(1, n / 2 + 1);
	for (i = 0; i < n / 2; i++)
		(*bytes)[i] = digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]);
	return n / 2;
}

/* --- recording --------------------------------------------------------------- */

/* At once: a command may be ended by a signal. */
static void write_line(json_t *line)
{
	json_dumpf(checked(line), tape.to, JSON_COMPACT);
	putc('\n', tape.to);
	fflush(tape.to);
	json_decref(line);
}

static void write_head(const char *command)
{
	struct utsname kernel;

	uname(&kernel);
	write_line(json_pack("{sissss?sIss}", "tcpulse_recording", FORMAT,
			     "version", VERSION, "kernel", kernel.release,
			     "time_s", (json_int_t)tape.started,
			     "command", command));
}

static int not_created(void)
{
	if (errno == EEXIST) {
		out_err("--record %s: there is such a file, and it is not overwritten; name another, or remove it",
			quoted_text(tape.path));
		return ST_USAGE;
	}
	out_err("--record %s: cannot create it: %s",
		quoted_text(tape.path), strerror(errno));
	return ST_REFUSED;
}

int tape_record(const char *path, const char *command)
{
	int fd;

	begin(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0600);
	if (fd >= 0)
		tape.to = fdopen(fd, "w");
	if (!tape.to)
		return not_created();
	tape.started = time(NULL);
	write_head(command);
	return ST_OK;
}

static void keep(const char *question, const char *kind, json_t *answer)
{
	write_line(json_pack("{ssso}", "ask", question, kind, checked(answer)));
}

void tape_keep(const char *question, const void *bytes, ssize_t n)
{
	if (!tape.to)
		return;
	if (!bytes || n < 0)
		keep(question, "number", json_integer(n));
	else if (is_text(bytes, n))
		keep(question, "text", json_stringn(bytes, n));
	else
		keep(question, "hex", to_hex(bytes, n));
}

/* --- reading a recording ------------------------------------------------------ */

static int bad_line(size_t number)
{
	out_err("--replay %s: line %zu is no answer, or not all of one: the file is damaged; what is before that line can be replayed without it",
		quoted_text(tape.path), number);
	return ST_USAGE;
}

static int is_foreign(void)
{
	out_err("--replay %s: this is no recording of tcpulse; make one with: tcpulse --record FILE COMMAND",
		quoted_text(tape.path));
	return ST_USAGE;
}

static const char *string_at(const json_t *line, const char *key)
{
	return json_string_value(json_object_get(line, key));
}

static bool is_answer(const json_t *line)
{
	const json_t *hex = json_object_get(line, "hex");

	if (!string_at(line, "ask"))
		return false;
	if (hex)
		return json_is_string(hex) &&
		       is_hex(json_string_value(hex), json_string_length(hex));
	return json_is_integer(json_object_get(line, "number")) ||
	       json_is_string(json_object_get(line, "text"));
}

static void add(json_t *line)
{
	const char *question = string_at(line, "ask");
	json_t *list = json_object_get(tape.answers, question);

	if (!list) {
		list = checked(json_array());
		json_object_set_new(tape.answers, question, list);
	}
	json_array_append(list, line);
}

static time_t time_in(const json_t *head)
{
	json_int_t time = json_integer_value(json_object_get(head, "time_s"));

	return time > 0 && time < TIME_MAX ? time : 0;
}

static int take_head(const json_t *head)
{
	const json_t *number = json_object_get(head, "tcpulse_recording");
	const char *command = string_at(head, "command");
	long long format = json_integer_value(number);
	char version[64];

	if (!json_is_object(head))
		return is_foreign();
	snprintf(version, sizeof(version), "%s",
		 string_at(head, "version") ?: "of an unknown version");
	snprintf(tape.command, sizeof(tape.command), "%s", command ?: "tcpulse");
	tape.started = time_in(head);
	if (format == FORMAT)
		return ST_OK;
	out_err("--replay %s: format %lld of recordings, and this tcpulse reads format %d; replay it with the tcpulse that made it: %s",
		quoted_text(tape.path), format, FORMAT, inside(version));
	return ST_USAGE;
}

static int take_line(const char *text, size_t n, size_t number)
{
	json_t *line = json_loadb(text, n, 0, NULL);
	int st = ST_OK;

	if (number == 1)
		st = take_head(line);
	else if (!is_answer(line) || text[n - 1] != '\n')
		st = bad_line(number);
	else
		add(line);
	json_decref(line);
	return st;
}

static bool has_head(FILE *f)
{
	char head[sizeof(HEAD) - 1];
	size_t n = fread(head, 1, sizeof(head), f);

	rewind(f);
	return n == sizeof(head) && !memcmp(head, HEAD, n);
}

static int take_lines(FILE *f)
{
	int st = has_head(f) ? ST_OK : is_foreign();
	size_t room = 0, number = 0;
	char *text = NULL;
	ssize_t n;

	while (!st && (n = getline(&text, &room, f)) > 0)
		st = take_line(text, n, ++number);
	free(text);
	return st;
}

/* Neither a device nor what never ends. */
static int check_size(FILE *f)
{
	struct stat st;

	if (!fstat(fileno(f), &st) && S_ISREG(st.st_mode) &&
	    st.st_size >> 20 < FILE_MAX_MIB)
		return ST_OK;
	out_err("--replay %s: it is no plain file of less than %d MiB",
		quoted_text(tape.path), FILE_MAX_MIB);
	return ST_USAGE;
}

int tape_replay(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), st;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	begin(path);
	if (!f) {
		out_err("--replay %s: cannot read it: %s", quoted_text(path),
			strerror(errno));
		return ST_REFUSED;
	}
	st = check_size(f) ?: take_lines(f);
	fclose(f);
	tape.replays = !st;
	return st;
}

/* --- replaying ------------------------------------------------------------------ */

/* The first complaint is the cause of what follows. */
static void say_missing(const char *question)
{
	out_err("--replay %s: the recording has no answer to '%s'; it was made by: %s",
		quoted_text(tape.path), inside(question),
		inside(tape.command));
	out_hush();
	tape.missed = true;
}

bool tape_missed(void)
{
	return tape.missed;
}

/* For json_decref(); NULL when there is none. */
static json_t *next_answer(const char *question)
{
	json_t *list = json_object_get(tape.answers, question);
	json_t *line = json_incref(json_array_get(list, 0));

	if (line)
		json_array_remove(list, 0);
	return line;
}

/* An error number is never positive, a length never negative. */
static ssize_t error_in(const json_t *line)
{
	json_int_t error = json_integer_value(json_object_get(line, "number"));

	return error < 0 && error >= -4095 ? error : -EPROTO;
}

static ssize_t bytes_in(const json_t *line, char **bytes)
{
	const json_t *hex = json_object_get(line, "hex");
	const json_t *text = json_object_get(line, "text");
	size_t n = json_string_length(text);

	if (hex)
		return from_hex(json_string_value(hex),
				json_string_length(hex), bytes);
	if (!json_is_string(text))
		return error_in(line);
	*bytes = xcalloc(1, n + 1);
	memcpy(*bytes, json_string_value(text), n);
	return n;
}

ssize_t tape_answer(const char *question, char **bytes)
{
	json_t *line = next_answer(question);
	ssize_t n;

	*bytes = NULL;
	if (!line) {
		say_missing(question);
		return -ENODATA;
	}
	n = bytes_in(line, bytes);
	json_decref(line);
	return n;
}

__s64 tape_number(const char *question, __s64 answer)
{
	json_t *line;

	if (tape.to)
		keep(question, "number", json_integer(answer));
	if (!tape.replays)
		return answer;
	line = next_answer(question);
	if (!line) {
		say_missing(question);
		return -ENODATA;
	}
	answer = json_integer_value(json_object_get(line, "number"));
	json_decref(line);
	return answer;
}

/* --- facts and files ------------------------------------------------------------ */

static void keep_fact(const char *question, const char *text)
{
	if (json_object_get(tape.answers, question))
		return;
	json_object_set_new(tape.answers, question, json_true());
	tape_keep(question, text, strlen(text));
}

void tape_fact(const char *question, char *text, size_t room)
{
	char *bytes = NULL;

	if (tape.to)
		keep_fact(question, text);
	if (!tape.replays)
		return;
	*text = '\0';
	if (bytes_in(json_array_get(json_object_get(tape.answers, question), 0),
		     &bytes) < 0)
		return;
	snprintf(text, room, "%s", bytes);
	free(bytes);
}

/* All of a file, for free(); NULL when it cannot be read. */
static char *read_all(const char *path, size_t *n)
{
	FILE *f = fopen(path, "re"), *copy;
	char *bytes = NULL, piece[4096];
	size_t got;

	if (!f)
		return NULL;
	copy = xmemstream(&bytes, n);
	while ((got = fread(piece, 1, sizeof(piece), f)))
		fwrite(piece, 1, got, copy);
	fclose(copy);
	fclose(f);
	return bytes;
}

/* What the file itself keeps does not go before it is closed. */
static FILE *as_file(const char *bytes, size_t n)
{
	FILE *f = checked(fmemopen(NULL, n + 1, "w+"));

	fwrite(bytes, 1, n, f);
	rewind(f);
	return f;
}

static ssize_t file_answer(const char *path, char **bytes)
{
	size_t size = 0;
	ssize_t n;

	if (tape.replays)
		return tape_answer(path, bytes);
	*bytes = read_all(path, &size);
	n = *bytes ? (ssize_t)size : -errno;
	tape_keep(path, *bytes, n);
	return n;
}

FILE *tape_fopen(const char *path)
{
	FILE *f = NULL;
	char *bytes;
	ssize_t n;

	if (!tape.to && !tape.replays)
		return fopen(path, "re");
	n = file_answer(path, &bytes);
	if (n >= 0)
		f = as_file(bytes, n);
	free(bytes);
	errno = n < 0 ? -n : 0;
	return f;
}

bool tape_reading(void)
{
	if (tape.replays &&
	    !json_array_size(json_object_get(tape.answers, READING)))
		return false;
	tape_number(READING, 0);
	return true;
}

/* --- the end ---------------------------------------------------------------------- */

static int close_file(void)
{
	bool bad = ferror(tape.to);

	if (!fclose(tape.to) && !bad)
		return ST_OK;
	out_err("--record %s: not all could be written: %s",
		quoted_text(tape.path), strerror(errno));
	return ST_REFUSED;
}

int tape_end(int st)
{
	if (tape.missed)
		st = ST_USAGE;
	if (tape.to)
		st = close_file() ?: st;
	json_decref(tape.answers);
	memset(&tape, 0, sizeof(tape));
	return st;
}
