/* Outcomes into rows and records. */
#include "producers/poll/poll_batch.h"

#include "producers/door/envelope.h"
#include "proto/codec.h"

#include <xxhash.h>

#define DAY_MS INT64_C(86400000)
#define SITEMAP_DAYS 2 /* of a sitemap seen for the first time, what is not older is news */
#define INDEX_DAYS 30  /* of a sitemap of sitemaps, those changed since then are polled */
#define INDEX_MAX 50U

struct dl_poll_outcome *dl_poll_outcome_new(enum dl_poll_kind kind)
{
    struct dl_poll_outcome *outcome = dl_alloc(sizeof *outcome);
    outcome->kind = kind;
    dl_arena_init(&outcome->arena);
    return outcome;
}

void dl_poll_outcome_free(struct dl_poll_outcome *outcome)
{
    if (!outcome)
        return;
    dl_answer_free(outcome->answer);
    dl_arena_done(&outcome->arena);
    free(outcome);
}

void dl_poll_batch_init(struct dl_poll_batch *batch)
{
    *batch = (struct dl_poll_batch){0};
    dl_arena_init(&batch->arena);
}

void dl_poll_batch_done(struct dl_poll_batch *batch)
{
    while (batch->outcomes) {
        struct dl_poll_outcome *next = batch->outcomes->next;
        dl_poll_outcome_free(batch->outcomes);
        batch->outcomes = next;
    }
    free(batch->records);
    dl_arena_done(&batch->arena);
    *batch = (struct dl_poll_batch){0};
}

static void add_record(struct dl_poll_batch *batch, struct dl_record record)
{
    if (batch->record_count == batch->record_room) {
        batch->record_room = batch->record_room ? batch->record_room * 2 : 64;
        batch->records =
            dl_realloc_array(batch->records, batch->record_room, sizeof *batch->records);
    }
    batch->records[batch->record_count++] = record;
}

/* --- the batch's place in the log --- */

dl_str dl_poll_position_key(struct dl_arena *arena, const struct dl_poll_store *store)
{
    return dl_arena_printf(arena, "feeds/%s", dl_poll_store_name(store));
}

bool dl_poll_position_read(const struct dl_record *record, dl_str key, struct dl_arena *arena,
                           int64_t *ret_number)
{
    struct dl_position_record *position;
    if (!dl_str_eq(record->key, key) || !record->value.at ||
        dl_position_unpack(record->value, arena, &position, NULL) != DL_OK)
        return false;
    *ret_number = (int64_t)position->offset;
    return true;
}

static void add_position(struct dl_poll_batch *batch, const struct dl_poll_store *store)
{
    dl_str key = dl_poll_position_key(&batch->arena, store);
    struct dl_position_record position = {
        .path = key, .offset = (uint64_t)batch->number, .done = true};
    add_record(batch, (struct dl_record){.part = {DL_TOPIC_POSITIONS, -1},
                                         .key = key,
                                         .value = dl_position_pack(&position, &batch->arena)});
}

/* --- items --- */

static dl_status queue_page(struct dl_poll_outcome *outcome, struct dl_poll_store *store,
                            const struct dl_poll_candidate *candidate, bool is_edit,
                            struct dl_error *err)
{
    struct dl_poll_new_page *fresh = dl_arena_alloc(&outcome->arena, sizeof *fresh);
    fresh->page = (struct dl_poll_page){
        .feed = outcome->row->id,
        .url = candidate->article->url,
        .article = dl_article_pack(candidate->article, &outcome->arena),
        .next_ms = outcome->at_ms,
    };
    memcpy(fresh->page.key, candidate->item.key, sizeof fresh->page.key);
    fresh->replaces = is_edit;
    dl_status status = dl_poll_store_put_page(store, &fresh->page, err);
    if (status == DL_OK) {
        fresh->next = outcome->pages;
        outcome->pages = fresh;
    }
    return status;
}

