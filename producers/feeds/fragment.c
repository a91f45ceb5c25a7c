/* Tags into line ends. */
#include "producers/feeds/fragment.h"

#include "markup/html_lexer.h"
#include "markup/html_text.h"

#define HIDDEN_DEPTH_MAX 1000U

static void trim_end(struct dl_buf *out)
{
    while (out->len && (out->at[out->len - 1] == ' ' || out->at[out->len - 1] == '\n'))
        out->len--;
}

/* The lines end here; `count` line ends before what follows, if anything does. */
static void break_line(struct dl_buf *out, unsigned count)
{
    unsigned had = 0;
    while (out->len && (out->at[out->len - 1] == ' ' || out->at[out->len - 1] == '\n')) {
        had += out->at[out->len - 1] == '\n';
        out->len--;
    }
    if (out->len == 0)
        return;
    for (unsigned i = 0; i < count || i < had; i++)
        (void)dl_buf_put_char(out, '\n'); /* at its ceiling the text is cut */
}

dl_str dl_fragment_text(struct dl_arena *arena, dl_str html)
{
    struct dl_html_names names;
    struct dl_html_lexer lexer;
    struct dl_html_token token;
    struct dl_buf out;
    unsigned hidden = 0;
    if (html.len == 0)
        return (dl_str){NULL, 0};
    dl_html_names_init(&names);
    dl_html_lexer_init(&lexer, &names, html);
    dl_buf_init(&out, 2 * html.len + 64); /* a reference is never shorter than what it stands for */
    while (dl_html_lexer_next(&lexer, &token)) {
        unsigned flags = token.kind == DL_HTML_START || token.kind == DL_HTML_END
                             ? dl_html_tag_flags(token.tag)
                             : 0;
        if (token.kind == DL_HTML_TEXT && !hidden)
            dl_html_put_text(&out, token.text);
        else if (token.kind == DL_HTML_START && token.tag == DL_TAG_BR)
            break_line(&out, 1);
        else if (flags & DL_TAG_HIDDEN && !(flags & (DL_TAG_VOID | DL_TAG_RAW)))
            hidden = token.kind == DL_HTML_START ? hidden + (hidden < HIDDEN_DEPTH_MAX)
                                                 : hidden - (hidden > 0);
        else if ((flags & DL_TAG_ENDS_P) || (flags & DL_TAG_HEADING))
            break_line(&out, 2);
        else if (flags && !(flags & (DL_TAG_INLINE | DL_TAG_VOID | DL_TAG_HIDDEN)))
            break_line(&out, 1);
    }
    trim_end(&out);
    dl_str text = dl_arena_str(arena, dl_buf_str(&out));
    dl_buf_done(&out);
    return text;
}
