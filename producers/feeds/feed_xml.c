/* The walk over an XML feed: which elements are open, what their prefixes mean, where the text of
 * an element ends when its end tag is missing. What elements mean is in feed_elements.c. */
#include "producers/feeds/feed_xml.h"

#include "core/str.h"
#include "markup/html_lexer.h"
#include "markup/html_safe.h"

/* --- attributes --- */

dl_str dl_feed_attribute(struct dl_feed_reader *r, const struct dl_xml_token *start,
                         const char *name)
{
    dl_str value;
    if (start->text.len == 0 || !dl_html_attribute(start->text, name, &value))
        return (dl_str){"", 0};
    return dl_str_trim(dl_xml_decode(r->arena, &r->entities, value));
}

const struct dl_url *dl_feed_base(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    const struct dl_url *outer = dl_feed_own_base(r);
    const struct dl_url *base = outer ? outer : r->draft->base;
    dl_str text = dl_feed_attribute(r, start, "xml:base");
    struct dl_url url;
    if (text.len == 0 || dl_url_parse(r->arena, text, base, &url, NULL) != DL_OK)
        return base;
    struct dl_url *kept = dl_arena_alloc(r->arena, sizeof *kept);
    *kept = url;
    return kept;
}

/* --- elements --- */

static void pop(struct dl_feed_reader *r)
{
    struct dl_feed_frame frame = r->frame[--r->depth];
    r->binding_count = frame.bindings;
    if (frame.begins_place)
        dl_feed_end_place(r, &frame);
}

void dl_feed_push(struct dl_feed_reader *r, const struct dl_xml_token *start,
                  enum dl_feed_place place, bool begins_place)
{
    dl_str language = dl_feed_attribute(r, start, "xml:lang");
    dl_str outer = r->depth ? r->frame[r->depth - 1].language : (dl_str){"", 0};
    struct dl_feed_frame *frame = &r->frame[r->depth];
    const struct dl_url *base = dl_feed_base(r, start);
    *frame = (struct dl_feed_frame){.name = start->name,
                                    .place = place,
                                    .base = base == r->draft->base ? NULL : base,
                                    .language = language.len ? language : outer,
                                    .bindings = frame->bindings,
                                    .begins_place = begins_place};
    r->depth++;
    if (start->closed)
        pop(r);
}

static bool is_blank(dl_str text)
{
    return dl_str_trim(text).len == 0;
}

/* An end tag: everything that was opened inside and not closed ends with it. One that nothing
 * opened means nothing. */
static void end_element(struct dl_feed_reader *r, dl_str name)
{
    if (r->passed_over) {
        r->passed_over--;
        return;
    }
    unsigned at = r->depth;
    while (at > 0 && !dl_str_eq(r->frame[at - 1].name, name))
        at--;
    if (at < r->depth)
        dl_feed_odd(r->draft, "tags that do not match");
    if (at == 0)
        return;
    while (r->depth >= at)
        pop(r);
}

static bool is_open(const struct dl_feed_reader *r, dl_str name)
{
    for (unsigned i = r->depth; i > 0; i--)
        if (dl_str_eq(r->frame[i - 1].name, name))
            return true;
    return false;
}

/* --- text --- */

struct pieces {
    dl_str first; /* nearly always all there is */
    struct dl_buf more;
};

static void add_piece(struct pieces *pieces, dl_str text)
{
    if (text.len == 0)
        return;
    if (pieces->first.len == 0) {
        pieces->first = text;
        return;
    }
    if (pieces->more.len == 0)
        (void)dl_buf_put_str(&pieces->more, pieces->first); /* no ceiling: a part of the document */
    (void)dl_buf_put_str(&pieces->more, text);
}

/* Elements with their CDATA sections as escaped text, for what reads HTML knows none. */
static dl_str without_cdata(struct dl_arena *arena, dl_str markup)
{
    if (!memmem(markup.at, markup.len, "<![CDATA[", 9))
        return markup;
    struct dl_xml_lexer lexer;
    struct dl_xml_token token;
    struct dl_buf out;
    dl_buf_init(&out, markup.len * 5 + 1);
    dl_xml_lexer_init(&lexer, markup);
    while (dl_xml_lexer_next(&lexer, &token)) {
        dl_str piece = token.kind == DL_XML_CDATA ? dl_html_escape(arena, token.text)
                                                  : dl_str_sub(markup, token.start, lexer.at);
        (void)dl_buf_put_str(&out, piece);
    }
    dl_str text = dl_arena_str(arena, dl_buf_str(&out));
    dl_buf_done(&out);
    return text;
}

