/* Making trees, and asking them. */
#include "workers/knowledge/tree.h"

#define WORK_A_WORD 400U /* steps that matching may take, for each word of the sentence */
#define CLIMB_MAX 64U

static const char *const cue_texts[] = {
#define DL_CUE(name, text) text,
#include "workers/knowledge/cues.def"
};

uint32_t dl_cue_bit_of(dl_str what)
{
    uint32_t bit = 0;
    while (bit < DL_CUE_BITS && !dl_str_is(what, cue_texts[bit]))
        bit++;
    return bit;
}

#define KINDS                                                                                      \
    (DL_SENSE(DL_SENSE_FRAME) | DL_SENSE(DL_SENSE_CUE) | DL_SENSE(DL_SENSE_ROLE) |                 \
     DL_SENSE(DL_SENSE_COUNTRY) | DL_SENSE(DL_SENSE_PEOPLE) | DL_SENSE(DL_SENSE_ACTOR) |           \
     DL_SENSE(DL_SENSE_CAPITAL))

static bool has_frame(const struct dl_found *found)
{
    for (uint32_t i = 0; i < found->count; i++)
        if (found->senses[i].kind == DL_SENSE_FRAME)
            return true;
    return false;
}

/* A past tense that was tagged as something else, or whose lemma nobody learned: "disinvited",
 * "trialled". */
static bool find_stem(const struct dl_almanac *almanac, dl_str form, struct dl_found *ret)
{
    struct dl_atom atom;
    if (form.len < 5 || !dl_str_ends(form, DL_STR("ed")))
        return false;
    bool doubled = form.len > 5 && form.at[form.len - 3] == form.at[form.len - 4];
    for (size_t cut = doubled ? 3 : 2; cut > 0; cut--) {
        if (dl_atoms(dl_str_sub(form, 0, form.len - cut), &atom, 1) == 1 &&
            dl_almanac_find(almanac, &atom, 0, 1, DL_SENSE(DL_SENSE_FRAME), ret))
            return true;
    }
    return false;
}

/* What the word may mean, by its lemma and, where that differs, by its form. */
static void look_up(const struct dl_almanac *almanac, struct dl_arena *arena,
                    const struct dl_tree_token *token, struct dl_tree_word *word)
{
    struct dl_atom atoms[2];
    struct dl_found found[2];
    found[0].count = found[1].count = 0;
    if (token->upos == DL_UPOS_PUNCT || token->upos == DL_UPOS_SYM)
        return;
    uint32_t forms = dl_atoms(token->form, &atoms[0], 1);
    uint32_t lemmas =
        dl_str_eq(token->form, token->lemma) ? 0 : dl_atoms(token->lemma, &atoms[1], 1);
    if (forms && lemmas == 0) {
        atoms[1] = atoms[0];
        lemmas = 1;
    }
    word->form = forms ? atoms[0].hash : 0;
    word->lemma = lemmas ? atoms[1].hash : word->form;
    word->capital = forms && (atoms[0].shape & DL_ATOM_CAPITAL);
    if (!forms)
        return;
    atoms[1].shape = atoms[0].shape;
    uint32_t count = 0;
    if (lemmas && dl_almanac_find(almanac, atoms, 1, 2, KINDS, &found[0]))
        count = found[0].count;
    bool stem = !has_frame(&found[0]) && !word->capital;
    if (stem && find_stem(almanac, token->form, &found[1]))
        count += found[1].count;
    else if (word->form != word->lemma &&
             dl_almanac_find(almanac, atoms, 0, 1, KINDS & ~DL_SENSE(DL_SENSE_FRAME), &found[1]))
        count += found[1].count;
    if (count == 0)
        return;
    struct dl_sense *senses = dl_arena_array(arena, struct dl_sense, count);
    for (uint32_t f = 0, at = 0; f < 2; f++)
        for (uint32_t i = 0; i < found[f].count; i++) {
            struct dl_sense sense = found[f].senses[i];
            senses[at++] = sense;
            word->kinds |= (uint16_t)DL_SENSE(sense.kind);
            if (sense.kind == DL_SENSE_CUE) {
                uint32_t bit = dl_almanac_cue(almanac, sense)->bit;
                word->cues |= bit < DL_CUE_BITS ? 1ULL << bit : 0;
            }
        }
    word->senses = senses;
    word->sense_count = (uint16_t)count;
}

#define HYPHENED_MAX 4U

/* How many words from `at` on are written as one with hyphens ("work-to-rule"): 1 for none. */
static uint32_t count_hyphened(const struct dl_tree_token *tokens, uint32_t at, uint32_t count)
{
    uint32_t parts = 1;
    while (parts < HYPHENED_MAX && at + 2 * parts < count &&
           dl_str_is(tokens[at + 2 * parts - 1].form, "-"))
        parts++;
    return parts;
}

/* The part on which the others hang. */
static uint32_t head_of_hyphened(const struct dl_tree *tree, uint32_t at, uint32_t end)
{
    uint32_t head = end - 1;
    for (uint32_t i = at; i < end; i += 2)
        if (tree->words[i].head == DL_NODE_NONE || tree->words[i].head < at ||
            tree->words[i].head >= end)
            head = i;
    return head;
}

