/* Rows for people. */
#include "producers/poll/feeds_list.h"

#include "core/day.h"
#include "core/limits.h"
#include "core/url.h"
#include "core/utf8.h"
#include "producers/feeds/opml.h"
#include "producers/door/stream.h"
#include "proto/json.h"

#define OPML_BYTES_MAX (64U << 20)
#define TITLE_COLUMN 28U
#define LINE_BYTES_MAX (1U << 20)

/* --- adding --- */

dl_status dl_feeds_address(struct dl_arena *arena, dl_str text, dl_str *ret_url,
                           struct dl_error *err)
{
    struct dl_url url;
    text = dl_str_trim(text);
    if (dl_str_starts(text, DL_STR("feed://"))) /* what browsers once made of feeds */
        text = dl_arena_printf(arena, "http%.*s", (int)text.len - 4, text.at + 4);
    else if (dl_str_starts(text, DL_STR("feed:")))
        text = dl_str_sub(text, 5, text.len);
    if (text.len && !memmem(text.at, text.len, "://", 3))
        text = dl_arena_printf(arena, "http://%.*s", DL_STR_ARG(text));
    dl_status status = dl_url_parse(arena, text, NULL, &url, err);
    if (status == DL_OK && (!dl_url_is_web(&url) || url.host.len == 0))
        status = dl_fail(err, DL_BAD_INPUT, "neither http nor https");
    if (status != DL_OK) {
        (void)dl_fail_in(err, "%.*s", DL_STR_ARG(text));
        return DL_BAD_INPUT;
    }
    url.has_fragment = false;
    *ret_url = dl_url_href(arena, &url);
    return DL_OK;
}

dl_status dl_feeds_add(struct dl_poll_store *store, dl_str text, dl_str title, dl_str site,
                       int64_t now_ms, struct dl_feeds_added *added, struct dl_error *err)
{
    struct dl_arena arena;
    dl_str url;
    dl_arena_init(&arena);
    dl_status status = dl_feeds_address(&arena, text, &url, err);
    if (status == DL_OK) {
        status = dl_poll_store_add(store, url, title, site, 0, now_ms, err);
        added->added += status == DL_OK;
        added->known += status == DL_NOT_FOUND;
        if (status == DL_NOT_FOUND) { /* one that was stopped gets another chance */
            status = dl_poll_store_revive(store, url, err);
            status = status == DL_NOT_FOUND ? DL_OK : status;
        }
    } else {
        added->refused++;
        fprintf(stderr, "dateline: %s\n", err->text);
        status = DL_OK;
    }
    dl_arena_done(&arena);
    return status;
}

static dl_status read_file(const char *path, struct dl_buf *text, struct dl_error *err)
{
    struct dl_stream *stream;
    size_t got = 1;
    dl_status status = dl_stream_open(path, &stream, err);
    if (status != DL_OK)
        return status;
    while (status == DL_OK && got > 0) {
        char piece[65536];
        status = dl_stream_read(stream, piece, sizeof piece, &got, err);
        if (status == DL_OK && dl_buf_put(text, piece, got) != DL_OK && got)
            status = dl_fail(err, DL_TOO_BIG, "%s: more than %u bytes", path, OPML_BYTES_MAX);
    }
    dl_stream_close(stream);
    return status;
}

dl_status dl_feeds_import(struct dl_poll_store *store, const char *path, int64_t now_ms,
                          struct dl_feeds_added *added, struct dl_error *err)
{
    struct dl_arena arena;
    struct dl_buf text;
    struct dl_opml opml;
    dl_arena_init(&arena);
    dl_buf_init(&text, OPML_BYTES_MAX);
    dl_status status = read_file(path, &text, err);
    if (status == DL_OK) {
        status = dl_opml_read(&arena, dl_buf_str(&text), &opml, err);
        if (status != DL_OK)
            (void)dl_fail_in(err, "%s", path);
    }
    if (status == DL_OK)
        status = dl_poll_store_begin(store, err); /* thousands at once */
    for (uint32_t i = 0; status == DL_OK && i < opml.count; i++)
        status = dl_feeds_add(store, opml.feeds[i].url, opml.feeds[i].title, opml.feeds[i].site,
                              now_ms, added, err);
    int64_t number;
    if (status == DL_OK)
        status = dl_poll_store_prepare(store, &number, err);
    else
        dl_poll_store_rollback(store);
    dl_buf_done(&text);
    dl_arena_done(&arena);
    return status;
}

/* --- rows gathered --- */

struct gathered {
    struct dl_poll_feed_row *list;
    size_t count;
    size_t room;
};

static void gather(void *ctx, struct dl_poll_feed_row *row)
{
    struct gathered *rows = ctx;
    if (rows->count == rows->room) {
        rows->room = rows->room ? rows->room * 2 : 64;
        rows->list = dl_realloc_array(rows->list, rows->room, sizeof *rows->list);
    }
    rows->list[rows->count++] = *row;
}

