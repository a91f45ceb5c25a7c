/* When, where, how many and who said it, of a whole Report: as lines, and as a map. */
#include "workers/report_circumstances.h"

#include "proto/json.h"
#include "proto/words.h"

#include <math.h>

#define SHOWN_MAX 24U       /* of each kind; a page has no more room */
#define WORDS_BYTES_MAX 90U /* of a quote */

/* Text of the article on one line, without what a terminal would obey. */
static void put_plain(struct dl_buf *out, dl_str text, size_t bytes_max)
{
    size_t end = text.len;
    if (end > bytes_max) {
        end = bytes_max;
        while (end > 0 && ((unsigned char)text.at[end] & 0xc0) == 0x80)
            end--;
    }
    for (size_t i = 0; i < end; i++)
        (void)dl_buf_put_char(out, (unsigned char)text.at[i] < 0x20 ? ' ' : text.at[i]);
    if (end < text.len)
        (void)dl_buf_put_str(out, DL_STR("…"));
}

static void begin(struct dl_buf *out, const char *label, bool colour)
{
    (void)dl_buf_printf(out, "  %s%-9s%s", colour ? "\x1b[2m" : "", label, colour ? "\x1b[0m" : "");
}

static int by_day(const void *a, const void *b)
{
    const struct dl_when *one = *(const struct dl_when *const *)a;
    const struct dl_when *two = *(const struct dl_when *const *)b;
    int order = dl_str_compare(one->start, two->start);
    return order ? order : dl_str_compare(one->end, two->end);
}

static bool same_days(const struct dl_when *a, const struct dl_when *b)
{
    return dl_str_eq(a->start, b->start) && dl_str_eq(a->end, b->end);
}

dl_status dl_report_date_line(const struct dl_report *report, bool colour, struct dl_buf *out)
{
    const struct dl_when *order[SHOWN_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < report->dates_count && count < SHOWN_MAX; i++) {
        uint32_t k = 0;
        while (k < count && !same_days(order[k], &report->dates[i]))
            k++;
        if (k == count)
            order[count++] = &report->dates[i];
    }
    if (count == 0)
        return DL_OK;
    qsort(order, count, sizeof *order, by_day);
    begin(out, "when", colour);
    for (uint32_t i = 0; i < count; i++) {
        (void)dl_buf_printf(out, "%s%.*s", i ? " · " : "", DL_STR_ARG(order[i]->start));
        if (!dl_str_eq(order[i]->start, order[i]->end))
            (void)dl_buf_printf(out, " to %.*s", DL_STR_ARG(order[i]->end));
        (void)dl_buf_put_str(out, DL_STR(" “"));
        put_plain(out, order[i]->text, WORDS_BYTES_MAX);
        (void)dl_buf_put_str(out, DL_STR("”"));
    }
    return dl_buf_put_char(out, '\n');
}

static dl_status put_places(const struct dl_report *report, bool colour, struct dl_buf *out)
{
    if (report->places_count == 0)
        return DL_OK;
    begin(out, "where", colour);
    for (uint32_t i = 0; i < report->places_count && i < SHOWN_MAX; i++) {
        const struct dl_place *place = &report->places[i];
        (void)dl_buf_put_str(out, i ? DL_STR(" · ") : DL_STR(""));
        put_plain(out, place->name, WORDS_BYTES_MAX);
        dl_str code = place->admin1.len ? place->admin1 : place->country;
        if (code.len)
            (void)dl_buf_printf(out, " (%.*s)", DL_STR_ARG(code));
    }
    return dl_buf_put_char(out, '\n');
}

/* 1234567.5 as "1,234,567.5": counts come whole, shares of millions with a digit behind the point.
 */
static void put_count(struct dl_buf *out, double value)
{
    char digits[64];
    int len = snprintf(digits, sizeof digits, "%.*f", value == floor(value) ? 0 : 1, value);
    const char *point = memchr(digits, '.', (size_t)len);
    int whole = point ? (int)(point - digits) : len;
    for (int i = 0; i < len; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            (void)dl_buf_put_char(out, ',');
        (void)dl_buf_put_char(out, digits[i]);
    }
}

dl_status dl_quantity_text(const struct dl_quantity *q, struct dl_buf *out)
{
    static const char *const bounds[] = {
        [DL_AT_LEAST] = "at least ", [DL_AT_MOST] = "at most ", [DL_ABOUT] = "about "};
    bool known = q->bound > 0 && (size_t)q->bound < sizeof bounds / sizeof *bounds;
    if (known && bounds[q->bound])
        (void)dl_buf_printf(out, "%s", bounds[q->bound]);
    if (q->what == DL_MONEY && q->span) {
        put_plain(out, q->span->text, WORDS_BYTES_MAX);
    } else {
        put_count(out, q->value);
        (void)dl_buf_printf(out, " %s", dl_quantity_of_word(q->what));
    }
    return q->scope > DL_THIS_EVENT ? dl_buf_printf(out, ", %s", dl_scope_word(q->scope)) : DL_OK;
}

dl_status dl_when_text(const struct dl_when *when, struct dl_buf *out)
{
    (void)dl_buf_put_str(out, when->start);
    if (!dl_str_eq(when->start, when->end))
        (void)dl_buf_printf(out, " to %.*s", DL_STR_ARG(when->end));
    if (when->basis == DL_WHEN_PUBLISHED)
        return dl_buf_put_str(out, DL_STR(" (published)"));
    return when->basis == DL_WHEN_INFERRED ? dl_buf_put_str(out, DL_STR(" (inferred)")) : DL_OK;
}

