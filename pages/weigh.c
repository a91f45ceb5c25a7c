/* Dates, the canonical URL, description and keywords. */
#include "pages/weigh.h"

#include "core/limits.h"
#include "core/url.h"
#include "markup/html_text.h"
#include "pages/dates.h"

#define DATES_MAX 64U
#define TEXT_DATE_BLOCKS 40U /* around the headline */
#define TEXT_DATE_BYTES_MAX 200U
#define KEYWORDS_MAX 40U
#define KEYWORD_BYTES_MAX 100U

/* --- addresses --- */

static bool web_address(struct dl_arena *arena, dl_str url, struct dl_url *ret)
{
    return url.len && dl_url_parse(arena, url, NULL, ret, NULL) == DL_OK && dl_url_is_web(ret);
}

dl_str dl_address_host(struct dl_arena *arena, dl_str url)
{
    struct dl_url parts;
    if (!web_address(arena, url, &parts))
        return (dl_str){NULL, 0};
    return dl_str_starts(parts.host, DL_STR("www.")) ? dl_str_sub(parts.host, 4, parts.host.len)
                                                     : parts.host;
}

dl_str dl_address_join(struct dl_arena *arena, dl_str base, dl_str reference)
{
    struct dl_url parts;
    dl_str href;
    if (reference.len == 0 || reference.len > DL_URL_BYTES_MAX ||
        dl_url_resolve(arena, base, reference, &href, NULL) != DL_OK)
        return (dl_str){NULL, 0};
    return web_address(arena, href, &parts) ? href : (dl_str){NULL, 0};
}

/* --- dates --- */

struct date_claim {
    struct dl_page_date date;
    int rank;
    bool in_text;
};

struct date_claims {
    struct date_claim list[DATES_MAX];
    uint32_t count;
    bool month_first;
};

static void add_date(struct date_claims *dates, dl_str text, int rank, bool in_text)
{
    struct date_claim claim = {.rank = rank, .in_text = in_text};
    if (dates->count < DATES_MAX && dl_page_date_read(text, dates->month_first, &claim.date))
        dates->list[dates->count++] = claim;
}

static void add_claims(struct date_claims *dates, const struct dl_claim_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        add_date(dates, list->list[i].value, list->list[i].rank, false);
}

static const struct date_claim *best_date(const struct date_claims *dates)
{
    const struct date_claim *best = NULL;
    for (uint32_t i = 0; i < dates->count; i++)
        if (!best || dates->list[i].rank > best->rank)
            best = &dates->list[i];
    return best;
}

static uint32_t find_headline(const struct dl_page *page)
{
    for (uint32_t i = 0; i < page->blocks.count; i++)
        if (page->features.rows[i][DL_FEATURE_like_title] > 0.8F &&
            page->blocks.list[i].kind == DL_BLOCK_HEADING)
            return i;
    return UINT32_MAX;
}

static uint32_t bad_places(void)
{
    return 1U << DL_CLASS_COMMENT | 1U << DL_CLASS_RELATED | 1U << DL_CLASS_SIDE |
           1U << DL_CLASS_FOOT | 1U << DL_CLASS_TEASER;
}

/* <time>, believed by how near the headline it stands and what it says it is. */
static void add_times(struct date_claims *dates, struct date_claims *modified,
                      const struct dl_page *page, uint32_t headline, struct dl_arena *arena)
{
    const struct dl_html *html = page->html;
    uint32_t headline_node = headline == UINT32_MAX ? 0 : page->blocks.list[headline].first;
    unsigned seen = 0;
    for (uint32_t node = dl_html_find(html, 1, html->count, DL_TAG_TIME);
         node < html->count && seen < 200;
         node = dl_html_find(html, node + 1, html->count, DL_TAG_TIME)) {
        dl_str stamp = dl_html_value(html, node, "datetime", arena);
        dl_str pubdate;
        int rank = 45;
        seen++;
        uint32_t above = page->blocks.above[node];
        uint32_t tags = page->blocks.tags[node];
        if (dl_html_get(html, node, "pubdate", &pubdate))
            rank += 25;
        if ((above & bad_places()) || (tags & (DL_IN_ASIDE | DL_IN_NAV | DL_IN_FOOTER)))
            rank -= 25;
        if (node > headline_node)
            rank += 8;
        uint32_t far = page->blocks.block_at[node];
        if (headline != UINT32_MAX && far >= headline && far < headline + 15)
            rank += 12;
        rank -= (int)(seen > 10 ? 10 : seen);
        dl_str name;
        bool is_modified =
            dl_html_get(html, node, "class", &name) &&
            (memmem(name.at, name.len, "updat", 5) || memmem(name.at, name.len, "modif", 5));
        if (dl_html_get(html, node, "itemprop", &name) &&
            dl_str_eq_nocase(name, DL_STR("dateModified")))
            is_modified = true;
        if (!is_modified && page->blocks.block_at[node] > 0 &&
            page->blocks.block_at[node] <= page->blocks.count) {
            /* "Updated" right before it */
            uint32_t block = page->blocks.block_at[node];
            if (block < page->blocks.count && page->features.cues[block] == DL_CUE_DATE &&
                page->blocks.list[block].text.len < 80 &&
                (dl_str_starts(page->blocks.list[block].text, DL_STR("Updated")) ||
                 dl_str_starts(page->blocks.list[block].text, DL_STR("Last")))) {
                is_modified = true;
            }
        }
        if (stamp.len)
            add_date(is_modified ? modified : dates, stamp, is_modified ? 50 : rank, false);
        else
            rank -= 10;
        if (!stamp.len && node + 1 < html->nodes[node].end && dl_html_is_text(html, node + 1))
            add_date(is_modified ? modified : dates,
                     dl_html_line(arena, dl_html_slice(html, node + 1)), is_modified ? 45 : rank,
                     true);
    }
}

