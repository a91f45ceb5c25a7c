/* Counting outcomes by the origin in their headers. */
#include "relay/audit.h"

#include "core/open_log.h"
#include "relay/look.h"

enum { ABSENT = 0xff, MANY = 0xfe }; /* no such article; more outcomes than a byte holds */

struct part_audit {
    int64_t first;
    int64_t next;
    int64_t committed;
    unsigned char *outcomes; /* by offset from `first` */
};

struct audit {
    struct part_audit parts[DL_PARTITIONS_MAX];
    uint32_t partitions;
    struct dl_audit *sum;
};

static void see_article(void *ctx, const struct dl_record *record)
{
    struct audit *audit = ctx;
    struct part_audit *part = &audit->parts[record->part.partition];
    if (record->offset >= part->first && record->offset < part->next)
        part->outcomes[record->offset - part->first] = 0;
}

/* "3:1027" */
static bool parse_origin(dl_str text, int64_t *ret_partition, int64_t *ret_offset)
{
    dl_str partition;
    return text.at && dl_str_next(&text, ':', &partition) && text.at &&
           dl_str_to_i64(partition, ret_partition) == DL_OK &&
           dl_str_to_i64(text, ret_offset) == DL_OK;
}

static void see_outcome(struct audit *audit, const struct dl_record *record)
{
    int64_t partition = -1;
    int64_t offset = -1;
    if (!parse_origin(dl_header_of(record, "dateline-origin"), &partition, &offset) ||
        partition < 0 || partition >= (int64_t)audit->partitions) {
        audit->sum->foreign++;
        return;
    }
    struct part_audit *part = &audit->parts[partition];
    if (offset < part->first) {
        audit->sum->expired++;
        return;
    }
    unsigned char *outcomes = offset < part->next ? &part->outcomes[offset - part->first] : NULL;
    if (!outcomes || *outcomes == ABSENT)
        audit->sum->foreign++;
    else if (*outcomes < MANY && ++*outcomes > 1)
        audit->sum->duplicated++;
}

static void see_report(void *ctx, const struct dl_record *record)
{
    struct audit *audit = ctx;
    audit->sum->reports++;
    see_outcome(audit, record);
}

static void see_dead(void *ctx, const struct dl_record *record)
{
    struct audit *audit = ctx;
    if (dl_str_is(dl_header_of(record, "dateline-error-stage"), "produce")) {
        audit->sum->door++;
        return;
    }
    audit->sum->dead++;
    see_outcome(audit, record);
}

static void see_seen(void *ctx, const struct dl_record *record)
{
    struct audit *audit = ctx;
    if (!dl_str_is(dl_header_of(record, "dateline-outcome"), "repeat"))
        return;
    audit->sum->repeats++;
    see_outcome(audit, record);
}

static dl_status open_part(struct dl_log *log, uint32_t number, struct part_audit *part,
                           struct dl_error *err)
{
    struct dl_part place = {DL_TOPIC_ARTICLES, (int32_t)number};
    dl_status status = dl_log_committed(log, "work", place, 10000, &part->committed, err);
    if (status == DL_NOT_FOUND || part->committed < 0) {
        part->committed = 0;
        status = DL_OK;
    }
    if (status == DL_OK)
        status = dl_log_range(log, place, 10000, &part->first, &part->next, err);
    if (status != DL_OK)
        return status;
    size_t bytes = (size_t)(part->next - part->first);
    part->outcomes = dl_alloc(bytes);
    memset(part->outcomes, ABSENT, bytes);
    return DL_OK;
}

static void sum_up(struct audit *audit)
{
    for (uint32_t p = 0; p < audit->partitions; p++) {
        const struct part_audit *part = &audit->parts[p];
        for (int64_t o = part->first; o < part->next; o++) {
            unsigned char outcomes = part->outcomes[o - part->first];
            if (outcomes == ABSENT)
                continue;
            if (o >= part->committed && outcomes == 0) {
                audit->sum->pending++;
                continue;
            }
            audit->sum->articles++;
            audit->sum->lost += outcomes == 0;
        }
    }
}

/* Offsets first, outcomes last: what is written meanwhile can only be more than expected, and is
 * beyond `next`. */
dl_status dl_audit_run(struct dl_log *log, struct dl_audit *ret, struct dl_error *err)
{
    struct audit *audit = dl_alloc(sizeof *audit);
    struct dl_look *look = NULL;
    *ret = (struct dl_audit){0};
    audit->sum = ret;
    dl_status status = dl_log_partitions(log, DL_TOPIC_ARTICLES, &audit->partitions, err);
    for (uint32_t p = 0; p < audit->partitions && status == DL_OK; p++)
        status = open_part(log, p, &audit->parts[p], err);
    if (status == DL_OK)
        status = dl_look_open(log, &look, err);
    static const struct {
        enum dl_topic topic;
        void (*see)(void *ctx, const struct dl_record *record);
    } readings[] = {
        {DL_TOPIC_ARTICLES, see_article},
        {DL_TOPIC_REPORTS, see_report},
        {DL_TOPIC_DEAD, see_dead},
        {DL_TOPIC_SEEN, see_seen},
    };
    for (size_t i = 0; i < sizeof readings / sizeof *readings && status == DL_OK; i++)
        status = dl_look_read(look, readings[i].topic, readings[i].see, audit, err);
    if (status == DL_OK)
        sum_up(audit);
    dl_look_close(look);
    for (uint32_t p = 0; p < audit->partitions; p++)
        free(audit->parts[p].outcomes);
    free(audit);
    return status;
}

static void print_audit(const struct dl_audit *a)
{
    printf("articles    %llu (and %llu not yet coded)\n"
           "  reports   %llu\n"
           "  dead      %llu\n"
           "  repeats   %llu\n"
           "lost        %llu\n"
           "duplicated  %llu\n"
           "foreign     %llu\n",
           (unsigned long long)a->articles, (unsigned long long)a->pending,
           (unsigned long long)a->reports, (unsigned long long)a->dead,
           (unsigned long long)a->repeats, (unsigned long long)a->lost,
           (unsigned long long)a->duplicated, (unsigned long long)a->foreign);
    if (a->door)
        printf("refused at the door: %llu, counted apart\n", (unsigned long long)a->door);
    if (a->expired)
        printf("outcomes of articles that retention has taken: %llu, not judged\n",
               (unsigned long long)a->expired);
}

int dl_audit_main(const struct dl_config *config, int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        fprintf(stderr, "dateline audit takes no arguments\n");
        return 2;
    }
    struct dl_log *log = NULL;
    struct dl_error err;
    struct dl_audit audit;
    dl_status status = dl_open_log(config, &log, &err);
    if (status == DL_OK)
        status = dl_log_reach(log, &err);
    if (status == DL_OK)
        status = dl_audit_run(log, &audit, &err);
    dl_log_free(log);
    if (status != DL_OK) {
        fprintf(stderr, "dateline: audit: %s\n", err.text);
        return status == DL_BAD_CONFIG ? 2 : 1;
    }
    print_audit(&audit);
    return audit.lost || audit.duplicated || audit.foreign ? 1 : 0;
}