static dl_status take_item(struct dl_poll_batch *batch, struct dl_poll_outcome *outcome,
                           struct dl_poll_store *store, const struct dl_poll_rules *rules,
                           struct dl_poll_candidate *candidate, struct dl_error *err)
{
    struct dl_article_record *article = candidate->article;
    bool is_sitemap = outcome->candidates.is_sitemap;
    dl_status status = dl_poll_store_item(store, outcome->row->id, &candidate->item, outcome->at_ms,
                                          &outcome->arena, &article->id, err);
    if (status == DL_NOT_FOUND)
        return DL_OK; /* nothing new */
    if (status != DL_OK && status != DL_RETRY)
        return status;
    if (is_sitemap && outcome->row->ok_ms == 0 &&
        !(candidate->has_day && candidate->day + SITEMAP_DAYS >= outcome->at_ms / DAY_MS))
        return DL_OK; /* an archive: known from now on */
    batch->edits += status == DL_RETRY;
    outcome->news += status == DL_OK;
    if ((rules->pages || is_sitemap) && article->url.len)
        return queue_page(outcome, store, candidate, status == DL_RETRY, err);
    add_record(batch, dl_envelope_article(&outcome->arena, article, (dl_str){NULL, 0}));
    batch->articles++;
    return DL_OK;
}

/* The oldest first: feeds have the newest in front. */
static dl_status take_items(struct dl_poll_batch *batch, struct dl_poll_outcome *outcome,
                            struct dl_poll_store *store, const struct dl_poll_rules *rules,
                            struct dl_error *err)
{
    dl_status status = DL_OK;
    for (uint32_t i = outcome->candidates.count; i-- > 0 && status == DL_OK;)
        status = take_item(batch, outcome, store, rules, &outcome->candidates.list[i], err);
    return status;
}

/* Sitemaps that a sitemap names become feeds of their own. */
static dl_status take_index(struct dl_poll_batch *batch, struct dl_poll_outcome *outcome,
                            struct dl_poll_store *store, struct dl_error *err)
{
    uint32_t taken = 0;
    const struct dl_poll_candidates *candidates = &outcome->candidates;
    for (uint32_t i = 0; i < candidates->count && taken < INDEX_MAX; i++) {
        const struct dl_poll_candidate *candidate = &candidates->list[i];
        if (candidate->article->url.len == 0 ||
            (candidate->has_day && candidate->day + INDEX_DAYS < outcome->at_ms / DAY_MS))
            continue;
        dl_status status =
            dl_poll_store_add(store, candidate->article->url, (dl_str){NULL, 0}, (dl_str){NULL, 0},
                              outcome->row->id, outcome->at_ms, err);
        if (status != DL_OK && status != DL_NOT_FOUND)
            return status;
        batch->new_feeds = batch->new_feeds || status == DL_OK;
        taken++;
    }
    return DL_OK;
}

/* --- rows --- */

static char *text_in(struct dl_poll_outcome *outcome, dl_str text)
{
    return text.len ? (char *)(uintptr_t)dl_arena_str(&outcome->arena, text).at : NULL;
}

/* Validators of the latest answer, byte for byte; a 304 may leave out what has not changed. */
static void put_validators(struct dl_poll_outcome *outcome)
{
    const struct dl_fetch_answer *answer = outcome->answer;
    struct dl_poll_feed_row *after = &outcome->after;
    bool is_whole = answer->code != 304;
    if (is_whole || answer->etag.len) {
        after->etag = text_in(outcome, answer->etag);
        after->etag_len = answer->etag.len;
    }
    if (is_whole || answer->last_modified.len) {
        after->last_modified = text_in(outcome, answer->last_modified);
        after->last_modified_len = answer->last_modified.len;
    }
}

static void plan_next(struct dl_poll_outcome *outcome, const struct dl_poll_rules *rules)
{
    struct dl_poll_feed_row *after = &outcome->after;
    const struct dl_plan_bounds *bounds = &rules->bounds;
    uint64_t chance =
        XXH3_64bits_withSeed(&after->polls, sizeof after->polls, (XXH64_hash_t)after->id);
    if (outcome->error.len) {
        dl_plan_failure(&after->plan, bounds);
    } else {
        int64_t elapsed_ms = after->ok_ms ? outcome->at_ms - after->ok_ms : 0;
        int64_t quiet_ms = after->new_ms ? outcome->at_ms - after->new_ms : 0;
        dl_plan_success(&after->plan, bounds, outcome->news, elapsed_ms, quiet_ms);
    }
    int64_t wait_ms = dl_plan_wait_ms(&after->plan, bounds, chance);
    if (outcome->hold_ms > 0) /* the site has said when */
        wait_ms =
            outcome->hold_ms > after->plan.interval_ms ? outcome->hold_ms : after->plan.interval_ms;
    after->next_ms = outcome->at_ms + wait_ms;
}

