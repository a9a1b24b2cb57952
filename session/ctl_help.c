#include "session/ctl_help.h"

#include <stdio.h>
#include <string.h>

#include "session/control_command.h"
#include "session/nearest.h"
#include "util/log.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define COMMANDS_MAX 64
#define FORMS_MAX    6

static const char help_before[] =
	"usage: osaas ctl [options] COMMAND [WORD ...]\n"
	"\n"
	"Asks the running session. 'osaas ctl COMMAND --help' says more of one.\n"
	"\n";

static const char help_after[] =
	"\n"
	"  --json          one JSON object on a line\n"
	"  --watch         again every second, until the session or Ctrl+C ends it\n"
	"  --output NAME   screenshot, record: of which output; else of the first\n"
	"  --pointer       screenshot: with the pointer\n"
	"  --rate R        record: pictures a second, 1 to 240 (default 30)\n"
	"  --for SECONDS   record-input: so long, else until Ctrl+C or 'stop'\n"
	"  --stop          record-input: like 'record-input stop'\n"
	"  --socket PATH   of the session, when there are several, or another user's\n"
	"  --help          this text; behind a COMMAND: of that one\n";

/* Those whose words need more than the line of the list. */
static const struct help {
	const char *name;
	const char *forms[FORMS_MAX]; /* behind "osaas ctl NAME" */
	const char *text;
} helps[] = {
	{"controls", {" [ID]"},
		"What windows and panels say that is in them: buttons, fields, where "
		"they\n"
		"are and what they hold; with ID only those of one plugin.\n"},
	{"grants",
		{"", " allow PLUGIN CAP[:SCOPE] [once|run|always]",
			" revoke PLUGIN CAP[:SCOPE]"},
		"Without words: what plugins may use, who said so, and for how long.\n"
		"allow: for the next start, until the session ends, or for good "
		"(default).\n"
		"revoke: undo it; a plugin that runs loses it at once.\n"
		"PLUGIN is a file, an installed plugin's name, or the id of one that "
		"runs.\n"
		"\n"
		"  osaas ctl grants allow hello gui.window\n"},
	{"output", {"", " NAME", " NAME KEY=VALUE ...", " NAME reset"},
		"Without words: what displays there are; with NAME: one, its settings "
		"and\n"
		"modes. KEY=VALUE changes it, as in [output NAME] of osaas.ini(5), and "
		"is\n"
		"kept; reset forgets what was said so. on and off are state=on, "
		"state=off.\n"
		"\n"
		"  osaas ctl output DP-1 scale=2 transform=90\n"},
	{"input",
		{"", " NAME|type:TYPE", " NAME|type:TYPE KEY=VALUE ...",
			" NAME|type:TYPE reset"},
		"Without words: what input devices there are; with NAME: the options of\n"
		"one. KEY=VALUE changes it until the session ends, as in [input NAME] "
		"of\n"
		"osaas.ini(5); reset forgets what was said so.\n"
		"\n"
		"  osaas ctl input type:touchpad tap=on natural-scroll=on\n"},
	{"keyboard",
		{"", " layout [next|previous|NAME|N]", " method [next|off|none|PLUGIN]",
			" KEY=VALUE ...", " reset"},
		"Without words: layouts, lamps, input methods, settings and shortcuts.\n"
		"layout, method: show it, or switch to another one. KEY=VALUE as in\n"
		"[keyboard] of osaas.ini(5), until the session ends or reset is said.\n"
		"\n"
		"  osaas ctl keyboard layout=us,de options=grp:alt_shift_toggle\n"},
	{"magnifier", {"", " FACTOR [SCREEN]", " off [SCREEN]"},
		"Without words: how much of each screen is shown. FACTOR from 1 (off) "
		"to\n"
		"16, such as 2.5, enlarges the screen of the pointer, or SCREEN.\n"},
	{"audio",
		{" [status]", " volume [N%|+N%|-N%] [input]", " mute [on|off] [input]",
			" output [RULE ...|reset]", " input [RULE ...|reset]"},
		"Without words: the device that plays, the volumes, what plays, and "
		"what\n"
		"devices there are.\n"
		"volume, mute: of the sound, or with input of the microphone. Without a\n"
		"value volume shows it, and mute changes it to the other one.\n"
		"output, input: which device plays, or hears, now and in later "
		"sessions:\n"
		"a part of its name, or usb, hdmi, analog, ..., default, as in [audio] "
		"of\n"
		"osaas.ini(5); reset takes it back.\n"
		"\n"
		"  osaas ctl audio volume 50%\n"
		"  osaas ctl audio output usb default\n"},
	{"brightness", {" [N%|+N%|-N%]"},
		"Shows how bright the built-in panel is, or changes it. Never dark.\n"},
	{"reload", {" ID"},
		"Puts the plugin's new file in the place of what runs, with what that "
		"one\n"
		"knew if both can do that. If the new one fails, the old one goes on.\n"
		"'osaas ctl plugins' lists the IDs.\n"},
	{"restart", {" ID"},
		"Starts the plugin again, from its file and afresh, in its window.\n"
		"'osaas ctl plugins' lists the IDs; ID#2 is the second of several.\n"},
	{"close", {" ID"},
		"Asks the plugin's window to go, and ends it if it has not in 2 s.\n"
		"'osaas ctl plugins' lists the IDs; ID#2 is the second of several.\n"},
	{"latency", {"", " export FILE", " reset"},
		"Without words: where the time goes from input to picture, by stage.\n"
		"export: the frames as a trace for https://ui.perfetto.dev; '-' is the\n"
		"standard output. reset: begin anew.\n"},
	{"screenshot", {" [--output NAME] [--pointer] [FILE.png]"},
		"What an output shows. Without FILE a new one in this folder, named by "
		"the\n"
		"time; '-' is the standard output.\n"},
	{"record", {"", " [--output NAME] [--rate R] FILE", " stop"},
		"FILE ends in .mkv, .mp4 or .webm: an output as a video, by ffmpeg.\n"
		"stop ends it. Without words: what is recorded.\n"},
	{"record-input", {"", " [--for SECONDS] FILE", " stop"},
		"FILE: all that is typed (passwords too) and pointed, for 'osaas "
		"session\n"
		"--replay FILE'. Ends by stop, Ctrl+C or --for. Without words: what is\n"
		"recorded.\n"},
};

