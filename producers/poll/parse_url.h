/* `dateline parse url [URL…] [--base URL]`: addresses written out and in their canonical form. */
#ifndef DL_PRODUCERS_POLL_PARSE_URL_H
#define DL_PRODUCERS_POLL_PARSE_URL_H

struct dl_config;

int dl_parse_url_main(const struct dl_config *config, int argc, char **argv);

#endif