/* Frames of words that the reading cuts at their hyphens go to the part that stands for all: before
 * its own, which it has only by accident. */
static void join_hyphened(struct dl_arena *arena, const struct dl_tree_token *tokens,
                          struct dl_tree *tree)
{
    for (uint32_t at = 0; at < tree->count; at++) {
        uint32_t parts = count_hyphened(tokens, at, tree->count);
        struct dl_atom atoms[HYPHENED_MAX + 1];
        struct dl_found found;
        uint32_t end = at + 2 * parts - 1;
        if (parts == 1)
            continue;
        uint32_t count = 0;
        bool whole = true;
        for (uint32_t i = 0; i < parts && whole; i++) {
            const struct dl_tree_token *token = &tokens[at + 2 * i];
            dl_str text = i + 1 < parts ? token->form : token->lemma;
            whole = dl_atoms(text, &atoms[count], 2) == 1;
            count++;
        }
        if (!whole ||
            !dl_almanac_find(tree->almanac, atoms, 0, count, DL_SENSE(DL_SENSE_FRAME), &found) ||
            found.atoms != count)
            continue;
        struct dl_tree_word *word = &tree->words[head_of_hyphened(tree, at, end)];
        uint32_t all = found.count + word->sense_count;
        struct dl_sense *senses = dl_arena_array(arena, struct dl_sense, all);
        memcpy(senses, found.senses, found.count * sizeof *senses);
        for (uint32_t i = 0; i < word->sense_count; i++)
            senses[found.count + i] = word->senses[i];
        word->senses = senses;
        word->sense_count = (uint16_t)all;
        word->kinds |= DL_SENSE(DL_SENSE_FRAME);
        at = end - 1;
    }
}

/* A relative clause stands behind its noun: what hangs so on a word behind it, or on a full stop,
 * is a main clause that the parser took for one. */
static void free_clauses(struct dl_tree *tree)
{
    for (uint32_t i = 0; i < tree->count; i++) {
        struct dl_tree_word *word = &tree->words[i];
        if (word->base != DL_REL_ACL || word->head == DL_NODE_NONE || word->upos != DL_UPOS_VERB)
            continue;
        if (word->head > i || tree->words[word->head].upos == DL_UPOS_PUNCT)
            word->relation = word->base = DL_REL_PARATAXIS;
    }
}

/* "Surinamese police seized": a people's name and the noun behind it, both read as subjects, are
 * one phrase. The first of the two knows whether it is a passive's. */
static void join_peoples(struct dl_tree *tree)
{
    for (uint32_t i = 0; i + 1 < tree->count; i++) {
        struct dl_tree_word *people = &tree->words[i];
        struct dl_tree_word *noun = people + 1;
        if (!people->capital || !(people->kinds & DL_SENSE(DL_SENSE_PEOPLE)) ||
            people->base != DL_REL_NSUBJ || noun->base != DL_REL_NSUBJ ||
            noun->upos != DL_UPOS_NOUN || people->head != noun->head)
            continue;
        noun->relation = people->relation;
        people->head = i + 1;
        people->relation = people->base = DL_REL_AMOD;
    }
}

/* Children in order, by going through the words from the last to the first. */
static void link_children(struct dl_tree *tree)
{
    for (uint32_t i = tree->count; i > 0; i--) {
        struct dl_tree_word *word = &tree->words[i - 1];
        if (word->head == DL_NODE_NONE)
            continue;
        word->next = tree->words[word->head].child;
        tree->words[word->head].child = i - 1;
    }
}

/* Heads on a cycle are cut: every word then reaches a root. `seen` marks the walk a word was first
 * met on. */
static void cut_cycles(struct dl_tree *tree, struct dl_arena *arena)
{
    uint32_t *seen = dl_arena_array(arena, uint32_t, tree->count);
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t at = i;
        uint32_t before = DL_NODE_NONE;
        while (at != DL_NODE_NONE && seen[at] == 0) {
            seen[at] = i + 1;
            before = at;
            at = tree->words[at].head;
        }
        if (at != DL_NODE_NONE && seen[at] == i + 1 && before != DL_NODE_NONE)
            tree->words[before].head = DL_NODE_NONE;
    }
}

/* The stretch each subtree covers: children hand theirs up, in the order a walk leaves them. */
static void set_extents(struct dl_tree *tree, struct dl_arena *arena)
{
    uint32_t *order = dl_arena_array(arena, uint32_t, tree->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < tree->count; i++)
        if (tree->words[i].head == DL_NODE_NONE)
            order[count++] = i;
    for (uint32_t done = 0; done < count; done++)
        for (uint32_t c = tree->words[order[done]].child; c != DL_NODE_NONE;
             c = tree->words[c].next)
            order[count++] = c;
    for (uint32_t i = count; i > 0; i--) {
        struct dl_tree_word *word = &tree->words[order[i - 1]];
        if (word->head == DL_NODE_NONE)
            continue;
        struct dl_tree_word *head = &tree->words[word->head];
        head->first = word->first < head->first ? word->first : head->first;
        head->last = word->last > head->last ? word->last : head->last;
    }
}

