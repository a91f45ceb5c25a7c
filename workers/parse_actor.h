/* `dateline parse actor [TEXT…]`: a phrase as it stands in news, to country and role. */
#ifndef DL_WORKERS_PARSE_ACTOR_H
#define DL_WORKERS_PARSE_ACTOR_H

struct dl_config;

int dl_parse_actor_main(const struct dl_config *config, int argc, char **argv);

#endif
