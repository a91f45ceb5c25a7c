/* What is agreed, threatened, asked for, refused or conceded, with its own time, place, counts. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

/* The words of the sentence that events are told by, for whose counts are whose. */
static uint32_t triggers_of(const struct dl_coding *coding, uint32_t *triggers)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < coding->happening_count; i++)
        if (!coding->happenings[i].dropped)
            triggers[count++] = dl_token_of(coding, coding->happenings[i].word);
    return count;
}

/* When, where and how many of what is promised, asked or threatened. */
static void set_content_circumstances(const struct dl_coding *coding, struct dl_content *content,
                                      uint32_t word)
{
    uint32_t triggers[DL_HAPPENINGS_MAX];
    uint32_t trigger = dl_token_of(coding, word);
    dl_str country = content->actor_count ? content->actor[0].country : (dl_str){"", 0};
    content->when = dl_when_of(coding->article, trigger);
    content->places_count =
        dl_places_of(coding->article, trigger, country, DL_ACT_DONE, &content->places);
    content->quantities_count = dl_quantities_of(
        coding->article, trigger, triggers, triggers_of(coding, triggers), &content->quantities);
}

void dl_set_content(struct dl_coding *coding, const struct dl_happening *act, struct dl_mention *m)
{
    struct dl_content *content = dl_arena_alloc(coding->article->arena, sizeof *content);
    if (act->shifted && act->shifted != DL_STATEMENT) { /* what it would be if it were done */
        content->type = act->shifted;
        content->modes_count =
            dl_texts_of(coding, act->sense, act->frame->modes, DL_FRAME_MODES_MAX, &content->modes);
        content->span = dl_span_of_words(coding, act->word, act->word);
        content->actor = m->actor;
        content->actor_count = m->actor_count;
        content->recipient = m->recipient;
        content->recipient_count = m->recipient_count;
        set_content_circumstances(coding, content, act->word);
        m->content = content;
        return;
    }
    if (act->content == DL_NODE_NONE) {
        if (act->args.content == DL_NODE_NONE)
            return;
        const struct dl_tree_word *word = &coding->tree.words[act->args.content];
        content->span = dl_span_of_words(coding, word->first, word->last);
        m->content = content;
        return;
    }
    const struct dl_happening *what = &coding->happenings[act->content];
    struct dl_someone people[DL_PEOPLE_MAX];
    content->type = what->type;
    content->modes_count =
        dl_texts_of(coding, what->sense, what->frame->modes, DL_FRAME_MODES_MAX, &content->modes);
    const struct dl_tree_word *word = &coding->tree.words[what->word];
    content->span = dl_span_of_words(coding, word->first, word->last);
    if (what->args.actor != DL_NODE_NONE)
        content->actor_count = dl_actors_of(
            coding, people, dl_people_at(coding, what->args.actor, people, DL_PEOPLE_MAX),
            &content->actor);
    if (what->args.recipient != DL_NODE_NONE)
        content->recipient_count = dl_actors_of(
            coding, people, dl_people_at(coding, what->args.recipient, people, DL_PEOPLE_MAX),
            &content->recipient);
    set_content_circumstances(coding, content, what->word);
    m->content = content;
}