#define CUE_WORDS_MAX 3U

/* Cues of more than one word ("on penalties", "by tradition") go to the first of them. */
static void join_cues(struct dl_tree *tree)
{
    for (uint32_t i = 0; i + 1 < tree->count; i++) {
        struct dl_atom atoms[CUE_WORDS_MAX];
        struct dl_found found;
        uint32_t count = 0;
        while (count < CUE_WORDS_MAX && i + count < tree->count && tree->words[i + count].form) {
            const struct dl_tree_word *word = &tree->words[i + count];
            atoms[count++] =
                (struct dl_atom){.hash = word->form, .shape = word->capital ? DL_ATOM_CAPITAL : 0};
        }
        if (count < 2 ||
            !dl_almanac_find(tree->almanac, atoms, 0, count, DL_SENSE(DL_SENSE_CUE), &found) ||
            found.atoms < 2)
            continue;
        for (uint32_t s = 0; s < found.count; s++) {
            uint32_t bit = dl_almanac_cue(tree->almanac, found.senses[s])->bit;
            tree->words[i].cues |= bit < DL_CUE_BITS ? 1ULL << bit : 0;
        }
    }
}

void dl_tree_make(const struct dl_almanac *almanac, struct dl_arena *arena,
                  const struct dl_tree_token *tokens, uint32_t count, struct dl_tree *ret)
{
    *ret = (struct dl_tree){almanac, count, dl_arena_array(arena, struct dl_tree_word, count),
                            WORK_A_WORD * (count < 1000 ? count : 1000) + 10000};
    for (uint32_t i = 0; i < count; i++) {
        struct dl_tree_word *word = &ret->words[i];
        word->head = tokens[i].head < count && tokens[i].head != i ? tokens[i].head : DL_NODE_NONE;
        word->child = word->next = DL_NODE_NONE;
        word->first = word->last = i;
        word->relation = tokens[i].relation;
        word->base = (uint8_t)dl_relation_base((enum dl_relation)tokens[i].relation);
        word->upos = tokens[i].upos;
        word->ing = tokens[i].form.len > 4 && dl_str_ends(tokens[i].form, DL_STR("ing"));
        look_up(almanac, arena, &tokens[i], word);
    }
    free_clauses(ret);
    join_peoples(ret);
    cut_cycles(ret, arena);
    link_children(ret);
    join_hyphened(arena, tokens, ret);
    join_cues(ret);
    set_extents(ret, arena);
}

bool dl_tree_has_cue(const struct dl_tree *tree, uint32_t word, uint64_t hash)
{
    const struct dl_tree_word *at = &tree->words[word];
    for (uint32_t i = 0; i < at->sense_count; i++)
        if (at->senses[i].kind == DL_SENSE_CUE &&
            dl_almanac_cue(tree->almanac, at->senses[i])->hash == hash)
            return true;
    return false;
}

/* Counts a step; false when the sentence has had its share. */
static bool may_step(struct dl_tree *tree)
{
    tree->work -= tree->work > 0;
    return tree->work > 0;
}

uint32_t dl_tree_child(struct dl_tree *tree, uint32_t word, enum dl_relation relation)
{
    uint32_t c = tree->words[word].child;
    while (c != DL_NODE_NONE && may_step(tree) && tree->words[c].relation != relation)
        c = tree->words[c].next;
    return tree->work ? c : DL_NODE_NONE;
}

uint32_t dl_tree_child_base(struct dl_tree *tree, uint32_t word, enum dl_relation base)
{
    uint32_t c = tree->words[word].child;
    while (c != DL_NODE_NONE && may_step(tree) && tree->words[c].base != base)
        c = tree->words[c].next;
    return tree->work ? c : DL_NODE_NONE;
}

uint32_t dl_tree_child_cue(struct dl_tree *tree, uint32_t word, uint64_t cues,
                           enum dl_relation base)
{
    uint32_t c = tree->words[word].child;
    while (c != DL_NODE_NONE && may_step(tree) &&
           !((tree->words[c].cues & cues) && (!base || tree->words[c].base == base)))
        c = tree->words[c].next;
    return tree->work ? c : DL_NODE_NONE;
}

uint32_t dl_tree_case(struct dl_tree *tree, uint32_t noun, uint64_t preposition)
{
    for (uint32_t c = tree->words[noun].child; c != DL_NODE_NONE && may_step(tree);
         c = tree->words[c].next) {
        const struct dl_tree_word *word = &tree->words[c];
        if ((word->base == DL_REL_CASE || word->base == DL_REL_MARK) &&
            (word->lemma == preposition || word->form == preposition))
            return c;
    }
    return DL_NODE_NONE;
}

bool dl_tree_is_under(const struct dl_tree *tree, uint32_t word, uint32_t above)
{
    for (uint32_t steps = 0; steps < CLIMB_MAX && word != DL_NODE_NONE; steps++) {
        if (word == above)
            return true;
        word = tree->words[word].head;
    }
    return false;
}
