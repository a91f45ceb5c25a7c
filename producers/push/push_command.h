/* `dateline produce push`. */
#ifndef DL_PRODUCERS_PUSH_PUSH_COMMAND_H
#define DL_PRODUCERS_PUSH_PUSH_COMMAND_H

struct dl_config;

int dl_push_main(const struct dl_config *config, int argc, char **argv);

#endif
