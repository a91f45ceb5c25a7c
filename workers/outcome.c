/* The messages an article's outcome is made of. */
#include "workers/outcome.h"

#include "proto/codec.h"
#include "proto/id.h"

#define HEADERS_MAX 12U

struct headers {
    struct dl_header list[HEADERS_MAX];
    uint32_t count;
};

static void add_header(struct headers *headers, const char *name, dl_str value)
{
    if (headers->count < HEADERS_MAX && value.len)
        headers->list[headers->count++] = (struct dl_header){dl_str_of(name), value};
}

/* What every output carries: where it came from, and the trace it belongs to. */
static struct headers common_headers(const struct dl_outcome *outcome)
{
    const dl_str passed_on[] = {DL_STR("traceparent"), DL_STR("tracestate"),
                                DL_STR("dateline-fetched"), DL_STR("dateline-replay")};
    enum { PASSED = sizeof passed_on / sizeof *passed_on };
    const struct dl_record *input = outcome->input;
    dl_str values[PASSED] = {{NULL, 0}};
    struct headers headers = {0};
    for (uint32_t i = input->header_count; i-- > 0;) /* of two of a name the first counts */
        for (int p = 0; p < PASSED; p++)
            if (dl_str_eq(input->headers[i].name, passed_on[p]))
                values[p] = input->headers[i].value;
    add_header(&headers, "dateline-origin",
               dl_arena_printf(outcome->arena, "%d:%lld", input->part.partition,
                               (long long)input->offset));
    for (int p = 0; p < PASSED; p++)
        add_header(&headers, passed_on[p].at, values[p]);
    return headers;
}

static struct headers headers_of(const struct headers *common, const char *schema)
{
    struct headers headers = *common;
    add_header(&headers, "dateline-schema", dl_str_of(schema));
    return headers;
}

/* Sends one message unless an earlier try already did; *step counts them. */
static dl_status send_step(const struct dl_outcome *outcome, uint32_t *at, enum dl_topic topic,
                           int32_t partition, dl_str key, dl_str value,
                           const struct headers *headers)
{
    if ((*at)++ < *outcome->step)
        return DL_OK;
    struct dl_record record = {
        .part = {topic, partition},
        .key = key,
        .value = value,
        .headers = headers->list,
        .header_count = headers->count,
    };
    dl_status status = outcome->send(outcome->ctx, &record);
    if (status == DL_OK)
        ++*outcome->step;
    return status;
}

/* --- dead letters --- */

static dl_status send_dead(const struct dl_outcome *outcome, uint32_t *at, const char *kind,
                           const char *message)
{
    const struct dl_record *input = outcome->input;
    const char *stage = outcome->coded->stage ? outcome->coded->stage : "parse";
    struct headers headers = common_headers(outcome);
    add_header(&headers, "dateline-error-stage", dl_str_of(stage));
    add_header(&headers, "dateline-error-kind", dl_str_of(kind));
    add_header(&headers, "dateline-error-message", dl_str_of(message));
    add_header(&headers, "dateline-error-topic", dl_str_of(dl_topics[input->part.topic].name));
    add_header(&headers, "dateline-error-partition",
               dl_arena_printf(outcome->arena, "%d", input->part.partition));
    add_header(&headers, "dateline-error-offset",
               dl_arena_printf(outcome->arena, "%lld", (long long)input->offset));
    dl_str key = input->key.len ? input->key : dl_hash_hex(outcome->arena, input->value);
    dl_str value = input->value.at ? input->value : (dl_str){"", 0};
    return send_step(outcome, at, DL_TOPIC_DEAD, -1, key, value, &headers);
}

dl_status dl_outcome_dead(const struct dl_outcome *outcome, dl_status reason,
                          const struct dl_error *err)
{
    uint32_t at = 0;
    dl_status status = send_dead(outcome, &at, dl_status_name(reason), err->text);
    if (status == DL_OK)
        outcome->counters->dead++;
    return status;
}

/* --- reports --- */

static dl_str pack_seen(const struct dl_outcome *outcome)
{
    const struct dl_coded *coded = outcome->coded;
    struct dl_seen_record seen = {.version = coded->version,
                                  .content_hash = coded->content_hash,
                                  .mention_ids_count = coded->mention_count,
                                  .event_keys_count = coded->mention_count};
    seen.mention_ids = dl_arena_array(outcome->arena, dl_str, coded->mention_count);
    seen.event_keys = dl_arena_array(outcome->arena, dl_str, coded->mention_count);
    for (uint32_t i = 0; i < coded->mention_count; i++) {
        seen.mention_ids[i] = coded->mentions[i].id;
        seen.event_keys[i] = coded->mentions[i].event_key;
    }
    return dl_seen_pack(&seen, outcome->arena);
}

