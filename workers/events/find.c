/* Which words of a sentence are events, and which of them are what others speak of. */
#include "proto/words.h"
#include "workers/events/verdict.h"

#define CLIMB_MAX 40U /* words from an event up to the act that speaks of it */

static dl_str type_text(const struct dl_coding *coding, const struct dl_happening *h)
{
    return dl_almanac_text(coding->tree.almanac, h->sense, h->frame->type);
}

/* Nouns that only qualify another ("attack helicopter") and participles before nouns ("deployed
 * troops") tell of nothing. */
static bool only_qualifies(const struct dl_coding *coding, uint32_t word)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    if (at->head == DL_NODE_NONE)
        return false;
    bool before = word < at->head;
    if (dl_is_squeezed(&coding->tree, word))
        return false;
    return before && (at->relation == DL_REL_COMPOUND || at->relation == DL_REL_AMOD ||
                      at->relation == DL_REL_NMOD_DESC);
}

static bool match(struct dl_coding *coding, uint32_t word, enum dl_frame_pos pos,
                  struct dl_happening *h)
{
    if (!dl_frame_match(&coding->tree, word, pos, &h->sense, &h->args))
        return false;
    h->frame = dl_almanac_frame(coding->tree.almanac, h->sense);
    h->is_noun = pos == DL_FRAME_NOUN;
    return true;
}

/* By the word's part of speech; a noun or adjective with a subject of its own is a verb that the
 * tagger took for another. */
static bool match_word(struct dl_coding *coding, uint32_t word, struct dl_happening *h)
{
    const struct dl_tree_word *at = &coding->tree.words[word];
    bool clause = dl_tree_child_base(&coding->tree, word, DL_REL_NSUBJ) != DL_NODE_NONE &&
                  dl_tree_child_base(&coding->tree, word, DL_REL_COP) == DL_NODE_NONE;
    switch (at->upos) {
    case DL_UPOS_VERB: /* "is prepared to let" */
        return match(coding, word, DL_FRAME_VERB, h) || match(coding, word, DL_FRAME_ADJECTIVE, h);
    case DL_UPOS_AUX:
        return match(coding, word, DL_FRAME_VERB, h);
    case DL_UPOS_PROPN: /* "Security Cooperation", "March": parts of names */
        if (at->capital && word > 0 && at->base != DL_REL_ROOT)
            return clause && match(coding, word, DL_FRAME_VERB, h);
        /* fall through */
    case DL_UPOS_NOUN:
        if (clause && match(coding, word, DL_FRAME_VERB, h))
            return true;
        return match(coding, word, DL_FRAME_NOUN, h);
    case DL_UPOS_ADJ:
        if (clause && match(coding, word, DL_FRAME_VERB, h))
            return true;
        return match(coding, word, DL_FRAME_ADJECTIVE, h);
    default:
        return false;
    }
}

/* "there is no invasion underway": the word behind says only that it goes on. */
static bool is_underway(const struct dl_tree *tree, uint32_t word)
{
    return word + 1 < tree->count && tree->words[word].head == word + 1 &&
           tree->words[word + 1].form == dl_atom_hash(DL_STR("underway"));
}

static void take_words(struct dl_coding *coding)
{
    struct dl_tree *tree = &coding->tree;
    for (uint32_t w = 0; w < tree->count && coding->happening_count < DL_HAPPENINGS_MAX; w++) {
        struct dl_happening h = {.word = w,
                                 .content_of = DL_NODE_NONE,
                                 .content = DL_NODE_NONE,
                                 .polarity_cue = DL_NODE_NONE,
                                 .modality_cue = DL_NODE_NONE,
                                 .time_cue = DL_NODE_NONE,
                                 .reported_cue = DL_NODE_NONE,
                                 .sayer = DL_NODE_NONE};
        bool stands = is_underway(tree, w);
        if (!(tree->words[w].kinds & DL_SENSE(DL_SENSE_FRAME)) ||
            (only_qualifies(coding, w) && !stands) || !match_word(coding, w, &h))
            continue;
        h.anchor = stands ? w + 1 : h.args.verb;
        h.type = dl_event_type_of(type_text(coding, &h));
        h.withdraws = dl_str_is(dl_almanac_text(coding->tree.almanac, h.sense, h.frame->modes[0]),
                                "withdraw");
        coding->happenings[coding->happening_count++] = h;
    }
}

/* "launched an attack" is one event: the frame that takes the other's word is the more exact. */
static void drop_taken(struct dl_coding *coding)
{
    for (uint32_t i = 0; i < coding->happening_count; i++) {
        struct dl_happening *h = &coding->happenings[i];
        for (uint32_t k = 0; k < coding->happening_count; k++) {
            struct dl_happening *other = &coding->happenings[k];
            if (k == i || other->dropped || h->dropped)
                continue;
            for (uint32_t n = 0; n < h->frame->need_count; n++)
                if (h->args.taken[n] == other->word)
                    other->dropped = true;
            /* A noun with a light verb that has a frame of its own says it better itself. */
            if (h->is_noun && h->anchor != h->word && other->word == h->anchor &&
                other->frame->need_count == 0)
                other->dropped = true;
        }
    }
}

/* Clauses and nouns below a speech act are its content, but for what is told beside it: relative
 * clauses, and clauses of time and reason. */
