/* measure: what a plugin does while it runs, by counting. For class_test. */
#ifndef TESTS_PLUGINS_MEASURE_H
#define TESTS_PLUGINS_MEASURE_H

struct plugin;

struct measured {
	int class; /* enum work or CLASS_MIXED, by the definitions in plugins/README.md */
	char text[160]; /* the numbers behind it */
};

int measure_init(void **state);
/* measure starts the plugin, answers its services, and ends it after a while. */
void measure(struct plugin *plugin, struct measured *out);

/* cache.c: a cache of 512 KiB. cache_touch: whether the line had to be fetched. */
void cache_clear(void);
int cache_touch(unsigned long address);

#endif
