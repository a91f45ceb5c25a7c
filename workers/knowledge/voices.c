/* Agents and patients. */
#include "workers/knowledge/voices.h"

#include "workers/knowledge/relatives.h"

#define CLIMB_MAX 12U /* from a coordinated or dependent verb to the one that says its subject */

static bool is_noun(const struct dl_tree_word *word)
{
    return word->upos == DL_UPOS_NOUN || word->upos == DL_UPOS_PROPN || word->upos == DL_UPOS_PRON;
}

/* "Amnesty International": names whose last word the tagger has for an adjective. */
static bool is_name(const struct dl_tree_word *word)
{
    return is_noun(word) || (word->capital && word->upos == DL_UPOS_ADJ);
}

/* "which", "that", "who": stands for the noun its clause hangs on. */
static bool is_relative(const struct dl_tree *tree, uint32_t verb, uint32_t word)
{
    const struct dl_tree_word *clause = &tree->words[verb];
    return clause->base == DL_REL_ACL && word < verb && tree->words[word].child == DL_NODE_NONE &&
           (tree->words[word].upos == DL_UPOS_PRON || tree->words[word].upos == DL_UPOS_DET ||
            tree->words[word].upos == DL_UPOS_SCONJ);
}

static uint32_t noun_of_clause(struct dl_tree *tree, uint32_t verb, uint32_t word)
{
    if (word == DL_NODE_NONE || !is_relative(tree, verb, word))
        return word;
    uint32_t focus = dl_cleft_focus(tree, verb);
    return focus == DL_NODE_NONE ? tree->words[verb].head : focus;
}

/* The noun before the verb that is no time and stands under no preposition. */
static uint32_t noun_before(const struct dl_tree *tree, uint32_t verb)
{
    for (uint32_t i = verb; i > 0 && verb - i < 4; i--) {
        const struct dl_tree_word *word = &tree->words[i - 1];
        if (is_name(word) && !(word->cues & DL_CUE_MASK(TIME)))
            return !is_noun(word) && i > 1 && is_noun(word - 1) ? i - 2 : i - 1;
        if (!is_noun(word) && word->upos != DL_UPOS_ADV && word->upos != DL_UPOS_ADP)
            return DL_NODE_NONE;
    }
    return DL_NODE_NONE;
}

/* "The council today agreed": a time that stands where the subject should. */
static uint32_t past_time(struct dl_tree *tree, uint32_t verb, uint32_t subject)
{
    if (subject == DL_NODE_NONE || !(tree->words[subject].cues & DL_CUE_MASK(TIME)))
        return subject;
    for (uint32_t c = tree->words[subject].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next)
        if (c < subject && is_noun(&tree->words[c]) && !(tree->words[c].cues & DL_CUE_MASK(TIME)))
            return c;
    return subject < verb ? noun_before(tree, verb) : subject;
}

/* The nearest before the verb, of several; one under a preposition is none. */
static uint32_t active_subject(struct dl_tree *tree, uint32_t verb)
{
    uint32_t found = DL_NODE_NONE;
    for (uint32_t c = tree->words[verb].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        const struct dl_tree_word *word = &tree->words[c];
        tree->work--;
        if (word->base != DL_REL_NSUBJ || (found != DL_NODE_NONE && c > verb))
            continue;
        if (found == DL_NODE_NONE || dl_tree_child(tree, c, DL_REL_CASE) == DL_NODE_NONE)
            found = c;
    }
    return past_time(tree, verb, found);
}

bool dl_is_squeezed(const struct dl_tree *tree, uint32_t verb)
{
    const struct dl_tree_word *word = &tree->words[verb];
    return word->base == DL_REL_AMOD && word->upos == DL_UPOS_VERB && verb > 0 &&
           word->head != DL_NODE_NONE && verb < word->head && word->form != word->lemma &&
           !word->ing && is_name(&tree->words[verb - 1]) && noun_before(tree, verb) != DL_NODE_NONE;
}

/* A participle that qualifies a noun: "the leader arrested on Monday". */
static bool is_reduced(struct dl_tree *tree, uint32_t verb)
{
    const struct dl_tree_word *word = &tree->words[verb];
    return word->base == DL_REL_ACL && word->relation != DL_REL_ACL_RELCL &&
           dl_tree_child_base(tree, verb, DL_REL_NSUBJ) == DL_NODE_NONE &&
           dl_relative_subject(tree, verb) == DL_NODE_NONE &&
           dl_tree_child_base(tree, verb, DL_REL_MARK) == DL_NODE_NONE;
}

