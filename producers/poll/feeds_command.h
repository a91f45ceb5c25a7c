/* `dateline produce feeds` and `dateline feeds`. */
#ifndef DL_PRODUCERS_POLL_FEEDS_COMMAND_H
#define DL_PRODUCERS_POLL_FEEDS_COMMAND_H

struct dl_config;
struct dl_poll_store;

/* Polls. */
int dl_produce_feeds_main(const struct dl_config *config, int argc, char **argv);
/* add, remove, list, import, export, health. */
int dl_feeds_main(const struct dl_config *config, int argc, char **argv);

#endif
