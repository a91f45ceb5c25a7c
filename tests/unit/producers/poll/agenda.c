/* The agenda beside a list that is searched from end to end. */
#include "producers/poll/agenda.h"

#include "tests/unit/cm.h"

#define THINGS 300

static uint64_t earliest(const struct dl_due *things)
{
    uint64_t at_ms = UINT64_MAX;
    for (int i = 0; i < THINGS; i++)
        if (things[i].place && things[i].at_ms < at_ms)
            at_ms = things[i].at_ms;
    return at_ms;
}

static void agenda_gives_the_earliest_whatever_is_moved_or_taken_out(void **state)
{
    (void)state;
    struct dl_agenda agenda = {0};
    struct dl_due things[THINGS] = {0};
    uint32_t chance = 1;
    for (int step = 0; step < 20000; step++) {
        chance = chance * 1103515245U + 12345U;
        struct dl_due *due = &things[(chance >> 8) % THINGS];
        if ((chance >> 20) % 3 == 0)
            dl_agenda_remove(&agenda, due);
        else
            dl_agenda_set(&agenda, due, (chance >> 4) % 1000);
        const struct dl_due *first = dl_agenda_first(&agenda);
        assert_true((first ? first->at_ms : UINT64_MAX) == earliest(things));
    }
    dl_agenda_done(&agenda);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agenda_gives_the_earliest_whatever_is_moved_or_taken_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
