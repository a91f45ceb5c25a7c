/* The table of keys, and values from options, environment and file. */
#include "core/config.h"

#include <yaml.h>

#include <ctype.h>
#include <errno.h>

#include "core/limits.h"

enum key_kind { KEY_STR, KEY_SECRET, KEY_INT, KEY_BOOL, KEY_WORD };

struct key {
    const char *name;
    enum key_kind kind;
    size_t at; /* in struct dl_config */
    const char *fallback;
    int64_t number;
    int64_t min;
    int64_t max;
    const char *words; /* or the unit */
    const char *help;
};

#define AT(field) offsetof(struct dl_config, field)
#define DL_KEY_STR(field, key, fallback, help)                                                     \
    {key, KEY_STR, AT(field), fallback, 0, 0, 0, "", help},
#define DL_KEY_SECRET(field, key, help) {key, KEY_SECRET, AT(field), "", 0, 0, 0, "", help},
#define DL_KEY_INT(field, key, fallback, min, max, unit, help)                                     \
    {key, KEY_INT, AT(field), #fallback, fallback, min, max, unit, help},
#define DL_KEY_BOOL(field, key, fallback, help)                                                    \
    {key, KEY_BOOL, AT(field), #fallback, fallback, 0, 1, "", help},
#define DL_KEY_WORD(field, key, fallback, words, help)                                             \
    {key, KEY_WORD, AT(field), fallback, 0, 0, 0, words, help},
static const struct key keys[] = {
#include "core/config.def"
};
#define KEY_COUNT (sizeof keys / sizeof *keys)
_Static_assert(KEY_COUNT <= DL_CONFIG_COUNT, "config.def outgrew DL_CONFIG_COUNT");

static char *copy(dl_str text)
{
    char *bytes = dl_alloc(text.len + 1);
    if (text.len)
        memcpy(bytes, text.at, text.len);
    return bytes;
}

static void *field_of(const struct dl_config *config, const struct key *key)
{
    return (char *)(uintptr_t)config + key->at;
}

static bool is_text(const struct key *key)
{
    return key->kind == KEY_STR || key->kind == KEY_SECRET || key->kind == KEY_WORD;
}

void dl_config_init(struct dl_config *config)
{
    *config = (struct dl_config){0};
    for (size_t k = 0; k < KEY_COUNT; k++) {
        if (is_text(&keys[k]))
            *(char **)field_of(config, &keys[k]) = dl_strdup(keys[k].fallback);
        else if (keys[k].kind == KEY_INT)
            *(int64_t *)field_of(config, &keys[k]) = keys[k].number;
        else
            *(bool *)field_of(config, &keys[k]) = keys[k].number != 0;
        config->origins[k] = dl_strdup("default");
    }
}

void dl_config_done(struct dl_config *config)
{
    for (size_t k = 0; k < KEY_COUNT; k++) {
        if (is_text(&keys[k]))
            free(*(char **)field_of(config, &keys[k]));
        free(config->origins[k]);
    }
    for (uint32_t p = 0; p < config->property_count; p++) {
        free(config->properties[p].name);
        free(config->properties[p].value);
    }
    free(config->properties);
    *config = (struct dl_config){0};
}

/* --- finding a key --- */

/* Levenshtein's distance, two rows; keys are short. */
static size_t distance(dl_str a, const char *b)
{
    enum { LEN_MAX = 64 };
    size_t b_len = strlen(b);
    if (a.len >= LEN_MAX || b_len >= LEN_MAX)
        return LEN_MAX;
    size_t row[LEN_MAX];
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t best = diagonal + (a.at[i - 1] != b[j - 1]);
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[b_len];
}

static const struct key *find_key(dl_str name)
{
    for (size_t k = 0; k < KEY_COUNT; k++)
        if (dl_str_is(name, keys[k].name))
            return &keys[k];
    return NULL;
}

static dl_status unknown_key(dl_str name, const char *origin, struct dl_error *err)
{
    const struct key *nearest = &keys[0];
    for (size_t k = 1; k < KEY_COUNT; k++)
        if (distance(name, keys[k].name) < distance(name, nearest->name))
            nearest = &keys[k];
    return dl_fail(err, DL_BAD_CONFIG, "%s: no key '%.*s'; did you mean '%s'?", origin,
                   DL_STR_ARG(name), nearest->name);
}

/* --- one value --- */

static bool is_one_of(dl_str value, const char *words)
{
    dl_str rest = dl_str_of(words);
    dl_str word;
    while (dl_str_next(&rest, '|', &word))
        if (dl_str_eq(word, value))
            return true;
    return false;
}

static dl_status parse_bool(dl_str value, bool *ret)
{
    if (dl_str_is(value, "true") || dl_str_is(value, "yes") || dl_str_is(value, "1"))
        *ret = true;
    else if (dl_str_is(value, "false") || dl_str_is(value, "no") || dl_str_is(value, "0"))
        *ret = false;
    else
        return DL_BAD_CONFIG;
    return DL_OK;
}

dl_status dl_config_set(struct dl_config *config, dl_str name, dl_str value,
                        enum dl_config_origin rank, const char *origin, struct dl_error *err)
{
    const struct key *key = find_key(name);
    if (!key)
        return unknown_key(name, origin, err);
    int64_t number = 0;
    bool flag = false;
    if (key->kind == KEY_INT &&
        (dl_str_to_i64(value, &number) != DL_OK || number < key->min || number > key->max))
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s is '%.*s', not a whole number from %lld to %lld",
                       origin, key->name, DL_STR_ARG(value), (long long)key->min,
                       (long long)key->max);
    if (key->kind == KEY_BOOL && parse_bool(value, &flag) != DL_OK)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s is '%.*s', neither true nor false", origin,
                       key->name, DL_STR_ARG(value));
    if (key->kind == KEY_WORD && !is_one_of(value, key->words))
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s is '%.*s', not one of %s", origin, key->name,
                       DL_STR_ARG(value), key->words);
    if (memchr(value.at ? value.at : "", 0, value.len))
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s holds a NUL byte", origin, key->name);
    size_t index = (size_t)(key - keys);
    if (config->ranks[index] > rank)
        return DL_OK;

    config->ranks[index] = (unsigned char)rank;
    free(config->origins[index]);
    config->origins[index] = dl_strdup(origin);
    if (is_text(key)) {
        char **text = field_of(config, key);
        free(*text);
        *text = copy(value);
    } else if (key->kind == KEY_INT) {
        *(int64_t *)field_of(config, key) = number;
    } else {
        *(bool *)field_of(config, key) = flag;
    }
    return DL_OK;
}

