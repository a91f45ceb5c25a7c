/* Visits, each at one of its stations, and the rules of the origins. */
#include "producers/poll/visit.h"

#include "core/config.h"
#include "core/limits.h"
#include "core/loop.h"
#include "core/url.h"
#include "producers/poll/poll_plan.h"
#include "producers/poll/robots.h"

#include <xxhash.h>

#define ROBOTS_MS INT64_C(86400000)     /* rules are kept; RFC 9309 says at most a day */
#define ROBOTS_MS_MIN INT64_C(3600000)  /* though their headers say less */
#define ROBOTS_AGAIN_MS INT64_C(600000) /* after one that could not be had */
#define CRAWL_DELAY_MS_MAX                                                                         \
    INT64_C(30000) /* more is a way to say no, for which there is Disallow                         \
                    */
#define SLOTS_FIRST 256U
#define PATIENCE_MS 60000U /* longer than Crawl-delay: what waits longer is put off */
#define AGENT "dateline"

enum rules_state { RULES_UNKNOWN, RULES_ASKED, RULES_KNOWN, RULES_UNREACHABLE };

struct origin {
    struct dl_visits *visits;
    uint64_t hash;
    enum rules_state state;
    bool has_rules; /* of some day */
    struct dl_robots_rule
        *memory; /* the rules and their patterns, packed: there are many origins */
    struct dl_robots rules;
    int64_t until_ms; /* loop time the state holds until */
    struct dl_error why;
    struct dl_visit *waiting; /* for the rules */
};

struct dl_visit {
    struct dl_visits *visits;
    struct dl_visit *next;
    struct dl_visit **link;
    struct dl_visit_want want;
    struct dl_arena arena;
    struct dl_url url; /* of this hop */
    dl_str href;
    dl_str moved;
    bool only_permanent; /* redirects so far */
    unsigned hops;
    uint64_t used_ms;
    int64_t delay_ms; /* robots.txt's Crawl-delay */
    struct dl_visit *next_waiting;
    struct dl_visitor visitor;
    struct dl_timer later; /* `done` never comes from inside the start */
};

struct dl_visits {
    struct dl_loop *loop;
    struct dl_fetcher *fetcher;
    struct dl_pace *pace;
    uint64_t total_ms;
    struct dl_visit *first;
    unsigned count;
    struct origin **slots; /* open addressing, at most half full */
    size_t slot_count;
    size_t origin_count;
};

static void begin_hop(struct dl_visit *visit);

/* --- origins --- */

static size_t slot_of(const struct dl_visits *visits, uint64_t hash)
{
    size_t slot = hash & (visits->slot_count - 1);
    while (visits->slots[slot] && visits->slots[slot]->hash != hash)
        slot = (slot + 1) & (visits->slot_count - 1);
    return slot;
}

static void free_origin(struct origin *origin)
{
    if (!origin)
        return;
    free(origin->memory);
    free(origin);
}

/* Larger, and without those that have run out. */
static void rebuild(struct dl_visits *visits)
{
    int64_t now_ms = (int64_t)dl_loop_now_ms(visits->loop);
    struct origin **old = visits->slots;
    size_t old_count = visits->slot_count;
    visits->slot_count *= 2;
    visits->slots = dl_alloc(visits->slot_count * sizeof(struct origin *));
    visits->origin_count = 0;
    for (size_t i = 0; i < old_count; i++) {
        if (old[i] && (old[i]->waiting || old[i]->state == RULES_ASKED ||
                       (old[i]->state == RULES_KNOWN && old[i]->until_ms > now_ms))) {
            visits->slots[slot_of(visits, old[i]->hash)] = old[i];
            visits->origin_count++;
        } else {
            free_origin(old[i]);
        }
    }
    free(old);
}