/* "The minister, a Basque, landed in Lima.": the only clause of a whole sentence. */
static bool leads_sentence(struct dl_tree *tree, uint32_t verb)
{
    uint32_t head = tree->words[verb].head;
    return head != DL_NODE_NONE && tree->words[head].base == DL_REL_ROOT &&
           is_noun(&tree->words[head]) && verb > head + 1 &&
           tree->words[verb - 1].upos == DL_UPOS_PUNCT &&
           tree->words[tree->count - 1].upos == DL_UPOS_PUNCT &&
           dl_tree_child_base(tree, head, DL_REL_COP) == DL_NODE_NONE;
}

bool dl_is_hidden_finite(struct dl_tree *tree, uint32_t verb)
{
    return is_reduced(tree, verb) && !tree->words[verb].ing &&
           (leads_sentence(tree, verb) || dl_tree_child(tree, verb, DL_REL_OBJ) != DL_NODE_NONE ||
            dl_tree_child(tree, verb, DL_REL_CCOMP) != DL_NODE_NONE);
}

bool dl_is_passive(struct dl_tree *tree, uint32_t verb)
{
    const struct dl_tree_word *word = &tree->words[verb];
    if (word->upos == DL_UPOS_NOUN || word->upos == DL_UPOS_PROPN || dl_is_squeezed(tree, verb))
        return false;
    if (dl_tree_child(tree, verb, DL_REL_AUX_PASS) != DL_NODE_NONE ||
        dl_tree_child(tree, verb, DL_REL_OBL_AGENT) != DL_NODE_NONE)
        return true;
    if (dl_tree_child(tree, verb, DL_REL_NSUBJ_PASS) != DL_NODE_NONE) /* "has conceded" is none */
        return dl_tree_child(tree, verb, DL_REL_AUX) == DL_NODE_NONE;
    if (is_reduced(tree, verb))
        return !word->ing && !dl_is_hidden_finite(tree, verb);
    bool shares =
        word->base == DL_REL_CONJ && word->head != DL_NODE_NONE && word->form != word->lemma;
    if (shares && active_subject(tree, verb) == DL_NODE_NONE &&
        dl_tree_child(tree, verb, DL_REL_OBJ) == DL_NODE_NONE && /* "arrested and jailed" */
        dl_tree_child_base(tree, verb, DL_REL_AUX) == DL_NODE_NONE)
        return tree->words[word->head].base != DL_REL_CONJ && dl_is_passive(tree, word->head);
    return false;
}

static uint32_t by_phrase(struct dl_tree *tree, uint32_t verb)
{
    uint64_t by = dl_atom_hash(DL_STR("by"));
    uint32_t found = dl_tree_child(tree, verb, DL_REL_OBL_AGENT);
    if (found != DL_NODE_NONE)
        return found;
    for (uint32_t c = tree->words[verb].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next)
        if ((tree->words[c].base == DL_REL_OBL || tree->words[c].base == DL_REL_NMOD) &&
            dl_tree_case(tree, c, by) != DL_NODE_NONE)
            return c;
    return DL_NODE_NONE;
}

/* A noun before (or after) the verb that hangs on it without a preposition, under whatever name. */
static uint32_t by_order(struct dl_tree *tree, uint32_t verb, bool before)
{
    uint32_t found = DL_NODE_NONE;
    for (uint32_t c = tree->words[verb].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next) {
        const struct dl_tree_word *word = &tree->words[c];
        tree->work--;
        bool odd = word->base == DL_REL_DEP || word->base == DL_REL_NMOD ||
                   word->base == DL_REL_COMPOUND || word->relation == DL_REL_OBL_UNMARKED ||
                   word->base == DL_REL_DISLOCATED || word->base == DL_REL_VOCATIVE ||
                   word->base == DL_REL_FLAT || (before && word->base == DL_REL_OBL) ||
                   (!before && (word->base == DL_REL_XCOMP || word->base == DL_REL_CCOMP));
        if (!odd || !is_noun(word) || (c < verb) != before || (word->cues & DL_CUE_MASK(TIME)) ||
            dl_tree_child_base(tree, c, DL_REL_CASE) != DL_NODE_NONE)
            continue;
        found = c;
        if (!before)
            return c;
    }
    return found;
}