/* A child that shows that the element's own end tag is missing: feeds have it, text has not. */
static bool is_missing_end(struct dl_feed_reader *r, const struct dl_xml_token *child, bool prose)
{
    char key[DL_FEED_KEY_BYTES_MAX];
    return dl_feed_is_element(dl_feed_key(r, child->name, key), prose);
}

/* What is open inside of the element that is read. */
struct inside {
    unsigned same;       /* elements of its own name */
    unsigned like_outer; /* elements named like those around it */
    dl_str foreign; /* an element with a default namespace of its own: its names are not ours */
    unsigned foreign_same;
    bool markup;
};

enum step { GOES_ON, ENDS, BREAKS };

static enum step start_inside(struct dl_feed_reader *r, struct inside *in, dl_str name,
                              const struct dl_xml_token *token, bool prose)
{
    bool rebinds = token->text.len && memmem(token->text.at, token->text.len, "xmlns=", 6);
    if (in->foreign.len == 0 && !rebinds && is_missing_end(r, token, prose))
        return BREAKS;
    in->markup = true;
    if (token->closed)
        return GOES_ON;
    in->same += dl_str_eq(token->name, name);
    in->like_outer += is_open(r, token->name);
    if (in->foreign.len == 0 && rebinds)
        in->foreign = token->name;
    in->foreign_same += in->foreign.len && dl_str_eq(token->name, in->foreign);
    return GOES_ON;
}

static enum step end_inside(const struct dl_feed_reader *r, struct inside *in, dl_str name,
                            dl_str ended)
{
    if (in->foreign.len && dl_str_eq(ended, in->foreign) && --in->foreign_same == 0)
        in->foreign.len = 0;
    if (dl_str_eq(ended, name))
        return in->same-- == 0 ? ENDS : GOES_ON;
    if (is_open(r, ended))
        return in->like_outer-- == 0 ? BREAKS : GOES_ON;
    return GOES_ON;
}

void dl_feed_read_leaf(struct dl_feed_reader *r, const struct dl_xml_token *start, bool prose,
                       struct dl_feed_leaf *ret_leaf)
{
    struct pieces pieces = {{"", 0}, {0}};
    struct inside in = {.foreign = {"", 0}};
    struct dl_xml_token token;
    enum step step = start->closed ? ENDS : GOES_ON;
    size_t begin = r->lexer.at;
    size_t end = begin;
    dl_buf_init(&pieces.more, SIZE_MAX / 4);
    while (step == GOES_ON) {
        end = r->lexer.at;
        if (!dl_xml_lexer_next(&r->lexer, &token)) {
            dl_feed_odd(r->draft, "it breaks off");
            break;
        }
        if (token.kind == DL_XML_TEXT)
            add_piece(&pieces, dl_xml_decode(r->arena, &r->entities, token.text));
        else if (token.kind == DL_XML_CDATA)
            add_piece(&pieces, token.text);
        else if (token.kind == DL_XML_START)
            step = start_inside(r, &in, start->name, &token, prose);
        else if (token.kind == DL_XML_END)
            step = end_inside(r, &in, start->name, token.name);
    }
    if (step == BREAKS) { /* what comes next is read again, by who is around */
        r->lexer.at = token.start;
        dl_feed_odd(r->draft, "an end tag is missing");
    }
    ret_leaf->text =
        pieces.more.len ? dl_arena_str(r->arena, dl_buf_str(&pieces.more)) : pieces.first;
    ret_leaf->markup = in.markup ? without_cdata(r->arena, dl_str_sub(r->lexer.source, begin, end))
                                 : (dl_str){"", 0};
    dl_buf_done(&pieces.more);
}

/* --- the walk --- */

