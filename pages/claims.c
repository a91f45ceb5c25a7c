/* Gathering claims from the tree. The places are data/pages/meta.txt. */
#include "pages/claims.h"

#include "markup/html_text.h"
#include "markup/words.h"

#define NAME_BYTES_MAX 64U
#define VALUE_BYTES_MAX 8192U
#define TEXT_BYTES_MAX 400U
#define ITEM_NODES_MAX 200U /* of an author, down to the name */
#define SCRIPT_BYTES_MAX (2U << 20)

extern const struct dl_words dl_words_page_meta;

static const char *const fields[DL_CLAIM_FIELD_COUNT] = {
    [DL_CLAIM_TITLE] = "title",         [DL_CLAIM_AUTHOR] = "author",
    [DL_CLAIM_PUBLISHED] = "published", [DL_CLAIM_MODIFIED] = "modified",
    [DL_CLAIM_PUBLISHER] = "publisher", [DL_CLAIM_LANGUAGE] = "language",
    [DL_CLAIM_CANONICAL] = "canonical", [DL_CLAIM_DESCRIPTION] = "description",
    [DL_CLAIM_SECTION] = "section",     [DL_CLAIM_KEYWORDS] = "keywords",
    [DL_CLAIM_IMAGE] = "image",         [DL_CLAIM_FREE] = "free",
    [DL_CLAIM_TYPE] = "type",           [DL_CLAIM_COPYRIGHT] = "copyright",
    [DL_CLAIM_LICENCE] = "licence",     [DL_CLAIM_AMP] = "amp",
    [DL_CLAIM_SHORT] = "short",
};

/* "published 90" → field and rank; false when the line fills none. */
static bool read_place(const char *line, enum dl_claim_field *ret_field, int *ret_rank)
{
    size_t len = strcspn(line, " ");
    for (unsigned i = 0; i < DL_CLAIM_FIELD_COUNT; i++)
        if (strlen(fields[i]) == len && memcmp(fields[i], line, len) == 0) {
            *ret_field = (enum dl_claim_field)i;
            *ret_rank = (int)strtol(line + len, NULL, 10);
            return true;
        }
    return false;
}

static void add(struct dl_claims *claims, struct dl_arena *arena, enum dl_claim_field field,
                struct dl_claim claim)
{
    struct dl_claim_list *list = &claims->of[field];
    if (!list->list)
        list->list = dl_arena_array(arena, struct dl_claim, DL_CLAIMS_MAX);
    if (list->count < DL_CLAIMS_MAX && claim.value.len)
        list->list[list->count++] = claim;
}

void dl_claims_add(struct dl_claims *claims, struct dl_arena *arena, const char *prefix,
                   dl_str name, dl_str value, int bonus)
{
    char key[NAME_BYTES_MAX];
    enum dl_claim_field field;
    int rank;
    name = dl_str_trim(name);
    if (name.len == 0 || name.len + strlen(prefix) >= sizeof key || value.len == 0)
        return;
    int len = snprintf(key, sizeof key, "%s%.*s", prefix, DL_STR_ARG(name));
    if (strcmp(prefix, "ld:") != 0)
        for (int i = 0; i < len; i++)
            key[i] = (char)(key[i] >= 'A' && key[i] <= 'Z' ? key[i] + 32 : key[i]);
    const struct dl_word *word = dl_words_find(&dl_words_page_meta, (dl_str){key, (size_t)len});
    if (word && read_place(word->value, &field, &rank))
        add(claims, arena, field,
            (struct dl_claim){value, rank + bonus, {word->key, word->key_bytes}});
}

const struct dl_claim *dl_claims_best(const struct dl_claims *claims, enum dl_claim_field field)
{
    const struct dl_claim_list *list = &claims->of[field];
    const struct dl_claim *best = NULL;
    for (uint32_t i = 0; i < list->count; i++)
        if (!best || list->list[i].rank > best->rank)
            best = &list->list[i];
    return best;
}

/* Without the tags that some put where text should be. */
static dl_str without_tags(struct dl_arena *arena, dl_str text)
{
    char *out = dl_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        const char *end = text.at[at] == '<' ? memchr(text.at + at, '>', text.len - at) : NULL;
        if (end)
            at = (size_t)(end - text.at) + 1;
        else
            out[len++] = text.at[at++];
    }
    return dl_str_trim((dl_str){out, len});
}

