/* What is agreed, threatened, asked for, refused or conceded, with its own time, place, counts. */
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

#define CLIMB_MAX 12U /* words from what is promised up to the promise */

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

/* The word that makes it depend on something, "if", "unless", or DL_NODE_NONE: beside the act or
 * beside anything between the act and what is promised. "until" only says how long. */
static uint32_t condition_of(struct dl_coding *coding, const struct dl_happening *act,
                             uint32_t content)
{
    struct dl_tree *tree = &coding->tree;
    uint64_t until = dl_phrase_hash(DL_STR("until"));
    uint64_t whether = dl_phrase_hash(DL_STR("whether"));
    uint32_t at = content == DL_NODE_NONE ? act->anchor : content;
    uint32_t from = DL_NODE_NONE; /* the child that is promised */
    for (uint32_t steps = 0; steps < CLIMB_MAX && at != DL_NODE_NONE; steps++) {
        for (uint32_t c = tree->words[at].child; c != DL_NODE_NONE; c = tree->words[c].next) {
            bool other = tree->words[c].base == DL_REL_CCOMP && c != from;
            if (tree->words[c].base != DL_REL_ADVCL && !other) /* "warned that if it failed, he" */
                continue;
            uint32_t mark = dl_tree_child_cue(tree, c, DL_CUE_MASK(IF), DL_REL_MARK);
            if (mark != DL_NODE_NONE && !dl_tree_has_cue(tree, mark, until) &&
                !dl_tree_has_cue(tree, mark, whether))
                return mark;
        }
        if (at == act->word || at == act->anchor)
            break;
        from = at;
        at = tree->words[at].head;
    }
    return DL_NODE_NONE;
}

static void set_condition(struct dl_coding *coding, const struct dl_happening *act,
                          struct dl_content *content, uint32_t word)
{
    uint32_t mark = condition_of(coding, act, word);
    if (mark == DL_NODE_NONE)
        return;
    content->modality = DL_CONDITIONAL;
    content->modality_cue = dl_span_of_words(coding, mark, mark);
}

static void set_kind(const struct dl_coding *coding, const struct dl_happening *what,
                     struct dl_content *content)
{
    content->modes_count =
        dl_texts_of(coding, what->sense, what->frame->modes, DL_FRAME_MODES_MAX, &content->modes);
    set_content_circumstances(coding, content, what->word);
}

/* What the act itself would be if it were done: "will meet". */
static void set_shifted(struct dl_coding *coding, const struct dl_happening *act,
                        const struct dl_mention *m, struct dl_content *content)
{
    content->type = act->shifted;
    content->span = dl_span_of_words(coding, act->word, act->word);
    content->actor = m->actor;
    content->actor_count = m->actor_count;
    content->recipient = m->recipient;
    content->recipient_count = m->recipient_count;
    set_kind(coding, act, content);
    set_condition(coding, act, content, act->word);
}

/* "approved on Monday the sending of soldiers": the act's day is not the day of what it is about.
 */
static void drop_day_of_act(const struct dl_mention *m, struct dl_content *content)
{
    const struct dl_span *day = content->when ? content->when->span : NULL;
    const struct dl_span *own = m->when ? m->when->span : NULL;
    bool inside = day && day->start >= content->span->start && day->end <= content->span->end;
    if (day && own && day->start == own->start && !inside)
        content->when = NULL;
}

static void set_happening(struct dl_coding *coding, const struct dl_happening *act,
                          const struct dl_happening *what, const struct dl_mention *m,
                          struct dl_content *content)
{
    struct dl_someone people[DL_PEOPLE_MAX];
    const struct dl_tree_word *word = &coding->tree.words[what->word];
    content->type = what->type;
    content->span = dl_span_of_words(coding, word->first, word->last);
    if (what->args.actor != DL_NODE_NONE)
        content->actor_count = dl_actors_of(
            coding, people, dl_people_at(coding, what->args.actor, people, DL_PEOPLE_MAX),
            &content->actor);
    if (what->args.recipient != DL_NODE_NONE)
        content->recipient_count = dl_actors_of(
            coding, people, dl_people_at(coding, what->args.recipient, people, DL_PEOPLE_MAX),
            &content->recipient);
    set_kind(coding, what, content);
    drop_day_of_act(m, content);
    set_condition(coding, act, content, what->word);
}

void dl_set_content(struct dl_coding *coding, const struct dl_happening *act, struct dl_mention *m)
{
    struct dl_content *content = dl_arena_alloc(coding->article->arena, sizeof *content);
    if (act->shifted && act->shifted != DL_STATEMENT) {
        set_shifted(coding, act, m, content);
    } else if (act->content != DL_NODE_NONE) {
        set_happening(coding, act, &coding->happenings[act->content], m, content);
    } else if (act->args.content != DL_NODE_NONE) {
        const struct dl_tree_word *word = &coding->tree.words[act->args.content];
        content->span = dl_span_of_words(coding, word->first, word->last);
        set_condition(coding, act, content, act->args.content);
    } else {
        return;
    }
    m->content = content;
}
