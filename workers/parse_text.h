/* `dateline parse text [FILE…]`: reading alone, as CoNLL-U or as trees for a person. */
#ifndef DL_WORKERS_PARSE_TEXT_H
#define DL_WORKERS_PARSE_TEXT_H

struct dl_config;

int dl_parse_text_main(const struct dl_config *config, int argc, char **argv);

#endif
