#include "session/grants_rows.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "plugins/plugin.h"
#include "session/control_reply.h"

static const struct reply_column columns[] = {
	{"plugin", "plugin", REPLY_TEXT},
	{"capability", "capability", REPLY_TEXT},
	{"lifetime", "lifetime", REPLY_TEXT},
	{"source", "by", REPLY_TEXT},
	{"since", "since", REPLY_TEXT},
	{"in_use", "in use", REPLY_TEXT},
	{"content", "content", REPLY_TEXT},
};

void grant_rows_begin(struct reply *reply)
{
	reply_table(reply, "grants", columns, sizeof columns / sizeof *columns);
}

void grant_row_put(struct reply *reply, const struct grant_row *row)
{
	char since[32] = "", content[16];
	time_t seconds = (time_t)row->since;
	struct tm tm;
	if (row->since && gmtime_r(&seconds, &tm))
		strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(content, sizeof content, "%.12s", row->content ? row->content : "");
	struct cap_text text = cap_text(&row->cap);
	reply_text(reply, row->plugin);
	reply_text(reply, text.text);
	reply_text(reply, row->lifetime);
	reply_text(reply, row->source);
	reply_text(reply, since[0] ? since : NULL);
	reply_text(reply, row->in_use ? "yes" : NULL);
	reply_text(reply, content[0] ? content : NULL);
}

static bool usage(struct reply *reply)
{
	reply_refuse(reply, REPLY_USAGE,
		"grants are not asked so: say 'grants', 'grants allow PLUGIN CAP[:SCOPE] "
		"[once|run|always]', or 'grants revoke PLUGIN CAP[:SCOPE]'");
	return false;
}

static bool parse_lifetime(const char *word, struct grant *grant, struct reply *reply)
{
	if (grant_lifetime_parse(word, &grant->lifetime) == 0)
		return true;
	reply_refuse(reply, REPLY_USAGE,
		"there is no lifetime '%.40s': say once, run or always", word);
	return false;
}

bool grant_change_parse(const char *const *words, size_t n_words,
	struct grant_change *out, struct reply *reply)
{
	char why[CAP_WHY_MAX];
	struct grant *grant = &out->grant;
	*out = (struct grant_change){.revoke = strcmp(words[1], "revoke") == 0};
	list_init(&grant->link);
	grant->lifetime = GRANT_ALWAYS;
	grant->since = (int64_t)time(NULL);
	if (!out->revoke && strcmp(words[1], "allow") != 0)
		return usage(reply);
	if (n_words < 4 || (out->revoke && n_words > 4))
		return usage(reply);
	if (!grant_is_id(words[2])) {
		reply_refuse(reply, REPLY_USAGE,
			"'%.70s' is no plugin's id: it looks like org.example.clock",
			words[2]);
		return false;
	}
	memcpy(grant->id, words[2], strlen(words[2]) + 1);
	if (cap_parse(words[3], strlen(words[3]), &grant->cap, why) < 0) {
		reply_refuse(reply, REPLY_USAGE, "%s", why);
		return false;
	}
	if (n_words > 4 && !parse_lifetime(words[4], grant, reply))
		return false;
	if (n_words > 5 && !grant_is_content(words[5]))
		return usage(reply);
	if (n_words > 5)
		memcpy(grant->content, words[5], sizeof grant->content);
	return true;
}

bool grant_wanted(
	const struct manifest *manifest, const struct cap *cap, struct reply *reply)
{
	char list[512] = "nothing";
	size_t n = 0;
	for (size_t i = 0; i < manifest->n_wants; i++) {
		const struct manifest_want *want = &manifest->wants[i];
		struct cap wanted = cap_make(want->cap, want->scope);
		struct cap_text text = cap_text(&wanted);
		if (cap_equal(&wanted, cap))
			return true;
		if (n < sizeof list)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%s",
				i ? ", " : "", text.text);
	}
	struct cap_text text = cap_text(cap);
	reply_refuse(reply, REPLY_FAILED, "%s does not want %s; it wants %s",
		manifest->id, text.text, list);
	return false;
}
