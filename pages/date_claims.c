/* Gathering the dates of a page. */
#include "pages/date_claims.h"

#include "core/url.h"
#include "core/utf8.h"
#include "markup/html_text.h"
#include "markup/words.h"
#include "pages/weigh.h"

#include <utf8proc.h>

extern const struct dl_words dl_words_page_changed;

#define TIMES_MAX 200U
#define TEXT_BLOCKS 40U      /* after the headline */
#define TEXT_BLOCKS_ABOVE 8U /* and before it */
#define TEXT_BYTES_MAX 200U
#define LINE_WORDS 12U   /* more is prose */
#define PROSE_BYTES 60U  /* a date in prose is looked for in its beginning: "HARBOURTOWN, May 6" */
#define PROSE_RANK 12    /* less is believed there */
#define PROSE_BLOCKS 12U /* of prose after the headline */
#define REST_WORDS 5U    /* of a line that is hardly more than a date */
#define LINE_DATES_MAX 4U
#define LABEL_BYTES 60U
#define LABEL_BYTES_MIN 4U /* no word of a change is shorter */
#define NEAR_BLOCKS 15U
#define SCRIPT_BYTES_MAX (256U << 10)
#define SCRIPT_VALUE_BYTES 40U

#define RANK_TIME 45
#define RANK_CHANGED 50
#define RANK_URL 51
#define RANK_ATTRIBUTE 40
#define RANK_TEXT 28
#define RANK_FAR 16   /* a line far from the headline that says it is a date */
#define RANK_SURE 40  /* with less scripts are looked into */
#define LUNAR_RANK 10 /* a lunar date may be a day off */

static bool add_date(struct dl_dated_page *w, bool changed, dl_str text, int rank, bool in_text)
{
    struct dl_date_claims *dates = changed ? &w->modified : &w->dates;
    struct dl_date_claim claim = {.rank = rank, .in_text = in_text};
    size_t from;
    size_t to;
    if (dates->count == DL_DATES_MAX || !dl_page_date_find(text, &w->ways, &claim.date, &from, &to))
        return false;
    claim.rank -= claim.date.is_lunar ? LUNAR_RANK : 0;
    dates->list[dates->count++] = claim;
    return true;
}

static void add_claims(struct dl_dated_page *w, bool changed, enum dl_claim_field field)
{
    const struct dl_claim_list *list = &w->page->claims.of[field];
    for (uint32_t i = 0; i < list->count; i++)
        (void)add_date(w, changed, list->list[i].value, list->list[i].rank, false);
}

const struct dl_date_claim *dl_date_best(const struct dl_date_claims *dates)
{
    const struct dl_date_claim *best = NULL;
    for (uint32_t i = 0; i < dates->count; i++)
        if (!best || dates->list[i].rank > best->rank)
            best = &dates->list[i];
    return best;
}

uint32_t dl_date_headline(const struct dl_page *page)
{
    for (uint32_t i = 0; i < page->blocks.count; i++)
        if (page->features.rows[i][DL_FEATURE_like_title] > 0.8F &&
            page->blocks.list[i].kind == DL_BLOCK_HEADING)
            return i;
    return UINT32_MAX;
}

/* --- what stands before a date --- */

/* `at`, or where the character it is inside of begins. */
static size_t whole_chars(dl_str text, size_t at)
{
    while (at > 0 && at < text.len && ((unsigned char)text.at[at] & 0xc0) == 0x80)
        at--;
    return at;
}

