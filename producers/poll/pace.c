/* Sites in a table, each with its line; sites whose first in line may not go yet are on an agenda,
 * those that may are on a list until a fetch is free. */
#include "producers/poll/pace.h"

#include "core/loop.h"
#include "producers/poll/agenda.h"

#include <xxhash.h>

#define SLOTS_FIRST 256U

struct dl_site {
    struct dl_due due; /* first: on the agenda while its time has not come */
    uint64_t hash;
    double tokens;
    uint64_t tokens_ms;
    uint64_t held_until_ms;
    unsigned inside;
    struct dl_visitor *first;
    struct dl_visitor *last;
    bool ready; /* on the list of those that may go */
    struct dl_site *next_ready;
};

struct dl_pace {
    struct dl_loop *loop;
    struct dl_pace_want want;
    struct dl_timer timer;
    struct dl_agenda agenda;
    struct dl_site **slots; /* open addressing, at most half full */
    size_t slot_count;
    size_t site_count;
    struct dl_site *ready_first;
    struct dl_site *ready_last;
    unsigned inside;
    unsigned waiting;
    bool turning;
};

/* --- the table; two sites of one 64-bit hash would share their pace, which harms nobody --- */

static size_t slot_of(const struct dl_pace *pace, uint64_t hash)
{
    size_t slot = hash & (pace->slot_count - 1);
    while (pace->slots[slot] && pace->slots[slot]->hash != hash)
        slot = (slot + 1) & (pace->slot_count - 1);
    return slot;
}

static bool is_idle(const struct dl_pace *pace, const struct dl_site *site, uint64_t now_ms)
{
    double idle_ms = (double)(now_ms - site->tokens_ms);
    return site->inside == 0 && !site->first && !site->ready && site->held_until_ms <= now_ms &&
           (pace->want.per_second == 0 ||
            site->tokens + idle_ms / 1000 * pace->want.per_second >= pace->want.burst);
}

/* Makes the table anew without those nothing is known of any more. */
static void rebuild(struct dl_pace *pace)
{
    uint64_t now_ms = dl_loop_now_ms(pace->loop);
    struct dl_site **old = pace->slots;
    size_t old_count = pace->slot_count;
    size_t kept = 0;
    for (size_t i = 0; i < old_count; i++)
        if (old[i] && is_idle(pace, old[i], now_ms)) {
            free(old[i]);
            old[i] = NULL;
        } else if (old[i]) {
            kept++;
        }
    pace->slot_count = SLOTS_FIRST;
    while (pace->slot_count < 4 * (kept + 1))
        pace->slot_count *= 2;
    pace->slots = dl_alloc(pace->slot_count * sizeof(struct dl_site *));
    pace->site_count = kept;
    for (size_t i = 0; i < old_count; i++)
        if (old[i])
            pace->slots[slot_of(pace, old[i]->hash)] = old[i];
    free(old);
}

static struct dl_site *site_of(struct dl_pace *pace, dl_str name)
{
    uint64_t hash = XXH3_64bits(name.at ? name.at : "", name.len);
    size_t slot = slot_of(pace, hash);
    if (pace->slots[slot])
        return pace->slots[slot];
    if (2 * (pace->site_count + 1) > pace->slot_count) {
        rebuild(pace);
        slot = slot_of(pace, hash);
    }
    struct dl_site *site = pace->slots[slot] = dl_alloc(sizeof *site);
    site->hash = hash;
    site->tokens = pace->want.burst;
    site->tokens_ms = dl_loop_now_ms(pace->loop);
    pace->site_count++;
    return site;
}

/* --- who may go --- */

static void fill_bucket(const struct dl_pace *pace, struct dl_site *site, uint64_t now_ms)
{
    site->tokens += (double)(now_ms - site->tokens_ms) / 1000 * pace->want.per_second;
    if (site->tokens > pace->want.burst || pace->want.per_second == 0)
        site->tokens = pace->want.burst;
    site->tokens_ms = now_ms;
}

/* When the first in line may go; UINT64_MAX: when somebody leaves. */
static uint64_t time_of(const struct dl_pace *pace, const struct dl_site *site, uint64_t now_ms)
{
    if (site->held_until_ms > now_ms + pace->want.patience_ms)
        return now_ms; /* not to ask the site, but to hear of it */
    if (site->inside >= pace->want.site_max)
        return UINT64_MAX;
    uint64_t at_ms = site->held_until_ms;
    if (site->tokens < 1) {
        uint64_t token_ms =
            now_ms + (uint64_t)((1 - site->tokens) / pace->want.per_second * 1000) + 1;
        at_ms = at_ms > token_ms ? at_ms : token_ms;
    }
    return at_ms;
}

static void look_at(struct dl_pace *pace, struct dl_site *site)
{
    uint64_t now_ms = dl_loop_now_ms(pace->loop);
    if (!site->first || site->ready) {
        if (!site->first)
            dl_agenda_remove(&pace->agenda, &site->due);
        return;
    }
    fill_bucket(pace, site, now_ms);
    uint64_t at_ms = time_of(pace, site, now_ms);
    if (at_ms == UINT64_MAX) {
        dl_agenda_remove(&pace->agenda, &site->due);
    } else if (at_ms > now_ms) {
        dl_agenda_set(&pace->agenda, &site->due, at_ms);
    } else {
        dl_agenda_remove(&pace->agenda, &site->due);
        site->ready = true;
        site->next_ready = NULL;
        *(pace->ready_last ? &pace->ready_last->next_ready : &pace->ready_first) = site;
        pace->ready_last = site;
    }
}

