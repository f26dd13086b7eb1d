/* SPDX-License-Identifier: GPL-2.0 */
/* Shadows <linux/version.h>: how the shadow headers ask which kernel it is. */
#ifndef _TCPULSE_COMPAT_LINUX_VERSION_H
#define _TCPULSE_COMPAT_LINUX_VERSION_H

#include_next <linux/version.h>

#define TCPULSE_KERNEL_BEFORE(a, b) \
	(KERNEL_VERSION(a, b, 0) > LINUX_VERSION_CODE)

#endif /* _TCPULSE_COMPAT_LINUX_VERSION_H */
