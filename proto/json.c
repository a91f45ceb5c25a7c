/* Writing JSON over descriptors. */
#include "proto/json.h"

#include "core/utf8.h"
#include "proto/map.h"

#include <math.h>

struct writer {
    struct dl_buf *out;
    dl_status status; /* the first failure; all puts after it do nothing */
    dl_str text;      /* whose UTF-16 offsets are wanted; at NULL: code points stay */
    uint32_t known_points;
    size_t known_byte;
    uint32_t known_units;
};

static void put(struct writer *w, const char *bytes, size_t len)
{
    if (w->status == DL_OK)
        w->status = dl_buf_put(w->out, bytes, len);
}

static void put_z(struct writer *w, const char *text)
{
    put(w, text, strlen(text));
}

dl_status dl_json_put_string(struct dl_buf *out, dl_str text)
{
    static const char hex[] = "0123456789abcdef";
    static const bool escaped[256] = {
        [0 ... 0x1f] = true, ['"'] = true, ['\\'] = true, [0x7f] = true};
    struct writer w = {.out = out};
    put(&w, "\"", 1);
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (!escaped[c])
            continue;
        put(&w, text.at + start, i - start);
        start = i + 1;
        char escape[7] = "\\u00";
        escape[4] = hex[c >> 4];
        escape[5] = hex[c & 15];
        if (c == '"' || c == '\\')
            put(&w, (char[]){'\\', (char)c}, 2);
        else if (c == '\n')
            put(&w, "\\n", 2);
        else if (c == '\t')
            put(&w, "\\t", 2);
        else
            put(&w, escape, 6);
    }
    put(&w, text.at + start, text.len - start);
    put(&w, "\"", 1);
    return w.status;
}

dl_status dl_json_put_number(struct dl_buf *out, double number)
{
    if (!isfinite(number))
        return dl_buf_put(out, "null", 4);
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    return dl_buf_put(out, text, strlen(text));
}

/* Spans mostly come in rising order: the walk goes on where it stood. */
static uint32_t utf16_offset(struct writer *w, uint32_t points)
{
    if (points < w->known_points)
        w->known_points = w->known_units = 0, w->known_byte = 0;
    while (w->known_points < points && w->known_byte < w->text.len) {
        size_t bytes;
        uint32_t c = dl_utf8_at(w->text, w->known_byte, &bytes);
        w->known_byte += bytes;
        w->known_points++;
        w->known_units += c > 0xffff ? 2 : 1;
    }
    return w->known_units;
}

static void put_message(struct writer *w, const ProtobufCMessage *message);

/* Words of an enum are its names without the prefix all of them share; types of events and kinds
 * of names keep their capitals. */
static void put_enum(struct writer *w, const ProtobufCEnumDescriptor *desc, int32_t number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(desc, number);
    char text[80];
    if (!value) {
        snprintf(text, sizeof text, "%d", number);
        put_z(w, text);
        return;
    }
    size_t prefix = strlen(desc->values[0].name) - strlen("UNSPECIFIED");
    bool capitals =
        strcmp(desc->short_name, "EventType") == 0 || strcmp(desc->short_name, "EntityKind") == 0;
    snprintf(text, sizeof text, "\"%s\"", value->name + prefix);
    for (char *c = text; *c && !capitals; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
    put_z(w, text);
}

static void put_value(struct writer *w, const ProtobufCFieldDescriptor *field, const void *at)
{
    char text[40] = "";
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        if (w->status == DL_OK)
            w->status = dl_json_put_string(w->out, dl_str_of(*(char *const *)at));
        return;
    case PROTOBUF_C_TYPE_MESSAGE:
        put_message(w, *(ProtobufCMessage *const *)at);
        return;
    case PROTOBUF_C_TYPE_ENUM:
        put_enum(w, field->descriptor, *(const int32_t *)at);
        return;
    case PROTOBUF_C_TYPE_DOUBLE:
        if (w->status == DL_OK)
            w->status = dl_json_put_number(w->out, *(const double *)at);
        return;
    case PROTOBUF_C_TYPE_BOOL:
        put_z(w, *(const protobuf_c_boolean *)at ? "true" : "false");
        return;
    case PROTOBUF_C_TYPE_UINT32:
        snprintf(text, sizeof text, "%u", *(const uint32_t *)at);
        break;
    case PROTOBUF_C_TYPE_INT32:
        snprintf(text, sizeof text, "%d", *(const int32_t *)at);
        break;
    case PROTOBUF_C_TYPE_UINT64:
        snprintf(text, sizeof text, "%llu", (unsigned long long)*(const uint64_t *)at);
        break;
    case PROTOBUF_C_TYPE_INT64:
        snprintf(text, sizeof text, "%lld", (long long)*(const int64_t *)at);
        break;
    default:
        assert(!"a type the schema does not use");
    }
    put_z(w, text);
}

