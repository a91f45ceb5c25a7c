/* Notes of what the model said, and why. */
#include "workers/events/verdict.h"

#define NOTES_FIRST 64U
#define NOTE_CHANCE 0.2F /* words that are almost surely none are not worth a line */

static struct dl_verdict_note *add_note(struct dl_article *article)
{
    if (article->note_count == article->note_room) {
        uint32_t room = article->note_room ? article->note_room * 2 : NOTES_FIRST;
        struct dl_verdict_note *more = dl_arena_array(article->arena, struct dl_verdict_note, room);
        if (article->note_count)
            memcpy(more, article->notes, article->note_count * sizeof *more);
        article->notes = more;
        article->note_room = room;
    }
    return &article->notes[article->note_count++];
}

static float size_of(float weight)
{
    return weight < 0 ? -weight : weight;
}

/* Keeps the strongest, in order. */
static void add_reason(struct dl_verdict_note *note, struct dl_verdict_reason reason)
{
    uint32_t at = note->reason_count;
    while (at > 0 && size_of(note->reasons[at - 1].weight) < size_of(reason.weight)) {
        if (at < DL_VERDICT_REASONS_MAX)
            note->reasons[at] = note->reasons[at - 1];
        at--;
    }
    if (at < DL_VERDICT_REASONS_MAX)
        note->reasons[at] = reason;
    if (note->reason_count < DL_VERDICT_REASONS_MAX)
        note->reason_count++;
}

/* The likeliest of the classes that are no event. */
static uint32_t no_event_of(const float *chances)
{
    uint32_t best = DL_VERDICT_NONE;
    for (uint32_t i = DL_VERDICT_LAST_TYPE + 1; i < DL_VERDICTS; i++)
        if (chances[i] > chances[best])
            best = i;
    return best;
}

static void add_reasons(struct dl_coding *coding, const struct dl_event_features *list,
                        const float pulls[static DL_VERDICTS_HIDDEN], struct dl_verdict_note *note)
{
    const struct dl_verdicts *verdicts = coding->knowledge->verdicts;
    for (uint32_t i = 0; i < list->count; i++)
        add_reason(note,
                   (struct dl_verdict_reason){dl_event_feature_text(list->what[i]),
                                              dl_token_of(coding, list->word[i]),
                                              dl_verdicts_weight(verdicts, list->hash[i], pulls)});
    for (uint32_t slot = 0; slot < DL_VERDICT_SLOTS; slot++)
        if (list->meanings[slot])
            add_reason(note,
                       (struct dl_verdict_reason){
                           dl_event_meaning_text(slot),
                           dl_token_of(coding, list->meaning_words[slot]),
                           dl_verdicts_point_weight(verdicts, slot, list->meanings[slot], pulls)});
}

void dl_note_verdict(struct dl_coding *coding, const struct dl_asked *asked,
                     const float chances[static DL_VERDICTS])
{
    const struct dl_verdicts *verdicts = coding->knowledge->verdicts;
    float pulls[DL_VERDICTS_HIDDEN];
    int32_t type = dl_likeliest_type(chances);
    bool judged = asked->lists[2]->count > 3; /* a frame's finding, not only that there is none */
    if (chances[type] < NOTE_CHANCE && !judged)
        return;
    uint32_t against = no_event_of(chances);
    struct dl_verdict_note *note = add_note(coding->article);
    *note = (struct dl_verdict_note){.token = dl_token_of(coding, asked->word),
                                     .type = type,
                                     .chance = chances[type],
                                     .none = dl_no_event_chance(chances),
                                     .no_event = dl_likeliest_reason(chances)};
    dl_verdicts_pulls(verdicts, asked->sums, (uint32_t)type, against, pulls);
    for (size_t l = 0; l < sizeof asked->lists / sizeof *asked->lists; l++)
        add_reasons(coding, asked->lists[l], pulls, note);
}
