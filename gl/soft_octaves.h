/* soft_octaves: the cubics of soft_lanes.h's encoding, by the exponent's last three bits. */
#ifndef OSAAS_GL_SOFT_OCTAVES_H
#define OSAAS_GL_SOFT_OCTAVES_H

/* Twice, for 16 lanes. Row k: factors of the mantissa's k-th power. */
#define OCTAVES(a, b, c, d, e, f, g, h)                                                  \
	{                                                                                \
		a, b, c, d, e, f, g, h, a, b, c, d, e, f, g, h                           \
	}
static const float octaves[4][16] = {
	OCTAVES(2.32861792f, 7.80446095f, 15.1138345f, 24.8706776f, 37.8945006f,
		55.2792186f, 78.485033f, -1.77362927f),
	OCTAVES(24.6890989f, 32.9559931f, 43.9909731f, 58.7209041f, 78.383003f,
		104.628756f, 139.662634f, 18.4959258f),
	OCTAVES(-6.28104111f, -8.384184f, -11.1915429f, -14.9389176f, -19.9410625f,
		-26.618125f, -35.5309341f, -4.70546417f),
	OCTAVES(0.869088382f, 1.16009381f, 1.54853945f, 2.06705217f, 2.75918362f,
		3.68306827f, 4.91630631f, 0.651080637f),
};

#endif
