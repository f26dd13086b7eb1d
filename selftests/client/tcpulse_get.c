// SPDX-License-Identifier: GPL-2.0
/*
 * Prints what the module answers, in plain columns for the shell tests, and
 * beside it what the kernel's own counters say. Speaks libmnl while the CLI
 * speaks libnl: an encoding mistake cannot hide on both sides.
 *
 *   states       FAMILY STATE now peak peak-minute baseline entered left
 *   time-wait    alive limit created refused expired reset reused other
 *   transitions  FAMILY FROM TO REASON|- count [unexpected]
 *   info         KEY value, one a line; hook NAME attached
 *   listeners    a line each: id FAMILY address port limit asked|-, depth peak
 *                peak-minute of the SYN queue and of the accept queue, the 12
 *                refusals in the order of the spec, full-ms full-total-ms
 *                last-full-ms|- of both queues, last-refused-ms|- inode
 *                ifindex|- flags,...|- age-ms tuned|-
 *   overflow     listening|gone REFUSAL n, kernel|unattributed COUNTER n,
 *                info KEY value
 *   refusals     overflow, then listeners
 *   kernel       NAME value, from /proc/net/netstat and /proc/net/sockstat
 *   all          all of these, each line begins with the table's name
 *   timewait     NAME value, one a line, from time-wait-get
 *   segments     "enabled 0|1", "counting-ms N", then FAMILY NAME count;
 *                FAMILY reset:STATE count; FAMILY handshake:FROM-US active passive
 *   segments-set 0|1   count segments in this namespace, or not; says nothing
 *   params [NAME]   NAME unit effect value high|- minimum maximum loaded high|-
 *                default high|- read-only|-
 *   pending      transaction=N, remaining-ms=N, and a line of key=value words for
 *                each row of what is pending, as change.h has them; or nothing
 *   changes      a line of key=value words for each row, oldest first
 *   time         median ns of one state-get, of -n requests; with the argument
 *                timewait: of one time-wait-get
 *
 * Exit status: 0, 1 refused or malformed answer, 2 usage, 3 no such family, 4 a
 * dump flagged with NLM_F_DUMP_INTR, printed as it came.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/tcpulse.h>

#include "netns.h"
#include "tcpulse_get.h"

static const char * const state_names[] = {
	[TCPULSE_STATE_ESTABLISHED] = "ESTAB",
	[TCPULSE_STATE_SYN_SENT] = "SYN-SENT",
	[TCPULSE_STATE_SYN_RECV] = "SYN-RECV",
	[TCPULSE_STATE_FIN_WAIT_1] = "FIN-WAIT-1",
	[TCPULSE_STATE_FIN_WAIT_2] = "FIN-WAIT-2",
	[TCPULSE_STATE_TIME_WAIT] = "TIME-WAIT",
	[TCPULSE_STATE_CLOSED] = "CLOSED",
	[TCPULSE_STATE_CLOSE_WAIT] = "CLOSE-WAIT",
	[TCPULSE_STATE_LAST_ACK] = "LAST-ACK",
	[TCPULSE_STATE_LISTEN] = "LISTEN",
	[TCPULSE_STATE_CLOSING] = "CLOSING",
};

static const char * const reason_names[] = {
	"-",
	[TCPULSE_REASON_EXPIRED] = "expired",
	[TCPULSE_REASON_RESET] = "reset",
	[TCPULSE_REASON_REUSED] = "reused",
	[TCPULSE_REASON_OTHER] = "other",
};

/* The kernel's counters that tests compare with; in the order printed. */
static const char * const mibs[] = {
	"TW", "TWKilled", "TWRecycled", "TCPTimeWaitOverflow", "ListenOverflows",
	"ListenDrops", "TCPReqQFullDoCookies", "TCPReqQFullDrop", "SyncookiesSent",
	"SyncookiesRecv", "EmbryonicRsts", "TCPFastOpenActive", "TCPFastOpenPassive",
	"TCPSynRetrans",
};