/* Does it say that the date is of a change: "Last updated"? */
static bool says_changed(dl_str label)
{
    char room[LABEL_BYTES + 8];
    if (label.len < LABEL_BYTES_MIN)
        return false;
    if (label.len > LABEL_BYTES)
        label = dl_str_sub(label, whole_chars(label, label.len - LABEL_BYTES), label.len);
    struct dl_buf low = {room, 0, sizeof room, sizeof room};
    for (size_t at = 0; at < label.len;) {
        size_t bytes;
        uint32_t c = dl_utf8_at(label, at, &bytes);
        at += bytes;
        dl_utf8_put(&low, c < 0x80 ? (c - 'A' < 26U ? c + 32 : c)
                                   : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
    }
    for (uint32_t i = 0; i < dl_words_page_changed.count; i++) {
        const struct dl_word *word = &dl_words_page_changed.list[i];
        if (low.len >= word->key_bytes && memchr(low.at, word->key[0], low.len) &&
            memmem(low.at, low.len, word->key, word->key_bytes))
            return true;
    }
    return false;
}

/* The text right before an element. */
static dl_str text_before(const struct dl_html *html, uint32_t node)
{
    for (uint32_t i = node; i-- > 1 && i + 8 > node;)
        if (dl_html_is_text(html, i) && !(html->nodes[i].flags & DL_HTML_IS_RAW) &&
            dl_str_trim(dl_html_slice(html, i)).len)
            return dl_str_trim(dl_html_slice(html, i));
    return (dl_str){"", 0};
}

/* The dates of a line, each by what stands before it: "Published 6 May 2025, updated 7 May". */
static void add_line(struct dl_dated_page *w, dl_str text, int rank)
{
    struct dl_page_date date;
    size_t from;
    size_t to;
    if (!dl_page_date_find(text, &w->ways, &date, &from, &to))
        return;
    for (unsigned i = 0; i < LINE_DATES_MAX; i++) {
        dl_str rest = dl_str_sub(text, to, text.len);
        bool changed = says_changed(dl_str_sub(text, 0, from));
        size_t next_from;
        size_t next_to;
        bool more = dl_page_date_find(rest, &w->ways, &date, &next_from, &next_to);
        /* Its time is looked for from the date before it up to the next one. */
        size_t begin = i ? from : 0;
        (void)add_date(w, changed, dl_str_sub(text, begin, more ? to + next_from : text.len),
                       rank - (int)i, true);
        if (!more)
            return;
        text = rest;
        from = next_from;
        to = next_to;
    }
}

/* --- where dates stand --- */

/* Boxes of other stories and of readers that the headline does not stand in itself. */
static bool is_elsewhere(const struct dl_dated_page *w, uint32_t node, uint32_t kinds)
{
    const struct dl_blocks *blocks = &w->page->blocks;
    uint32_t here = w->headline == UINT32_MAX ? 0 : blocks->above[blocks->list[w->headline].node];
    return blocks->above[node] & ~here & kinds;
}

#define OTHERS (1U << DL_CLASS_COMMENT | 1U << DL_CLASS_RELATED)
#define BESIDE (OTHERS | 1U << DL_CLASS_SIDE | 1U << DL_CLASS_FOOT | 1U << DL_CLASS_TEASER)

/* <time>, believed by how near the headline it stands and what it says it is. */
static void add_time(struct dl_dated_page *w, uint32_t node, unsigned seen)
{
    const struct dl_html *html = w->page->html;
    const struct dl_blocks *blocks = &w->page->blocks;
    bool has_headline = w->headline != UINT32_MAX;
    uint32_t headline_node = has_headline ? blocks->list[w->headline].first : 0;
    uint32_t block = blocks->block_at[node];
    dl_str stamp = dl_html_value(html, node, "datetime", w->arena);
    dl_str name;
    int rank = RANK_TIME;
    if (dl_html_get(html, node, "pubdate", &name))
        rank += 25;
    if (is_elsewhere(w, node, BESIDE) ||
        (blocks->tags[node] & (DL_IN_ASIDE | DL_IN_NAV | DL_IN_FOOTER)))
        rank -= 25;
    if (node > headline_node)
        rank += 8;
    if (has_headline && block >= w->headline && block < w->headline + NEAR_BLOCKS)
        rank += 12;
    rank -= (int)(seen > 10 ? 10 : seen);
    bool changed = (dl_html_get(html, node, "class", &name) && says_changed(name)) ||
                   (dl_html_get(html, node, "itemprop", &name) &&
                    dl_str_eq_nocase(name, DL_STR("dateModified"))) ||
                   says_changed(text_before(html, node));
    if (stamp.len)
        (void)add_date(w, changed, stamp, changed ? RANK_CHANGED : rank, false);
    else if (node + 1 < html->nodes[node].end && dl_html_is_text(html, node + 1))
        (void)add_date(w, changed, dl_html_line(w->arena, dl_html_slice(html, node + 1)),
                       changed ? RANK_CHANGED - 5 : rank - 10, true);
}

static void add_times(struct dl_dated_page *w)
{
    const struct dl_html *html = w->page->html;
    unsigned seen = 0;
    for (uint32_t node = dl_html_find(html, 1, html->count, DL_TAG_TIME);
         node < html->count && seen < TIMES_MAX;
         node = dl_html_find(html, node + 1, html->count, DL_TAG_TIME))
        add_time(w, node, ++seen);
}

/* Attributes of the elements of a line: <span class=date title="2025-02-06T14:30:00+01:00">. */
static void add_attributes(struct dl_dated_page *w, const struct dl_block *block, int rank)
{
    static const char *const names[] = {"datetime",  "title",          "content",  "data-datetime",
                                        "data-date", "data-timestamp", "data-time"};
    const struct dl_html *html = w->page->html;
    for (uint32_t node = block->node; node < html->nodes[block->node].end; node++) {
        if (dl_html_is_text(html, node) || html->nodes[node].tag == DL_TAG_TIME ||
            html->nodes[node].bytes < 14)
            continue;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            dl_str value = dl_html_value(html, node, names[i], w->arena);
            if (value.len >= 8 && value.len < TEXT_BYTES_MAX &&
                add_date(w, says_changed(text_before(html, node)), value, rank, false))
                break;
        }
    }
}

