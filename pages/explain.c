/* Decisions in words: claims by field, then the blocks in order. */
#include "pages/explain.h"

#include "core/utf8.h"

#define SHOWN_BYTES 100U

static const char *const kinds[] = {"text", "p", "h", "li", "td", "quote", "pre", "caption", "dt"};

static const char *const class_names[] = {
#define CLASS(name) #name,
#include "pages/classes.def"
#undef CLASS
};

static const char *const field_names[DL_CLAIM_FIELD_COUNT] = {
    "title",     "author",      "published", "modified", "publisher", "language",
    "canonical", "description", "section",   "keywords", "image",     "free",
    "type",      "copyright",   "licence",   "amp",      "short"};

static dl_str head_of(dl_str text)
{
    size_t len = text.len;
    if (len > SHOWN_BYTES) {
        len = SHOWN_BYTES;
        while (len && ((unsigned char)text.at[len] & 0xc0) == 0x80)
            len--;
    }
    for (size_t i = 0; i < len; i++)
        if (text.at[i] == '\n')
            len = i;
    return dl_str_sub(text, 0, len);
}

static void put_path(const struct dl_page *page, uint32_t node, struct dl_buf *out)
{
    uint32_t path[6];
    unsigned count = 0;
    while (node && count < 6) {
        path[count++] = node;
        node = page->html->nodes[node].parent;
    }
    while (count-- > 0) {
        const char *name = dl_html_tag_name((enum dl_tag)page->html->nodes[path[count]].tag);
        dl_str text;
        (void)dl_buf_put_str(out, *name ? dl_str_of(name) : DL_STR("?"));
        if (dl_html_get(page->html, path[count], "class", &text) && text.len) {
            size_t len = 0;
            while (len < text.len && len < 40 && text.at[len] != ' ')
                len++;
            (void)dl_buf_printf(out, ".%.*s", (int)len, text.at);
        }
        (void)dl_buf_put_str(out, count ? DL_STR(" > ") : DL_STR(""));
    }
}

/* The reasons a person can check, of those the forests look at. */
static void put_reasons(const struct dl_page *page, uint32_t i, struct dl_buf *out)
{
    const float *row = page->features.rows[i];
    const struct dl_block *block = &page->blocks.list[i];
    static const char *const cue_names[] = {"",        "more",     "share",  "subscribe", "ad",
                                            "photo",   "comments", "rights", "byline",    "date",
                                            "consent", "tags",     "about"};
    (void)dl_buf_printf(out, "links %.0f %%", 100.0 * (double)row[DL_FEATURE_link_share]);
    if (row[DL_FEATURE_inside_best] > 0)
        (void)dl_buf_put_str(out, DL_STR(", in the article's box"));
    if (page->features.cues[i])
        (void)dl_buf_printf(out, ", begins like %s", cue_names[page->features.cues[i]]);
    if (row[DL_FEATURE_like_title] > 0.8F)
        (void)dl_buf_put_str(out, DL_STR(", like the title"));
    if (row[DL_FEATURE_like_body] > 0)
        (void)dl_buf_put_str(out, DL_STR(", in articleBody"));
    if (row[DL_FEATURE_like_body] < 0)
        (void)dl_buf_put_str(out, DL_STR(", not in articleBody"));
    uint32_t above = page->blocks.above[block->node];
    for (unsigned kind = 0; kind < DL_CLASS_COUNT; kind++)
        if (above & 1U << kind)
            (void)dl_buf_printf(out, ", %s", class_names[kind]);
}

dl_status dl_page_explain(const struct dl_page *page, struct dl_buf *out)
{
    (void)dl_buf_printf(out, "charset  %s\ntext     from %s\n", page->charset, page->text_from);
    for (unsigned field = 0; field < DL_CLAIM_FIELD_COUNT; field++)
        for (uint32_t i = 0; i < page->claims.of[field].count; i++) {
            const struct dl_claim *claim = &page->claims.of[field].list[i];
            dl_str value = head_of(claim->value);
            (void)dl_buf_printf(out, "claim    %-11s %2d  %.*s: %.*s\n", field_names[field],
                                claim->rank, DL_STR_ARG(claim->place), DL_STR_ARG(value));
        }
    for (uint32_t i = 0; i < page->blocks.count; i++) {
        const struct dl_block *block = &page->blocks.list[i];
        dl_str text = head_of(block->text);
        (void)dl_buf_printf(out, "%s %5.1f (%5.1f) %-7s %.*s\n                        ",
                            page->judgement.kept[i] ? "keep" : "drop",
                            (double)page->judgement.odds[i], (double)page->judgement.first[i],
                            kinds[block->kind], DL_STR_ARG(text));
        put_reasons(page, i, out);
        (void)dl_buf_put_str(out, DL_STR("\n                        "));
        put_path(page, block->node, out);
        dl_status status = dl_buf_put_char(out, '\n');
        if (status != DL_OK)
            return status;
    }
    return DL_OK;
}