static struct origin *origin_of(struct dl_visits *visits, const struct dl_url *url)
{
    char text[DL_URL_BYTES_MAX + 64];
    int len = snprintf(text, sizeof text, "%.*s://%.*s:%d", DL_STR_ARG(url->scheme),
                       DL_STR_ARG(url->host), dl_url_port(url));
    uint64_t hash = XXH3_64bits(text, (size_t)len);
    size_t slot = slot_of(visits, hash);
    if (visits->slots[slot])
        return visits->slots[slot];
    if (2 * (visits->origin_count + 1) > visits->slot_count) {
        rebuild(visits);
        slot = slot_of(visits, hash);
    }
    struct origin *origin = visits->slots[slot] = dl_alloc(sizeof *origin);
    origin->visits = visits;
    origin->hash = hash;
    visits->origin_count++;
    return origin;
}

/* --- the end of a visit --- */

static void free_visit(struct dl_visit *visit)
{
    struct dl_visits *visits = visit->visits;
    *visit->link = visit->next;
    if (visit->next)
        visit->next->link = visit->link;
    visits->count--;
    dl_pace_left(visits->pace, &visit->visitor);
    dl_timer_close(visits->loop, &visit->later);
    dl_arena_done(&visit->arena);
    free(visit);
}

static void finish(struct dl_visit *visit, struct dl_fetch_answer *fetched, bool forbidden,
                   uint64_t hold_ms)
{
    struct dl_visit_answer answer = {
        .fetched = fetched,
        .url = dl_arena_str(&fetched->arena, visit->href),
        .moved = dl_arena_str(&fetched->arena, visit->moved),
        .forbidden = forbidden,
        .postponed = fetched->code == 0 && hold_ms > 0,
        .hold_ms = hold_ms,
    };
    struct dl_visit_want want = visit->want;
    free_visit(visit);
    want.done(want.ctx, &answer);
}

static void finish_badly(struct dl_visit *visit, dl_status status, const char *why, bool forbidden)
{
    struct dl_fetch_answer *answer = dl_answer_new(0);
    answer->status = dl_fail(&answer->err, status, "%s", why);
    finish(visit, answer, forbidden, 0);
}

/* --- rules --- */

static void read_rules(struct origin *origin, dl_str text)
{
    struct dl_arena arena;
    struct dl_robots read;
    size_t bytes = 0;
    dl_arena_init(&arena);
    dl_robots_read(&arena, text, DL_STR(AGENT), &read);
    for (uint32_t i = 0; i < read.rule_count; i++)
        bytes += read.rules[i].pattern.len;
    free(origin->memory);
    origin->memory =
        read.rule_count ? dl_alloc(read.rule_count * sizeof *read.rules + bytes) : NULL;
    char *at = (char *)(origin->memory + read.rule_count);
    for (uint32_t i = 0; i < read.rule_count; i++) {
        dl_str pattern = read.rules[i].pattern;
        if (pattern.len)
            memcpy(at, pattern.at, pattern.len);
        origin->memory[i] =
            (struct dl_robots_rule){.pattern = {at, pattern.len}, .allow = read.rules[i].allow};
        at += pattern.len;
    }
    origin->rules = (struct dl_robots){
        .rules = origin->memory, .rule_count = read.rule_count, .delay_ms = read.delay_ms};
    dl_arena_done(&arena);
}