static void put_well(struct dl_poll_outcome *outcome)
{
    struct dl_poll_feed_row *after = &outcome->after;
    put_validators(outcome);
    after->error = NULL;
    after->ok_ms = outcome->at_ms;
    if (outcome->news)
        after->new_ms = outcome->at_ms;
    after->articles += outcome->news;
}

static dl_status put_move(struct dl_poll_outcome *outcome, struct dl_poll_store *store,
                          struct dl_error *err)
{
    if (outcome->moved.len == 0 || dl_str_is(outcome->moved, outcome->row->url))
        return DL_OK;
    dl_status status = dl_poll_store_move(store, outcome->row->id, outcome->moved, err);
    if (status == DL_OK) {
        outcome->has_moved = true;
    } else if (status == DL_NOT_FOUND) {
        outcome->after.stopped =
            text_in(outcome, dl_arena_printf(&outcome->arena, "moved to %.*s, which is a feed here",
                                             DL_STR_ARG(outcome->moved)));
        status = DL_OK;
    }
    return status;
}

static dl_status take_document(struct dl_poll_batch *batch, struct dl_poll_outcome *outcome,
                               struct dl_poll_store *store, const struct dl_poll_rules *rules,
                               struct dl_error *err)
{
    struct dl_poll_feed_row *after = &outcome->after;
    const struct dl_feed_document *document = &outcome->document;
    int64_t ttl_ms = document->ttl_s > 0 ? document->ttl_s * 1000 : 0;
    dl_status status = document->index ? take_index(batch, outcome, store, err)
                                       : take_items(batch, outcome, store, rules, err);
    after->body_hash = outcome->body_hash;
    after->parsed_day = outcome->at_ms / DAY_MS;
    after->plan.asked_ms = ttl_ms > outcome->fresh_ms ? ttl_ms : outcome->fresh_ms;
    if (document->title.len)
        after->title = text_in(outcome, document->title);
    if (document->link.len)
        after->site = text_in(outcome, document->link);
    return status;
}

static dl_status take_feed(struct dl_poll_batch *batch, struct dl_poll_outcome *outcome,
                           struct dl_poll_store *store, const struct dl_poll_rules *rules,
                           struct dl_error *err)
{
    struct dl_poll_feed_row *after = &outcome->after;
    dl_status status = DL_OK;
    *after = *outcome->row;
    if (outcome->kind == DL_POLL_POSTPONED) {
        after->next_ms = outcome->at_ms + outcome->hold_ms;
        status = dl_poll_store_put_feed(store, after, false, err);
        outcome->removed = status == DL_NOT_FOUND;
        return outcome->removed ? DL_OK : status;
    }
    after->polls++;
    after->polled_ms = outcome->at_ms;
    after->code = outcome->answer ? (int32_t)outcome->answer->code : 0;
    if (outcome->kind == DL_POLL_DOCUMENT)
        status = take_document(batch, outcome, store, rules, err);
    if (outcome->kind == DL_POLL_GONE)
        after->stopped = text_in(outcome, outcome->error);
    if (outcome->error.len)
        after->error = text_in(outcome, outcome->error);
    else if (outcome->kind != DL_POLL_ELSEWHERE)
        put_well(outcome);
    plan_next(outcome, rules);
    if (status == DL_OK && !outcome->error.len)
        status = put_move(outcome, store, err);
    if (outcome->kind == DL_POLL_ELSEWHERE) {
        after->next_ms = outcome->at_ms; /* there, and now */
        after->ok_ms = 0;
    }
    if (status == DL_OK && outcome->hold_ms > 0)
        status =
            dl_poll_store_hold(store, outcome->site_name, outcome->at_ms + outcome->hold_ms, err);
    if (status != DL_OK)
        return status;
    status = dl_poll_store_put_feed(store, after, outcome->news > 0, err);
    outcome->removed = status == DL_NOT_FOUND;
    return outcome->removed ? DL_OK : status;
}