/* A name right before a finite verb, though the tree has it elsewhere. */
static uint32_t stray_subject(struct dl_tree *tree, uint32_t verb)
{
    const struct dl_tree_word *word = &tree->words[verb];
    if (word->upos != DL_UPOS_VERB || word->ing || verb == 0 ||
        dl_tree_child_base(tree, verb, DL_REL_MARK) != DL_NODE_NONE)
        return DL_NODE_NONE;
    uint32_t at = verb;
    while (at > 0 && verb - at < 3 &&
           (tree->words[at - 1].upos == DL_UPOS_AUX || tree->words[at - 1].upos == DL_UPOS_ADV))
        at--;
    if (at == 0 || tree->words[at - 1].upos != DL_UPOS_PROPN ||
        (tree->words[at - 1].cues & DL_CUE_MASK(TIME)))
        return DL_NODE_NONE;
    at--;
    while (tree->words[at].base == DL_REL_FLAT && tree->words[at].head < at)
        at = tree->words[at].head;
    return tree->words[at].head == verb ? DL_NODE_NONE : at;
}

/* Words that may stand in a noun phrase before its head. */
static bool leads_noun(const struct dl_tree_word *word)
{
    return word->upos == DL_UPOS_DET || word->upos == DL_UPOS_ADJ || word->upos == DL_UPOS_NUM ||
           word->upos == DL_UPOS_ADV || word->upos == DL_UPOS_SYM ||
           word->relation == DL_REL_NMOD_POSS ||
           (word->upos == DL_UPOS_VERB && word->base == DL_REL_AMOD);
}

/* "up to 13,000", "more than a dozen", "at least two": prepositions that only count. */
static bool only_counts(const struct dl_tree *tree, uint32_t at)
{
    for (uint32_t i = at + 1; i < tree->count && i <= at + 2; i++)
        if (tree->words[i].upos == DL_UPOS_NUM)
            return true;
    return false;
}

/* "wrote off debts worth millions": the tree makes it the subject of what follows, with nothing
 * that begins a clause. */
static bool is_lost_object(const struct dl_tree *tree, uint32_t verb, uint32_t noun)
{
    uint32_t clause = tree->words[noun].head;
    const struct dl_tree_word *word = &tree->words[clause];
    if (word->head != verb || (word->base != DL_REL_ADVCL && word->base != DL_REL_CONJ))
        return false;
    for (uint32_t c = word->child; c != DL_NODE_NONE; c = tree->words[c].next)
        if (c < clause && (tree->words[c].base == DL_REL_MARK || tree->words[c].base == DL_REL_CC ||
                           tree->words[c].base == DL_REL_AUX))
            return false;
    return true;
}

static bool is_particle(const struct dl_tree *tree, uint32_t verb, uint32_t at)
{
    return tree->words[at].head == verb && tree->words[at].relation == DL_REL_COMPOUND_PRT;
}

/* The noun phrase that follows the verb without a word between, wherever the tree has it. */
uint32_t dl_object_after(const struct dl_tree *tree, uint32_t verb)
{
    uint32_t found = DL_NODE_NONE;
    for (uint32_t i = verb + 1; i < tree->count && i - verb < 12; i++) {
        const struct dl_tree_word *word = &tree->words[i];
        if (found == DL_NODE_NONE &&
            ((word->cues & DL_CUE_MASK(TIME)) || is_particle(tree, verb, i)))
            continue;
        if (word->upos == DL_UPOS_NOUN || word->upos == DL_UPOS_PROPN)
            found = i;
        else if (found != DL_NODE_NONE && word->upos == DL_UPOS_PART)
            found = DL_NODE_NONE; /* "Mali's" */
        else if (found != DL_NODE_NONE ||
                 !(leads_noun(word) || (word->upos == DL_UPOS_ADP && only_counts(tree, i))))
            break;
    }
    bool subject = found != DL_NODE_NONE && tree->words[found].base == DL_REL_NSUBJ &&
                   tree->words[found].head != DL_NODE_NONE &&
                   tree->words[tree->words[found].head].upos == DL_UPOS_VERB &&
                   !is_lost_object(tree, verb, found);
    if (found == DL_NODE_NONE || subject || tree->words[found].base == DL_REL_ROOT ||
        (tree->words[found].cues & DL_CUE_MASK(TIME)))
        return DL_NODE_NONE;
    return found;
}

/* The first word of the noun phrase that ends at `head`. */
static uint32_t phrase_start(const struct dl_tree *tree, uint32_t head)
{
    while (head > 0 && (leads_noun(&tree->words[head - 1]) || is_noun(&tree->words[head - 1]) ||
                        tree->words[head - 1].upos == DL_UPOS_PART))
        head--;
    return head;
}

/* The noun phrase before a finite verb, past those under prepositions: "villagers near Goma
 * buried", wherever the tree has it. */