static void rules_came(void *ctx, struct dl_visit_answer *answer)
{
    struct origin *origin = ctx;
    struct dl_fetch_answer *fetched = answer->fetched;
    struct dl_visit *waiting = origin->waiting;
    int64_t now_ms = (int64_t)dl_loop_now_ms(origin->visits->loop);
    bool has_body = (fetched->status == DL_OK || fetched->status == DL_TOO_BIG) &&
                    fetched->code >= 200 && fetched->code < 300;
    bool says_nothing = fetched->status == DL_OK && fetched->code >= 300 && fetched->code < 500 &&
                        fetched->code != 429;
    if (has_body || says_nothing) {
        int64_t fresh_ms =
            dl_plan_fresh_ms(fetched->cache_control, (dl_str){NULL, 0}, fetched->age, 0);
        dl_str text = has_body ? dl_buf_str(&fetched->body) : (dl_str){NULL, 0};
        read_rules(origin, text);
        origin->has_rules = true;
        origin->state = RULES_KNOWN;
        origin->until_ms = now_ms + (fresh_ms == 0 || fresh_ms > ROBOTS_MS ? ROBOTS_MS
                                     : fresh_ms < ROBOTS_MS_MIN            ? ROBOTS_MS_MIN
                                                                           : fresh_ms);
    } else {
        origin->state = origin->has_rules ? RULES_KNOWN : RULES_UNREACHABLE;
        origin->until_ms = now_ms + ROBOTS_AGAIN_MS;
        if (fetched->status != DL_OK)
            origin->why = fetched->err;
        else
            (void)dl_fail(&origin->why, DL_RETRY, "answered %ld", fetched->code);
    }
    dl_answer_free(fetched);
    origin->waiting = NULL;
    while (waiting) {
        struct dl_visit *next = waiting->next_waiting;
        begin_hop(waiting);
        waiting = next;
    }
    if (origin->state == RULES_UNREACHABLE) /* those told so were all that wait for it now */
        origin->state = RULES_UNKNOWN;
}

static void ask_for_rules(struct dl_visit *visit, struct origin *origin)
{
    struct dl_url url = visit->url;
    url.path = DL_STR("/robots.txt");
    url.has_query = url.has_fragment = false;
    url.username = url.password = (dl_str){NULL, 0};
    origin->state = RULES_ASKED;
    dl_visit_start(visit->visits, &(struct dl_visit_want){
                                      .url = dl_url_href(&visit->arena, &url),
                                      .accept = "text/plain, */*;q=0.1",
                                      .body_bytes_max = DL_ROBOTS_BYTES_MAX,
                                      .ignore_robots = true,
                                      .done = rules_came,
                                      .ctx = origin,
                                  });
}

/* True when the visit may go on; else it waits, or has ended. */
static bool rules_let(struct dl_visit *visit)
{
    struct dl_visits *visits = visit->visits;
    struct origin *origin = origin_of(visits, &visit->url);
    int64_t now_ms = (int64_t)dl_loop_now_ms(visits->loop);
    if (origin->state == RULES_UNREACHABLE) {
        char why[DL_ERROR_TEXT_MAX + 32];
        snprintf(why, sizeof why, "robots.txt: %s", origin->why.text);
        finish_badly(visit, origin->why.status == DL_BAD_INPUT ? DL_BAD_INPUT : DL_RETRY, why,
                     false);
        return false;
    }
    if (origin->state != RULES_KNOWN || origin->until_ms <= now_ms) {
        visit->next_waiting = origin->waiting;
        origin->waiting = visit;
        if (origin->state != RULES_ASKED)
            ask_for_rules(visit, origin);
        return false;
    }
    if (!dl_robots_allow(&visit->arena, &origin->rules, &visit->url, NULL)) {
        finish_badly(visit, DL_BAD_INPUT, "robots.txt forbids it", true);
        return false;
    }
    visit->delay_ms = origin->rules.delay_ms;
    return true;
}

/* --- hops --- */

/* Of a site that says how long it wants to be left alone: 429 and 503 with Retry-After. */
static uint64_t hold_site(struct dl_visit *visit, const struct dl_fetch_answer *answer)
{
    if (answer->status != DL_OK || (answer->code != 429 && answer->code != 503))
        return 0;
    int64_t wait_ms =
        dl_plan_retry_after_ms(answer->retry_after, dl_loop_wall_ms(visit->visits->loop));
    if (wait_ms <= 0)
        return 0;
    dl_visits_hold(visit->visits, dl_visit_site(&visit->arena, visit->href), (uint64_t)wait_ms);
    return (uint64_t)wait_ms;
}