static uint64_t content_of(const struct dl_article_record *article)
{
    if (!article)
        return 1;
    XXH64_hash_t title =
        XXH3_64bits(article->title.at ? article->title.at : "", article->title.len);
    return XXH3_64bits_withSeed(article->text.at ? article->text.at : "", article->text.len,
                                title) |
           1; /* 0 is none yet */
}

static dl_status take_page(struct dl_poll_batch *batch, struct dl_poll_outcome *outcome,
                           struct dl_poll_store *store, struct dl_error *err)
{
    if (outcome->kind == DL_POLL_PAGE_STALE)
        return DL_OK;
    if (outcome->kind == DL_POLL_PAGE_LATER)
        return dl_poll_store_put_page(store, &outcome->page, err);
    dl_status status =
        dl_poll_store_page_sent(store, outcome->page.key, content_of(outcome->article), err);
    if (status == DL_NOT_FOUND)
        return DL_OK; /* it says what it said before */
    if (status != DL_OK)
        return status;
    if (outcome->article) {
        add_record(batch,
                   dl_envelope_article(&outcome->arena, outcome->article, (dl_str){NULL, 0}));
        batch->articles++;
    }
    return DL_OK;
}

static void forget_attempt(struct dl_poll_batch *batch)
{
    batch->record_count = batch->articles = batch->edits = 0;
    batch->number = 0;
    for (struct dl_poll_outcome *outcome = batch->outcomes; outcome; outcome = outcome->next) {
        outcome->news = 0;
        outcome->removed = outcome->has_moved = false;
        outcome->pages = NULL;
    }
}

void dl_poll_batch_prepare(struct dl_poll_batch *batch, struct dl_poll_store *store,
                           const struct dl_poll_rules *rules)
{
    forget_attempt(batch);
    batch->status = dl_poll_store_begin(store, &batch->err);
    if (batch->status != DL_OK)
        return;
    for (struct dl_poll_outcome *outcome = batch->outcomes; outcome && batch->status == DL_OK;
         outcome = outcome->next)
        batch->status = outcome->row ? take_feed(batch, outcome, store, rules, &batch->err)
                                     : take_page(batch, outcome, store, &batch->err);
    if (batch->status == DL_OK)
        batch->status = dl_poll_store_prepare(store, &batch->number, &batch->err);
    else
        dl_poll_store_rollback(store);
    if (batch->status == DL_OK && batch->number)
        add_position(batch, store);
}

/* --- taking over --- */

static void take_text(char **text, const char *fresh)
{
    if (*text == fresh)
        return; /* its own, unchanged */
    char *copy = fresh ? dl_strdup(fresh) : NULL;
    free(*text);
    *text = copy;
}

static void take_bytes(char **bytes, size_t *len, const char *fresh, size_t fresh_len)
{
    if (*bytes == fresh)
        return;
    char *copy = fresh ? dl_alloc(fresh_len + 1) : NULL;
    if (fresh_len)
        memcpy(copy, fresh, fresh_len);
    free(*bytes);
    *bytes = copy;
    *len = fresh_len;
}

void dl_poll_batch_take_over(struct dl_poll_batch *batch)
{
    for (struct dl_poll_outcome *outcome = batch->outcomes; outcome; outcome = outcome->next) {
        struct dl_poll_feed_row *row = outcome->row;
        const struct dl_poll_feed_row *after = &outcome->after;
        if (!row || outcome->removed)
            continue;
        take_text(&row->title, after->title);
        take_text(&row->error, after->error);
        take_text(&row->stopped, after->stopped);
        take_text(&row->site, after->site);
        take_bytes(&row->etag, &row->etag_len, after->etag, after->etag_len);
        take_bytes(&row->last_modified, &row->last_modified_len, after->last_modified,
                   after->last_modified_len);
        if (outcome->has_moved) {
            if (!row->added_as)
                row->added_as = dl_strdup(row->url);
            take_text(&row->url, outcome->moved.at);
        }
        row->body_hash = after->body_hash;
        row->plan = after->plan;
        row->next_ms = after->next_ms;
        row->polled_ms = after->polled_ms;
        row->ok_ms = after->ok_ms;
        row->new_ms = after->new_ms;
        row->polls = after->polls;
        row->parsed_day = after->parsed_day;
        row->articles = after->articles;
        row->code = after->code;
    }
}
