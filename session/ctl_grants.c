/* What of 'osaas ctl grants' the client does. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/plugin.h"
#include "session/cmd.h"
#include "session/control_grants.h"
#include "session/control_reply.h"
#include "session/grant_db.h"
#include "session/grants_rows.h"
#include "session/hash.h"
#include "session/host.h"
#include "util/log.h"

/* Says what a reply would say as an error. */
static int print_reply(struct reply *reply, int status)
{
	size_t size;
	const char *body = reply_body(reply, &size);
	if (status == EXIT_OK)
		fwrite(body, 1, size, stdout);
	else
		log_error("%.*s", (int)strcspn(body, "\n"), body);
	reply_destroy(reply);
	return status;
}

/* An id has a dot and no slash; "clock.so" is a file. */
static bool is_file(const char *word)
{
	size_t n = strlen(word);
	return strchr(word, '/') || !strchr(word, '.') ||
	       (n > 3 && strcmp(word + n - 3, ".so") == 0);
}

static bool look_at(const char *name, const char *cap_word, bool check,
	struct control_grants_words *own)
{
	char path[4096], why[4400];
	struct plugin_error err;
	struct plugin *plugin;
	struct cap cap;
	if (host_find_plugin(name, path, sizeof path, why, sizeof why) < 0) {
		log_error("%s", why);
		return false;
	}
	if (plugin_load(path, &plugin, &err) < 0) {
		log_error("%s", err.text);
		return false;
	}
	size_t size;
	const void *bytes = plugin_bytes(plugin, &size);
	hash_sha256(bytes, size, own->content);
	memcpy(own->id, plugin_manifest(plugin)->id, sizeof own->id);
	bool good = true;
	/* A word that makes no sense is for grant_change_parse. */
	if (check && cap_parse(cap_word, strlen(cap_word), &cap, why) == 0) {
		struct reply *reply = reply_create(false);
		good = grant_wanted(plugin_manifest(plugin), &cap, reply);
		if (!good)
			print_reply(reply, EXIT_FAILED);
		else
			reply_destroy(reply);
	}
	plugin_destroy(plugin);
	return good;
}

bool control_grants_look_up(const char *words[static CONTROL_WORDS_MAX], size_t *n_words,
	struct control_grants_words *own)
{
	if (*n_words < 4 || *n_words > 5 || !is_file(words[2]))
		return true;
	bool allow = strcmp(words[1], "allow") == 0;
	if (!look_at(words[2], words[3], allow, own))
		return false;
	words[2] = own->id;
	if (!allow)
		return true;
	if (*n_words == 4)
		words[(*n_words)++] = grant_lifetime_name(GRANT_ALWAYS);
	words[(*n_words)++] = own->content;
	return true;
}

/* Without a session. */

static void put_row(void *data, const struct grant *grant)
{
	struct grant_row row = {.plugin = grant->id,
		.cap = grant->cap,
		.lifetime = grant_lifetime_name(grant->lifetime),
		.source = "osaas ctl grants",
		.since = grant->since,
		.content = grant->content};
	grant_row_put(data, &row);
}

static int list_kept(struct reply *reply)
{
	char why[SQL_WHY_MAX];
	struct grant_db *db = NULL;
	int r = grant_db_open(false, &db, why);
	if (r < 0 && r != -ENOENT) {
		reply_refuse(reply, REPLY_FAILED, "%s", why);
		return EXIT_FAILED;
	}
	grant_rows_begin(reply);
	if (db)
		r = grant_db_load(db, put_row, reply);
	reply_end(reply);
	grant_db_close(db);
	if (r == 0 || r == -ENOENT)
		return EXIT_OK;
	reply_refuse(reply, REPLY_FAILED, "the grants cannot be read: %s", strerror(-r));
	return EXIT_FAILED;
}

static int change_kept(const struct grant_change *change, struct reply *reply)
{
	char why[SQL_WHY_MAX];
	struct grant_db *db = NULL;
	const struct grant *grant = &change->grant;
	struct cap_text text = cap_text(&grant->cap);
	int r = grant_db_open(!change->revoke, &db, why);
	if (r == 0)
		r = change->revoke ? grant_db_remove(db, grant->id, &grant->cap)
				   : grant_db_put(db, grant);
	if (r == -ENOENT && change->revoke)
		reply_refuse(reply, REPLY_FAILED,
			"%s has no grant for %s; 'osaas ctl grants' lists what there is",
			grant->id, text.text);
	else if (r < 0)
		reply_refuse(reply, REPLY_FAILED, "it cannot be kept: %s",
			db ? strerror(-r) : why);
	grant_db_close(db);
	if (r < 0)
		return EXIT_FAILED;
	grant_rows_begin(reply);
	struct grant_row row = {.plugin = grant->id,
		.cap = grant->cap,
		.lifetime =
			change->revoke ? "revoked" : grant_lifetime_name(grant->lifetime),
		.source = change->revoke ? NULL : "from its next start",
		.since = grant->since,
		.content = grant->content};
	grant_row_put(reply, &row);
	reply_end(reply);
	return EXIT_OK;
}

int control_grants_offline(const char *const *words, size_t n_words, bool json)
{
	struct reply *reply = reply_create(json);
	struct grant_change change;
	int status = EXIT_OK;
	if (n_words == 1)
		status = list_kept(reply);
	else if (!grant_change_parse(words, n_words, &change, reply))
		status = EXIT_USAGE;
	else if (!change.revoke && change.grant.lifetime == GRANT_RUN) {
		reply_refuse(reply, REPLY_FAILED,
			"no session runs here: grant it once or always, or start one "
			"with "
			"--grant");
		status = EXIT_FAILED;
	} else if (!change.revoke && !change.grant.content[0]) {
		reply_refuse(reply, REPLY_FAILED,
			"no session runs here that knows %s: give the path of its file "
			"instead",
			change.grant.id);
		status = EXIT_FAILED;
	} else {
		status = change_kept(&change, reply);
	}
	return print_reply(reply, status);
}