dl_status dl_config_property(struct dl_config *config, dl_str name, dl_str value,
                             struct dl_error *err)
{
    if (name.len == 0)
        return dl_fail(err, DL_BAD_CONFIG, "-X: a property needs a name, as in -X linger.ms=50");
    for (uint32_t p = 0; p < config->property_count; p++) {
        if (dl_str_is(name, config->properties[p].name)) {
            free(config->properties[p].value);
            config->properties[p].value = copy(value);
            return DL_OK;
        }
    }
    config->properties = dl_realloc_array(config->properties, config->property_count + 1,
                                          sizeof *config->properties);
    config->properties[config->property_count++] = (struct dl_property){copy(name), copy(value)};
    return DL_OK;
}

/* --- the environment --- */

#define ENV_PREFIX "DATELINE_"

static void env_name_of(const struct key *key, char *name, size_t room)
{
    snprintf(name, room, ENV_PREFIX "%s", key->name);
    for (char *c = name; *c; c++)
        *c = *c == '.' ? '_' : (char)toupper((unsigned char)*c);
}

static dl_status set_from_file(struct dl_config *config, const struct key *key, const char *path,
                               const char *origin, struct dl_error *err)
{
    char value[4096];
    FILE *file = fopen(path, "re");
    if (!file)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s: %s", origin, path, strerror(errno));
    size_t bytes = fread(value, 1, sizeof value, file);
    (void)fclose(file); /* only read: nothing to lose */
    return dl_config_set(config, dl_str_of(key->name), dl_str_trim((dl_str){value, bytes}),
                         DL_ORIGIN_ENV, origin, err);
}

