// SPDX-License-Identifier: GPL-2.0
/*
 * Values into a file of sysctl.d(5), where they are found at the next boot.
 */
#include <errno.h>
#include <string.h>

#include "base/out.h"
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

static int not_written(const char *path, int err)
{
	bool denied = err == -EACCES || err == -EPERM;

	out_err("%s cannot be written: %s%s", path,
		err == -EINVAL ? "it is not a plain file; for another: --file PATH" :
				 strerror(-err),
		denied ? "; run it as root" : "");
	return denied ? ST_NOT_PERMITTED : ST_REFUSED;
}

static int check_file(const char *path)
{
	struct sysctl_file file;
	int err = sysctl_read(path, &file);

	if (!err || err == -ENOENT)
		err = sysctl_check(&file);
	sysctl_free(&file);
	return err ? not_written(path, err) : ST_OK;
}

int save_check(const struct tune *tune)
{
	if (!tune->opts->tune.file && !netns_is_own(&tune->ns)) {
		out_err("not saved, and nothing was changed: %s is for the host's network namespace, sysctl.d(5) reaches no other; for a file of your own: --file PATH",
			our_file);
		return ST_USAGE;
	}
	/* what is only shown may be shown to everybody */
	return tune->opts->tune.dry_run ? ST_OK : check_file(path_of(tune));
}

/* --- what is written ----------------------------------------------------- */

static void say_override(const char *path, const char *key, const char *value,
			 void *arg)
{
	(void)arg;
	out_err("warning: %s is read later at boot and sets %s = %s: that will win",
		path, key, value);
}

static void put_setting(struct sysctl_file *file, const struct setting *setting)
{
	char key[KEY_TEXT], value[VALUE_TEXT];

	param_key(setting->param, key);
	value_text(setting->param->unit, &setting->value, FOR_SYSCTL, value);
	sysctl_put(file, key, value);
	if (out_is_json()) {
		out_row();
		out_str("key", key);
		out_str("value", value);
	}
	out_line(PLAIN, "  %s = %s", key, value);
	if (sysctl_boot_reads(file->path))
		sysctl_boot_overrides(file->path, key, value, say_override, NULL);
}

static void put_all(const struct tune *tune, struct sysctl_file *file,
		    const struct settings *settings)
{
	size_t i;

	out_line(PLAIN, "%s%s:", tune->opts->tune.dry_run ?
		 "dry run, this would be saved to " : "saving to ",
		 file->path);
	if (out_is_json()) {
		out_str("file", file->path);
		out_table("saved", NULL, 0, 0);
	}
	for (i = 0; i < settings->n; i++)
		put_setting(file, &settings->setting[i]);
	if (out_is_json())
		out_table_end();
}

int save_settings(const struct tune *tune, const struct settings *settings)
{
	const char *path = path_of(tune);
	struct sysctl_file file;
	int err = sysctl_read(path, &file);

	if (!err || err == -ENOENT) {
		put_all(tune, &file, settings);
		err = tune->opts->tune.dry_run || !settings->n ?
		      0 : sysctl_write(&file);
	}
	sysctl_free(&file);
	if (err)
		return not_written(path, err);
	if (!sysctl_boot_reads(path))
		wrap_line(DIM, "nothing reads this file at boot; to set what it says: %s load %s",
			  tune->command, path);
	return ST_OK;
}
