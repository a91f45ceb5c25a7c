/* `dateline code`: articles to Reports without any log; `dateline explain`: why they are coded so. */
#ifndef DL_WORKERS_CODE_COMMAND_H
#define DL_WORKERS_CODE_COMMAND_H

struct dl_config;

/* The command line after the front door has taken its options. Returns the exit code. */
int dl_code_main(const struct dl_config *config, int argc, char **argv);
int dl_explain_main(const struct dl_config *config, int argc, char **argv);

#endif