static bool speaks_of(struct dl_coding *coding, const struct dl_happening *act,
                      const struct dl_happening *other)
{
    struct dl_tree *tree = &coding->tree;
    uint64_t to = dl_atom_hash(DL_STR("to"));
    uint32_t at = other->word;
    for (uint32_t steps = 0; steps < CLIMB_MAX && at != DL_NODE_NONE; steps++) {
        const struct dl_tree_word *word = &tree->words[at];
        if (word->head == act->word ||
            (act->is_noun && word->head == act->anchor && at != act->word))
            break;
        if (word->relation == DL_REL_ACL_RELCL)
            return false;
        at = word->head;
    }
    if (at == DL_NODE_NONE || at < act->word || tree->words[at].head == DL_NODE_NONE)
        return false;
    switch (tree->words[at].base) {
    case DL_REL_XCOMP:
    case DL_REL_CCOMP:
    case DL_REL_OBJ:
    case DL_REL_IOBJ:
        return true;
    case DL_REL_ACL:
        return tree->words[at].relation != DL_REL_ACL_RELCL;
    case DL_REL_CSUBJ:
    case DL_REL_OBL:
    case DL_REL_NMOD:
        return !(tree->words[at].cues & DL_CUE_MASK(TIME));
    case DL_REL_ADVCL: /* "threatened to bomb", "ruled out storming" are often parsed so */
        return dl_tree_case(tree, at, to) != DL_NODE_NONE ||
               (tree->words[at].ing && at > act->word && at - act->word < 4 &&
                dl_tree_child_base(tree, at, DL_REL_MARK) == DL_NODE_NONE);
    default:
        return false;
    }
}

/* What somebody is blamed for: below "of", "for", "with" beside the blame. */
static bool charges_with(struct dl_coding *coding, const struct dl_happening *act,
                         const struct dl_happening *other)
{
    static const char *const marks[] = {"of", "for", "with", "over"};
    struct dl_tree *tree = &coding->tree;
    uint32_t at = other->word;
    uint32_t object = dl_tree_child(tree, act->word, DL_REL_OBJ);
    for (uint32_t steps = 0; steps < CLIMB_MAX && at != DL_NODE_NONE; steps++) {
        uint32_t head = tree->words[at].head;
        if (head != DL_NODE_NONE && (head == act->word || head == object) && at > act->word)
            break;
        if (tree->words[at].relation == DL_REL_ACL_RELCL)
            return false;
        at = head;
    }
    if (at == DL_NODE_NONE)
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (dl_tree_case(tree, at, dl_atom_hash(dl_str_of(marks[i]))) != DL_NODE_NONE)
            return true;
    return false;
}

/* "threatened to close the border if troops crossed it": what it depends on is not what it is. */
static bool is_condition(struct dl_coding *coding, const struct dl_happening *act,
                         const struct dl_happening *other)
{
    struct dl_tree *tree = &coding->tree;
    uint32_t at = other->word;
    for (uint32_t steps = 0; steps < CLIMB_MAX && at != DL_NODE_NONE && at != act->word; steps++) {
        if (tree->words[at].base == DL_REL_ADVCL &&
            dl_tree_child_cue(tree, at, DL_CUE_MASK(IF), DL_REL_MARK) != DL_NODE_NONE)
            return true;
        at = tree->words[at].head;
    }
    return false;
}

/* "approved the deployment": the noun is part of the act's words, and what it approves. */
static uint32_t content_taken(const struct dl_coding *coding, const struct dl_happening *act)
{
    for (uint32_t k = 0; k < coding->happening_count; k++) {
        const struct dl_happening *other = &coding->happenings[k];
        for (uint32_t n = 0; n < act->frame->need_count; n++)
            if (act->args.taken[n] == other->word && other->dropped && other->is_noun &&
                other->type != act->type)
                return k;
    }
    return DL_NODE_NONE;
}

static void set_contents(struct dl_coding *coding)
{
    for (uint32_t i = 0; i < coding->happening_count; i++) {
        struct dl_happening *act = &coding->happenings[i];
        bool charge = act->type == DL_ACCUSE; /* "accused of ramming a boat" */
        if (act->dropped || !((act->frame->flags & DL_FRAME_CONTENT) || charge))
            continue;
        for (uint32_t k = 0; k < coding->happening_count; k++) {
            struct dl_happening *other = &coding->happenings[k];
            if (k == i || other->dropped || other->content_of != DL_NODE_NONE ||
                !(charge ? charges_with(coding, act, other) : speaks_of(coding, act, other)))
                continue;
            other->content_of = i;
            if (act->content == DL_NODE_NONE && !is_condition(coding, act, other))
                act->content = k;
        }
        if (!charge && act->content == DL_NODE_NONE)
            act->content = content_taken(coding, act);
    }
}

/* "denied moving tanks": the denial is the event that it denies. */
static void drop_denials(struct dl_coding *coding)
{
    const struct dl_tree_word *words = coding->tree.words;
    for (uint32_t i = 0; i < coding->happening_count; i++) {
        struct dl_happening *denial = &coding->happenings[i];
        if (denial->type != DL_STATEMENT || !(words[denial->word].cues & DL_CUE_MASK(DENIES)))
            continue;
        for (uint32_t k = 0; k < coding->happening_count && !denial->dropped; k++) {
            const struct dl_happening *other = &coding->happenings[k];
            bool clause = words[other->anchor].head == denial->word &&
                          (words[other->anchor].base == DL_REL_XCOMP ||
                           words[other->anchor].base == DL_REL_CCOMP ||
                           words[other->anchor].base == DL_REL_ADVCL);
            denial->dropped = clause && !other->dropped && other->type != DL_STATEMENT;
        }
    }
}

void dl_find_happenings(struct dl_coding *coding)
{
    coding->happening_count = 0;
    take_words(coding);
    drop_taken(coding);
    drop_denials(coding);
    dl_find_more(coding);
    dl_shift_sayings(coding);
    set_contents(coding);
}