static dl_status send_withdrawals(const struct dl_outcome *outcome, const struct headers *common,
                                  const struct dl_seen *seen, uint32_t *at)
{
    const struct dl_coded *coded = outcome->coded;
    const struct dl_seen_entry *old = dl_seen_find(seen, coded->article_id);
    struct dl_seen_record *record = NULL;
    if (!old || !old->packed)
        return DL_OK;
    dl_status status =
        dl_seen_unpack((dl_str){old->packed, old->packed_bytes}, outcome->arena, &record, NULL);
    assert(status == DL_OK); /* it was checked when it came in */
    struct headers headers = headers_of(common, DL_SCHEMA_MENTION);
    for (uint32_t i = 0; status == DL_OK && i < record->mention_ids_count; i++) {
        dl_str key = i < record->event_keys_count ? record->event_keys[i] : coded->article_id;
        struct dl_article_ref article = {.id = coded->article_id, .version = record->version};
        struct dl_mention mention = {.id = record->mention_ids[i],
                                     .article = &article,
                                     .event_key = key,
                                     .withdrawn = true,
                                     .has_withdrawn = true};
        status = send_step(outcome, at, DL_TOPIC_MENTIONS, -1, key,
                           dl_mention_pack(&mention, outcome->arena), &headers);
    }
    return status;
}

static dl_status send_mentions(const struct dl_outcome *outcome, const struct headers *common,
                               uint32_t *at)
{
    const struct dl_coded *coded = outcome->coded;
    struct headers headers = headers_of(common, DL_SCHEMA_MENTION);
    dl_status status = DL_OK;
    for (uint32_t i = 0; status == DL_OK && i < coded->mention_count; i++)
        status = send_step(outcome, at, DL_TOPIC_MENTIONS, -1, coded->mentions[i].event_key,
                           coded->mentions[i].bytes, &headers);
    return status;
}

static void add_cloud_event(struct headers *headers, dl_str id)
{
    add_header(headers, "ce_specversion", DL_STR("1.0"));
    add_header(headers, "ce_id", id);
    add_header(headers, "ce_source", DL_STR("dateline/work"));
    add_header(headers, "ce_type", DL_STR(DL_SCHEMA_REPORT));
    add_header(headers, "content-type", DL_STR("application/protobuf"));
}

dl_status dl_outcome_report(const struct dl_outcome *outcome, struct dl_seen *seen)
{
    const struct dl_coded *coded = outcome->coded;
    uint32_t at = 0;
    struct headers common = common_headers(outcome);
    struct headers headers = headers_of(&common, DL_SCHEMA_REPORT);
    add_cloud_event(&headers, coded->article_id);
    dl_status status =
        send_step(outcome, &at, DL_TOPIC_REPORTS, -1, coded->article_id, coded->report, &headers);
    if (status == DL_TOO_BIG) {
        struct dl_error err;
        (void)dl_fail(&err, DL_TOO_BIG, "report of %zu bytes", coded->report.len);
        return dl_outcome_dead(outcome, DL_TOO_BIG, &err);
    }
    if (status == DL_OK)
        status = send_withdrawals(outcome, &common, seen, &at);
    if (status == DL_OK)
        status = send_mentions(outcome, &common, &at);
    if (status != DL_OK)
        return status;
    dl_str packed = pack_seen(outcome);
    struct headers state = common;
    add_header(&state, "dateline-outcome", DL_STR("report"));
    status = send_step(outcome, &at, DL_TOPIC_SEEN, outcome->input->part.partition,
                       coded->article_id, packed, &state);
    if (status != DL_OK)
        return status;
    dl_seen_put(seen, coded->article_id, coded->content_hash, coded->version,
                coded->mention_count ? packed : (dl_str){NULL, 0});
    outcome->counters->reports++;
    outcome->counters->mentions += coded->mention_count;
    return DL_OK;
}

dl_status dl_outcome_repeat(const struct dl_outcome *outcome, const struct dl_seen_entry *entry)
{
    const struct dl_coded *coded = outcome->coded;
    uint32_t at = 0;
    struct dl_seen_record seen = {.version = entry->version, .content_hash = coded->content_hash};
    dl_str packed = entry->packed ? (dl_str){entry->packed, entry->packed_bytes}
                                  : dl_seen_pack(&seen, outcome->arena);
    struct headers headers = common_headers(outcome);
    add_header(&headers, "dateline-outcome", DL_STR("repeat"));
    dl_status status = send_step(outcome, &at, DL_TOPIC_SEEN, outcome->input->part.partition,
                                 coded->article_id, packed, &headers);
    if (status == DL_OK)
        outcome->counters->repeats++;
    return status;
}

dl_status dl_outcome_remember(struct dl_seen *seen, struct dl_arena *arena,
                              const struct dl_record *record, struct dl_error *err)
{
    struct dl_seen_record *state = NULL;
    dl_status status = dl_seen_unpack(record->value, arena, &state, err);
    if (status != DL_OK)
        return status;
    if (state->version == 0)
        return dl_fail(err, DL_BAD_INPUT, "seen '%.*s': no version", DL_STR_ARG(record->key));
    dl_seen_put(seen, record->key, state->content_hash, state->version,
                state->mention_ids_count ? record->value : (dl_str){NULL, 0});
    return DL_OK;
}
