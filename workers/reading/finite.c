/* Sentences that want a finite verb. */
#include "workers/reading/finite.h"

#define WORDS_MIN 4U    /* shorter lines are labels */
#define WORDS_MAX 120U  /* longer ones are lists */
#define DEPTH_MAX 2U    /* from the root: what hangs lower is in a phrase of its own */
#define DEARER 90       /* the most a change may cost, in the tagger's weights */
#define DEARER_PAST 400 /* of a participle in a sentence that ends: few whole sentences have none  \
                         */

static bool is_finite_tag(uint8_t tag)
{
    return tag == DL_TAG_VBD || tag == DL_TAG_VBZ || tag == DL_TAG_VBP || tag == DL_TAG_MODAL;
}

/* The finite form the word can have, or DL_TAG_COUNT. */
static enum dl_tag finite_form(const struct dl_look *look, uint8_t tag)
{
    switch (tag) {
    case DL_TAG_VBN:
        return look->forms & DL_FORM_PAST || look->forms == 0 ? DL_TAG_VBD : DL_TAG_COUNT;
    case DL_TAG_NNS:
        return look->forms & DL_FORM_VERB_S ? DL_TAG_VBZ : DL_TAG_COUNT;
    case DL_TAG_NN:
    case DL_TAG_ADJ:
    case DL_TAG_VB:
    case DL_TAG_PROPN:
        if (look->forms & DL_FORM_PAST)
            return DL_TAG_VBD;
        if (look->forms & DL_FORM_VERB_S)
            return DL_TAG_VBZ;
        return look->forms & DL_FORM_VERB ? DL_TAG_VBP : DL_TAG_COUNT;
    default:
        return DL_TAG_COUNT;
    }
}

static uint32_t root_of(const uint32_t *heads, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (heads[i] == UINT32_MAX)
            return i;
    return count;
}

/* Whether the root is a clause: a finite verb, or anything with an auxiliary, copula or subject. */
static bool is_clause(const uint8_t *tags, const uint32_t *heads, const uint8_t *relations,
                      uint32_t count, uint32_t root)
{
    enum dl_upos upos = dl_tag_upos(tags[root]);
    if (is_finite_tag(tags[root]) || tags[root] == DL_TAG_AUX || tags[root] == DL_TAG_VB)
        return true;
    if (upos != DL_UPOS_NOUN && upos != DL_UPOS_PROPN && upos != DL_UPOS_VERB &&
        upos != DL_UPOS_ADJ && upos != DL_UPOS_NUM)
        return true;
    for (uint32_t i = 0; i < count; i++)
        if (heads[i] == root &&
            (relations[i] == DL_REL_AUX || relations[i] == DL_REL_COP ||
             relations[i] == DL_REL_AUX_PASS || relations[i] == DL_REL_NSUBJ ||
             relations[i] == DL_REL_NSUBJ_PASS || relations[i] == DL_REL_CCOMP ||
             relations[i] == DL_REL_PARATAXIS || relations[i] == DL_REL_EXPL))
            return true;
    return false;
}

static bool has_mark(const uint32_t *heads, const uint8_t *relations, uint32_t count, uint32_t word)
{
    for (uint32_t i = 0; i < word && i < count; i++)
        if (heads[i] == word && (relations[i] == DL_REL_MARK || relations[i] == DL_REL_CASE ||
                                 relations[i] == DL_REL_DET || relations[i] == DL_REL_NMOD_POSS ||
                                 relations[i] == DL_REL_OBL_AGENT || relations[i] == DL_REL_NUMMOD))
            return true;
    return false;
}

/* Near the root, with a noun before and no preposition or article of its own. */
static bool may_lead(const uint8_t *tags, const uint32_t *heads, const uint8_t *relations,
                     uint32_t count, uint32_t word)
{
    uint32_t at = word;
    bool noun = false;
    for (uint32_t depth = 0; heads[at] != UINT32_MAX; depth++) {
        if (depth == DEPTH_MAX || relations[at] == DL_REL_ACL_RELCL)
            return false;
        at = heads[at];
    }
    for (uint32_t i = 0; i < word && !noun; i++)
        noun = dl_tag_upos(tags[i]) == DL_UPOS_NOUN || dl_tag_upos(tags[i]) == DL_UPOS_PROPN ||
               dl_tag_upos(tags[i]) == DL_UPOS_PRON;
    return noun && word + 1 < count && !has_mark(heads, relations, count, word);
}

static uint32_t cheapest(const struct dl_syntax *syntax, const struct dl_look *looks,
                         uint32_t count, const uint8_t *tags, const uint32_t *heads,
                         const uint8_t *relations)
{
    uint32_t found = count;
    int32_t least = DEARER_PAST;
    bool ends = tags[count - 1] == DL_TAG_STOP;
    for (uint32_t i = 1; i < count; i++) {
        enum dl_tag form = finite_form(&looks[i], tags[i]);
        if (form == DL_TAG_COUNT || !may_lead(tags, heads, relations, count, i))
            continue;
        int32_t price =
            dl_tag_price(&syntax->tags, looks, count, i, tags, (enum dl_tag)tags[i], form);
        int32_t limit = ends && tags[i] == DL_TAG_VBN ? DEARER_PAST : DEARER;
        if (price < limit && price < least) {
            least = price;
            found = i;
        }
    }
    return found;
}

bool dl_mend_finite(const struct dl_syntax *syntax, const struct dl_look *looks, uint32_t count,
                    uint8_t *tags, uint32_t *heads, uint8_t *relations)
{
    uint8_t new_tags[WORDS_MAX];
    uint32_t new_heads[WORDS_MAX];
    uint8_t new_relations[WORDS_MAX];
    if (count < WORDS_MIN || count > WORDS_MAX)
        return false;
    uint32_t root = root_of(heads, count);
    if (root == count || is_clause(tags, heads, relations, count, root))
        return false;
    uint32_t verb = cheapest(syntax, looks, count, tags, heads, relations);
    if (verb == count)
        return false;
    memcpy(new_tags, tags, count);
    new_tags[verb] = (uint8_t)finite_form(&looks[verb], tags[verb]);
    dl_syntax_tree(syntax, looks, new_tags, count, new_heads, new_relations);
    if (new_heads[verb] != UINT32_MAX)
        return false;
    memcpy(tags, new_tags, count);
    memcpy(heads, new_heads, count * sizeof *heads);
    memcpy(relations, new_relations, count);
    return true;
}
