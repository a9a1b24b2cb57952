/*
 * osaas_stream.h: bytes both ways over a channel: a connection's (osaas_net.h), a
 * terminal's (osaas_process.h).
 *
 * The plugin's send waits while the other side does not take its bytes, and the host
 * takes no more from there than the plugin receives: nothing is lost, nothing piles up.
 * Closing the channel ends it; what was sent before still goes out.
 */
#ifndef OSAAS_STREAM_H
#define OSAAS_STREAM_H

#include <osaas.h>

#define OSAAS_STREAM_MAX                                                                 \
	(UINT32_C(1) << 20) /* bytes of a piece; the host's are at most 64 KiB */

enum osaas_stream_type {
	/* Both ways. buf, len: bytes. More than OSAAS_STREAM_MAX ends the stream with OSAAS_E2BIG. */
	OSAAS_STREAM_DATA = 1,
	/*
	 * Both ways: from here no more bytes come. From the host u.i64[0] is 0: the other
	 * side said so, and can still be sent to; or it is OSAAS_E*: it is over, and the
	 * channel closed. When both have said so it is closed, too.
	 */
	OSAAS_STREAM_END = 2,
	/* Host to plugin, first of all: now it is connected, or the program was started. */
	OSAAS_STREAM_OPEN = 3,
};

/* osaas_stream_wait waits for the OPEN. YIELDS. 0, or OSAAS_E*: why there is none. */
int osaas_stream_wait(osaas_chan stream);

/* osaas_stream_write sends a copy of size bytes, in pieces. YIELDS. 0 or OSAAS_E*. */
int osaas_stream_write(osaas_chan stream, const void *from, size_t size);

/*
 * osaas_stream_read waits for the next piece, which is the caller's (osaas_buf_free).
 * YIELDS. Its bytes; 0: the end; or OSAAS_E*. Other messages of the channel, such as
 * OSAAS_PROCESS_EXITED, are thrown away: who wants them receives by itself.
 */
int64_t osaas_stream_read(osaas_chan stream, void **buf);

/* osaas_stream_end says that no more bytes come from here. YIELDS. */
int osaas_stream_end(osaas_chan stream);

#endif