static void set_timer(struct dl_pace *pace)
{
    const struct dl_due *first = dl_agenda_first(&pace->agenda);
    uint64_t now_ms = dl_loop_now_ms(pace->loop);
    bool may_go = pace->ready_first && pace->inside < pace->want.fetches_max;
    if (may_go || (first && first->at_ms <= now_ms))
        dl_timer_start(pace->loop, &pace->timer, 0);
    else if (first)
        dl_timer_start(pace->loop, &pace->timer, first->at_ms - now_ms);
    else
        dl_timer_stop(pace->loop, &pace->timer);
}

static void let_in(struct dl_pace *pace, struct dl_site *site)
{
    struct dl_visitor *visitor = site->first;
    site->first = visitor->next;
    if (!site->first)
        site->last = NULL;
    visitor->waiting = false;
    visitor->inside = true;
    pace->waiting--;
    site->inside++;
    site->tokens -= 1;
    pace->inside++;
    look_at(pace, site);
    visitor->go(visitor->ctx);
}

static void turn(void *ctx)
{
    struct dl_pace *pace = ctx;
    uint64_t now_ms = dl_loop_now_ms(pace->loop);
    struct dl_due *due;
    while ((due = dl_agenda_first(&pace->agenda)) && due->at_ms <= now_ms) {
        dl_agenda_remove(&pace->agenda, due);
        look_at(pace, (struct dl_site *)due);
    }
    pace->turning = true;
    while (pace->ready_first && pace->inside < pace->want.fetches_max) {
        struct dl_site *site = pace->ready_first;
        pace->ready_first = site->next_ready;
        if (!pace->ready_first)
            pace->ready_last = NULL;
        site->ready = false;
        if (site->first)
            let_in(pace, site);
    }
    pace->turning = false;
    set_timer(pace);
}

/* --- coming and leaving --- */

void dl_pace_ask(struct dl_pace *pace, struct dl_visitor *visitor, dl_str name)
{
    struct dl_site *site = site_of(pace, name);
    assert(!visitor->waiting && !visitor->inside);
    visitor->site = site;
    visitor->next = NULL;
    visitor->waiting = true;
    *(site->last ? &site->last->next : &site->first) = visitor;
    site->last = visitor;
    pace->waiting++;
    look_at(pace, site);
    if (!pace->turning)
        set_timer(pace);
}

static void leave_line(struct dl_pace *pace, struct dl_visitor *visitor)
{
    struct dl_site *site = visitor->site;
    struct dl_visitor **link = &site->first;
    struct dl_visitor *before = NULL;
    while (*link != visitor) {
        before = *link;
        link = &(*link)->next;
    }
    *link = visitor->next;
    if (site->last == visitor)
        site->last = before;
    visitor->waiting = false;
    pace->waiting--;
}

void dl_pace_left(struct dl_pace *pace, struct dl_visitor *visitor)
{
    if (visitor->waiting)
        leave_line(pace, visitor);
    if (visitor->inside) {
        visitor->inside = false;
        visitor->site->inside--;
        pace->inside--;
    }
    if (visitor->site)
        look_at(pace, visitor->site);
    visitor->site = NULL;
    if (!pace->turning)
        set_timer(pace);
}

void dl_pace_hold(struct dl_pace *pace, dl_str name, uint64_t wait_ms)
{
    struct dl_site *site = site_of(pace, name);
    uint64_t until_ms = dl_loop_now_ms(pace->loop) + wait_ms;
    if (until_ms > site->held_until_ms)
        site->held_until_ms = until_ms;
    look_at(pace, site);
    if (!pace->turning)
        set_timer(pace);
}

uint64_t dl_pace_held_ms(struct dl_pace *pace, dl_str name)
{
    uint64_t hash = XXH3_64bits(name.at ? name.at : "", name.len);
    const struct dl_site *site = pace->slots[slot_of(pace, hash)];
    uint64_t now_ms = dl_loop_now_ms(pace->loop);
    return site && site->held_until_ms > now_ms ? site->held_until_ms - now_ms : 0;
}

unsigned dl_pace_inside(const struct dl_pace *pace)
{
    return pace->inside;
}

unsigned dl_pace_waiting(const struct dl_pace *pace)
{
    return pace->waiting;
}

struct dl_pace *dl_pace_new(struct dl_loop *loop, const struct dl_pace_want *want)
{
    struct dl_pace *pace = dl_alloc(sizeof *pace);
    pace->loop = loop;
    pace->want = *want;
    pace->timer = (struct dl_timer){turn, pace, NULL};
    pace->slot_count = SLOTS_FIRST;
    pace->slots = dl_alloc(pace->slot_count * sizeof(struct dl_site *));
    return pace;
}

void dl_pace_free(struct dl_pace *pace)
{
    if (!pace)
        return;
    dl_timer_close(pace->loop, &pace->timer);
    for (size_t i = 0; i < pace->slot_count; i++)
        free(pace->slots[i]);
    free(pace->slots);
    dl_agenda_done(&pace->agenda);
    free(pace);
}
