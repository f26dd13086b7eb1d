/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments of tune's subcommands, for completion.
 */
#ifndef CLI_TUNE_OFFER_H
#define CLI_TUNE_OFFER_H

/* Offer names of parameters, or those with "=" behind them. */
void tune_offer_names(void);
void tune_offer_settings(void);

#endif