/* Name and value pairs are one JSON object. */
static void put_attributes(struct writer *w, ProtobufCMessage *const *list, size_t count)
{
    put(w, "{", 1);
    for (size_t i = 0; i < count; i++) {
        const ProtobufCFieldDescriptor *fields = list[i]->descriptor->fields;
        const char *base = (const char *)list[i];
        put(w, ",", i > 0);
        put_value(w, &fields[0], base + fields[0].offset);
        put(w, ":", 1);
        put_value(w, &fields[1], base + fields[1].offset);
    }
    put(w, "}", 1);
}

static void put_repeated(struct writer *w, const ProtobufCFieldDescriptor *field,
                         const char *message, size_t count)
{
    const char *items = *(char *const *)(message + field->offset);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE &&
        strcmp(((const ProtobufCMessageDescriptor *)field->descriptor)->short_name, "Attribute") ==
            0) {
        put_attributes(w, (ProtobufCMessage *const *)items, count);
        return;
    }
    put(w, "[", 1);
    for (size_t i = 0; i < count; i++) { /* the schema repeats strings and messages only */
        put(w, ",", i > 0);
        put_value(w, field, items + i * sizeof(void *));
    }
    put(w, "]", 1);
}

static bool is_present(const ProtobufCFieldDescriptor *field, const char *message)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)(message + field->quantifier_offset) > 0;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(void *const *)(message + field->offset) != NULL;
    return *(const protobuf_c_boolean *)(message + field->quantifier_offset) != 0;
}

static void put_span_offsets(struct writer *w, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *fields = message->descriptor->fields;
    char text[80];
    uint32_t start = utf16_offset(w, *(const uint32_t *)((const char *)message + fields[0].offset));
    uint32_t end = utf16_offset(w, *(const uint32_t *)((const char *)message + fields[1].offset));
    snprintf(text, sizeof text, "\"start\":%u,\"end\":%u", start, end);
    put_z(w, text);
}

static void put_message(struct writer *w, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *desc = message->descriptor;
    const char *base = (const char *)message;
    bool first = true;
    unsigned from = 0;
    put(w, "{", 1);
    if (w->text.at && strcmp(desc->short_name, "Span") == 0) {
        put_span_offsets(w, message);
        first = false;
        from = 2;
    }
    for (unsigned i = from; i < desc->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &desc->fields[i];
        if (!is_present(field, base))
            continue;
        put(w, first ? "\"" : ",\"", first ? 1 : 2);
        first = false;
        put_z(w, field->name);
        put(w, "\":", 2);
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            put_repeated(w, field, base, *(const size_t *)(base + field->quantifier_offset));
        else
            put_value(w, field, base + field->offset);
    }
    put(w, "}", 1);
}

static dl_status put_record(const struct dl_map *map, const void *record, dl_str utf16_text,
                            struct dl_arena *arena, struct dl_buf *out)
{
    struct writer w = {.out = out, .text = utf16_text};
    put_message(&w, dl_map_to_message(map, record, arena));
    return w.status;
}

dl_status dl_report_json(const struct dl_report *report, const struct dl_json_style *style,
                         struct dl_arena *arena, struct dl_buf *out)
{
    dl_str text = style && style->utf16 ? report->text : (dl_str){NULL, 0};
    return put_record(&dl_map_report, report, text, arena, out);
}

dl_status dl_article_json(const struct dl_article_record *article, struct dl_arena *arena,
                          struct dl_buf *out)
{
    return put_record(&dl_map_article_record, article, (dl_str){NULL, 0}, arena, out);
}

dl_status dl_mention_json(const struct dl_mention *mention, struct dl_arena *arena,
                          struct dl_buf *out)
{
    return put_record(&dl_map_mention, mention, (dl_str){NULL, 0}, arena, out);
}

dl_status dl_event_json(const struct dl_event *event, struct dl_arena *arena, struct dl_buf *out)
{
    return put_record(&dl_map_event, event, (dl_str){NULL, 0}, arena, out);
}

dl_status dl_records_json(const char *kind, const void *items, uint32_t count,
                          struct dl_arena *arena, struct dl_buf *out)
{
    const struct dl_map *map = dl_map_named(kind);
    struct writer w = {.out = out};
    assert(map);
    put(&w, "[", 1);
    for (uint32_t i = 0; i < count; i++) {
        put(&w, ",", i > 0);
        put_message(&w, dl_map_to_message(map, (const char *)items + i * map->bytes, arena));
    }
    put(&w, "]", 1);
    return w.status;
}
