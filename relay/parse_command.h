/* `dateline parse KIND …`: one part of the work alone, JSON or CoNLL-U out. */
#ifndef DL_RELAY_PARSE_COMMAND_H
#define DL_RELAY_PARSE_COMMAND_H

struct dl_config;

/* The command line after the front door has taken its options. Returns the exit code. */
int dl_parse_main(const struct dl_config *config, int argc, char **argv);

/* A kind: argv[0] is its name. Returns the exit code. */
struct dl_parse_kind {
    const char *name;
    int (*run)(const struct dl_config *config, int argc, char **argv);
    const char *help;
};

#endif
