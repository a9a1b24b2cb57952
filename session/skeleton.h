/* skeleton: the files of a new plugin, from the templates in new/. */
#ifndef OSAAS_SESSION_SKELETON_H
#define OSAAS_SESSION_SKELETON_H

#define SKELETON_NAME 40 /* bytes of a name, at most */

/*
 * skeleton_write makes the directory name (a-z, 0-9, '-') and the files in it. sdk is the
 * directory for PKG_CONFIG_PATH that they name, of plain characters; NULL: none. 0, or -errno,
 * logged.
 */
int skeleton_write(const char *name, const char *sdk);

#endif
