/* Any bytes as HTML: subtrees nest, slices lie in the source, text comes out. */
#include "tests/fuzz/fuzz.h"

#include "markup/html_text.h"
#include "markup/html_tree.h"

static void check(const struct dl_html *html)
{
    for (uint32_t i = 1; i < html->count; i++) {
        const struct dl_html_node *node = &html->nodes[i];
        const struct dl_html_node *parent = &html->nodes[node->parent];
        if (node->parent >= i || node->end <= i || node->end > parent->end ||
            (size_t)node->at + node->bytes > html->source.len)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct dl_html html;
    struct dl_arena arena;
    dl_html_init(&html);
    dl_arena_init(&arena);
    dl_html_parse(&html, (dl_str){(const char *)bytes, count});
    check(&html);
    for (uint32_t i = 1; i < html.count; i++)
        (void)(dl_html_is_text(&html, i) ? dl_html_line(&arena, dl_html_slice(&html, i))
                                         : dl_html_value(&html, i, "class", &arena));
    dl_arena_done(&arena);
    dl_html_done(&html);
    return 0;
}
