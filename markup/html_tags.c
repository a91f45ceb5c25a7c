/* The table of elements. */
#include "markup/html_tags.h"

static const struct element {
    const char *name;
    uint8_t bytes;
    uint8_t flags;
} elements[DL_TAG_COUNT] = {
    [DL_TAG_NONE] = {"", 0, DL_TAG_INLINE},
#define TAG(name, text, flags) [DL_TAG_##name] = {text, sizeof(text) - 1, flags},
#include "markup/tags.def"
#undef TAG
};

#define NAME_BYTES_MAX 10U

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static uint32_t hash_of(dl_str name)
{
    uint32_t hash = (uint32_t)name.len;
    for (size_t i = 0; i < name.len; i++)
        hash = hash * 31 + lower(name.at[i]);
    return hash ^ hash >> 9;
}

void dl_html_names_init(struct dl_html_names *names)
{
    *names = (struct dl_html_names){0};
    for (unsigned tag = 1; tag < DL_TAG_COUNT; tag++) {
        uint32_t slot = hash_of((dl_str){elements[tag].name, elements[tag].bytes});
        while (names->slots[slot % DL_HTML_NAME_SLOTS])
            slot++;
        names->slots[slot % DL_HTML_NAME_SLOTS] = (uint8_t)tag;
    }
}

static bool is_name(dl_str text, const struct element *element)
{
    if (text.len != element->bytes)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (lower(text.at[i]) != (unsigned char)element->name[i])
            return false;
    return true;
}

enum dl_tag dl_html_tag(const struct dl_html_names *names, dl_str name)
{
    if (name.len > NAME_BYTES_MAX)
        return DL_TAG_NONE;
    uint32_t slot = hash_of(name);
    unsigned tag;
    while ((tag = names->slots[slot % DL_HTML_NAME_SLOTS])) {
        if (is_name(name, &elements[tag]))
            return (enum dl_tag)tag;
        slot++;
    }
    return DL_TAG_NONE;
}

unsigned dl_html_tag_flags(enum dl_tag tag)
{
    return elements[tag].flags;
}

const char *dl_html_tag_name(enum dl_tag tag)
{
    return elements[tag].name;
}
