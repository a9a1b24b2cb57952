/* What plugins may use: on disk, in memory, and who has the last word. */
#include "session/grants.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/grant_db.h"
#include "session/hash.h"
#include "session/settings.h"
#include "session/state.h"
#include "util/log.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static char folder[] = "/tmp/grantsXXXXXX";

static void shell(const char *format)
{
	char command[1024];
	snprintf(command, sizeof command, format, folder);
	assert_int_equal(system(command), 0);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/grantsXXXXXX");
	if (!mkdtemp(folder))
		return -1;
	return setenv("XDG_STATE_HOME", folder, 1);
}

static int tear_down(void **state)
{
	(void)state;
	shell("rm -rf %s");
	return 0;
}

static struct grant make(
	const char *id, const char *content, const char *cap, const char *scope)
{
	struct grant grant = {.lifetime = GRANT_ALWAYS, .since = 1700000000};
	strcpy(grant.id, id);
	strcpy(grant.content, content);
	grant.cap = cap_make(cap, scope);
	list_init(&grant.link);
	return grant;
}

static void put(struct grant grant)
{
	char why[SQL_WHY_MAX];
	struct grant_db *db;
	assert_int_equal(grant_db_open(true, &db, why), 0);
	assert_int_equal(grant_db_put(db, &grant), 0);
	grant_db_close(db);
}

