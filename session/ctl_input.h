/*
 * ctl_input: the client's half of 'osaas ctl record-input FILE': takes the lines as they come
 * and writes them, until the session says that it is over, or Ctrl+C does.
 */
#ifndef OSAAS_SESSION_CTL_INPUT_H
#define OSAAS_SESSION_CTL_INPUT_H

struct ctl_file;

/*
 * ctl_input_save: a file for its user's eyes alone, since it holds what was typed. 0, -ECONNRESET
 * it broke off, or another -errno of writing. fd stays the caller's.
 */
int ctl_input_save(const struct ctl_file *file, int fd);

#endif
