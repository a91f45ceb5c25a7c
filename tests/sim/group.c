/* Members, generations and who owns what: eager rebalances, as range and roundrobin assignors do
 * them. A new generation starts when every owner has released, or was thrown out for not doing so.
 */
#include "tests/sim/world.h"

static void finish_rebalance(struct sim *sim);

struct parts {
    struct dl_part list[SIM_PARTITIONS];
    uint32_t count;
    bool lost;
    uint32_t rebalance;
    uint32_t joins;
};

static struct parts *owned_by(struct sim_member *member)
{
    struct parts *parts = dl_alloc(sizeof *parts);
    parts->joins = member->joins;
    for (uint32_t p = 0; p < SIM_PARTITIONS; p++)
        if (member->owns[p])
            parts->list[parts->count++] = (struct dl_part){DL_TOPIC_ARTICLES, (int32_t)p};
    return parts;
}

static void stop_readings(struct sim_member *member)
{
    for (uint32_t p = 0; p < SIM_PARTITIONS; p++) {
        member->readings[p].started = false;
        member->readings[p].epoch++;
    }
}

static void tell_revoked(struct sim *sim, struct sim_member *member, void *ctx)
{
    struct parts *parts = ctx;
    if (!member->ghost && !member->closing && parts->joins == member->joins) {
        bool lost = parts->lost || !member->in_group;
        stop_readings(member);
        member->owes_release = true;
        member->rebalance = parts->rebalance;
        sim_say(sim, "member %u: revoked%s", member->number, lost ? ", lost" : "");
        if (sim->bug == SIM_NO_END_ON_REVOKE && !lost)
            sim_released(sim, member); /* the leg is never asked to end its transaction */
        else
            member->calls.revoked(member->leg, parts->list, parts->count, lost);
    }
    free(parts);
}

static bool owns_any(const struct sim_member *member)
{
    for (uint32_t p = 0; p < SIM_PARTITIONS; p++)
        if (member->owns[p])
            return true;
    return false;
}

static void check_released(struct sim *sim)
{
    for (uint32_t m = 0; m < sim->member_count; m++)
        if (sim->members[m]->in_group && owns_any(sim->members[m]))
            return;
    finish_rebalance(sim);
}

/* Whoever still holds on after the rebalance time-out is out. */
static void rebalance_expired(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)member;
    uint32_t rebalance = (uint32_t)(uintptr_t)ctx;
    if (!sim->rebalancing || sim->rebalance != rebalance)
        return;
    for (uint32_t m = 0; m < sim->member_count; m++)
        if (sim->members[m]->in_group && owns_any(sim->members[m]))
            sim_kick(sim, sim->members[m]);
}

static void start_rebalance(struct sim *sim)
{
    if (sim->rebalancing) {
        sim->again = true;
        return;
    }
    sim->rebalancing = true;
    sim->rebalance++;
    sim_say(sim, "rebalance %u", sim->rebalance);
    for (uint32_t m = 0; m < sim->member_count; m++) {
        struct sim_member *member = sim->members[m];
        if (!member->in_group || !owns_any(member))
            continue;
        struct parts *parts = owned_by(member);
        parts->rebalance = sim->rebalance;
        sim_at(sim, 1 + sim_draw(sim, 50), member, tell_revoked, parts);
    }
    sim_at(sim, SIM_REBALANCE_MS, NULL, rebalance_expired, (void *)(uintptr_t)sim->rebalance);
    check_released(sim);
}

static void tell_assigned(struct sim *sim, struct sim_member *member, void *ctx)
{
    struct parts *parts = ctx;
    (void)sim;
    if (!member->ghost && !member->closing && member->in_group &&
        parts->rebalance == sim->rebalance)
        member->calls.assigned(member->leg, parts->list, parts->count);
    free(parts);
}

static void finish_rebalance(struct sim *sim)
{
    if (!sim->rebalancing)
        return;
    sim->rebalancing = false;
    sim->generation++;
    uint32_t in_group[SIM_MEMBERS_MAX];
    uint32_t count = 0;
    for (uint32_t m = 0; m < sim->member_count; m++)
        if (sim->members[m]->in_group)
            in_group[count++] = m;
    for (uint32_t p = 0; p < SIM_PARTITIONS && count; p++)
        sim->members[in_group[(p + sim->generation) % count]]->owns[p] = true;
    for (uint32_t i = 0; i < count; i++) {
        struct sim_member *member = sim->members[in_group[i]];
        member->generation = sim->generation;
        struct parts *parts = owned_by(member);
        parts->rebalance = sim->rebalance;
        sim_say(sim, "generation %u: member %u has %u partitions", sim->generation, member->number,
                parts->count);
        sim_at(sim, 1 + sim_draw(sim, 50), member, tell_assigned, parts);
    }
    if (sim->again) {
        sim->again = false;
        start_rebalance(sim);
    }
}

void sim_released(struct sim *sim, struct sim_member *member)
{
    if (!member->owes_release)
        return;
    member->owes_release = false;
    if (!member->in_group) { /* it was thrown out: it comes back as a new member */
        sim_join(sim, member);
        return;
    }
    if (member->rebalance != sim->rebalance)
        return;
    memset(member->owns, 0, sizeof member->owns);
    check_released(sim);
}

static void join(struct sim *sim, struct sim_member *member, void *ctx)
{
    (void)ctx;
    if (member->ghost || member->closing || member->in_group)
        return;
    member->in_group = true;
    member->joins++;
    sim_say(sim, "member %u joins", member->number);
    start_rebalance(sim);
}

void sim_join(struct sim *sim, struct sim_member *member)
{
    sim_at(sim, 1 + sim_draw(sim, 100), member, join, NULL);
}

void sim_leave(struct sim *sim, struct sim_member *member)
{
    if (!member->in_group)
        return;
    member->in_group = false;
    memset(member->owns, 0, sizeof member->owns);
    if (sim->rebalancing)
        check_released(sim);
    start_rebalance(sim);
}

/* The group goes on without it; it hears of that when it next hears anything. */
void sim_kick(struct sim *sim, struct sim_member *member)
{
    if (!member->in_group)
        return;
    sim_say(sim, "member %u is thrown out", member->number);
    struct parts *parts = owned_by(member);
    parts->lost = true;
    sim_at(sim, 1, member, tell_revoked, parts);
    sim_leave(sim, member);
}