dl_status dl_config_env(struct dl_config *config, char *const *environment, struct dl_error *err)
{
    for (; *environment; environment++) {
        dl_str rest = dl_str_of(*environment);
        dl_str name;
        if (!dl_str_starts(rest, dl_str_of(ENV_PREFIX)) || !dl_str_next(&rest, '=', &name))
            continue;
        for (size_t k = 0; k < KEY_COUNT; k++) {
            char env_name[128];
            char file_name[136];
            env_name_of(&keys[k], env_name, sizeof env_name);
            snprintf(file_name, sizeof file_name, "%s_FILE", env_name);
            dl_status status = DL_OK;
            if (dl_str_is(name, env_name))
                status = dl_config_set(config, dl_str_of(keys[k].name), rest, DL_ORIGIN_ENV,
                                       env_name, err);
            else if (keys[k].kind == KEY_SECRET && dl_str_is(name, file_name))
                status = set_from_file(config, &keys[k], rest.at, file_name, err);
            if (status != DL_OK)
                return status;
        }
    }
    return DL_OK;
}

/* --- the file --- */

struct yaml_walk {
    struct dl_config *config;
    yaml_document_t *doc;
    const char *path;
    struct dl_error *err;
};

static dl_str text_of(const yaml_node_t *node)
{
    return (dl_str){(const char *)node->data.scalar.value, node->data.scalar.length};
}

/* ${VAR} and ${VAR:-x}: what a compose file expects. */
static dl_status expand(dl_str text, struct dl_buf *out, const char *origin, struct dl_error *err)
{
    for (size_t i = 0; i < text.len; i++) {
        const char *end = NULL;
        if (text.at[i] == '$' && i + 1 < text.len && text.at[i + 1] == '{')
            end = memchr(text.at + i, '}', text.len - i);
        if (!end) {
            if (dl_buf_put_char(out, text.at[i]))
                return dl_fail(err, DL_BAD_CONFIG, "%s: value too long", origin);
            continue;
        }
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)(end - (text.at + i + 2)), text.at + i + 2);
        char *fallback = strstr(name, ":-");
        if (fallback) {
            *fallback = '\0';
            fallback += 2;
        }
        const char *value = getenv(name);
        if (!value && !fallback)
            return dl_fail(err, DL_BAD_CONFIG, "%s: ${%s} is not in the environment", origin, name);
        if (dl_buf_put_str(out, dl_str_of(value ? value : fallback)))
            return dl_fail(err, DL_BAD_CONFIG, "%s: value too long", origin);
        i = (size_t)(end - text.at);
    }
    return DL_OK;
}

static dl_status set_scalar(struct yaml_walk *walk, const char *key, const yaml_node_t *node)
{
    char origin[256];
    snprintf(origin, sizeof origin, "%s:%zu", walk->path, node->start_mark.line + 1);
    struct dl_buf value;
    dl_buf_init(&value, 64U << 10);
    dl_status status = expand(text_of(node), &value, origin, walk->err);
    if (status == DL_OK && dl_str_starts(dl_str_of(key), dl_str_of("kafka.")))
        status =
            dl_config_property(walk->config, dl_str_of(key + 6), dl_buf_str(&value), walk->err);
    else if (status == DL_OK)
        status = dl_config_set(walk->config, dl_str_of(key), dl_buf_str(&value), DL_ORIGIN_FILE,
                               origin, walk->err);
    dl_buf_done(&value);
    return status;
}

static dl_status walk_map(struct yaml_walk *walk, const yaml_node_t *map, const char *prefix,
                          int depth)
{
    enum { DEPTH_MAX = 8 };
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top;
         pair++) {
        yaml_node_t *name = yaml_document_get_node(walk->doc, pair->key);
        yaml_node_t *value = yaml_document_get_node(walk->doc, pair->value);
        size_t line = (name ? name->start_mark.line : 0) + 1;
        if (!name || name->type != YAML_SCALAR_NODE || !value ||
            value->type == YAML_SEQUENCE_NODE || depth > DEPTH_MAX)
            return dl_fail(walk->err, DL_BAD_CONFIG, "%s:%zu: keys hold single values or maps",
                           walk->path, line);
        char key[256];
        dl_str word = text_of(name);
        int len =
            snprintf(key, sizeof key, "%s%s%.*s", prefix, *prefix ? "." : "", DL_STR_ARG(word));
        if (len < 0 || (size_t)len >= sizeof key)
            return dl_fail(walk->err, DL_BAD_CONFIG, "%s:%zu: key too long", walk->path, line);
        dl_status status = value->type == YAML_MAPPING_NODE ? walk_map(walk, value, key, depth + 1)
                                                            : set_scalar(walk, key, value);
        if (status != DL_OK)
            return status;
    }
    return DL_OK;
}

