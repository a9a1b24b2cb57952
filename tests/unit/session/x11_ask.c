/*
 * x11_ask: what the tests of the nested window ask of an X server.
 *
 *	x11_ask close WINDOW    asks it to close, as a button of its frame does
 *	x11_ask pixel X Y       prints the colour there, as RRGGBB
 */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ask_to_close(Display *display, Window window)
{
	XEvent event = {0};
	event.xclient.type = ClientMessage;
	event.xclient.window = window;
	event.xclient.message_type = XInternAtom(display, "WM_PROTOCOLS", False);
	event.xclient.format = 32;
	event.xclient.data.l[0] = (long)XInternAtom(display, "WM_DELETE_WINDOW", False);
	return XSendEvent(display, window, False, NoEventMask, &event) ? 0 : 1;
}

static int print_pixel(Display *display, int x, int y)
{
	XImage *image = XGetImage(
		display, DefaultRootWindow(display), x, y, 1, 1, AllPlanes, ZPixmap);
	if (!image)
		return 1;
	printf("%06lx\n", XGetPixel(image, 0, 0) & 0xffffff);
	XDestroyImage(image);
	return 0;
}

int main(int argc, char **argv)
{
	int r = 2;
	Display *display = XOpenDisplay(NULL);
	if (!display)
		return 1;
	if (argc == 3 && strcmp(argv[1], "close") == 0)
		r = ask_to_close(display, strtoul(argv[2], NULL, 10));
	if (argc == 4 && strcmp(argv[1], "pixel") == 0)
		r = print_pixel(display, atoi(argv[2]), atoi(argv[3]));
	XCloseDisplay(display);
	return r;
}
