// SPDX-License-Identifier: GPL-2.0
/*
 * Values into a file of sysctl.d(5), where they are found at the next boot.
 */
#include <errno.h>
#include <string.h>

#include "base/foreign.h"
#include "base/out.h"
#include "base/shell.h"
#include "base/wrap.h"
#include "cmd/cmd.h"
#include "cmd/tune/save.h"
#include "cmd/tune/tune.h"
#include "host/sysctl_boot.h"
#include "host/sysctl_file.h"
#include "module/nl_tune.h"
#include "reading/param_value.h"

static const char our_file[] = "/etc/sysctl.d/60-tcpulse.conf";

static const char *path_of(const struct tune *tune)
{
	return tune->opts->tune.file ?: our_file;
}

static bool to_stdout(const struct tune *tune)
{
	return !strcmp(path_of(tune), "-");
}

static int not_trusted(const struct sysctl_file *file, int err)
{
	const struct trusted_dir *dir = &file->plain.dir;

	if (err == TRUSTED_FOREIGN)
		out_err("%s cannot be written: '%s' in its path belongs to the user %u, who decides what file that is; for another place: --file PATH, for a pipe: --file -",
			quoted_text(file->path), inside(dir->blame), dir->uid);
	else
		out_err("%s cannot be written: '%s' in its path may be written to by others, who then decide what file that is (chmod go-w); for another place: --file PATH, for a pipe: --file -",
			quoted_text(file->path), inside(dir->blame));
	return ST_REFUSED;
}

static int not_written(const struct sysctl_file *file, int err)
{
	bool denied = err == -EACCES || err == -EPERM;
	bool other = err == PLAIN_IS_NOT || err == PLAIN_IS_LINK ||
		     err == PLAIN_FOREIGN;

	if (err == TRUSTED_FOREIGN || err == TRUSTED_SHARED)
		return not_trusted(file, err);
	out_err("%s cannot be written: %s%s", quoted_text(file->path), sysctl_reason(err),
		other ? "; for another: --file PATH" :
		denied ? "; run it as root" : "");
	return denied ? ST_NOT_PERMITTED : ST_REFUSED;
}

static int check_file(const char *path)
{
	struct sysctl_file file;
	int err = sysctl_open(path, &file, false) ?: plain_writable(&file.plain);
	int st = err ? not_written(&file, err) : ST_OK;

	sysctl_free(&file);
	return st;
}

int save_check(const struct tune *tune)
{
	if (!tune->opts->tune.file && !netns_is_own(&tune->ns)) {
		out_err("not saved, and nothing was changed: %s is for the host's network namespace, sysctl.d(5) reaches no other; for a file of your own: --file PATH",
			our_file);
		return ST_USAGE;
	}
	/* what is only shown may be shown to everybody */
	return tune->opts->tune.dry_run || to_stdout(tune) ?
	       ST_OK : check_file(path_of(tune));
}

/* --- what is written ----------------------------------------------------- */

static void say_override(const char *path, const char *key, const char *value,
			 const char *why)
{
	if (value)
		out_err("warning: %s is read later at boot and sets %s = %s: that will win",
			quoted_text(path), quoted_text(key), quoted_text(value));
	else
		out_err("warning: %s is read later at boot and may set %s: %s",
			quoted_text(path), quoted_text(key), why);
}

static void setting_text(const struct setting *setting, char key[KEY_TEXT],
			 char value[VALUE_TEXT])
{
	param_key(setting->param, key);
	value_text(setting->param->unit, &setting->value, FOR_SYSCTL, value);
}

static void put_settings(struct sysctl_file *file,
			 const struct settings *settings)
{
	char key[KEY_TEXT], value[VALUE_TEXT];
	size_t i;

	for (i = 0; i < settings->n; i++) {
		setting_text(&settings->setting[i], key, value);
		sysctl_put(file, key, value);
	}
}

/* --- and said ------------------------------------------------------------ */

static void show_setting(const struct sysctl_file *file, bool boot,
			 const struct setting *setting)
{
	char key[KEY_TEXT], value[VALUE_TEXT];

	setting_text(setting, key, value);
	if (out_is_json()) {
		out_row();
		out_str("key", key);
		out_str("value", value);
	}
	out_line(PLAIN, "  %s = %s", key, value);
	if (boot)
		sysctl_boot_overrides(file, key, value, say_override);
}

static void show_all(const struct tune *tune, const struct sysctl_file *file,
		     bool boot, const struct settings *settings)
{
	size_t i;

	out_line(PLAIN, "%s%s:", tune->opts->tune.dry_run ?
		 "dry run, this would be saved to " : "saving to ",
		 quoted_text(file->path));
	if (out_is_json()) {
		out_foreign("file", file->path);
		out_table("saved", NULL, 0, 0);
	}
	for (i = 0; i < settings->n; i++)
		show_setting(file, boot, &settings->setting[i]);
	if (out_is_json())
		out_table_end();
}

/* --- where to ------------------------------------------------------------ */

/* Nothing but what would be in a file, so that it can be one. */
static int print_settings(const struct tune *tune,
			  const struct settings *settings)
{
	struct sysctl_file file;
	size_t i;

	sysctl_init(&file, "-");
	if (out_is_json()) {
		show_all(tune, &file, false, settings);
		return ST_OK;
	}
	put_settings(&file, settings);
	for (i = 0; i < file.n; i++)
		out_line(PLAIN, "%s", file.line[i].text);
	sysctl_free(&file);
	return ST_OK;
}

/* What another one wrote since it was looked at is there as well. */
static int write_settings(const char *path, const struct settings *settings)
{
	struct sysctl_file file;
	int err = sysctl_open(path, &file, true), st;

	if (!err) {
		put_settings(&file, settings);
		err = sysctl_write(&file);
	}
	st = err ? not_written(&file, err) : ST_OK;
	sysctl_free(&file);
	return st;
}

/* What waits for a reader, as output may, does not hold the file. */
static int save_file(const struct tune *tune, const struct settings *settings)
{
	const char *path = path_of(tune);
	struct sysctl_file file;
	int err = sysctl_open(path, &file, false);
	int st = err ? not_written(&file, err) : ST_OK;
	bool boot = false;

	if (!st) {
		boot = sysctl_boot_reads(&file);
		show_all(tune, &file, boot, settings);
	}
	sysctl_free(&file);
	if (!st && !tune->opts->tune.dry_run && settings->n)
		st = write_settings(path, settings);
	if (!st && !boot)
		wrap_line(DIM, "nothing reads this file at boot; to set what it says: %s load %s",
			  tune->command, shell_word(path));
	return st;
}

int save_settings(const struct tune *tune, const struct settings *settings)
{
	return to_stdout(tune) ? print_settings(tune, settings) :
				 save_file(tune, settings);
}
