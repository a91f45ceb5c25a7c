/* `dateline schema [--descriptor-set]`: how other programs read what is on the topics. */
#ifndef DL_RELAY_SCHEMA_H
#define DL_RELAY_SCHEMA_H

struct dl_config;

/* The .proto texts on stdout, each after a line with its name; with --descriptor-set the compiled
 * FileDescriptorSet, as binary. Returns the exit code. */
int dl_schema_main(const struct dl_config *config, int argc, char **argv);

#endif
