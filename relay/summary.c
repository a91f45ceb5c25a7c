/* The end of a run in words. */
#include "relay/summary.h"

#include "core/loop.h"
#include "proto/codec.h"
#include "proto/words.h"
#include "workers/report_text.h"

#define REPORTS_READ_MAX 5000U
#define MENTIONS_SHOWN_MAX 60U
#define REASONS_MAX 32U

struct summary {
    struct dl_loop *loop;
    struct dl_bus *bus;
    const struct dl_summary_from *from;
    FILE *out;
    bool colour;
    struct dl_arena arena;
    struct dl_buf line;
    uint32_t open_parts; /* whose end has not come */
    uint32_t reports;
    uint32_t mentions; /* main, asserted or reported */
    uint32_t shown;
    uint32_t actualities[DL_IS_NEGATED + 1];
    char reasons[REASONS_MAX][48];
    uint32_t reason_counts[REASONS_MAX];
    uint32_t reason_count;
    bool failed;
    struct dl_error err;
};

dl_status dl_summary_mark(struct dl_log *log, struct dl_summary_from *ret, struct dl_error *err)
{
    *ret = (struct dl_summary_from){0};
    dl_status status = dl_log_partitions(log, DL_TOPIC_REPORTS, &ret->partitions, err);
    for (uint32_t p = 0; p < ret->partitions && status == DL_OK; p++) {
        int64_t first;
        struct dl_part part = {DL_TOPIC_REPORTS, (int32_t)p};
        status = dl_log_range(log, part, 10000, &first, &ret->next[p], err);
    }
    return status;
}

static void count_reason(struct summary *s, dl_str reason)
{
    uint32_t i = 0;
    while (i < s->reason_count && !dl_str_is(reason, s->reasons[i]))
        i++;
    if (i == REASONS_MAX)
        return; /* more reasons than the coder has */
    if (i == s->reason_count)
        snprintf(s->reasons[s->reason_count++], sizeof s->reasons[0], "%.*s", DL_STR_ARG(reason));
    s->reason_counts[i]++;
}

static void take_mention(struct summary *s, const struct dl_mention *mention)
{
    if (mention->type == DL_STATEMENT || !mention->main)
        return;
    int32_t actuality = mention->actuality;
    if (actuality != DL_IS_ASSERTED && actuality != DL_IS_REPORTED) {
        if (actuality > 0 && actuality <= DL_IS_NEGATED)
            s->actualities[actuality]++;
        return;
    }
    s->mentions++;
    if (s->shown == MENTIONS_SHOWN_MAX)
        return;
    s->shown++;
    s->line.len = 0;
    if (dl_mention_text(mention, s->colour, &s->line) == DL_OK)
        fwrite(s->line.at, 1, s->line.len, s->out);
}

static void on_records(void *ctx, struct dl_batch *batch)
{
    struct summary *s = ctx;
    for (uint32_t i = 0; i < batch->count && s->reports < REPORTS_READ_MAX; i++) {
        struct dl_report *report = NULL;
        struct dl_error err;
        dl_arena_reset(&s->arena);
        if (dl_report_unpack(batch->records[i].value, &s->arena, &report, &err) != DL_OK)
            continue; /* the sinks log it */
        s->reports++;
        for (uint32_t m = 0; m < report->mentions_count; m++)
            take_mention(s, &report->mentions[m]);
        for (uint32_t r = 0; r < report->rejected_count; r++)
            count_reason(s, report->rejected[r].reason);
    }
    dl_batch_free(batch);
    if (s->reports == REPORTS_READ_MAX)
        dl_bus_close(s->bus);
}

static void on_end(void *ctx, struct dl_part part, int64_t next)
{
    struct summary *s = ctx;
    (void)part;
    (void)next;
    if (--s->open_parts == 0)
        dl_bus_close(s->bus);
}

static void on_assigned(void *ctx, const struct dl_part *parts, uint32_t count)
{
    struct summary *s = ctx;
    s->open_parts = count;
    for (uint32_t i = 0; i < count; i++)
        dl_bus_start(s->bus, parts[i], s->from->next[parts[i].partition]);
}

static void on_failed(void *ctx, const struct dl_error *err)
{
    struct summary *s = ctx;
    s->failed = true;
    s->err = *err;
    dl_bus_close(s->bus);
}

static void on_closed(void *ctx)
{
    struct summary *s = ctx;
    dl_loop_stop(s->loop);
}

static void print_set_aside(struct summary *s, const struct dl_summary_counts *counts,
                            const char *dir)
{
    if (counts->unread)
        fprintf(s->out, "%llu input%s could not be read.\n", counts->unread,
                counts->unread == 1 ? "" : "s");
    if (counts->set_aside)
        fprintf(s->out, "%llu broken record%s set aside:\n  dateline --dir %s dead list\n",
                counts->set_aside, counts->set_aside == 1 ? "" : "s", dir);
}

static void print_counts(struct summary *s, const struct dl_summary_counts *counts, const char *dir)
{
    const char *before = "\nHeld back: ";
    fprintf(s->out, "\n%u events in ", s->mentions);
    if (counts->articles > s->reports)
        fprintf(s->out, "the first %u of %llu articles", s->reports, counts->articles);
    else
        fprintf(s->out, "%u articles", s->reports);
    if (s->mentions > s->shown)
        fprintf(s->out, ", %u shown", s->shown);
    fputc('.', s->out);
    for (int32_t a = DL_IS_PLANNED; a <= DL_IS_NEGATED; a++) {
        if (!s->actualities[a])
            continue;
        fprintf(s->out, "%s%u %s", before, s->actualities[a], dl_actuality_word(a));
        before = ", ";
    }
    for (uint32_t r = 0; r < s->reason_count; r++) {
        fprintf(s->out, "%s%u %s", before, s->reason_counts[r], s->reasons[r]);
        before = ", ";
    }
    fprintf(s->out, "%s\n", before[0] == ',' ? "." : "");
    print_set_aside(s, counts, dir);
    fprintf(s->out,
            "Look further:\n  sqlite3 -box %s/dateline.sqlite 'SELECT * FROM events_view "
            "LIMIT 20'\n",
            dir);
}

dl_status dl_summary_print(struct dl_log *log, const struct dl_summary_from *from,
                           const struct dl_summary_counts *counts, const char *dir, bool colour,
                           FILE *out, struct dl_error *err)
{
    static const enum dl_topic topics[] = {DL_TOPIC_REPORTS};
    static const struct dl_bus_calls calls = {
        .assigned = on_assigned,
        .records = on_records,
        .end = on_end,
        .failed = on_failed,
        .closed = on_closed,
    };
    struct summary s = {.from = from, .out = out, .colour = colour};
    s.loop = dl_loop_new(1);
    struct dl_bus_want want = {.group = "summary",
                               .topics = topics,
                               .topic_count = 1,
                               .own_offsets = true,
                               .calls = &calls,
                               .leg = &s};
    dl_arena_init(&s.arena);
    dl_buf_init(&s.line, 1U << 20);
    dl_status status = dl_bus_open(log, s.loop, &want, &s.bus, err);
    if (status == DL_OK) {
        dl_loop_run(s.loop);
        dl_bus_free(s.bus);
        print_counts(&s, counts, dir);
    }
    if (status == DL_OK && s.failed) {
        *err = s.err;
        status = err->status;
    }
    dl_buf_done(&s.line);
    dl_arena_done(&s.arena);
    dl_loop_free(s.loop);
    return status;
}
