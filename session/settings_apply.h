/* settings_apply: what a changed configuration means for a running session. */
#ifndef OSAAS_SESSION_SETTINGS_APPLY_H
#define OSAAS_SESSION_SETTINGS_APPLY_H

struct settings;

/*
 * settings_apply puts new settings, which it takes over, in the place of the present
 * ones: log, scale, idle, night, keyboard, shortcuts, what displays are to be and what is denied or no longer
 * allowed at once; the other keys of [session] at the next start.
 */
void settings_apply(void *session, struct settings *settings);

#endif