/* Short blocks near the headline that hold a date. */
static void add_text_dates(struct date_claims *dates, const struct dl_page *page, uint32_t headline)
{
    uint32_t from = headline == UINT32_MAX ? 0 : headline > 8 ? headline - 8 : 0;
    uint32_t to = headline == UINT32_MAX ? page->blocks.count : headline + TEXT_DATE_BLOCKS;
    for (uint32_t i = from; i < to && i < page->blocks.count; i++) {
        const struct dl_block *block = &page->blocks.list[i];
        if (block->text.len > TEXT_DATE_BYTES_MAX || block->digits < 3 || i == headline)
            continue;
        uint32_t near = page->blocks.above[block->node];
        uint32_t own = page->blocks.own[block->node] | page->blocks.own[block->box];
        int rank = 28;
        if (page->features.cues[i] == DL_CUE_DATE)
            rank += 8;
        if (own & (1U << DL_CLASS_META))
            rank += 8;
        if (own & (1U << DL_CLASS_AUTHOR) || page->features.cues[i] == DL_CUE_BY)
            rank += 3;
        if (near & bad_places())
            rank -= 15;
        if (headline != UINT32_MAX && i < headline)
            rank -= 4;
        if (headline != UINT32_MAX && i > headline + 12)
            rank -= 8;
        if (block->words > 12)
            rank -= 12;
        if (headline != UINT32_MAX && i > headline)
            rank += i - headline < 5;
        add_date(dates, block->text, rank, true);
    }
}

static bool same_day(const struct dl_page_date *a, const struct dl_page_date *b)
{
    return dl_page_date_day(a) == dl_page_date_day(b);
}

static bool same_minute(const struct dl_page_date *a, const struct dl_page_date *b)
{
    return a->has_time && b->has_time && a->hour == b->hour && a->minute == b->minute &&
           same_day(a, b);
}

/* A time for a day, a zone for a time, from whoever else says the same. */
static void complete(struct dl_page_date *date, const struct date_claims *dates)
{
    bool midnight = date->has_time && date->hour == 0 && date->minute == 0 && date->second == 0;
    if (!date->has_time || (midnight && !date->has_offset)) {
        const struct date_claim *best = NULL;
        for (uint32_t i = 0; i < dates->count; i++) {
            const struct date_claim *claim = &dates->list[i];
            if (claim->date.has_time && same_day(&claim->date, date) && claim->rank >= 20 &&
                !(midnight && claim->date.hour == 0 && claim->date.minute == 0) &&
                (!best || claim->rank > best->rank))
                best = claim;
        }
        if (best)
            *date = best->date;
    }
    for (uint32_t i = 0; i < dates->count && date->has_time && !date->has_offset; i++)
        if (dates->list[i].date.has_offset && same_minute(&dates->list[i].date, date)) {
            date->offset = dates->list[i].date.offset;
            date->has_offset = true;
        }
}

static int64_t instant(const struct dl_page_date *date)
{
    return (int64_t)dl_page_date_day(date) * 1440 + date->hour * 60 + date->minute - date->offset;
}