static uint32_t phrase_before(const struct dl_tree *tree, uint32_t verb)
{
    uint32_t at = verb;
    while (at > 0 &&
           (tree->words[at - 1].upos == DL_UPOS_AUX || tree->words[at - 1].upos == DL_UPOS_ADV ||
            (tree->words[at - 1].cues & DL_CUE_MASK(TIME))))
        at--;
    for (uint32_t steps = 0; steps < 4 && at > 0 && is_noun(&tree->words[at - 1]); steps++) {
        uint32_t head = at - 1;
        uint32_t start = phrase_start(tree, head);
        if (start == 0 || tree->words[start - 1].upos != DL_UPOS_ADP)
            return (tree->words[head].cues & DL_CUE_MASK(TIME)) ? DL_NODE_NONE : head;
        at = start - 1;
    }
    return DL_NODE_NONE;
}

static bool is_told(struct dl_tree *tree, uint32_t verb)
{
    const struct dl_tree_word *word = &tree->words[verb];
    return word->upos == DL_UPOS_VERB && !word->ing &&
           (word->base == DL_REL_ROOT || word->base == DL_REL_CCOMP ||
            word->base == DL_REL_PARATAXIS) &&
           dl_tree_child_base(tree, verb, DL_REL_MARK) == DL_NODE_NONE;
}

/* What the verb above gives the one below: its object where it has one ("ordered troops to fire"),
 * else its subject, in whatever voice. */
static uint32_t controller(struct dl_tree *tree, uint32_t above, bool object_first)
{
    if (object_first) {
        uint32_t object = dl_tree_child(tree, above, DL_REL_OBJ);
        if (object == DL_NODE_NONE)
            object = dl_tree_child(tree, above, DL_REL_IOBJ);
        if (object != DL_NODE_NONE)
            return object;
    }
    uint32_t subject = dl_tree_child_base(tree, above, DL_REL_NSUBJ);
    return noun_of_clause(tree, above, subject);
}

/* The owner of the noun an infinitive hangs on: "Manila's decision to send a ship". */
static uint32_t owner(struct dl_tree *tree, uint32_t noun)
{
    uint32_t found = dl_tree_child(tree, noun, DL_REL_NMOD_POSS);
    uint32_t head = tree->words[noun].head;
    if (found == DL_NODE_NONE && head != DL_NODE_NONE && tree->words[noun].base == DL_REL_OBJ)
        found = controller(tree, head, false);
    return found;
}

/* "accused China of ramming": what the object has done. */
static bool is_charge(struct dl_tree *tree, uint32_t verb)
{
    static const char *const marks[] = {"of", "for", "from"};
    if (tree->words[verb].base != DL_REL_ADVCL || !tree->words[verb].ing)
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (dl_tree_case(tree, verb, dl_atom_hash(dl_str_of(marks[i]))) != DL_NODE_NONE)
            return true;
    return false;
}

/* The subject that a verb without its own takes from above. */
static uint32_t inherited(struct dl_tree *tree, uint32_t verb)
{
    for (uint32_t steps = 0; steps < CLIMB_MAX && verb != DL_NODE_NONE; steps++) {
        const struct dl_tree_word *word = &tree->words[verb];
        uint32_t above = word->head;
        uint32_t found = DL_NODE_NONE;
        if (above == DL_NODE_NONE)
            return DL_NODE_NONE;
        if (word->relation == DL_REL_ACL_RELCL ||
            (word->base == DL_REL_ACL && is_reduced(tree, verb)))
            return above;
        if (word->base == DL_REL_ACL)
            return owner(tree, above);
        if (word->base == DL_REL_XCOMP || is_charge(tree, verb))
            found = controller(tree, above, true);
        else if (word->base == DL_REL_CONJ || word->base == DL_REL_ADVCL ||
                 word->base == DL_REL_CCOMP || word->base == DL_REL_PARATAXIS)
            found = controller(tree, above, false);
        else
            return DL_NODE_NONE;
        if (found != DL_NODE_NONE && found != verb)
            return found;
        verb = above;
    }
    return DL_NODE_NONE;
}

/* "abducted from his house in Kaduna by armed men": by hangs on a noun between. */
static uint32_t stray_agent(struct dl_tree *tree, uint32_t verb)
{
    uint64_t by = dl_atom_hash(DL_STR("by"));
    for (uint32_t w = verb + 1; w < tree->count && w <= tree->words[verb].last && tree->work; w++) {
        const struct dl_tree_word *word = &tree->words[w];
        tree->work--;
        if (word->upos == DL_UPOS_VERB)
            return DL_NODE_NONE;
        if ((word->base == DL_REL_NMOD || word->base == DL_REL_OBL) &&
            !(word->cues & DL_CUE_MASK(TIME)) && dl_tree_case(tree, w, by) != DL_NODE_NONE)
            return w;
    }
    return DL_NODE_NONE;
}

