/* service_table: the services there are, each in a file of its own: service_NAME.c. */
#ifndef OSAAS_SESSION_SERVICE_TABLE_H
#define OSAAS_SESSION_SERVICE_TABLE_H

#include "session/service.h"

extern const struct service_ops service_clipboard, service_link, service_link_offer,
	service_log, service_store, service_text, service_timer;
extern const struct service_ops service_fs_read, service_fs_write;
extern const struct service_ops service_method;
extern const struct service_ops service_net;
extern const struct service_ops service_process;
extern const struct service_ops service_shortcut;
extern const struct service_ops service_capture;
extern const struct service_ops service_audio_in;
extern const struct service_ops service_decode;

#endif