static bool is_redirect(const struct dl_fetch_answer *answer)
{
    return answer->status == DL_OK && answer->location.len &&
           (answer->code == 301 || answer->code == 302 || answer->code == 303 ||
            answer->code == 307 || answer->code == 308);
}

/* To where an answer points. */
static void follow(struct dl_visit *visit, struct dl_fetch_answer *answer)
{
    dl_str href;
    struct dl_url url;
    struct dl_error err;
    char why[DL_ERROR_TEXT_MAX + 32];
    bool permanent = answer->code == 301 || answer->code == 308;
    dl_status status = dl_url_resolve(&visit->arena, visit->href, answer->location, &href, &err);
    if (status == DL_OK)
        status = dl_url_parse(&visit->arena, href, NULL, &url, &err);
    if (status == DL_OK && !dl_url_is_web(&url))
        status = dl_fail(&err, DL_BAD_INPUT, "not http or https: %.*s", DL_STR_ARG(href));
    if (status == DL_OK && ++visit->hops > DL_VISIT_HOPS_MAX)
        status = dl_fail(&err, DL_BAD_INPUT, "more than %u redirects", DL_VISIT_HOPS_MAX);
    dl_answer_free(answer);
    if (status != DL_OK) {
        snprintf(why, sizeof why, "redirect: %s", err.text);
        finish_badly(visit, status, why, false);
        return;
    }
    visit->href = href;
    visit->only_permanent = visit->only_permanent && permanent;
    if (visit->only_permanent)
        visit->moved = href;
    begin_hop(visit);
}

static void fetched(void *ctx, struct dl_fetch_answer *answer)
{
    struct dl_visit *visit = ctx;
    struct dl_visits *visits = visit->visits;
    visit->used_ms += answer->took_ms;
    uint64_t hold_ms = hold_site(visit, answer);
    if (visit->delay_ms > 0)
        dl_visits_hold(visits, dl_visit_site(&visit->arena, visit->href),
                       (uint64_t)(visit->delay_ms < CRAWL_DELAY_MS_MAX ? visit->delay_ms
                                                                       : CRAWL_DELAY_MS_MAX));
    dl_pace_left(visits->pace, &visit->visitor);
    if (is_redirect(answer))
        follow(visit, answer);
    else
        finish(visit, answer, false, hold_ms);
}

/* True when the visit ended here: it would wait too long. */
static bool is_put_off(struct dl_visit *visit)
{
    uint64_t held_ms =
        dl_pace_held_ms(visit->visits->pace, dl_visit_site(&visit->arena, visit->href));
    if (held_ms <= PATIENCE_MS)
        return false;
    struct dl_fetch_answer *answer = dl_answer_new(0);
    answer->status = dl_fail(&answer->err, DL_RETRY, "the site wants to be left alone");
    finish(visit, answer, false, held_ms);
    return true;
}

static void go(void *ctx)
{
    struct dl_visit *visit = ctx;
    struct dl_visits *visits = visit->visits;
    if (is_put_off(visit))
        return;
    if (visit->used_ms >= visits->total_ms) {
        finish_badly(visit, DL_RETRY, "redirects took too long", false);
        return;
    }
    (void)dl_fetch_start(visits->fetcher, &(struct dl_fetch_want){
                                              .url = visit->href,
                                              .etag = visit->want.etag,
                                              .last_modified = visit->want.last_modified,
                                              .accept = visit->want.accept,
                                              .body_bytes_max = visit->want.body_bytes_max,
                                              .wait_ms_max = visits->total_ms - visit->used_ms,
                                              .done = fetched,
                                              .ctx = visit,
                                          });
}

/* Rules first, then the line. */
static void begin_hop(struct dl_visit *visit)
{
    struct dl_error err;
    if (dl_url_parse(&visit->arena, visit->href, NULL, &visit->url, &err) != DL_OK ||
        !dl_url_is_web(&visit->url)) {
        finish_badly(visit, DL_BAD_INPUT, "not an http or https address", false);
        return;
    }
    if (is_put_off(visit) || (!visit->want.ignore_robots && !rules_let(visit)))
        return;
    dl_pace_ask(visit->visits->pace, &visit->visitor, dl_visit_site(&visit->arena, visit->href));
}