static const char * const time_wait_names[] = {
	[TCPULSE_A_TIME_WAIT_ALIVE] = "alive",
	[TCPULSE_A_TIME_WAIT_LIMIT] = "limit",
	[TCPULSE_A_TIME_WAIT_CREATED] = "created",
	[TCPULSE_A_TIME_WAIT_REFUSED] = "refused",
	[TCPULSE_A_TIME_WAIT_EXPIRED] = "expired",
	[TCPULSE_A_TIME_WAIT_RESET] = "reset",
	[TCPULSE_A_TIME_WAIT_REUSED] = "reused",
	[TCPULSE_A_TIME_WAIT_OTHER] = "other",
};

/* Counters of a segment nest; the others of its attributes have no name. */
static const char * const segment_names[TCPULSE_A_SEGMENT_MAX + 1] = {
	[TCPULSE_A_SEGMENT_SYN_IN] = "syn-in",
	[TCPULSE_A_SEGMENT_SYN_OUT] = "syn-out",
	[TCPULSE_A_SEGMENT_SYN_ACK_IN] = "syn-ack-in",
	[TCPULSE_A_SEGMENT_SYN_ACK_OUT] = "syn-ack-out",
	[TCPULSE_A_SEGMENT_FIN_IN] = "fin-in",
	[TCPULSE_A_SEGMENT_FIN_OUT] = "fin-out",
	[TCPULSE_A_SEGMENT_RST_IN] = "rst-in",
	[TCPULSE_A_SEGMENT_RST_OUT] = "rst-out",
	[TCPULSE_A_SEGMENT_SYN_DATA_IN] = "syn-data-in",
	[TCPULSE_A_SEGMENT_SYN_DATA_OUT] = "syn-data-out",
	[TCPULSE_A_SEGMENT_SYN_RETRANS] = "syn-retrans",
	[TCPULSE_A_SEGMENT_SYN_ACK_RETRANS] = "syn-ack-retrans",
	[TCPULSE_A_SEGMENT_ACTIVE] = "active",
	[TCPULSE_A_SEGMENT_PASSIVE] = "passive",
	[TCPULSE_A_SEGMENT_UNMEASURED_ACTIVE] = "unmeasured-active",
	[TCPULSE_A_SEGMENT_UNMEASURED_PASSIVE] = "unmeasured-passive",
	[TCPULSE_A_SEGMENT_FAILED_ACTIVE] = "failed-active",
	[TCPULSE_A_SEGMENT_FAILED_PASSIVE] = "failed-passive",
};

static const char *prefix = "";
static const char *state_name(unsigned int i)
{
	if (i >= ARRAY_SIZE(state_names) || !state_names[i])
		die(EX_REFUSED, "state %u in an answer", i);
	return state_names[i];
}

static const char *reason_name(unsigned int i)
{
	if (i >= ARRAY_SIZE(reason_names))
		die(EX_REFUSED, "reason %u in an answer", i);
	return reason_names[i];
}

static void enter(const char *name)
{
	if (enter_netns(name))
		die(EX_REFUSED, "%s: %s", name, strerror(errno));
}

/* --- tables -------------------------------------------------------------- */

static void print_state(const struct nlattr *nest)
{
	static const __u8 sizes[] = { 0, 1, 2, 8, 8, 8, 8, 8, 8 };
	__u64 v[TCPULSE_A_STATE_MAX + 1];
	unsigned int i;

	parse_nest(nest, sizes, TCPULSE_A_STATE_MAX, 0, v);
	printf("%s%s %s", *prefix ? "state " : "",
	       family_name(v[TCPULSE_A_STATE_FAMILY]),
	       state_name(v[TCPULSE_A_STATE_STATE]));
	for (i = TCPULSE_A_STATE_NOW; i <= TCPULSE_A_STATE_LEFT; i++)
		printf(" %llu", v[i]);
	putchar('\n');
}