dl_status dl_config_file(struct dl_config *config, const char *path, struct dl_error *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", path, strerror(errno));
    char *text = dl_alloc(DL_CONFIG_BYTES_MAX + 1);
    size_t bytes = fread(text, 1, DL_CONFIG_BYTES_MAX + 1, file);
    (void)fclose(file); /* only read: nothing to lose */

    yaml_parser_t parser;
    yaml_document_t doc;
    dl_status status = DL_OK;
    if (!yaml_parser_initialize(&parser))
        abort(); /* no memory */
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
    if (bytes > DL_CONFIG_BYTES_MAX) {
        status = dl_fail(err, DL_BAD_CONFIG, "%s: larger than %u bytes", path, DL_CONFIG_BYTES_MAX);
    } else if (!yaml_parser_load(&parser, &doc)) {
        status = dl_fail(err, DL_BAD_CONFIG, "%s:%zu: %s", path, parser.problem_mark.line + 1,
                         parser.problem ? parser.problem : "not YAML");
    } else {
        yaml_node_t *root = yaml_document_get_root_node(&doc);
        struct yaml_walk walk = {config, &doc, path, err};
        if (root && root->type == YAML_MAPPING_NODE)
            status = walk_map(&walk, root, "", 0);
        else if (root)
            status = dl_fail(err, DL_BAD_CONFIG, "%s:1: a map of keys is expected", path);
        yaml_document_delete(&doc);
    }
    yaml_parser_delete(&parser);
    free(text);
    return status;
}

/* --- showing --- */

static void put_value(const struct dl_config *config, const struct key *key, FILE *out)
{
    if (key->kind == KEY_SECRET)
        fputs(**(char **)field_of(config, key) ? "****" : "", out);
    else if (is_text(key))
        fputs(*(char **)field_of(config, key), out);
    else if (key->kind == KEY_INT)
        fprintf(out, "%lld", (long long)*(int64_t *)field_of(config, key));
    else
        fputs(*(bool *)field_of(config, key) ? "true" : "false", out);
}

static bool is_secret_property(const char *name)
{
    return strstr(name, "password") || strstr(name, "secret") || strstr(name, "pem") ||
           strstr(name, "oauthbearer.config") || strstr(name, "jaas");
}

void dl_config_show(const struct dl_config *config, FILE *out)
{
    for (size_t k = 0; k < KEY_COUNT; k++) {
        fprintf(out, "%s: ", keys[k].name);
        put_value(config, &keys[k], out);
        fprintf(out, "  # %s\n", config->origins[k]);
    }
    for (uint32_t p = 0; p < config->property_count; p++)
        fprintf(out, "kafka.%s: %s\n", config->properties[p].name,
                is_secret_property(config->properties[p].name) ? "****"
                                                               : config->properties[p].value);
}

void dl_config_docs(FILE *out)
{
    fputs("# Configuration\n\n"
          "Every key can stand in a YAML file (`-c FILE`; dots are nesting), in the environment "
          "(`DATELINE_` and the key in capitals, dots as underscores) or in `-o key=value`.\n"
          "Options win over the environment, the environment over the file. Values may hold "
          "`${VAR}` and `${VAR:-default}`. What stands under `kafka:` in the file, and every `-X "
          "property=value`, goes to librdkafka as it is.\n\n"
          "`dateline config` shows the values in force and where each comes from.\n\n"
          "| key | default | values | meaning |\n| --- | --- | --- | --- |\n",
          out);
    for (size_t k = 0; k < KEY_COUNT; k++) {
        const struct key *key = &keys[k];
        fprintf(out, "| `%s` | %s%s%s | ", key->name, *key->fallback ? "`" : "", key->fallback,
                *key->fallback ? "`" : "");
        if (key->kind == KEY_INT)
            fprintf(out, "%lld to %lld %s", (long long)key->min, (long long)key->max, key->words);
        for (const char *c = key->kind == KEY_WORD ? key->words : ""; *c; c++)
            fputs(*c == '|' ? ", " : (char[]){*c, '\0'}, out);
        if (key->kind == KEY_BOOL)
            fputs("true, false", out);
        if (key->kind == KEY_SECRET)
            fputs("a secret, or its file by `_FILE`", out);
        fprintf(out, " | %s |\n", key->help);
    }
}
