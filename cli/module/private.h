/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of the module's answers is private, masked in place.
 */
#ifndef CLI_PRIVATE_H
#define CLI_PRIVATE_H

/**
 * private_mask() - mask messages of the module
 * @bytes: the messages, as they were received
 * @n: how many bytes
 *
 * By the tables that decode them, so that nothing is masked by its looks; what no
 * table knows becomes zero. Does nothing unless mask_is_on().
 */
void private_mask(void *bytes, int n);

#endif
