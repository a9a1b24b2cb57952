/*
 * Preloaded into sanitized programs: libraries stay loaded, so that the leak
 * check can name Mesa's functions and its suppressions match.
 */
int dlclose(void *handle);

int dlclose(void *handle)
{
	(void)handle;
	return 0;
}