static void begin(void *ctx)
{
    begin_hop(ctx);
}

void dl_visit_start(struct dl_visits *visits, const struct dl_visit_want *want)
{
    struct dl_visit *visit = dl_alloc(sizeof *visit);
    visit->visits = visits;
    visit->want = *want;
    visit->only_permanent = true;
    visit->visitor = (struct dl_visitor){.go = go, .ctx = visit};
    visit->later = (struct dl_timer){begin, visit, NULL};
    dl_arena_init(&visit->arena);
    visit->href = dl_arena_str(&visit->arena, want->url);
    visit->want.etag = dl_arena_str(&visit->arena, want->etag);
    visit->want.last_modified = dl_arena_str(&visit->arena, want->last_modified);
    visit->next = visits->first;
    visit->link = &visits->first;
    if (visit->next)
        visit->next->link = &visit->next;
    visits->first = visit;
    visits->count++;
    dl_timer_start(visits->loop, &visit->later, 0);
}

/* --- life --- */

dl_status dl_visits_new(const struct dl_config *config, struct dl_loop *loop,
                        struct dl_visits **ret_visits, struct dl_error *err)
{
    struct dl_fetcher *fetcher;
    dl_status status = dl_fetcher_new(config, loop, &fetcher, err);
    if (status != DL_OK)
        return status;
    struct dl_visits *visits = dl_alloc(sizeof *visits);
    visits->loop = loop;
    visits->fetcher = fetcher;
    visits->total_ms = (uint64_t)config->fetch_total_ms;
    visits->pace = dl_pace_new(
        loop, &(struct dl_pace_want){
                  .per_second =
                      config->feeds_host_gap_ms ? 1000.0 / (double)config->feeds_host_gap_ms : 0,
                  .burst = (double)config->feeds_host_burst,
                  .site_max = (unsigned)config->feeds_host_connections,
                  .fetches_max = (unsigned)config->fetch_connections,
                  .patience_ms = PATIENCE_MS,
              });
    visits->slot_count = SLOTS_FIRST;
    visits->slots = dl_alloc(visits->slot_count * sizeof(struct origin *));
    *ret_visits = visits;
    return DL_OK;
}

void dl_visits_free(struct dl_visits *visits)
{
    if (!visits)
        return;
    dl_fetcher_free(visits->fetcher);
    while (visits->first)
        free_visit(visits->first);
    dl_pace_free(visits->pace);
    for (size_t i = 0; i < visits->slot_count; i++)
        free_origin(visits->slots[i]);
    free(visits->slots);
    free(visits);
}

unsigned dl_visits_under_way(const struct dl_visits *visits)
{
    return visits->count;
}

const struct dl_fetcher_counters *dl_visits_counts(const struct dl_visits *visits)
{
    return dl_fetcher_counts(visits->fetcher);
}

static bool is_address(dl_str host)
{
    if (host.len && host.at[0] == '[')
        return true;
    for (size_t i = 0; i < host.len; i++)
        if ((host.at[i] < '0' || host.at[i] > '9') && host.at[i] != '.')
            return false;
    return true;
}

dl_str dl_visit_site(struct dl_arena *arena, dl_str href)
{
    struct dl_url url;
    if (dl_url_parse(arena, href, NULL, &url, NULL) != DL_OK)
        return (dl_str){NULL, 0};
    if (is_address(url.host))
        return dl_arena_printf(arena, "%.*s:%d", DL_STR_ARG(url.host), dl_url_port(&url));
    return dl_url_site(url.host);
}

void dl_visits_hold(struct dl_visits *visits, dl_str site, uint64_t wait_ms)
{
    dl_pace_hold(visits->pace, site, wait_ms);
}
