/* When it was published, and when it was changed: the dates of a page weighed against each other.
 */
#include "core/url.h"
#include "pages/date_claims.h"
#include "pages/weigh.h"

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
static void complete(struct dl_page_date *date, const struct dl_date_claims *dates)
{
    bool midnight = date->has_time && date->hour == 0 && date->minute == 0 && date->second == 0;
    if (!date->has_time || (midnight && !date->has_offset)) {
        const struct dl_date_claim *best = NULL;
        for (uint32_t i = 0; i < dates->count; i++) {
            const struct dl_date_claim *claim = &dates->list[i];
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

static dl_str lower(struct dl_arena *arena, dl_str text)
{
    char *copy = dl_arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = (char)(text.at[i] >= 'A' && text.at[i] <= 'Z' ? text.at[i] + 32 : text.at[i]);
    return (dl_str){copy, text.len};
}

/* English of the United States and the Philippines writes months first; a country's own domain
 * says that it is from elsewhere. Domains that are sold to everybody say nothing. */
static void set_ways(struct dl_dated_page *w, dl_str url, dl_str language)
{
    static const char *const anybody[] = {"tv", "io", "co", "me", "ai", "fm", "ly", "us", "ph"};
    dl_str host = dl_address_host(w->arena, url);
    dl_str tag = lower(w->arena, language);
    const char *dot = host.len ? memrchr(host.at, '.', host.len) : NULL;
    w->ways.region =
        dot ? dl_str_sub(host, (size_t)(dot - host.at) + 1, host.len) : (dl_str){"", 0};
    w->ways.language = dl_str_sub(tag, 0, tag.len < 2 ? tag.len : 2);
    bool english =
        tag.len == 0 || dl_str_is(tag, "en") || dl_str_is(tag, "en-us") || dl_str_is(tag, "en-ph");
    bool abroad = w->ways.region.len == 2;
    for (size_t i = 0; i < sizeof anybody / sizeof *anybody; i++)
        abroad = abroad && !dl_str_is(w->ways.region, anybody[i]);
    w->ways.month_first = english && !abroad;
    const char *dash = tag.len > 4 ? memchr(tag.at, '-', tag.len) : NULL;
    if (dash && !abroad && tag.len - (size_t)(dash - tag.at) == 3)
        w->ways.region = dl_str_sub(tag, tag.len - 2, tag.len); /* "en-in" on a .com */
}

/* Where nobody stamped the article, the day in its address: <time> may be of a change. */
static const struct dl_date_claim *address_before(const struct dl_date_claims *dates,
                                                  const struct dl_date_claim *best)
{
    for (uint32_t i = 0; i < dates->count && best->rank < DL_DATE_RANK_STAMP; i++)
        if (dates->list[i].in_address &&
            dl_page_date_day(&dates->list[i].date) + 1 < dl_page_date_day(&best->date))
            return &dates->list[i];
    return best;
}

void dl_weigh_dates(const struct dl_page *page, dl_str url, dl_str language, struct dl_arena *arena,
                    struct dl_weighed_dates *ret)
{
    struct dl_dated_page *w = dl_arena_alloc(arena, sizeof *w);
    *ret = (struct dl_weighed_dates){.published = {NULL, 0}, .basis = DL_BASIS_NONE};
    w->page = page;
    w->arena = arena;
    w->headline = dl_date_headline(page);
    set_ways(w, url, language);
    dl_date_gather(w, url);
    const struct dl_date_claim *best = dl_date_best(&w->dates);
    const struct dl_date_claim *last = dl_date_best(&w->modified);
    if (!best && last)
        best = last; /* changed once: it was published then at the latest */
    if (!best || best->rank < DL_DATE_RANK_MIN)
        return;
    best = address_before(&w->dates, best);
    struct dl_page_date date = best->date;
    complete(&date, &w->dates);
    if (!date.has_offset)
        complete(&date, &w->modified);
    /* The zone of the other stamp, where a page writes one of the two without. One in UTC is a
     * machine's and says nothing of where the newsroom's clock stands. */
    if (date.has_time && !date.has_offset && last && last->date.has_offset && last->date.offset) {
        date.offset = last->date.offset;
        date.has_offset = true;
    }
    ret->published = dl_page_date_text(arena, &date);
    ret->basis = best->in_text ? DL_BASIS_TEXT : DL_BASIS_PAGE;
    if (last && last != best) {
        struct dl_page_date change = last->date;
        complete(&change, &w->modified);
        if (instant(&change) >= instant(&date) - 1440)
            ret->modified = dl_page_date_text(arena, &change);
    }
}