static void print_all(void)
{
	fputs(help_before, stdout);
	for (const struct control_command *c = control_commands; c->name; c++)
		printf("  %-14s  %s\n", c->name, c->help);
	fputs(help_after, stdout);
}

static const struct help *find(const char *name)
{
	for (size_t i = 0; i < COUNT(helps); i++) {
		if (strcmp(helps[i].name, name) == 0)
			return &helps[i];
	}
	return NULL;
}

static void print_forms(const struct help *help)
{
	for (size_t i = 0; i < FORMS_MAX && help->forms[i]; i++)
		printf("%s osaas ctl %s%s\n", i ? "      " : "usage:", help->name,
			help->forms[i]);
}

void ctl_help_print(const struct control_command *command)
{
	const struct help *help = command ? find(command->name) : NULL;
	if (!command) {
		print_all();
		return;
	}
	if (help) {
		print_forms(help);
		printf("\n%s", help->text);
	} else {
		printf("usage: osaas ctl %s\n\n%s\n", command->name, command->help);
	}
	printf("\n'osaas ctl --help' lists the options and the other commands; osaas(1) "
	       "says more.\n");
}

void ctl_help_unknown(const char *name)
{
	const char *names[COMMANDS_MAX];
	char hint[NEAREST_HINT];
	size_t n = 0;
	for (const struct control_command *c = control_commands;
		c->name && n < COMMANDS_MAX; c++)
		names[n++] = c->name;
	log_error("there is no command '%.100s'%s", name,
		nearest_hint(hint, name, names, n, "'", "'osaas ctl --help'"));
}