static bool is_entry(const char *key)
{
    static const char *const keys[] = {"rss:item", "atom:entry", "sitemap:url", "sitemap:sitemap",
                                       "rdf:item"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* "0.91" of RSS, as formats are named. */
static const char *rss_format(dl_str version)
{
    static const char *const formats[][2] = {{"0.90", "rss090"}, {"0.91", "rss091"},
                                             {"0.92", "rss092"}, {"0.93", "rss093"},
                                             {"0.94", "rss094"}, {"1.0", "rss10"}};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (dl_str_is(version, formats[i][0]))
            return formats[i][1];
    return "rss20";
}

/* RSS 1.0, or 0.90, whose namespace is Netscape's. */
static const char *rdf_format(const struct dl_xml_token *start)
{
    bool old = start->text.len && memmem(start->text.at, start->text.len, "netscape.com", 12);
    return old ? "rss090" : "rss10";
}

static const char *atom_format(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    dl_str version = dl_feed_attribute(r, start, "version");
    bool old = dl_str_starts(version, DL_STR("0.")) ||
               (start->text.len && memmem(start->text.at, start->text.len, "purl.org/atom", 13));
    return old ? "atom03" : "atom10";
}

/* Elements that make a document a feed, wherever they stand. */
static bool begin_feed(struct dl_feed_reader *r, const char *key, const struct dl_xml_token *start)
{
    const char *local = strchr(key, ':') + 1;
    struct dl_feed_draft *draft = r->draft;
    if (strcmp(local, "rss") == 0) {
        r->kind = DL_FEED_KIND_RSS;
        draft->format = rss_format(dl_feed_attribute(r, start, "version"));
    } else if (strcmp(local, "rdf") == 0) {
        r->kind = DL_FEED_KIND_RSS;
        draft->format = rdf_format(start);
        draft->inherit_author = true;
    } else if (strcmp(local, "feed") == 0) {
        r->kind = DL_FEED_KIND_ATOM;
        draft->format = atom_format(r, start);
        draft->inherit_author = true;
    } else if (strcmp(local, "urlset") == 0 || strcmp(local, "sitemapindex") == 0) {
        r->kind = DL_FEED_KIND_SITEMAP;
        draft->format = "sitemap";
        draft->index = local[0] == 's';
    } else if (strcmp(local, "channel") == 0 || strcmp(key, "atom:entry") == 0) {
        r->kind = local[0] == 'c' ? DL_FEED_KIND_RSS : DL_FEED_KIND_ATOM;
        bool cdf = local[0] == 'c' && dl_feed_attribute(r, start, "href").len;
        draft->format = cdf ? "cdf" : local[0] == 'c' ? "rss20" : "atom10";
        return local[0] == 'c'; /* an entry alone is a feed of one, and begins itself */
    } else {
        return false;
    }
    return true;
}

/* Channel Definition Format, RSS's elder: the same elements, with their addresses in attributes. */
static void take_cdf_attributes(struct dl_feed_reader *r, struct dl_feed_part *part,
                                const struct dl_xml_token *start)
{
    dl_feed_set_link(r->draft, part, DL_FEED_LINK, 2, dl_feed_attribute(r, start, "href"),
                     dl_feed_base(r, start));
    dl_feed_set_date(r->draft, part, DL_FEED_UPDATED, 2, dl_feed_attribute(r, start, "lastmod"));
}

static void begin_entry(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    if (r->in_entry) { /* the one before is not closed */
        dl_feed_odd(r->draft, "an end tag is missing");
        while (r->in_entry && r->depth)
            pop(r);
        r->frame[r->depth].bindings = r->binding_count;
        dl_feed_bind_all(r, start);
    }
    dl_feed_part_init(&r->draft->entry);
    r->in_entry = true;
    r->shape = DL_FEED_POINT;
    dl_feed_set(&r->draft->entry, DL_FEED_ID, 2, dl_feed_attribute(r, start, "rdf:about"));
    dl_feed_set(&r->draft->entry, DL_FEED_LANGUAGE, 2, dl_feed_attribute(r, start, "xml:lang"));
    take_cdf_attributes(r, &r->draft->entry, start);
    dl_feed_push(r, start, DL_FEED_IN_ENTRY, true);
}

static void start_element(struct dl_feed_reader *r, const struct dl_xml_token *start)
{
    char room[DL_FEED_KEY_BYTES_MAX];
    if (r->depth == DL_FEED_DEPTH_MAX - 1 || r->passed_over) {
        r->passed_over += !start->closed;
        dl_feed_odd(r->draft, "nested too deeply");
        return;
    }
    unsigned bindings = r->binding_count;
    dl_feed_bind_all(r, start);
    r->frame[r->depth].bindings = bindings;
    const char *key = dl_feed_key(r, start->name, room);
    if (dl_feed_has_unbound_prefix(r, start->name))
        dl_feed_odd(r->draft, "a prefix nobody declared");
    if (r->kind == DL_FEED_KIND_NONE) {
        r->seen_page = r->seen_page || dl_str_eq_nocase(start->name, DL_STR("html"));
        if (begin_feed(r, key, start)) {
            take_cdf_attributes(r, &r->draft->feed, start);
            dl_feed_set(&r->draft->feed, DL_FEED_LANGUAGE, 2,
                        dl_feed_attribute(r, start, "xml:lang"));
            dl_feed_push(r, start, DL_FEED_IN_FEED, false);
            return;
        }
    }
    if (r->kind == DL_FEED_KIND_NONE) {
        dl_feed_push(r, start, DL_FEED_NOWHERE, false);
        return;
    }
    enum dl_feed_place place = dl_feed_place_of(r);
    if (is_entry(key) && (place != DL_FEED_NOWHERE || !r->in_entry)) {
        begin_entry(r, start);
        return;
    }
    if (place == DL_FEED_IN_FEED && strcmp(key, "rss:channel") == 0) {
        dl_feed_set(&r->draft->feed, DL_FEED_ID, 2, dl_feed_attribute(r, start, "rdf:about"));
        dl_feed_set(&r->draft->feed, DL_FEED_LANGUAGE, 3, dl_feed_attribute(r, start, "xml:lang"));
        dl_feed_push(r, start, DL_FEED_IN_FEED, false);
        return;
    }
    unsigned depth = r->depth;
    bool taken = dl_feed_take_element(r, key, start);
    if (taken && r->depth == depth)
        r->binding_count = bindings; /* it was read to its end */
    else if (!taken)
        dl_feed_push(r, start, DL_FEED_NOWHERE, false);
}

static void stray_text(struct dl_feed_reader *r, dl_str text)
{
    if (r->depth == 0 && !is_blank(text))
        dl_feed_odd(r->draft, "text outside of all elements");
}

static void walk(struct dl_feed_reader *r)
{
    struct dl_xml_token token;
    while (!r->draft->cut && dl_xml_lexer_next(&r->lexer, &token)) {
        switch (token.kind) {
        case DL_XML_START:
            start_element(r, &token);
            break;
        case DL_XML_END:
            end_element(r, token.name);
            break;
        case DL_XML_TEXT:
        case DL_XML_CDATA:
            stray_text(r, token.text);
            break;
        case DL_XML_DOCTYPE:
            dl_xml_entities_init(&r->entities, r->arena, token.text);
            break;
        case DL_XML_COMMENT:
        case DL_XML_INSTRUCTION:
            break;
        }
    }
    if (r->depth)
        dl_feed_odd(r->draft, "it breaks off");
    while (r->depth)
        pop(r);
}

dl_status dl_feed_read_xml(struct dl_feed_draft *draft, dl_str text, struct dl_error *err)
{
    struct dl_feed_reader *r = dl_arena_alloc(draft->arena, sizeof *r);
    r->draft = draft;
    r->arena = draft->arena;
    dl_xml_lexer_init(&r->lexer, text);
    dl_xml_entities_init(&r->entities, r->arena, (dl_str){"", 0});
    walk(r);
    if (r->kind == DL_FEED_KIND_NONE)
        return dl_fail(err, DL_BAD_INPUT,
                       r->seen_page ? "a web page, not a feed" : "no feed: neither RSS nor Atom");
    if (r->lexer.broken)
        dl_feed_odd(draft, r->lexer.broken);
    if (r->entities.broken)
        dl_feed_odd(draft, "an '&' that begins no reference");
    if (!draft->ttl_s && r->period_s)
        draft->ttl_s = r->period_s / (r->frequency > 0 ? r->frequency : 1);
    return DL_OK;
}
