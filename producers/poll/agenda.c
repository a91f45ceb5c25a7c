/* The heap: a parent is not later than its children. */
#include "producers/poll/agenda.h"

void dl_agenda_done(struct dl_agenda *agenda)
{
    free(agenda->heap);
    *agenda = (struct dl_agenda){0};
}

static void put(struct dl_agenda *agenda, size_t place, struct dl_due *due)
{
    agenda->heap[place] = due;
    due->place = place;
}

static void sift_up(struct dl_agenda *agenda, struct dl_due *due)
{
    size_t place = due->place;
    while (place > 1 && agenda->heap[place / 2]->at_ms > due->at_ms) {
        put(agenda, place, agenda->heap[place / 2]);
        place /= 2;
    }
    put(agenda, place, due);
}

static void sift_down(struct dl_agenda *agenda, struct dl_due *due)
{
    size_t place = due->place;
    for (;;) {
        size_t child = 2 * place;
        if (child > agenda->count)
            break;
        if (child < agenda->count && agenda->heap[child + 1]->at_ms < agenda->heap[child]->at_ms)
            child++;
        if (agenda->heap[child]->at_ms >= due->at_ms)
            break;
        put(agenda, place, agenda->heap[child]);
        place = child;
    }
    put(agenda, place, due);
}

void dl_agenda_set(struct dl_agenda *agenda, struct dl_due *due, uint64_t at_ms)
{
    due->at_ms = at_ms;
    if (due->place == 0) {
        if (agenda->count + 1 >= agenda->room) {
            agenda->room = agenda->room ? agenda->room * 2 : 64;
            agenda->heap = dl_realloc_array(agenda->heap, agenda->room, sizeof(struct dl_due *));
        }
        put(agenda, ++agenda->count, due);
    }
    sift_up(agenda, due);
    sift_down(agenda, due);
}

void dl_agenda_remove(struct dl_agenda *agenda, struct dl_due *due)
{
    size_t place = due->place;
    if (place == 0)
        return;
    struct dl_due *last = agenda->heap[agenda->count--];
    due->place = 0;
    if (last == due)
        return;
    put(agenda, place, last);
    sift_up(agenda, last);
    sift_down(agenda, last);
}

struct dl_due *dl_agenda_first(const struct dl_agenda *agenda)
{
    return agenda->count ? agenda->heap[1] : NULL;
}