/* The last minute, which changes without traffic, may be there and is not printed. */
#define TIME_WAIT_PRINTED TCPULSE_A_TIME_WAIT_OTHER

static void parse_time_wait(const struct nlattr *nest, __u64 *v)
{
	static const __u8 sizes[TCPULSE_A_TIME_WAIT_MAX + 1] = {
		0, 8, 8, 8, 8, 8, 8, 8, 8,
	};

	parse_nest(nest, sizes, TCPULSE_A_TIME_WAIT_MAX, 0, v);
}

static void print_time_wait(const struct nlattr *nest)
{
	__u64 v[TCPULSE_A_TIME_WAIT_MAX + 1];
	unsigned int i;

	parse_time_wait(nest, v);
	if (*prefix)
		printf("time-wait ");
	for (i = 1; i <= TIME_WAIT_PRINTED; i++)
		printf("%llu%c", v[i], i == TIME_WAIT_PRINTED ? '\n' : ' ');
}

static void print_time_wait_named(const struct nlattr *nest)
{
	__u64 v[TCPULSE_A_TIME_WAIT_MAX + 1];
	unsigned int i;

	parse_time_wait(nest, v);
	for (i = 1; i <= TIME_WAIT_PRINTED; i++)
		printf("%s %llu\n", time_wait_names[i], v[i]);
}

static void print_transition(const struct nlattr *nest)
{
	static const __u8 sizes[] = { 0, 1, 1, 2, 1, 8, 0 };
	__u64 v[TCPULSE_A_TRANSITION_MAX + 1];

	parse_nest(nest, sizes, TCPULSE_A_TRANSITION_MAX,
		   TCPULSE_A_TRANSITION_REASON, v);
	printf("%s%s %s %s %s %llu%s\n", *prefix ? "transition " : "",
	       family_name(v[TCPULSE_A_TRANSITION_FAMILY]),
	       state_name(v[TCPULSE_A_TRANSITION_FROM]),
	       state_name(v[TCPULSE_A_TRANSITION_TO]),
	       reason_name(v[TCPULSE_A_TRANSITION_REASON]),
	       v[TCPULSE_A_TRANSITION_COUNT],
	       v[TCPULSE_A_TRANSITION_UNEXPECTED] ? " unexpected" : "");
}

enum { STATES = 1, TIME_WAIT = 2 };

static int states_cb(const struct nlmsghdr *nlh, void *data)
{
	unsigned int what = *(unsigned int *)data;
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case TCPULSE_A_STATES_STATE:
			if (what & STATES)
				print_state(attr);
			break;
		case TCPULSE_A_STATES_TIME_WAIT:
			if (what & TIME_WAIT)
				print_time_wait(attr);
			break;
		case TCPULSE_A_STATES_MOVING:
			if (*prefix)
				puts("moving states");
			break;
		case TCPULSE_A_STATES_PEAK_SLACK:
			if (*prefix)
				printf("info peak-slack %llu\n", get_uint(attr, 8));
			break;
		}
	}
	return MNL_CB_OK;
}

static int transitions_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == TCPULSE_A_TRANSITIONS_TRANSITION)
			print_transition(attr);
		else if (mnl_attr_get_type(attr) == TCPULSE_A_TRANSITIONS_MOVING && *prefix)
			puts("moving transitions");
	}
	return MNL_CB_OK;
}