static void test_hash(void **state)
{
	(void)state;
	char text[HASH_TEXT];
	hash_sha256("abc", 3, text);
	assert_string_equal(
		text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hash_sha256("", 0, text);
	assert_string_equal(
		text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* Where it lies, and that only we can read it. */
static void test_files(void **state)
{
	(void)state;
	char path[STATE_PATH_MAX], why[STATE_WHY_MAX];
	struct stat st;
	struct grant_db *db = NULL;
	assert_int_equal(grant_db_open(false, &db, why), -ENOENT);
	put(make("a.b", A, "timer", ""));
	assert_int_equal(state_path("state.db", false, path, why), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	*strrchr(path, '/') = '\0';
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	chmod(path, 0755);
	assert_int_equal(grant_db_open(false, &db, why), -EPERM);
	assert_non_null(strstr(why, "chmod 700"));
	chmod(path, 0700);
	shell("echo no database >%s/osaas/state.db");
	assert_int_equal(grant_db_open(false, &db, why), -EBADMSG);
	assert_non_null(strstr(why, "move the file away"));
	shell("rm %s/osaas/state.db*");
	put(make("a.b", A, "timer", ""));
	shell("python3 -c \"import sqlite3; sqlite3.connect('%s/osaas/state.db')"
	      ".execute('PRAGMA user_version = 9')\"");
	assert_int_equal(grant_db_open(false, &db, why), -EPROTO);
	assert_non_null(strstr(why, "newer osaas"));
	setenv("XDG_STATE_HOME", "relative", 1);
	unsetenv("HOME");
	assert_int_equal(grant_db_open(true, &db, why), -ENOENT);
	assert_non_null(strstr(why, "HOME"));
}

static struct grant loaded[8];
static size_t n_loaded;

static void keep(void *data, const struct grant *grant)
{
	(void)data;
	assert_true(n_loaded < 8);
	loaded[n_loaded++] = *grant;
}

static void load(void)
{
	char why[SQL_WHY_MAX];
	struct grant_db *db;
	n_loaded = 0;
	assert_int_equal(grant_db_open(false, &db, why), 0);
	assert_int_equal(grant_db_load(db, keep, NULL), 0);
	grant_db_close(db);
}

static void test_db(void **state)
{
	(void)state;
	char why[SQL_WHY_MAX];
	struct grant_db *db;
	struct cap cap = cap_make("fs.read", "~/x");
	put(make("org.b", A, "fs.read", "~/x"));
	put(make("org.a", A, "fs.read", "~/x"));
	put(make("org.a", A, "fs.read", "~/y"));
	struct grant again = make("org.a", B, "fs.read", "~/x");
	again.lifetime = GRANT_ONCE;
	again.since = 5;
	put(again);
	load();
	assert_int_equal(n_loaded, 3);
	assert_string_equal(loaded[0].id, "org.a");
	assert_string_equal(loaded[0].content, B);
	assert_string_equal(loaded[0].cap.name, "fs.read");
	assert_string_equal(loaded[0].cap.scope, "~/x");
	assert_int_equal(loaded[0].lifetime, GRANT_ONCE);
	assert_int_equal(loaded[0].since, 5);
	assert_string_equal(loaded[2].id, "org.b");
	assert_int_equal(grant_db_open(false, &db, why), 0);
	assert_int_equal(grant_db_remove(db, "org.a", &cap), 0);
	assert_int_equal(grant_db_remove(db, "org.a", &cap), -ENOENT);
	grant_db_close(db);
	/* By hand, and not well. */
	shell("python3 -c \"import sqlite3; c = sqlite3.connect('%s/osaas/state.db'); "
	      "c.execute('INSERT INTO grants VALUES (\\'../x\\', \\'log\\', \\'\\', "
	      "\\'" A "\\', \\'always\\', 0)'); "
	      "c.execute('INSERT INTO grants VALUES (\\'x.y\\', \\'log\\', \\'\\', "
	      "\\'12\\', \\'always\\', 0)'); "
	      "c.execute('INSERT INTO grants VALUES (\\'x.z\\', \\'log\\', \\'\\', "
	      "\\'" A "\\', \\'ever\\', 0)'); c.commit()\"");
	load();
	assert_int_equal(n_loaded, 2);
}

/* Who says what, and which of them counts. link is harmful, timer is not. */
static const struct {
	const char *cap, *scope, *content;
	bool given, kept, revoked;
	const char *rule; /* a line of [grant org.a] */
	enum grants_source source;
} cases[] = {
	{"link", "~", A, false, false, false, "", GRANTS_NONE},
	{"timer", "", A, false, false, false, "", GRANTS_NAMED},
	{"gui.window", "", A, false, false, false, "", GRANTS_NAMED},
	{"audio.out", "", A, false, false, false, "", GRANTS_NAMED},
	{"nosuch", "", A, false, false, false, "", GRANTS_NONE},
	{"timer", "", A, false, false, false, "deny = timer", GRANTS_DENIED},
	{"timer", "", A, false, false, false, "deny = *", GRANTS_DENIED},
	{"timer", "", A, false, false, false, "deny = log", GRANTS_NAMED},
	{"timer", "", A, false, false, true, "", GRANTS_REVOKED},
	{"timer", "", A, true, true, true, "allow = *", GRANTS_REVOKED},
	{"link", "~", A, false, true, false, "", GRANTS_KEPT},
	{"link", "~", B, false, true, false, "", GRANTS_CHANGED},
	{"link", "~", A, false, true, false, "deny = *", GRANTS_DENIED},
	{"link", "~", A, true, true, false, "deny = *", GRANTS_GIVEN},
	{"link", "~", A, true, false, false, "", GRANTS_GIVEN},
	{"link", "~", B, true, true, false, "", GRANTS_GIVEN},
	{"link", "~", A, false, false, false, "allow = *", GRANTS_SETTINGS},
	{"link", "~", B, false, true, false, "allow = *", GRANTS_SETTINGS},
	{"link", "~", A, false, false, false, "allow = timer", GRANTS_NONE},
	{"link", "~", A, false, false, false, "sha256 = " A "\nallow = *",
		GRANTS_SETTINGS},
	{"link", "~", B, false, false, false, "sha256 = " A "\nallow = *", GRANTS_NONE},
	{"link", "~", A, false, true, true, "", GRANTS_REVOKED},
	/* A harmless one that is kept for another content needs no question. */
	{"timer", "", B, false, true, false, "", GRANTS_NAMED},
};

static enum grants_source judge(size_t i)
{
	char text[512], why[CAP_WHY_MAX];
	struct cap cap = cap_make(cases[i].cap, cases[i].scope);
	struct cap_text cap_words = cap_text(&cap);
	struct settings *settings = NULL;
	struct settings_error err;
	struct grants *grants = grants_create();
	struct grant grant = make("org.a", A, cases[i].cap, cases[i].scope), gone;
	snprintf(text, sizeof text, "[grant org.a]\n%s\n[grant org.b]\nallow = *\n",
		cases[i].rule);
	assert_int_equal(settings_parse("x", text, strlen(text), &settings, &err), 0);
	if (cases[i].revoked)
		grants_revoke(grants, "org.a", &cap, &gone);
	/* What is kept later undoes a revocation: so without its help. */
	if (cases[i].kept && !cases[i].revoked)
		grants_keep(grants, &grant);
	if (cases[i].given)
		assert_int_equal(grants_give(grants, cap_words.text, why), 0);
	struct grants_verdict v =
		grants_judge(grants, settings, "org.a", cases[i].content, &cap);
	bool kept = cases[i].kept && !cases[i].revoked;
	assert_int_equal(v.grant != NULL, kept);
	bool by_content = grants_by_content(grants, settings, "org.a");
	assert_int_equal(by_content, kept || strstr(cases[i].rule, "sha256"));
	assert_false(grants_by_content(grants, settings, "org.b"));
	assert_true(by_content ||
		    grants_judge(grants, settings, "org.a", "", &cap).source == v.source);
	grants_destroy(grants);
	settings_destroy(settings);
	return v.source;
}

static void test_judge(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum grants_source source = judge(i);
		if (source != cases[i].source)
			fail_msg("case %zu: %d, not %d", i, source, cases[i].source);
		assert_int_equal(grants_is_yes(source), source >= GRANTS_GIVEN);
	}
}

/* From one session to the next; another plugin's is another's. */
static void test_kept(void **state)
{
	(void)state;
	struct cap cap = cap_make("link", "~");
	struct settings *none = settings_create();
	struct grant gone;
	put(make("org.a", A, "link", "~"));
	struct grants *grants = grants_create();
	assert_int_equal(
		grants_judge(grants, none, "org.a", A, &cap).source, GRANTS_KEPT);
	assert_int_equal(
		grants_judge(grants, none, "org.b", A, &cap).source, GRANTS_NONE);
	struct cap other = cap_make("link", "~/x");
	assert_int_equal(
		grants_judge(grants, none, "org.a", A, &other).source, GRANTS_NONE);
	assert_true(grants_revoke(grants, "org.a", &cap, &gone));
	assert_string_equal(gone.content, A);
	assert_false(grants_revoke(grants, "org.a", &cap, &gone));
	assert_int_equal(
		grants_judge(grants, none, "org.a", A, &cap).source, GRANTS_REVOKED);
	struct grant again = make("org.a", B, "link", "~");
	grants_keep(grants, &again);
	assert_int_equal(
		grants_judge(grants, none, "org.a", B, &cap).source, GRANTS_KEPT);
	grants_destroy(grants);
	settings_destroy(none);
}

static void test_words(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		bool good;
	} ids[] = {{"org.example.a", true}, {"a.b", true}, {"a", false}, {"", false},
		{".a.b", false}, {"a..b", false}, {"a.b.", false}, {"../a", false},
		{"a.B", false}, {"a.b/c", false}};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		assert_int_equal(grant_is_id(ids[i].id), ids[i].good);
	assert_true(grant_is_content(A));
	assert_false(grant_is_content("ab"));
	assert_false(grant_is_content(A "a"));
	enum grant_lifetime lifetime;
	assert_int_equal(grant_lifetime_parse("ever", &lifetime), -EINVAL);
	for (int i = GRANT_ONCE; i <= GRANT_ALWAYS; i++) {
		const char *name = grant_lifetime_name((enum grant_lifetime)i);
		assert_int_equal(grant_lifetime_parse(name, &lifetime), 0);
		assert_int_equal(lifetime, i);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {CASE(test_hash), CASE(test_files),
		CASE(test_db), CASE(test_judge), CASE(test_kept), CASE(test_words)};
	log_set_level(LOG_SILENT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
