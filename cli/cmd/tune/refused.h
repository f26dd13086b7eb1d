/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why the kernel refused.
 */
#ifndef CLI_TUNE_REFUSED_H
#define CLI_TUNE_REFUSED_H

struct refusal;
struct settings;
struct tune;

/**
 * refused_explain() - say why the kernel did not do it
 * @tune: what was run
 * @settings: what was to be set; NULL when it was something else
 * @refusal: the kernel's answer
 * @st: the status that goes with it
 *
 * Return: @st.
 */
int refused_explain(const struct tune *tune, const struct settings *settings,
		    const struct refusal *refusal, int st);

#endif