static int rank_of_block(const struct dl_dated_page *w, uint32_t i)
{
    const struct dl_page *page = w->page;
    const struct dl_block *block = &page->blocks.list[i];
    uint32_t own = page->blocks.own[block->node] | page->blocks.own[block->box];
    bool has_headline = w->headline != UINT32_MAX;
    bool is_said = page->features.cues[i] == DL_CUE_DATE || (own & 1U << DL_CLASS_META);
    int rank = RANK_TEXT;
    if (page->features.cues[i] == DL_CUE_DATE)
        rank += 8;
    if (own & 1U << DL_CLASS_META)
        rank += 8;
    if ((own & 1U << DL_CLASS_AUTHOR) || page->features.cues[i] == DL_CUE_BY)
        rank += 3;
    if (is_elsewhere(w, block->node, BESIDE))
        rank -= 15;
    if (has_headline && i < w->headline) { /* today's date stands at the top of many a page */
        rank -= 4;
        if (!is_said || is_elsewhere(w, block->node, 1U << DL_CLASS_HEAD | 1U << DL_CLASS_NAV))
            rank -= 8;
    }
    if (has_headline && i > w->headline + TEXT_BLOCKS)
        rank = is_said ? RANK_FAR - 2 * is_elsewhere(w, block->node, BESIDE) : 0;
    else if (has_headline && i > w->headline + NEAR_BLOCKS)
        rank -= 8;
    else if (has_headline && i > w->headline)
        rank += i - w->headline < 5;
    return rank;
}

/* A place and a day before the first sentence: "HARBOURTOWN, February 6, 2025 - The ministers". */
static bool is_dateline(dl_str label)
{
    dl_str word;
    while (label.len && dl_str_next(&label, ' ', &word)) {
        size_t bytes;
        if (word.len < 4)
            continue; /* "de", "le" */
        utf8proc_int32_t c = (utf8proc_int32_t)dl_utf8_at(word, 0, &bytes);
        if (utf8proc_toupper(c) != c)
            return false;
    }
    return true;
}

static void add_prose(struct dl_dated_page *w, dl_str text, int rank)
{
    struct dl_page_date date;
    size_t from;
    size_t to;
    text = dl_str_sub(text, 0, whole_chars(text, PROSE_BYTES));
    if (dl_page_date_find(text, &w->ways, &date, &from, &to) &&
        is_dateline(dl_str_sub(text, 0, from)))
        (void)add_date(w, false, text, rank, true);
}

/* Lines that hold a date, and the beginnings of the first paragraphs. */
static void add_texts(struct dl_dated_page *w)
{
    const struct dl_blocks *blocks = &w->page->blocks;
    bool has_headline = w->headline != UINT32_MAX;
    uint32_t from =
        has_headline && w->headline > TEXT_BLOCKS_ABOVE ? w->headline - TEXT_BLOCKS_ABOVE : 0;
    uint32_t prose = 0;
    for (uint32_t i = from; i < blocks->count; i++) {
        const struct dl_block *block = &blocks->list[i];
        if (i == w->headline || is_elsewhere(w, block->node, OTHERS))
            continue;
        dl_str text = block->text;
        int rank = rank_of_block(w, i);
        if (block->words > LINE_WORDS && w->page->features.cues[i] != DL_CUE_DATE) {
            if (prose++ < PROSE_BLOCKS && text.len > PROSE_BYTES &&
                rank - PROSE_RANK >= DL_DATE_RANK_MIN)
                add_prose(w, text, rank - PROSE_RANK);
            continue;
        }
        if (text.len > TEXT_BYTES_MAX || rank < DL_DATE_RANK_MIN)
            continue;
        add_line(w, text, rank);
        if (rank >= RANK_TEXT)
            add_attributes(w, block, rank + RANK_ATTRIBUTE - RANK_TEXT);
    }
}