uint32_t dl_agent_of(struct dl_tree *tree, uint32_t verb)
{
    if (dl_is_passive(tree, verb)) {
        uint32_t agent = by_phrase(tree, verb);
        uint32_t patient = dl_tree_child_base(tree, verb, DL_REL_NSUBJ);
        if (agent == DL_NODE_NONE && patient != DL_NODE_NONE)
            agent = by_phrase(tree, patient);
        return agent == DL_NODE_NONE ? stray_agent(tree, verb) : agent;
    }
    if (dl_is_squeezed(tree, verb))
        return noun_before(tree, verb);
    uint32_t found = noun_of_clause(tree, verb, active_subject(tree, verb));
    if (found == DL_NODE_NONE)
        found = dl_relative_subject(tree, verb);
    if (found == DL_NODE_NONE)
        found = past_time(tree, verb, inherited(tree, verb));
    if (found == DL_NODE_NONE)
        found = by_order(tree, verb, true);
    if (found == DL_NODE_NONE)
        found = stray_subject(tree, verb);
    if (found == DL_NODE_NONE && is_told(tree, verb))
        found = phrase_before(tree, verb);
    /* "issued a declaration demanding": who issued it demands. */
    if (found != DL_NODE_NONE && tree->words[verb].base == DL_REL_ACL &&
        found == tree->words[verb].head && (tree->words[found].cues & DL_CUE_MASK(NOBODY))) {
        uint32_t of = owner(tree, found);
        found = of == DL_NODE_NONE ? found : of;
    }
    return found;
}

static uint32_t passive_patient(struct dl_tree *tree, uint32_t verb)
{
    uint32_t found = noun_of_clause(tree, verb, dl_tree_child_base(tree, verb, DL_REL_NSUBJ));
    if (found == DL_NODE_NONE)
        found = inherited(tree, verb);
    return found == DL_NODE_NONE ? by_order(tree, verb, true) : found;
}

/* "lifted Friday a blockade": the object behind a time that stands in its place. */
static uint32_t object_past_time(struct dl_tree *tree, uint32_t verb, uint32_t time)
{
    for (uint32_t c = tree->words[verb].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next)
        if (c > time && tree->words[c].relation == DL_REL_OBJ)
            return c;
    for (uint32_t c = tree->words[time].child; c != DL_NODE_NONE && tree->work;
         c = tree->words[c].next)
        if (c > time && is_noun(&tree->words[c]) &&
            dl_tree_child(tree, c, DL_REL_CASE) == DL_NODE_NONE)
            return c;
    return by_order(tree, verb, false);
}

uint32_t dl_patient_of(struct dl_tree *tree, uint32_t verb)
{
    if (dl_is_passive(tree, verb)) {
        uint32_t object = dl_tree_child(tree, verb, DL_REL_OBJ); /* "was given a loan" */
        uint32_t subject = passive_patient(tree, verb);
        return subject == DL_NODE_NONE ? object : subject;
    }
    if (dl_is_squeezed(tree, verb))
        return tree->words[verb].head;
    uint32_t found = dl_tree_child(tree, verb, DL_REL_OBJ);
    if (found == DL_NODE_NONE)
        found = dl_tree_child(tree, verb, DL_REL_IOBJ);
    if (found != DL_NODE_NONE && (tree->words[found].cues & DL_CUE_MASK(TIME)))
        found = object_past_time(tree, verb, found);
    if (found != DL_NODE_NONE)
        return noun_of_clause(tree, verb, found);
    const struct dl_tree_word *word = &tree->words[verb];
    uint32_t subject = active_subject(tree, verb);
    if (subject == DL_NODE_NONE && dl_relative_subject(tree, verb) != DL_NODE_NONE)
        return word->head;
    if (word->relation == DL_REL_ACL_RELCL && subject != DL_NODE_NONE &&
        !is_relative(tree, verb, subject))
        return word->head;
    for (uint32_t c = word->child; c != DL_NODE_NONE && tree->work; c = tree->words[c].next) {
        tree->work--;
        if (tree->words[c].base == DL_REL_CONJ && c > verb && tree->words[c].upos == DL_UPOS_VERB) {
            bool own = dl_tree_child_base(tree, c, DL_REL_NSUBJ) != DL_NODE_NONE;
            found = own ? by_order(tree, verb, false) : dl_tree_child(tree, c, DL_REL_OBJ);
            return found == DL_NODE_NONE ? dl_object_after(tree, verb) : found;
        }
    }
    found = by_order(tree, verb, false);
    return found == DL_NODE_NONE ? dl_object_after(tree, verb) : found;
}