static void free_gathered(struct gathered *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        dl_poll_feed_row_done(&rows->list[i]);
    free(rows->list);
}

/* --- times --- */

static void put_iso(char text[32], int64_t ms)
{
    struct tm tm;
    time_t seconds = (time_t)(ms / 1000);
    if (!gmtime_r(&seconds, &tm) || strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        text[0] = '\0';
}

/* "5 min", "3 h", "12 d"; "-" for never. */
static void put_span(char text[16], int64_t ms)
{
    int64_t s = ms / 1000;
    if (s < 0)
        s = 0;
    if (s < 100)
        snprintf(text, 16, "%lld s", (long long)s);
    else if (s < 100 * 60)
        snprintf(text, 16, "%lld min", (long long)s / 60);
    else if (s < 48 * 3600)
        snprintf(text, 16, "%lld h", (long long)s / 3600);
    else
        snprintf(text, 16, "%lld d", (long long)s / 86400);
}

static void put_ago(char text[16], int64_t at_ms, int64_t now_ms)
{
    if (at_ms == 0)
        snprintf(text, 16, "never");
    else
        put_span(text, now_ms - at_ms);
}

static void put_next(char text[16], const struct dl_poll_feed_row *row, int64_t now_ms)
{
    if (row->stopped)
        snprintf(text, 16, "-");
    else if (row->next_ms <= now_ms)
        snprintf(text, 16, "now");
    else
        put_span(text, row->next_ms - now_ms);
}

/* --- JSON --- */

static void put_string(struct dl_buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    (void)dl_buf_printf(out, ",\"%s\":", name);
    (void)dl_json_put_string(out, dl_str_of(value));
}

static void put_time(struct dl_buf *out, const char *name, int64_t ms)
{
    char text[32];
    put_iso(text, ms);
    if (ms)
        put_string(out, name, text);
}

static void put_row_json(struct dl_arena *arena, struct dl_buf *out,
                         const struct dl_poll_feed_row *row)
{
    (void)dl_buf_put_str(out, DL_STR("{\"url\":"));
    (void)dl_json_put_string(out, dl_str_of(row->url));
    put_string(out, "added_as", row->added_as);
    put_string(out, "title",
               row->title ? dl_arena_str(arena, dl_utf8_clean(arena, dl_str_of(row->title))).at
                          : NULL);
    put_string(out, "site", row->site);
    (void)dl_buf_printf(out, ",\"status\":\"%s\"",
                        row->stopped     ? "stopped"
                        : row->error     ? "failing"
                        : row->polled_ms ? "ok"
                                         : "new");
    if (row->code)
        (void)dl_buf_printf(out, ",\"code\":%d", row->code);
    put_string(out, "why", row->stopped ? row->stopped : row->error);
    (void)dl_buf_printf(out, ",\"failures\":%u,\"polls\":%lld,\"articles\":%lld",
                        row->plan.failures, (long long)row->polls, (long long)row->articles);
    if (row->plan.interval_ms)
        (void)dl_buf_printf(out, ",\"interval_s\":%lld", (long long)row->plan.interval_ms / 1000);
    put_time(out, "last_poll", row->polled_ms);
    put_time(out, "last_good_poll", row->ok_ms);
    put_time(out, "last_new_article", row->new_ms);
    if (!row->stopped)
        put_time(out, "next_poll", row->next_ms);
    (void)dl_buf_put_str(out, DL_STR("}\n"));
}

static dl_status show_json(const struct gathered *rows, FILE *out, struct dl_error *err)
{
    struct dl_arena arena;
    struct dl_buf line;
    dl_arena_init(&arena);
    dl_buf_init(&line, LINE_BYTES_MAX);
    for (size_t i = 0; i < rows->count; i++) {
        dl_buf_reset(&line);
        dl_arena_reset(&arena);
        put_row_json(&arena, &line, &rows->list[i]);
        fwrite(line.at, 1, line.len, out);
    }
    dl_buf_done(&line);
    dl_arena_done(&arena);
    return fflush(out) == 0 ? DL_OK : dl_fail(err, DL_FATAL, "stdout cannot be written");
}

/* --- tables --- */

/* Text that came from outside, cut to a column of `points`, without what a terminal would obey. */
static void put_cell(FILE *out, const char *text, size_t points)
{
    struct dl_arena arena;
    dl_arena_init(&arena);
    dl_str clean = dl_utf8_clean(&arena, dl_str_of(text ? text : ""));
    size_t count = 0;
    for (size_t at = 0; at < clean.len && count < points; count++) {
        size_t step = dl_utf8_step((unsigned char)clean.at[at]);
        unsigned char lead = (unsigned char)clean.at[at];
        /* C0, DEL and, as two bytes, C1 */
        bool control =
            lead < 0x20 || lead == 0x7f || (lead == 0xc2 && (unsigned char)clean.at[at + 1] < 0xa0);
        if (control)
            fputc('?', out);
        else
            fwrite(clean.at + at, 1, step, out);
        at += step;
    }
    for (; count < points; count++)
        fputc(' ', out);
    dl_arena_done(&arena);
}

dl_status dl_feeds_show(struct dl_poll_store *store, bool json, FILE *out, struct dl_error *err)
{
    struct gathered rows = {0};
    dl_status status = dl_poll_store_each(store, gather, &rows, err);
    if (status == DL_OK && json)
        status = show_json(&rows, out, err);
    for (size_t i = 0; status == DL_OK && !json && i < rows.count; i++) {
        const struct dl_poll_feed_row *row = &rows.list[i];
        fputs(row->url, out);
        if (row->title) {
            fputs("\t", out);
            put_cell(out, row->title, strnlen(row->title, 200));
        }
        fputc('\n', out);
    }
    free_gathered(&rows);
    return status;
}

dl_status dl_feeds_export(struct dl_poll_store *store, FILE *out, struct dl_error *err)
{
    struct gathered rows = {0};
    struct dl_buf text;
    dl_buf_init(&text, SIZE_MAX / 2);
    dl_status status = dl_poll_store_each(store, gather, &rows, err);
    struct dl_opml opml = {.feeds = dl_alloc((rows.count + 1) * sizeof(struct dl_opml_feed))};
    for (size_t i = 0; i < rows.count; i++)
        if (rows.list[i].parent == 0) /* the others come with theirs */
            opml.feeds[opml.count++] =
                (struct dl_opml_feed){dl_str_of(rows.list[i].url), dl_str_of(rows.list[i].title),
                                      dl_str_of(rows.list[i].site)};
    if (status == DL_OK)
        status = dl_opml_write(&opml, &text);
    if (status == DL_OK && (fwrite(text.at, 1, text.len, out) != text.len || fflush(out) != 0))
        status = dl_fail(err, DL_FATAL, "stdout cannot be written");
    free(opml.feeds);
    dl_buf_done(&text);
    free_gathered(&rows);
    return status;
}

/* What needs a look comes first: stopped, then the longest failing, then the longest silent. */
static int by_need(const void *a, const void *b)
{
    const struct dl_poll_feed_row *x = a;
    const struct dl_poll_feed_row *y = b;
    int x_rank = x->stopped ? 0 : x->error ? 1 : 2;
    int y_rank = y->stopped ? 0 : y->error ? 1 : 2;
    if (x_rank != y_rank)
        return x_rank - y_rank;
    if (x->plan.failures != y->plan.failures)
        return x->plan.failures > y->plan.failures ? -1 : 1;
    if (x->new_ms != y->new_ms)
        return x->new_ms < y->new_ms ? -1 : 1;
    return x->id < y->id ? -1 : 1;
}

static void put_table_row(FILE *out, const struct dl_poll_feed_row *row, int64_t now_ms)
{
    char code[16] = "-";
    char polled[16];
    char fresh[16];
    char next[16];
    if (row->code)
        snprintf(code, sizeof code, "%d", row->code);
    put_ago(polled, row->polled_ms, now_ms);
    put_ago(fresh, row->new_ms, now_ms);
    put_next(next, row, now_ms);
    fprintf(out, "%-8s %-4s %-8s %-8s %-8s %5u %8lld  ",
            row->stopped     ? "stopped"
            : row->error     ? "failing"
            : row->polled_ms ? "ok"
                             : "new",
            code, polled, fresh, next, row->plan.failures, (long long)row->articles);
    put_cell(out, row->title, TITLE_COLUMN);
    fprintf(out, "  %s\n", row->url);
    if (row->stopped || row->error) {
        fputs("         ", out);
        const char *why = row->stopped ? row->stopped : row->error;
        put_cell(out, why, strnlen(why, 200));
        fputc('\n', out);
    }
}

dl_status dl_feeds_health(struct dl_poll_store *store, bool json, int64_t now_ms, FILE *out,
                          uint32_t *ret_ill, struct dl_error *err)
{
    struct gathered rows = {0};
    uint32_t ill = 0;
    dl_status status = dl_poll_store_each(store, gather, &rows, err);
    if (rows.count)
        qsort(rows.list, rows.count, sizeof *rows.list, by_need);
    for (size_t i = 0; i < rows.count; i++)
        ill += rows.list[i].stopped || rows.list[i].error;
    if (status == DL_OK && json) {
        status = show_json(&rows, out, err);
    } else if (status == DL_OK) {
        fprintf(out, "%-8s %-4s %-8s %-8s %-8s %5s %8s  %-*s  %s\n", "STATE", "CODE", "POLLED",
                "NEW", "NEXT", "FAILS", "ARTICLES", (int)TITLE_COLUMN, "TITLE", "ADDRESS");
        for (size_t i = 0; i < rows.count; i++)
            put_table_row(out, &rows.list[i], now_ms);
        fprintf(out, "%zu feeds, %u of them failing or stopped\n", rows.count, ill);
    }
    free_gathered(&rows);
    *ret_ill = ill;
    return status;
}
