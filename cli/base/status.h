/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exit statuses, as documented in tcpulse(8). Functions that can fail return one of
 * these and have said why on stderr.
 */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

enum status {
	ST_OK		= 0,
	ST_USAGE	= 1,
	ST_REFUSED	= 2,	/* by the kernel, or the output could not be written */
	ST_NOT_LOADED	= 3,
	ST_NOT_PERMITTED = 4,
	ST_DIFFERS	= 5,
};

#endif