static dl_status put_numbers(const struct dl_report *report, bool colour, struct dl_buf *out)
{
    if (report->quantities_count == 0)
        return DL_OK;
    begin(out, "how many", colour);
    for (uint32_t i = 0; i < report->quantities_count && i < SHOWN_MAX; i++) {
        const struct dl_quantity *q = &report->quantities[i];
        (void)dl_buf_put_str(out, i ? DL_STR(" · ") : DL_STR(""));
        (void)dl_quantity_text(q, out);
        if (q->holder.len) {
            (void)dl_buf_put_str(out, DL_STR(" (says "));
            put_plain(out, q->holder, WORDS_BYTES_MAX);
            (void)dl_buf_put_char(out, ')');
        }
    }
    return dl_buf_put_char(out, '\n');
}

static dl_status put_quotes(const struct dl_report *report, bool colour, struct dl_buf *out)
{
    dl_status status = DL_OK;
    for (uint32_t i = 0; i < report->quotes_count && i < SHOWN_MAX && status == DL_OK; i++) {
        const struct dl_quote *quote = &report->quotes[i];
        begin(out, i ? "" : "who said", colour);
        if (quote->speaker) {
            put_plain(out, quote->speaker->name, WORDS_BYTES_MAX);
            if (quote->speaker->code.len)
                (void)dl_buf_printf(out, " (%.*s)", DL_STR_ARG(quote->speaker->code));
        } else {
            (void)dl_buf_put_str(out, DL_STR("somebody"));
        }
        bool told = quote->kind == DL_INDIRECT;
        (void)dl_buf_put_str(out, told ? DL_STR(": ") : DL_STR(": “"));
        put_plain(out, quote->span ? quote->span->text : (dl_str){"", 0}, WORDS_BYTES_MAX);
        status = dl_buf_put_str(out, told ? DL_STR("\n") : DL_STR("”\n"));
    }
    return status;
}

dl_status dl_report_circumstances(const struct dl_report *report, bool colour, struct dl_buf *out)
{
    dl_status status = dl_report_date_line(report, colour, out);
    if (status == DL_OK)
        status = put_places(report, colour, out);
    if (status == DL_OK)
        status = put_numbers(report, colour, out);
    return status == DL_OK ? put_quotes(report, colour, out) : status;
}

/* --- the map --- */

static void put_member(struct dl_buf *out, const char *name, dl_str value)
{
    if (value.len == 0)
        return;
    (void)dl_buf_printf(out, ",\"%s\":", name);
    (void)dl_json_put_string(out, value); /* the last put of a feature tells of the ceiling */
}

static void put_geometry(struct dl_buf *out, const struct dl_place *place)
{
    if (!place->has_lat || !place->has_lon) {
        (void)dl_buf_put_str(out, DL_STR("null"));
        return;
    }
    (void)dl_buf_put_str(out, DL_STR("{\"type\":\"Point\",\"coordinates\":["));
    (void)dl_json_put_number(out, place->lon); /* RFC 7946: longitude first */
    (void)dl_buf_put_char(out, ',');
    (void)dl_json_put_number(out, place->lat);
    (void)dl_buf_put_str(out, DL_STR("]}"));
}

static dl_status put_feature(struct dl_buf *out, const struct dl_mention *m,
                             const struct dl_place *place, bool main)
{
    (void)dl_buf_put_str(out, DL_STR("{\"type\":\"Feature\",\"geometry\":"));
    put_geometry(out, place);
    (void)dl_buf_printf(out, ",\"properties\":{\"main\":%s", main ? "true" : "false");
    put_member(out, "mention", m->id);
    put_member(out, "type", dl_str_of(dl_event_type_word(m->type)));
    put_member(out, "actuality", dl_str_of(dl_actuality_word(m->actuality)));
    put_member(out, "actor", m->actor_count ? m->actor[0].code : (dl_str){"", 0});
    put_member(out, "recipient", m->recipient_count ? m->recipient[0].code : (dl_str){"", 0});
    put_member(out, "start", m->when ? m->when->start : (dl_str){"", 0});
    put_member(out, "end", m->when ? m->when->end : (dl_str){"", 0});
    put_member(out, "place", place->name);
    put_member(out, "country", place->country);
    put_member(out, "admin1", place->admin1);
    put_member(out, "precision", dl_str_of(dl_precision_word(place->precision)));
    put_member(out, "why", place->why);
    put_member(out, "sentence", m->sentence ? m->sentence->text : (dl_str){"", 0});
    return dl_buf_put_str(out, DL_STR("}}"));
}

dl_status dl_report_geojson(const struct dl_report *report, struct dl_buf *out)
{
    dl_status status =
        dl_buf_put_str(out, DL_STR("{\"type\":\"FeatureCollection\",\"features\":["));
    bool first = true;
    for (uint32_t i = 0; i < report->mentions_count; i++)
        for (uint32_t k = 0; k < report->mentions[i].places_count && status == DL_OK; k++) {
            if (!first)
                (void)dl_buf_put_char(out, ',');
            first = false;
            status = put_feature(out, &report->mentions[i], &report->mentions[i].places[k], k == 0);
        }
    return status == DL_OK ? dl_buf_put_str(out, DL_STR("]}\n")) : status;
}
