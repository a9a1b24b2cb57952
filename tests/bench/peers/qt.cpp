// Qt's raster engine: the scenes of tests/bench/gl on a QImage.
#include <QGlyphRun>
#include <QGuiApplication>
#include <QImage>
#include <QLinearGradient>
#include <QPainter>
#include <QPainterPath>
#include <QRadialGradient>
#include <QRawFont>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <map>
#include <tuple>

#include "../paint/scenes.h"

namespace
{

struct qt_canvas {
	canvas base;
	QImage image;
	QPainter painter;
	QPainterPath path;
	std::map<float, QRawFont> fonts;
	std::map<std::tuple<float, float, float, float, uint32_t>, QImage> shadows;
};

qt_canvas *of(canvas *c)
{
	return reinterpret_cast<qt_canvas *>(c);
}

QColor color_of(uint32_t v)
{
	return QColor::fromRgba(v);
}

void begin(canvas *c, uint32_t color)
{
	of(c)->painter.begin(&of(c)->image);
	of(c)->painter.setRenderHint(QPainter::Antialiasing);
	of(c)->painter.setRenderHint(QPainter::SmoothPixmapTransform);
	of(c)->painter.setPen(Qt::NoPen);
	of(c)->painter.fillRect(of(c)->image.rect(), color_of(color));
}

void end(canvas *c)
{
	of(c)->painter.end();
}

void push(canvas *c, float sx, float hx, float ox, float hy, float sy, float oy)
{
	of(c)->painter.save();
	of(c)->painter.setTransform(QTransform(double(sx), double(hy), double(hx),
					    double(sy), double(ox), double(oy)),
		true);
}

void pop(canvas *c)
{
	of(c)->painter.restore();
}

QRectF box(float x0, float y0, float x1, float y1)
{
	return QRectF(QPointF(double(x0), double(y0)), QPointF(double(x1), double(y1)));
}

void clip(canvas *c, float x0, float y0, float x1, float y1)
{
	of(c)->painter.save();
	of(c)->painter.setClipRect(box(x0, y0, x1, y1), Qt::IntersectClip);
}

void move(canvas *c, float x, float y)
{
	of(c)->path.moveTo(double(x), double(y));
}

void line(canvas *c, float x, float y)
{
	of(c)->path.lineTo(double(x), double(y));
}

void cubic(canvas *c, float ax, float ay, float bx, float by, float x, float y)
{
	of(c)->path.cubicTo(
		double(ax), double(ay), double(bx), double(by), double(x), double(y));
}

void close(canvas *c)
{
	of(c)->path.closeSubpath();
}

void fill(canvas *c, uint32_t color)
{
	of(c)->path.setFillRule(Qt::WindingFill);
	of(c)->painter.fillPath(of(c)->path, color_of(color));
	of(c)->path = QPainterPath();
}

void stroke(canvas *c, float width, const float *dashes, size_t n, uint32_t color)
{
	QPen pen(color_of(color), double(width), Qt::SolidLine, Qt::FlatCap,
		Qt::RoundJoin);
	QVector<qreal> pattern;
	for (size_t i = 0; i < n; i++)
		pattern << double(dashes[i] / width);
	if (n > 0)
		pen.setDashPattern(pattern);
	of(c)->painter.strokePath(of(c)->path, pen);
	of(c)->path = QPainterPath();
}

void rect(canvas *c, float x0, float y0, float x1, float y1, uint32_t color)
{
	of(c)->painter.fillRect(box(x0, y0, x1, y1), color_of(color));
}

void rrect(
	canvas *c, float x0, float y0, float x1, float y1, float radius, uint32_t color)
{
	of(c)->painter.setBrush(color_of(color));
	of(c)->painter.drawRoundedRect(
		box(x0, y0, x1, y1), double(radius), double(radius));
}

/* Qt blurs only widgets: three box blurs of a picture that is kept, as programs do. */
QImage make_shadow(
	float w, float h, float radius, float sigma, uint32_t color, int margin)
{
	QImage mask(int(ceilf(w)) + 2 * margin, int(ceilf(h)) + 2 * margin,
		QImage::Format_ARGB32_Premultiplied);
	mask.fill(0);
	QPainter painter(&mask);
	painter.setRenderHint(QPainter::Antialiasing);
	painter.setPen(Qt::NoPen);
	painter.setBrush(color_of(color));
	painter.drawRoundedRect(QRectF(margin, margin, double(w), double(h)),
		double(radius), double(radius));
	painter.end();
	int half = std::max(1, int(sigma * 0.95f));
	for (int pass = 0; pass < 6; pass++) {
		QImage from = mask;
		int dx = pass % 2 ? 0 : 1, dy = 1 - dx;
		for (int y = 0; y < mask.height(); y++)
			for (int x = 0; x < mask.width(); x++) {
				unsigned sum[4] = {}, n = 2 * unsigned(half) + 1;
				for (int k = -half; k <= half; k++) {
					int px = x + k * dx, py = y + k * dy;
					if (!from.valid(px, py))
						continue;
					QRgb v = reinterpret_cast<const QRgb *>(
						from.constScanLine(py))[px];
					for (int i = 0; i < 4; i++)
						sum[i] += v >> (8 * i) & 255;
				}
				QRgb out = 0;
				for (int i = 0; i < 4; i++)
					out |= (sum[i] / n) << (8 * i);
				reinterpret_cast<QRgb *>(mask.scanLine(y))[x] = out;
			}
	}
	return mask;
}

void shadow(canvas *c, float x0, float y0, float x1, float y1, float radius, float sigma,
	uint32_t color)
{
	float w = roundf((x1 - x0) * 64) / 64, h = roundf((y1 - y0) * 64) / 64;
	int margin = int(ceilf(3 * sigma));
	auto key = std::make_tuple(w, h, radius, sigma, color);
	auto found = of(c)->shadows.find(key);
	if (found == of(c)->shadows.end())
		found = of(c)->shadows
				.emplace(key,
					make_shadow(w, h, radius, sigma, color, margin))
				.first;
	of(c)->painter.drawImage(
		QPointF(double(x0) - margin, double(y0) - margin), found->second);
}

void gradient(
	canvas *c, QGradient &&g, float w, float h, const canvas_stop *stops, size_t n)
{
	for (size_t i = 0; i < n; i++)
		g.setColorAt(double(stops[i].at), color_of(stops[i].color));
	of(c)->painter.fillRect(QRectF(0, 0, double(w), double(h)), QBrush(g));
}

void linear(canvas *c, float w, float h, const canvas_stop *stops, size_t n)
{
	gradient(c, QLinearGradient(0, 0, double(w), double(h)), w, h, stops, n);
}

void radial(canvas *c, float w, float h, const canvas_stop *stops, size_t n)
{
	gradient(c, QRadialGradient(double(w) / 2, double(h) / 2, double(w)), w, h, stops,
		n);
}

void glyphs(canvas *c, float size, const uint16_t *ids, const float *xy, size_t n,
	uint32_t color)
{
	QRawFont &font = of(c)->fonts[size];
	QVector<quint32> indexes;
	QVector<QPointF> points;
	if (!font.isValid())
		font = QRawFont(QString::fromLocal8Bit(canvas_font), double(size),
			QFont::PreferNoHinting);
	for (size_t i = 0; i < n; i++) {
		indexes << ids[i];
		points << QPointF(double(xy[2 * i]), double(xy[2 * i + 1]));
	}
	QGlyphRun run;
	run.setRawFont(font);
	run.setGlyphIndexes(indexes);
	run.setPositions(points);
	of(c)->painter.setPen(color_of(color));
	of(c)->painter.drawGlyphRun(QPointF(0, 0), run);
	of(c)->painter.setPen(Qt::NoPen);
}

void image(canvas *c, canvas_image *from)
{
	if (!from->kept)
		from->kept = new QImage(reinterpret_cast<const uchar *>(from->pixels),
			from->width, from->height, from->width * 4, QImage::Format_RGB32);
	of(c)->painter.drawImage(QPointF(0, 0), *static_cast<QImage *>(from->kept));
}

const canvas_ops ops = {begin, end, push, pop, clip, pop, move, line, cubic, close, fill,
	stroke, rect, rrect, shadow, linear, radial, glyphs, image};

double now_ms()
{
	timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return double(ts.tv_sec) * 1e3 + double(ts.tv_nsec) / 1e6;
}

double measure(const char *name)
{
	static qt_canvas *canvases[SCENES];
	static int frame;
	const char *blank = strchr(name, ' ');
	size_t n = blank ? size_t(blank - name) : strlen(name);
	for (int i = 0; i < SCENES; i++) {
		const scene *s = &scenes[i];
		if (strlen(s->name) != n || strncmp(s->name, name, n) != 0)
			continue;
		if (!canvases[i]) {
			canvases[i] = new qt_canvas;
			canvases[i]->base = {&ops, s->width, s->height};
			canvases[i]->image = QImage(
				s->width, s->height, QImage::Format_ARGB32_Premultiplied);
		}
		double start = now_ms();
		scene_draw(s, &canvases[i]->base, frame++, blank != nullptr);
		return now_ms() - start;
	}
	return NAN;
}

} // namespace

int main(int argc, char **argv)
{
	qputenv("QT_QPA_PLATFORM", "offscreen");
	QGuiApplication app(argc, argv);
	char line[64];
	scenes_init();
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "version") == 0)
			printf("Qt %s\n", qVersion());
		else
			printf("%.4f\n", measure(line));
		fflush(stdout);
	}
	return 0;
}
