/* Articles out of JSON, over the maps. */
#include "core/limits.h"
#include "proto/json.h"
#include "proto/map.h"

#include <jansson.h>

struct reader {
    struct dl_arena *arena;
    struct dl_error *err;
};

static dl_str copy(struct reader *r, const json_t *value)
{
    return dl_arena_str(r->arena, (dl_str){json_string_value(value), json_string_length(value)});
}

static dl_status wrong(struct reader *r, const char *key, const char *wanted)
{
    return dl_fail(r->err, DL_BAD_INPUT, "'%s' is not %s", key, wanted);
}

static dl_status read_record(struct reader *r, const struct dl_map *map, const json_t *object,
                             void *record);

static dl_status read_strings(struct reader *r, const char *key, const json_t *value, dl_str **ret,
                              uint32_t *ret_count)
{
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    dl_str *items = dl_arena_array(r->arena, dl_str, count);
    uint32_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
        if (json_is_object(item)) /* schema.org's authors */
            item = json_object_get(item, "name");
        if (!json_is_string(item))
            return wrong(r, key, "a list of strings");
        items[used++] = copy(r, item);
    }
    *ret = items;
    *ret_count = used;
    return DL_OK;
}

static dl_status read_sub(struct reader *r, const struct dl_map_row *row, const json_t *value,
                          char *record)
{
    void *sub = dl_arena_alloc(r->arena, row->sub->bytes);
    *(void **)(record + row->at) = sub;
    if (json_is_string(value) && row->sub->rows[0].kind == DL_MAP_STR) {
        *(dl_str *)(void *)((char *)sub + row->sub->rows[0].at) = copy(r, value); /* its name */
        return DL_OK;
    }
    if (!json_is_object(value))
        return wrong(r, row->name, "an object");
    return read_record(r, row->sub, value, sub);
}

static dl_status read_enum(struct reader *r, const struct dl_map *map, size_t index,
                           const json_t *value, int32_t *ret)
{
    if (json_is_integer(value)) {
        *ret = (int32_t)json_integer_value(value);
        return DL_OK;
    }
    const ProtobufCEnumDescriptor *desc = map->message->fields[index].descriptor;
    size_t prefix = strlen(desc->values[0].name) - strlen("UNSPECIFIED");
    dl_str word = json_is_string(value) ? dl_str_of(json_string_value(value)) : (dl_str){"", 0};
    for (unsigned i = 0; i < desc->n_values; i++) {
        if (dl_str_eq_nocase(word, dl_str_of(desc->values[i].name + prefix))) {
            *ret = desc->values[i].value;
            return DL_OK;
        }
    }
    return wrong(r, map->rows[index].name, "a word of the contract");
}

static dl_status read_field(struct reader *r, const struct dl_map *map, size_t index,
                            const json_t *value, char *record)
{
    const struct dl_map_row *row = &map->rows[index];
    void *to = record + row->at;
    switch (row->kind) {
    case DL_MAP_STR:
        if (!json_is_string(value))
            return wrong(r, row->name, "a string");
        *(dl_str *)to = copy(r, value);
        return DL_OK;
    case DL_MAP_STRS:
        return read_strings(r, row->name, value, to, (uint32_t *)(void *)(record + row->aside));
    case DL_MAP_U32:
        if (!json_is_integer(value) || json_integer_value(value) < 0 ||
            json_integer_value(value) > UINT32_MAX)
            return wrong(r, row->name, "a whole number");
        *(uint32_t *)to = (uint32_t)json_integer_value(value);
        return DL_OK;
    case DL_MAP_OPT_BOOL:
        if (!json_is_boolean(value))
            return wrong(r, row->name, "true or false");
        *(bool *)to = json_is_true(value);
        *(bool *)(record + row->aside) = true;
        return DL_OK;
    case DL_MAP_ENUM:
        return read_enum(r, map, index, value, to);
    case DL_MAP_SUB:
        return read_sub(r, row, value, record);
    default:
        return wrong(r, row->name, "a field of an article");
    }
}

static dl_status read_record(struct reader *r, const struct dl_map *map, const json_t *object,
                             void *record)
{
    for (uint32_t i = 0; i < map->row_count; i++) {
        const json_t *value = json_object_get(object, map->rows[i].name);
        if (!value || json_is_null(value) || map->rows[i].kind == DL_MAP_LIST)
            continue;
        dl_status status = read_field(r, map, i, value, record);
        if (status != DL_OK)
            return status;
    }
    return DL_OK;
}

static bool is_field(const struct dl_map *map, const char *key)
{
    for (uint32_t i = 0; i < map->row_count; i++)
        if (strcmp(map->rows[i].name, key) == 0)
            return true;
    return false;
}

static void add_attribute(struct reader *r, struct dl_article_record *article, const char *key,
                          const json_t *value)
{
    struct dl_attribute *attribute = &article->attributes[article->attributes_count++];
    attribute->name = dl_arena_str(r->arena, dl_str_of(key));
    if (json_is_string(value)) {
        attribute->value = copy(r, value);
        return;
    }
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    attribute->value = dl_arena_str(r->arena, dl_str_of(text ? text : ""));
    free(text);
}

/* Keys that are no fields, and those inside `attributes`. */
static void read_attributes(struct reader *r, json_t *object, struct dl_article_record *article)
{
    json_t *given = json_object_get(object, "attributes");
    const char *key;
    json_t *value;
    article->attributes = dl_arena_array(r->arena, struct dl_attribute,
                                         json_object_size(object) + json_object_size(given));
    json_object_foreach(given, key, value) add_attribute(r, article, key, value);
    json_object_foreach(object, key,
                        value) if (!is_field(&dl_map_article_record, key) && !json_is_null(value))
        add_attribute(r, article, key, value);
}

dl_status dl_article_from_json(dl_str text, struct dl_arena *arena, struct dl_article_record **ret,
                               struct dl_error *err)
{
    json_error_t why;
    struct reader r = {arena, err};
    json_t *object = json_loadb(text.at ? text.at : "", text.len, JSON_REJECT_DUPLICATES, &why);
    if (!object)
        return dl_fail(err, DL_BAD_INPUT, "column %d: %s", why.column, why.text);
    dl_status status = DL_OK;
    if (!json_is_object(object)) {
        status = dl_fail(err, DL_BAD_INPUT, "not a JSON object");
    } else {
        struct dl_article_record *article = dl_arena_alloc(arena, sizeof *article);
        status = read_record(&r, &dl_map_article_record, object, article);
        if (status == DL_OK)
            read_attributes(&r, object, article);
        if (status == DL_OK)
            *ret = article;
    }
    json_decref(object);
    return status;
}
