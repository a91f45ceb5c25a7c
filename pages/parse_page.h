/* `dateline parse page`: pages to Articles, a line of JSON each. */
#ifndef DL_PAGES_PARSE_PAGE_H
#define DL_PAGES_PARSE_PAGE_H

struct dl_config;

int dl_parse_page_main(const struct dl_config *config, int argc, char **argv);

#endif
