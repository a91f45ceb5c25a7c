/* `dateline version`: of dateline, of what it knows, of the libraries it runs with. */
#ifndef DL_RELAY_VERSION_H
#define DL_RELAY_VERSION_H

struct dl_config;

/* A line each, name and version; 1 when what it knows cannot be loaded. */
int dl_version_main(const struct dl_config *config, int argc, char **argv);

#endif
