/*
 * ear: for test_input.py: writes into the log all that comes to its window, one area over
 * all of it. Moves that follow each other are one line, with how many they were, and so
 * are repeats and motion; what is typed is told as a whole, too, at Enter. F11 captures the
 * pointer, F12 gives it back.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.test.ear\n"
	       "name = Ear\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = ear_main\n"
	       "want = gui.window required: to tell of\n"
	       "want = input.capture optional: to tell of motion\n")

#define ENTER    28
#define F11      87
#define F12      88
#define ALL      0xff /* enum osaas_pointer_kind */
#define say(...) osaas_printf(OSAAS_LOG_INFO, "hears " __VA_ARGS__)

static osaas_chan window;
static struct osaas_window_config config;
static uint64_t serial;
static char typed[256];
static size_t n_typed;

/* Moves and repeats that were not told yet. */
static struct osaas_window_pointer moved;
static unsigned long moves, repeats;
static double by_x, by_y, raw_x, raw_y;
static bool motion;

static void draw(void)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_clip_rect(&ops, 0, 0, (float)config.width, (float)config.height);
	osaas_ops_area(&ops, 1);
	osaas_ops_listen(&ops, 1, ALL | OSAAS_LISTEN_GESTURE | OSAAS_LISTEN_PEN, -1e6f,
		1e6f, -1e6f, 1e6f);
	osaas_ops_color(&ops, 0x20, 0x40, 0x60, 255);
	osaas_ops_paint(&ops);
	osaas_ops_clip_pop(&ops);
	osaas_ops_send(window, &ops, ++serial);
}

static const char *kind_name(unsigned kind)
{
	static const char *const names[] = {
		"cancel", "press", "release", "move", "drag", "enter", "leave", "scroll"};
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		if (kind == 1u << i)
			return names[i];
	}
	return "?";
}

static void tell_moves(void)
{
	if (moves)
		say("%lu %s to %d %d of %u.%u buttons %x", moves, kind_name(moved.kind),
			(int)moved.x, (int)moved.y, moved.source, moved.id,
			moved.buttons);
	if (repeats)
		say("%lu repeats", repeats);
	if (motion)
		say("motion by %d %d raw %d %d", (int)by_x, (int)by_y, (int)raw_x,
			(int)raw_y);
	moves = repeats = 0;
	motion = false;
	by_x = by_y = raw_x = raw_y = 0;
}

static void tell_motion(const struct osaas_msg *msg)
{
	struct osaas_window_motion m;
	memcpy(&m, msg->u.bytes, sizeof m);
	by_x += m.dx;
	by_y += m.dy;
	raw_x += (double)m.raw_dx;
	raw_y += (double)m.raw_dy;
	motion = true;
}

static bool is_move(const struct osaas_window_pointer *p)
{
	return p->kind == OSAAS_POINTER_MOVE || p->kind == OSAAS_POINTER_DRAG;
}

static void tell_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	if (motion || (moves && (!is_move(&p) || p.source != moved.source ||
					p.id != moved.id || p.kind != moved.kind)))
		tell_moves();
	if (is_move(&p)) {
		moved = p;
		moves++;
	} else if (p.kind == OSAAS_POINTER_SCROLL) {
		say("scroll %d %d mods %x", (int)(p.scroll_x * 10),
			(int)(p.scroll_y * 10), p.mods);
	} else {
		say("%s at %d %d of %u.%u button %x buttons %x", kind_name(p.kind),
			(int)p.x, (int)p.y, p.source, p.id, p.button, p.buttons);
	}
}

static void type(const struct osaas_window_key *key)
{
	size_t n = strlen(key->text);
	if (key->code == ENTER) {
		say("typed '%.*s'", (int)n_typed, typed);
		n_typed = 0;
	} else if (n_typed + n <= sizeof typed) {
		memcpy(typed + n_typed, key->text, n);
		n_typed += n;
	}
}

static void tell_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, msg->u.bytes, sizeof key);
	if (key.repeat) {
		repeats++;
		return;
	}
	tell_moves();
	say("key %u %s mods %x '%s'", key.code, key.pressed ? "down" : "up", key.mods,
		key.text);
	if (key.pressed)
		type(&key);
	if (key.pressed && (key.code == F11 || key.code == F12))
		osaas_window_capture(window, key.code == F11);
}

static void tell_gesture(const struct osaas_msg *msg)
{
	static const char *const kinds[] = {"?", "swipe", "pinch", "hold"};
	static const char *const phases[] = {"?", "begin", "update", "end", "cancel"};
	struct osaas_window_gesture g;
	memcpy(&g, msg->u.bytes, sizeof g);
	tell_moves();
	say("%s %s fingers %u by %d %d scale %d%%", kinds[g.kind & 3],
		phases[g.phase % 5], g.fingers, (int)g.dx, (int)g.dy,
		(int)(g.scale * 100));
}

static void tell_pen(const struct osaas_msg *msg)
{
	struct osaas_window_pen p;
	memcpy(&p, msg->u.bytes, sizeof p);
	tell_moves();
	say("pen tool %u pressure %u tilt %d %d buttons %x", p.tool, p.pressure,
		(int)p.tilt_x, (int)p.tilt_y, p.buttons);
}

static void handle(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		memcpy(&config, msg->u.bytes, sizeof config);
		say("size %d %d", config.width, config.height);
		draw();
		break;
	case OSAAS_WINDOW_KEY:
		tell_key(msg);
		break;
	case OSAAS_WINDOW_POINTER:
	case OSAAS_WINDOW_TOUCH:
		tell_pointer(msg);
		break;
	case OSAAS_WINDOW_GESTURE:
		tell_gesture(msg);
		break;
	case OSAAS_WINDOW_PEN:
		tell_pen(msg);
		break;
	case OSAAS_WINDOW_MOTION:
		tell_motion(msg);
		break;
	case OSAAS_WINDOW_CAPTURED:
		tell_moves();
		say("captured %u", msg->u.u32[0]);
		break;
	case OSAAS_WINDOW_REFUSED:
		say("refused %lu", (unsigned long)msg->u.u64[0]);
		break;
	case OSAAS_WINDOW_LOST:
		tell_moves();
		say("that something was lost");
		break;
	}
}

OSAAS_EXPORT void ear_main(void);
void ear_main(void)
{
	struct osaas_msg msg;
	window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE)
		handle(&msg);
}