/* --- scripts --- */

/* "publishedAt":"2025-02-06…" in a script of the page's own: where nothing else says when. */
static void add_script(struct dl_dated_page *w, dl_str script)
{
    struct dl_claims claims = {.title = {"", 0}};
    if (script.len > SCRIPT_BYTES_MAX)
        script.len = SCRIPT_BYTES_MAX;
    for (size_t at = 0; at + 12 < script.len; at++) {
        const char *quote = memchr(script.at + at, '"', script.len - at);
        if (!quote)
            return;
        size_t from = (size_t)(quote - script.at) + 1;
        const char *end = memchr(script.at + from, '"', script.len - from);
        if (!end)
            return;
        size_t to = (size_t)(end - script.at);
        at = to - 1; /* the closing quote may open the next string */
        if (to - from < 6 || to - from > SCRIPT_VALUE_BYTES || to + 3 > script.len ||
            script.at[to + 1] != ':')
            continue;
        size_t value = to + 2;
        while (value < script.len && (script.at[value] == ' ' || script.at[value] == '"'))
            value++;
        size_t value_end = value;
        while (value_end < script.len && value_end < value + SCRIPT_VALUE_BYTES &&
               !strchr("\",}]", script.at[value_end]))
            value_end++;
        dl_claims_add(&claims, w->arena, "js:", dl_str_sub(script, from, to),
                      dl_str_sub(script, value, value_end), 0);
        const struct dl_claim *claim = dl_claims_best(&claims, DL_CLAIM_PUBLISHED);
        if (claim && add_date(w, false, claim->value, claim->rank, false))
            return;
        claims.of[DL_CLAIM_PUBLISHED].count = 0;
    }
}

static void add_scripts(struct dl_dated_page *w)
{
    const struct dl_html *html = w->page->html;
    for (uint32_t node = dl_html_find(html, 1, html->count, DL_TAG_SCRIPT); node < html->count;
         node = dl_html_find(html, node + 1, html->count, DL_TAG_SCRIPT))
        if (node + 1 < html->nodes[node].end && dl_html_is_text(html, node + 1))
            add_script(w, dl_html_slice(html, node + 1));
}

/* A day in the page's address, or in the one it says it has. */
static void add_addresses(struct dl_dated_page *w, dl_str url)
{
    const struct dl_claim_list *claims = &w->page->claims.of[DL_CLAIM_CANONICAL];
    for (uint32_t i = 0; i <= claims->count; i++) {
        struct dl_date_claim claim = {.rank = i ? RANK_URL - 3 : RANK_URL, .in_address = true};
        struct dl_url parts;
        dl_str address = i ? claims->list[i - 1].value : url;
        if (w->dates.count < DL_DATES_MAX && dl_address_is_web(w->arena, address, &parts) &&
            dl_page_date_of_url(parts.path, &claim.date)) {
            w->dates.list[w->dates.count++] = claim;
            return;
        }
    }
}

/* Where nobody says when near the headline: a short line anywhere that is a date, or says that it
 * follows, and one in the title. */
static void add_rest(struct dl_dated_page *w)
{
    const struct dl_blocks *blocks = &w->page->blocks;
    for (uint32_t i = 0; i < blocks->count; i++) {
        const struct dl_block *block = &blocks->list[i];
        size_t from;
        size_t to;
        struct dl_page_date date;
        if (block->text.len > TEXT_BYTES_MAX || is_elsewhere(w, block->node, OTHERS) ||
            !dl_page_date_find(block->text, &w->ways, &date, &from, &to))
            continue;
        bool changed = says_changed(dl_str_sub(block->text, 0, from));
        if (changed || block->words <= REST_WORDS)
            (void)add_date(w, changed, dl_str_sub(block->text, from, block->text.len),
                           DL_DATE_RANK_MIN + !is_elsewhere(w, block->node, BESIDE), true);
    }
    (void)add_date(w, false, w->page->claims.title, DL_DATE_RANK_MIN, true);
}

void dl_date_gather(struct dl_dated_page *w, dl_str url)
{
    add_claims(w, false, DL_CLAIM_PUBLISHED);
    add_claims(w, true, DL_CLAIM_MODIFIED);
    add_times(w);
    add_addresses(w, url);
    add_texts(w);
    const struct dl_date_claim *best = dl_date_best(&w->dates);
    if (!best || best->rank < RANK_SURE)
        add_scripts(w);
    best = dl_date_best(&w->dates);
    if (!best || best->rank < DL_DATE_RANK_MIN)
        add_rest(w);
}