void dl_weigh_dates(const struct dl_page *page, dl_str url, dl_str language, struct dl_arena *arena,
                    struct dl_weighed_dates *ret)
{
    struct date_claims dates = {.count = 0};
    struct date_claims modified = {.count = 0};
    struct date_claim from_url = {.rank = 0};
    *ret = (struct dl_weighed_dates){.published = {NULL, 0}, .basis = DL_BASIS_NONE};
    dates.month_first = dl_str_is(language, "en-US") || dl_str_is(language, "en-us") ||
                        dl_str_is(language, "en") || language.len == 0 ||
                        dl_str_is(language, "en-PH");
    dl_str host = dl_address_host(arena, url);
    if (dl_str_ends(host, DL_STR(".uk")) || dl_str_ends(host, DL_STR(".au")) ||
        dl_str_ends(host, DL_STR(".in")) || dl_str_ends(host, DL_STR(".za")) ||
        dl_str_ends(host, DL_STR(".nz")) || dl_str_ends(host, DL_STR(".ie")) ||
        dl_str_ends(host, DL_STR(".ng")) || dl_str_ends(host, DL_STR(".ke")))
        dates.month_first = false;
    modified.month_first = dates.month_first;
    uint32_t headline = find_headline(page);
    add_claims(&dates, &page->claims.of[DL_CLAIM_PUBLISHED]);
    add_claims(&modified, &page->claims.of[DL_CLAIM_MODIFIED]);
    add_times(&dates, &modified, page, headline, arena);
    struct dl_url parts;
    if (web_address(arena, url, &parts) && dl_page_date_of_url(parts.path, &from_url.date)) {
        from_url.rank = 55;
        if (dates.count < DATES_MAX)
            dates.list[dates.count++] = from_url;
    }
    add_text_dates(&dates, page, headline);
    const struct date_claim *best = best_date(&dates);
    const struct date_claim *last = best_date(&modified);
    if (!best && last)
        best = last; /* changed once: it was published then at the latest */
    if (best && best->rank >= 12) {
        struct dl_page_date date = best->date;
        complete(&date, &dates);
        if (!date.has_offset)
            complete(&date, &modified);
        /* The zone of the other stamp, where a page writes one of the two without. One in UTC is a
         * machine's and says nothing of where the newsroom's clock stands. */
        if (date.has_time && !date.has_offset && last && last->date.has_offset &&
            last->date.offset) {
            date.offset = last->date.offset;
            date.has_offset = true;
        }
        ret->published = dl_page_date_text(arena, &date);
        ret->basis = best->in_text ? DL_BASIS_TEXT : DL_BASIS_PAGE;
        if (last && last != best) {
            struct dl_page_date change = last->date;
            complete(&change, &modified);
            if (instant(&change) >= instant(&date) - 1440)
                ret->modified = dl_page_date_text(arena, &change);
        }
    }
}

/* --- the canonical URL --- */

static dl_str without_slash(dl_str path)
{
    while (path.len && path.at[path.len - 1] == '/')
        path.len--;
    return path;
}

static bool is_believable(const struct dl_url *canonical, const struct dl_url *here)
{
    dl_str path = without_slash(canonical->path);
    if (!here)
        return path.len > 0;
    if (!dl_str_eq(dl_url_site(canonical->host), dl_url_site(here->host)))
        return false;
    dl_str own = without_slash(here->path);
    if (path.len == 0)
        return own.len == 0;
    /* A section's page, or the path cut short. */
    return !(path.len < own.len && dl_str_starts(own, path) && own.at[path.len] == '/');
}

dl_str dl_weigh_canonical(const struct dl_page *page, dl_str url, struct dl_arena *arena)
{
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_CANONICAL];
    dl_str base = page->claims.base.len ? dl_address_join(arena, url, page->claims.base) : url;
    dl_str best = {NULL, 0};
    int best_rank = 0;
    struct dl_url here;
    bool has_url = web_address(arena, url, &here);
    for (uint32_t i = 0; i < claims->count; i++) {
        struct dl_url there;
        dl_str whole = dl_address_join(arena, base, claims->list[i].value);
        int rank = claims->list[i].rank;
        if (!web_address(arena, whole, &there) || !is_believable(&there, has_url ? &here : NULL))
            continue;
        /* One that agrees with where it was fetched is surer than one that does not. */
        if (has_url && dl_str_eq(without_slash(there.path), without_slash(here.path)))
            rank += 50;
        if (rank > best_rank) {
            best = whole;
            best_rank = rank;
        }
    }
    if (best.len || !has_url)
        return best;
    return dl_url_canonical(arena, &here);
}

/* --- the rest --- */

dl_str dl_weigh_description(const struct dl_page *page)
{
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_DESCRIPTION];
    const struct dl_claim *best = NULL;
    for (uint32_t i = 0; i < claims->count; i++)
        if (!best || claims->list[i].rank > best->rank)
            best = &claims->list[i];
    return best ? best->value : (dl_str){NULL, 0};
}

void dl_weigh_keywords(const struct dl_page *page, struct dl_arena *arena, dl_str **ret,
                       uint32_t *ret_count)
{
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_KEYWORDS];
    const struct dl_claim *best = dl_claims_best(&page->claims, DL_CLAIM_KEYWORDS);
    *ret = NULL;
    *ret_count = 0;
    if (!best)
        return;
    *ret = dl_arena_array(arena, dl_str, KEYWORDS_MAX);
    for (uint32_t i = 0; i < claims->count; i++) {
        if (claims->list[i].rank != best->rank)
            continue;
        dl_str rest = claims->list[i].value;
        char separator = memchr(rest.at, ',', rest.len) ? ',' : ';';
        dl_str piece;
        while (dl_str_next(&rest, separator, &piece) && *ret_count < KEYWORDS_MAX) {
            piece = dl_str_trim(piece);
            bool known = piece.len == 0 || piece.len > KEYWORD_BYTES_MAX;
            for (uint32_t j = 0; j < *ret_count && !known; j++)
                known = dl_str_eq((*ret)[j], piece);
            if (!known)
                (*ret)[(*ret_count)++] = piece;
        }
    }
}
