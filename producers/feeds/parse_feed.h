/* `dateline parse feed FILE… [--url URL] [--content-type T]`: feeds in one shape. */
#ifndef DL_PRODUCERS_FEEDS_PARSE_FEED_H
#define DL_PRODUCERS_FEEDS_PARSE_FEED_H

struct dl_config;

int dl_parse_feed_main(const struct dl_config *config, int argc, char **argv);

#endif
