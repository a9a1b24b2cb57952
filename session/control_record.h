/*
 * control_record: 'osaas ctl record': an output as a video file.
 *
 *	record					what is or was recorded
 *	record FILE [output=NAME] [rate=R]	FILE is an absolute path here
 *	record stop				is answered when the file is finished
 */
#ifndef OSAAS_SESSION_CONTROL_RECORD_H
#define OSAAS_SESSION_CONTROL_RECORD_H

#include <stdbool.h>

#define CONTROL_RECORD_WORDS 3 /* that may follow the command's name */

struct control_request;
struct reply;
struct session;

void control_record_answer(struct session *session, const struct control_request *request,
	struct reply *reply);

/* control_record_is_video: the name ends in one of what can be written: .mkv, .mp4, .webm. */
bool control_record_is_video(const char *file);

#endif