static int time_wait_cb(const struct nlmsghdr *nlh, void *data)
{
	static const char * const keys[] = {
		[TCPULSE_A_TIME_WAIT_INFO_COUNTING_MS] = "counting-ms",
		[TCPULSE_A_TIME_WAIT_INFO_PORT_LOW] = "port-low",
		[TCPULSE_A_TIME_WAIT_INFO_PORT_HIGH] = "port-high",
		[TCPULSE_A_TIME_WAIT_INFO_BEGAN_US] = "began-us",
	};
	bool quiet = *(bool *)data;
	struct nlattr *attr;
	unsigned int type;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		type = mnl_attr_get_type(attr);
		if (quiet)
			continue;
		if (type == TCPULSE_A_TIME_WAIT_INFO_TIME_WAIT)
			print_time_wait_named(attr);
		else if (type <= TCPULSE_A_TIME_WAIT_INFO_MAX && keys[type])
			printf("%s %llu\n", keys[type],
			       get_uint(attr, type == TCPULSE_A_TIME_WAIT_INFO_PORT_LOW ||
					type == TCPULSE_A_TIME_WAIT_INFO_PORT_HIGH ?
					2 : 8));
	}
	return MNL_CB_OK;
}

static void print_reset(const char *family, const struct nlattr *nest)
{
	static const __u8 sizes[] = { 0, 1, 8 };
	__u64 v[TCPULSE_A_RESET_MAX + 1];

	parse_nest(nest, sizes, TCPULSE_A_RESET_MAX, 0, v);
	printf("%s reset:%s %llu\n", family, state_name(v[TCPULSE_A_RESET_STATE]),
	       v[TCPULSE_A_RESET_COUNT]);
}

static void print_handshake(const char *family, const struct nlattr *nest)
{
	static const __u8 sizes[] = { 0, 8, 8, 8 };
	__u64 v[TCPULSE_A_HANDSHAKE_TIME_MAX + 1];

	parse_nest(nest, sizes, TCPULSE_A_HANDSHAKE_TIME_MAX, 0, v);
	printf("%s handshake:%llu %llu %llu\n", family,
	       v[TCPULSE_A_HANDSHAKE_TIME_FROM_US],
	       v[TCPULSE_A_HANDSHAKE_TIME_ACTIVE],
	       v[TCPULSE_A_HANDSHAKE_TIME_PASSIVE]);
}

/* Each counter must be there, once. */
static void print_segment(const struct nlattr *nest)
{
	const char *family = NULL;
	unsigned int seen = 0, i;
	struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == TCPULSE_A_SEGMENT_FAMILY)
			family = family_name(get_uint(attr, 2));
	if (!family)
		die(EX_REFUSED, "a segment without a family");
	mnl_attr_for_each_nested(attr, nest) {
		i = mnl_attr_get_type(attr);
		if (i == TCPULSE_A_SEGMENT_RESET) {
			print_reset(family, attr);
		} else if (i == TCPULSE_A_SEGMENT_HANDSHAKE_TIME) {
			print_handshake(family, attr);
		} else if (i != TCPULSE_A_SEGMENT_FAMILY) {
			if (i > TCPULSE_A_SEGMENT_MAX || !segment_names[i] || seen & 1u << i)
				die(EX_REFUSED, "segment attribute %u unknown or twice", i);
			seen |= 1u << i;
			printf("%s %s %llu\n", family, segment_names[i], get_uint(attr, 8));
		}
	}
	for (i = 1; i <= TCPULSE_A_SEGMENT_MAX; i++)
		if (segment_names[i] && !(seen & 1u << i))
			die(EX_REFUSED, "no %s in an answer", segment_names[i]);
}

static int segments_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case TCPULSE_A_SEGMENTS_ENABLED:
			printf("enabled %llu\n", get_uint(attr, 1));
			break;
		case TCPULSE_A_SEGMENTS_COUNTING_MS:
			printf("counting-ms %llu\n", get_uint(attr, 8));
			break;
		case TCPULSE_A_SEGMENTS_SEGMENT:
			print_segment(attr);
			break;
		}
	}
	return MNL_CB_OK;
}

static void print_hook(const struct nlattr *nest)
{
	const char *name = "?";
	struct nlattr *attr;
	int attached = 0;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == TCPULSE_A_HOOK_NAME)
			name = mnl_attr_get_str(attr);
		else if (mnl_attr_get_type(attr) == TCPULSE_A_HOOK_ATTACHED)
			attached = mnl_attr_get_u8(attr);
	}
	printf("%shook %s %d\n", prefix, name, attached);
}

