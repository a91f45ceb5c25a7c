/* `dateline parse robots FILE --agent A --url U`: may this agent fetch that? */
#ifndef DL_PRODUCERS_POLL_PARSE_ROBOTS_H
#define DL_PRODUCERS_POLL_PARSE_ROBOTS_H

struct dl_config;

int dl_parse_robots_main(const struct dl_config *config, int argc, char **argv);

#endif
