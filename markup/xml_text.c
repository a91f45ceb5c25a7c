/* References in XML. */
#include "markup/xml_text.h"

#include "markup/html_text.h"

#define NAME_BYTES_MAX 40U /* of a reference; HTML's longest has 31 */
#define VALUE_BYTES_MAX 1024U

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static dl_str skip_space(dl_str s)
{
    while (s.len && is_space(s.at[0]))
        s = dl_str_sub(s, 1, s.len);
    return s;
}

/* `<!ENTITY name "value">` at the front of `rest`, after its keyword. */
static void take_entity(struct dl_xml_entities *entities, struct dl_arena *arena, dl_str rest)
{
    size_t len = 0;
    rest = skip_space(rest);
    while (len < rest.len && !is_space(rest.at[len]) && rest.at[len] != '>')
        len++;
    dl_str name = dl_str_sub(rest, 0, len);
    rest = skip_space(dl_str_sub(rest, len, rest.len));
    if (name.len == 0 || name.len > NAME_BYTES_MAX || name.at[0] == '%' || rest.len < 2 ||
        (rest.at[0] != '"' && rest.at[0] != '\'') || entities->count == DL_XML_ENTITIES_MAX)
        return; /* also those that would have to be fetched */
    const char *end = memchr(rest.at + 1, rest.at[0], rest.len - 1);
    if (!end)
        return;
    dl_str value = {rest.at + 1, (size_t)(end - rest.at) - 1};
    if (value.len > VALUE_BYTES_MAX)
        return;
    value = dl_html_decode(arena, value);
    if (value.len && memchr(value.at, '&', value.len) && value.len > 1)
        return; /* refers to others */
    entities->list[entities->count].name = name;
    entities->list[entities->count++].value = value;
}

void dl_xml_entities_init(struct dl_xml_entities *entities, struct dl_arena *arena, dl_str doctype)
{
    entities->count = 0;
    entities->broken = false;
    entities->typed = doctype.len > 0;
    entities->bytes_left = DL_XML_ENTITY_BYTES_MAX;
    while (doctype.len) {
        const char *hit = memmem(doctype.at, doctype.len, "<!ENTITY", 8);
        if (!hit)
            break;
        size_t at = (size_t)(hit - doctype.at) + 8;
        doctype = dl_str_sub(doctype, at, doctype.len);
        take_entity(entities, arena, doctype);
    }
}

static bool is_name(dl_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '#' || c == '.' || c == '_' || c == '-' || (unsigned char)c >= 0x80))
            return false;
    }
    return name.len > 0;
}

static void put(struct dl_buf *out, dl_str text)
{
    (void)dl_buf_put_str(out, text); /* has no ceiling; see dl_xml_decode() */
}

/* What "&name;" stands for; false when nobody knows. */
static bool put_meaning(struct dl_buf *out, struct dl_xml_entities *entities, dl_str reference)
{
    static const struct {
        dl_str name;
        dl_str value;
    } usual[] = {{{"amp", 3}, {"&", 1}},
                 {{"lt", 2}, {"<", 1}},
                 {{"gt", 2}, {">", 1}},
                 {{"quot", 4}, {"\"", 1}},
                 {{"apos", 4}, {"'", 1}}};
    dl_str name = dl_str_sub(reference, 1, reference.len - 1);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (dl_str_eq(name, usual[i].name)) {
            put(out, usual[i].value);
            return true;
        }
    for (unsigned i = 0; i < entities->count; i++) {
        dl_str value = entities->list[i].value;
        if (!dl_str_eq(name, entities->list[i].name) || value.len > entities->bytes_left)
            continue;
        entities->bytes_left -= value.len;
        put(out, value);
        return true;
    }
    size_t before = out->len;
    dl_html_put_preformatted(out, reference);
    bool known = !(out->len - before == reference.len &&
                   memcmp(out->at + before, reference.at, reference.len) == 0);
    if (!entities->typed && reference.at[1] != '#')
        entities->broken = true; /* HTML's, and not said so */
    return known;
}

/* "&…;" at the front of `text`; empty when it is none. */
static dl_str reference_at(dl_str text)
{
    size_t limit = text.len < NAME_BYTES_MAX + 2 ? text.len : NAME_BYTES_MAX + 2;
    const char *end = memchr(text.at, ';', limit);
    size_t len = end ? (size_t)(end - text.at) + 1 : 0;
    bool named = len > 2 && is_name(dl_str_sub(text, 1, len - 1));
    return dl_str_sub(text, 0, named ? len : 0);
}

dl_str dl_xml_decode(struct dl_arena *arena, struct dl_xml_entities *entities, dl_str text)
{
    const char *amp = text.len ? memchr(text.at, '&', text.len) : NULL;
    if (!amp)
        return text;
    struct dl_buf out;
    dl_buf_init(&out, SIZE_MAX / 4);
    while (text.len) {
        size_t plain = amp ? (size_t)(amp - text.at) : text.len;
        put(&out, dl_str_sub(text, 0, plain));
        text = dl_str_sub(text, plain, text.len);
        if (text.len == 0)
            break;
        dl_str reference = reference_at(text);
        if (reference.len == 0) {
            entities->broken = true;
            reference.len = 1;
            put(&out, reference);
        } else if (!put_meaning(&out, entities, reference)) {
            entities->broken = true;
        }
        text = dl_str_sub(text, reference.len, text.len);
        amp = text.len ? memchr(text.at, '&', text.len) : NULL;
    }
    dl_str decoded = dl_arena_str(arena, dl_buf_str(&out));
    dl_buf_done(&out);
    return decoded;
}