static int info_cb(const struct nlmsghdr *nlh, void *data)
{
	static const char * const keys[] = {
		[TCPULSE_A_INFO_VERSION] = "version",
		[TCPULSE_A_INFO_KERNEL] = "kernel",
		[TCPULSE_A_INFO_SINCE_S] = "since-s",
		[TCPULSE_A_INFO_COUNTING_MS] = "counting-ms",
		[TCPULSE_A_INFO_BASELINE_US] = "baseline-us",
		[TCPULSE_A_INFO_ADOPTED] = "adopted",
		[TCPULSE_A_INFO_LOST_EVENTS] = "lost-events",
		[TCPULSE_A_INFO_LOST_FIN_WAIT_2] = "lost-fin-wait-2",
		[TCPULSE_A_INFO_UNEXPECTED] = "unexpected",
		[TCPULSE_A_INFO_TUNE] = "tune",
		[TCPULSE_A_INFO_BELOW_ZERO] = "below-zero",
		[TCPULSE_A_INFO_ADDRFORM] = "addrform",
		[TCPULSE_A_INFO_BEGAN_US] = "began-us",
	};
	struct nlattr *attr;
	unsigned int type;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		type = mnl_attr_get_type(attr);
		if (type == TCPULSE_A_INFO_HOOK)
			print_hook(attr);
		else if (type == TCPULSE_A_INFO_VERSION || type == TCPULSE_A_INFO_KERNEL ||
			 type == TCPULSE_A_INFO_TUNE)
			printf("%s%s %s\n", prefix, keys[type], mnl_attr_get_str(attr));
		else if (type <= TCPULSE_A_INFO_MAX && keys[type])
			printf("%s%s %llu\n", prefix, keys[type],
			       get_uint(attr, 8));
	}
	return MNL_CB_OK;
}

static void get_states(unsigned int what)
{
	transact(family_id, TCPULSE_CMD_STATE_GET, NULL, states_cb, &what);
}

static void get_transitions(void)
{
	transact(family_id, TCPULSE_CMD_TRANSITION_GET, NULL, transitions_cb, NULL);
}

static void get_time_wait(void)
{
	bool quiet = false;

	transact(family_id, TCPULSE_CMD_TIME_WAIT_GET, NULL, time_wait_cb, &quiet);
}

static void get_segments(void)
{
	transact(family_id, TCPULSE_CMD_SEGMENT_GET, NULL, segments_cb, NULL);
}

static void set_segments(const char *enabled)
{
	if (!enabled || strlen(enabled) != 1 || strspn(enabled, "01") != 1)
		die(EX_USAGE, "segments-set 0|1");
	want_enabled = *enabled - '0';
	transact(family_id, TCPULSE_CMD_SEGMENT_SET, NULL, NULL, NULL);
}

static void get_info(void)
{
	transact(family_id, TCPULSE_CMD_INFO_GET, NULL, info_cb, NULL);
}

/* --- the kernel's own counters --------------------------------------------- */

static bool wanted(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mibs); i++)
		if (!strcmp(mibs[i], name))
			return true;
	return false;
}

/* Two lines a group: its names, then its values. */
static void print_netstat(void)
{
	char *names = NULL, *values = NULL, *name, *value, *np, *vp;
	static const char blank[] = { ' ', '\n', '\0' };
	size_t nlen = 0, vlen = 0;
	FILE *f;

	f = fopen("/proc/self/net/netstat", "r");
	if (!f)
		die(EX_REFUSED, "/proc/net/netstat: %s", strerror(errno));
	while (getline(&names, &nlen, f) > 0 && getline(&values, &vlen, f) > 0) {
		np = names;
		vp = values;
		while ((name = strsep(&np, blank)) && (value = strsep(&vp, blank)))
			if (wanted(name))
				printf("%s%s %s\n", prefix, name, value);
	}
	free(names);
	free(values);
	fclose(f);
}