dl_str dl_claims_line(struct dl_arena *arena, dl_str text)
{
    text = dl_html_line(arena, text);
    if (text.len && memmem(text.at, text.len, "</", 2))
        text = without_tags(arena, text);
    return text.len && memchr(text.at, '&', text.len) && memchr(text.at, ';', text.len)
               ? dl_html_line(arena, text)
               : text;
}

static void read_meta(struct dl_claims *claims, const struct dl_html *html, uint32_t node,
                      struct dl_arena *arena)
{
    static const char *const names[] = {"property", "name", "itemprop", "http-equiv"};
    dl_str raw;
    if (!dl_html_get(html, node, "content", &raw) || raw.len == 0 || raw.len > VALUE_BYTES_MAX)
        return;
    dl_str value = dl_claims_line(arena, raw);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        dl_str name;
        if (!dl_html_get(html, node, names[i], &name))
            continue;
        dl_claims_add(claims, arena, i == 2 ? "item:" : "", name, value, 0);
        if (i == 2)
            dl_claims_add(claims, arena, "", name, value, -5);
    }
}

/* Is `word` one of those in a rel? */
static bool has_word(dl_str text, dl_str word)
{
    dl_str one;
    while (text.len && dl_str_next(&text, ' ', &one))
        if (dl_str_eq_nocase(one, word))
            return true;
    return false;
}

static void read_link(struct dl_claims *claims, const struct dl_html *html, uint32_t node,
                      struct dl_arena *arena)
{
    dl_str rel;
    dl_str href;
    if (!dl_html_get(html, node, "rel", &rel) || !dl_html_get(html, node, "href", &href) ||
        href.len > VALUE_BYTES_MAX)
        return;
    if (has_word(rel, DL_STR("canonical")))
        rel = DL_STR("canonical");
    dl_claims_add(claims, arena, "link:", rel, dl_html_line(arena, href), 0);
}

/* The text of an element, up to TEXT_BYTES_MAX. */
dl_str dl_claims_text(const struct dl_html *html, uint32_t node, struct dl_arena *arena)
{
    char room[TEXT_BYTES_MAX];
    struct dl_buf out = {room, 0, sizeof room, sizeof room};
    for (uint32_t i = node + 1; i < html->nodes[node].end && i < node + ITEM_NODES_MAX; i++) {
        if (!dl_html_is_text(html, i) || (html->nodes[i].flags & DL_HTML_IS_RAW))
            continue;
        dl_str text = dl_html_slice(html, i);
        if (text.len > TEXT_BYTES_MAX)
            break;
        dl_html_put_text(&out, text);
        if (out.len && out.at[out.len - 1] != ' ')
            (void)dl_buf_put_char(&out, ' ');
    }
    return dl_arena_str(arena, dl_str_trim(dl_buf_str(&out)));
}

/* The value of microdata: content, datetime, href or the text itself. */
static dl_str item_value(const struct dl_html *html, uint32_t node, struct dl_arena *arena)
{
    static const char *const names[] = {"content", "datetime", "title"};
    size_t count = html->nodes[node].tag == DL_TAG_ABBR ? 3 : 2;
    for (size_t i = 0; i < count; i++) {
        dl_str value = dl_html_value(html, node, names[i], arena);
        if (value.len)
            return value;
    }
    return dl_claims_text(html, node, arena);
}

static void read_prop(struct dl_claims *claims, const struct dl_html *html, uint32_t node,
                      dl_str prop, struct dl_arena *arena)
{
    /* An author or publisher with a name of its own: the name is the value. */
    if (dl_str_eq_nocase(prop, DL_STR("author")) || dl_str_eq_nocase(prop, DL_STR("publisher")))
        for (uint32_t i = node + 1; i < html->nodes[node].end && i < node + ITEM_NODES_MAX; i++) {
            dl_str inner;
            if (!dl_html_is_text(html, i) && dl_html_get(html, i, "itemprop", &inner) &&
                has_word(inner, DL_STR("name"))) {
                dl_claims_add(claims, arena, "item:", prop, item_value(html, i, arena), 0);
                return;
            }
        }
    if (dl_str_eq_nocase(prop, DL_STR("headline")) || dl_str_eq_nocase(prop, DL_STR("author")) ||
        dl_str_starts(prop, DL_STR("date")) || dl_str_eq_nocase(prop, DL_STR("articlesection")))
        dl_claims_add(claims, arena, "item:", prop, item_value(html, node, arena), 0);
}

