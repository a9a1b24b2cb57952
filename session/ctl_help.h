/* ctl_help: what 'osaas ctl --help' and 'osaas ctl COMMAND --help' say. */
#ifndef OSAAS_SESSION_CTL_HELP_H
#define OSAAS_SESSION_CTL_HELP_H

struct control_command;

/* ctl_help_print: to the standard output; NULL: of all commands, a line each, and the options. */
void ctl_help_print(const struct control_command *command);

/* ctl_help_unknown: the error for a command that there is not. */
void ctl_help_unknown(const char *name);

#endif
