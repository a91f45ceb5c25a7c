/* What the user asked for: defaults, then a YAML file, then the environment, then `-o`; each value
 * remembers where it came from.
 *
 * Owner    dl_config_done().   Threads  filled at start, then const.
 * Errors   DL_BAD_CONFIG naming file and line, variable or option, and for an unknown key the
 *          nearest known one. */
#ifndef DL_CORE_CONFIG_H
#define DL_CORE_CONFIG_H

#include "core/str.h"

/* The kinds of origin, lowest precedence first. */
enum dl_config_origin {
    DL_ORIGIN_DEFAULT,
    DL_ORIGIN_FILE,
    DL_ORIGIN_ENV,
    DL_ORIGIN_OPTION,
};

/* A property handed verbatim to librdkafka (`-X`, or under `kafka:` in the file). */
struct dl_property {
    char *name;
    char *value;
};

#define DL_KEY_STR(field, key, fallback, help) char *field;
#define DL_KEY_SECRET(field, key, help) char *field;
#define DL_KEY_INT(field, key, fallback, min, max, unit, help) int64_t field;
#define DL_KEY_BOOL(field, key, fallback, help) bool field;
#define DL_KEY_WORD(field, key, fallback, words, help) char *field;
enum {
    DL_CONFIG_COUNT = 128 /* room for the table's rows; checked in config.c */
};
struct dl_config {
#include "core/config.def"
    struct dl_property *properties;
    uint32_t property_count;
    char *origins[DL_CONFIG_COUNT]; /* "default", "dateline.yaml:3", "DATELINE_DIR", "-o dir" */
    unsigned char ranks[DL_CONFIG_COUNT];
};
#undef DL_KEY_STR
#undef DL_KEY_SECRET
#undef DL_KEY_INT
#undef DL_KEY_BOOL
#undef DL_KEY_WORD

void dl_config_init(struct dl_config *config); /* the defaults */
void dl_config_done(struct dl_config *config);

/* One value. A value of lower rank than the present one is checked and then left aside. */
dl_status dl_config_set(struct dl_config *config, dl_str key, dl_str value,
                        enum dl_config_origin rank, const char *origin, struct dl_error *err);
dl_status dl_config_property(struct dl_config *config, dl_str name, dl_str value,
                             struct dl_error *err);

/* A whole YAML file: maps nest, values are scalars; ${VAR} and ${VAR:-x} are replaced. */
dl_status dl_config_file(struct dl_config *config, const char *path, struct dl_error *err);

/* DATELINE_KEY=value, and DATELINE_KEY_FILE=path for secrets. `environ` ends with NULL. */
dl_status dl_config_env(struct dl_config *config, char *const *environment, struct dl_error *err);

/* Each key, its value (secrets as ****) and its origin. */
void dl_config_show(const struct dl_config *config, FILE *out);
/* docs/CONFIG.md. */
void dl_config_docs(FILE *out);

#endif