static void read_item(struct dl_claims *claims, const struct dl_html *html, uint32_t node,
                      dl_str props, struct dl_arena *arena)
{
    dl_str prop;
    while (props.len && dl_str_next(&props, ' ', &prop)) /* "author creator" */
        read_prop(claims, html, node, prop, arena);
}

/* Attributes are taken apart only where it is worth it: this is asked of every element of pages
 * that have any. */
static bool may_have_itemprop(dl_str text)
{
    return memmem(text.at, text.len, "itemprop", 8) || memmem(text.at, text.len, "ITEMPROP", 8);
}

static bool is_ld_script(const struct dl_html *html, uint32_t node)
{
    dl_str type;
    return dl_html_get(html, node, "type", &type) && type.len >= 19 &&
           dl_str_eq_nocase(dl_str_sub(type, 0, 19), DL_STR("application/ld+json"));
}

/* The first raw text inside of script or title. */
static dl_str raw_inside(const struct dl_html *html, uint32_t node)
{
    if (node + 1 < html->nodes[node].end && dl_html_is_text(html, node + 1))
        return dl_html_slice(html, node + 1);
    return (dl_str){"", 0};
}

void dl_claims_read(const struct dl_html *html, struct dl_arena *arena, struct dl_claims *ret)
{
    size_t script_bytes = 0;
    dl_str scripts[DL_CLAIMS_SCRIPTS_MAX];
    uint32_t script_count = 0;
    bool has_items = may_have_itemprop(html->source);
    *ret = (struct dl_claims){.title = {"", 0}, .base = {"", 0}, .body = {"", 0}};
    for (uint32_t node = 1; node < html->count; node++) {
        enum dl_tag tag = (enum dl_tag)html->nodes[node].tag;
        dl_str text;
        switch (html->nodes[node].tag) {
        case DL_TAG_META:
            read_meta(ret, html, node, arena);
            break;
        case DL_TAG_LINK:
            read_link(ret, html, node, arena);
            break;
        case DL_TAG_BASE:
            if (ret->base.len == 0)
                ret->base = dl_html_value(html, node, "href", arena);
            break;
        case DL_TAG_TITLE: /* an <svg> may have one too */
            text = raw_inside(html, node);
            if (ret->title.len == 0 && text.len < VALUE_BYTES_MAX &&
                html->nodes[html->nodes[node].parent].tag != DL_TAG_SVG)
                ret->title = dl_html_line(arena, text);
            break;
        case DL_TAG_SCRIPT:
            text = raw_inside(html, node);
            if (text.len && is_ld_script(html, node) && script_count < DL_CLAIMS_SCRIPTS_MAX &&
                script_bytes + text.len < SCRIPT_BYTES_MAX) {
                script_bytes += text.len;
                scripts[script_count++] = text;
            }
            break;
        case DL_TAG_HTML:
        case DL_TAG_BODY:
            dl_claims_add(ret, arena, "", DL_STR("content-language"),
                          dl_html_value(html, node, "lang", arena), 30);
            dl_claims_add(ret, arena, "", DL_STR("content-language"),
                          dl_html_value(html, node, "xml:lang", arena), 25);
            break;
        case DL_TAG_A:
            if (dl_html_get(html, node, "rel", &text) && has_word(text, DL_STR("author")))
                dl_claims_add(ret, arena, "link:", DL_STR("author"),
                              dl_claims_text(html, node, arena), 0);
            __attribute__((fallthrough));
        default:
            if (has_items && tag != DL_HTML_IS_TEXT && html->nodes[node].bytes > 10 &&
                may_have_itemprop(dl_html_slice(html, node)) &&
                dl_html_get(html, node, "itemprop", &text))
                read_item(ret, html, node, text, arena);
            break;
        }
    }
    dl_claims_read_ld(ret, arena, scripts, script_count);
}