static void print_sockstat(void)
{
	unsigned long tw;
	char line[256];
	FILE *f;

	f = fopen("/proc/self/net/sockstat", "r");
	if (!f)
		die(EX_REFUSED, "/proc/net/sockstat: %s", strerror(errno));
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "TCP: inuse %*u orphan %*u tw %lu", &tw) == 1)
			printf("%stw %lu\n", prefix, tw);
	fclose(f);
}

static void get_kernel(void)
{
	print_netstat();
	print_sockstat();
}

static void get_all(void)
{
	prefix = "info ";
	get_states(STATES | TIME_WAIT);
	get_transitions();
	get_info();
	prefix = "kernel ";
	get_kernel();
}

/* --- time ------------------------------------------------------------------ */

static int compare_u64(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void time_requests(const char *what, unsigned int n)
{
	bool time_wait = what && !strcmp(what, "timewait"), quiet = true;
	unsigned int nothing = 0, i;
	__u64 *took, start;

	took = calloc(n, sizeof(*took));
	if (!took)
		die(EX_REFUSED, "out of memory");
	for (i = 0; i < n; i++) {
		start = now_ns();
		if (time_wait)
			transact(family_id, TCPULSE_CMD_TIME_WAIT_GET, NULL,
				 time_wait_cb, &quiet);
		else
			transact(family_id, TCPULSE_CMD_STATE_GET, NULL, states_cb,
				 &nothing);
		took[i] = now_ns() - start;
	}
	qsort(took, n, sizeof(*took), compare_u64);
	printf("%llu\n", took[n / 2]);
	free(took);
}

static void explain(void)
{
	die(EX_USAGE, "usage: tcpulse_get [-4|-6] [-N NETNS|PID|PATH] [-n COUNT] TABLE [ARGUMENT]");
}

static void run(const char *what, const char *argument, unsigned int n)
{
	/* The kernel's own counters are there without the module, too. */
	if (!strcmp(what, "kernel")) {
		get_kernel();
		return;
	}
	resolve();
	want_param = argument;
	if (!strcmp(what, "states"))
		get_states(STATES);
	else if (!strcmp(what, "time-wait"))
		get_states(TIME_WAIT);
	else if (!strcmp(what, "transitions"))
		get_transitions();
	else if (!strcmp(what, "info"))
		get_info();
	else if (!strcmp(what, "listeners"))
		get_listeners();
	else if (!strcmp(what, "overflow"))
		get_overflow();
	else if (!strcmp(what, "refusals"))
		get_refusals();
	else if (!strcmp(what, "all"))
		get_all();
	else if (!strcmp(what, "timewait"))
		get_time_wait();
	else if (!strcmp(what, "segments"))
		get_segments();
	else if (!strcmp(what, "segments-set"))
		set_segments(argument);
	else if (!strcmp(what, "params"))
		get_params();
	else if (!strcmp(what, "pending"))
		get_pending();
	else if (!strcmp(what, "changes"))
		get_changes();
	else if (!strcmp(what, "time"))
		time_requests(argument, n);
	else
		explain();
}

int main(int argc, char **argv)
{
	unsigned int n = 1000;
	int opt;

	while ((opt = getopt(argc, argv, "46N:n:")) != -1) {
		switch (opt) {
		case '4':
			want_family = AF_INET;
			break;
		case '6':
			want_family = AF_INET6;
			break;
		case 'N':
			enter(optarg);
			break;
		case 'n':
			n = strtoul(optarg, NULL, 10);
			break;
		default:
			explain();
		}
	}
	if (optind >= argc || optind + 2 < argc || !n)
		explain();
	/* argv ends with NULL: no argument */
	run(argv[optind], argv[optind + 1], n);
	return 0;
}
