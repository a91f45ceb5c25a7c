/* Sentences as news tells them: "Rebels took the town, the army said." Treebanks of the web have
 * few, so some of their sentences are put before a phrase of train/corpus/told that tells them. */
#include "train/random.h"
#include "train/treebank.h"
#include "workers/reading/tags.h"

#define WORDS_MIN 5U
#define WORDS_MAX 40U

static bool is_verb(uint8_t tag)
{
    return tag >= DL_TAG_VB && tag <= DL_TAG_VBZ;
}

/* The root of a plain statement, whole and without quotation; 0 for anything else. */
static uint32_t root_of_statement(const struct dl_gold_sentence *sentence)
{
    uint32_t root = 0;
    bool subject = false;
    uint32_t count = sentence->count;
    if (count < WORDS_MIN || count > WORDS_MAX || !dl_str_is(sentence->words[count].form, "."))
        return 0;
    for (uint32_t i = 1; i <= count; i++) {
        const struct dl_gold_word *word = &sentence->words[i];
        if (word->head == 0)
            root = i;
        if (word->xpos == DL_XPOS_OPEN_QUOTE || word->xpos == DL_XPOS_CLOSE_QUOTE ||
            word->relation == DL_REL_PARATAXIS || word->relation == DL_REL_CCOMP)
            return 0;
    }
    for (uint32_t i = 1; i <= count; i++)
        subject |= sentence->words[i].head == root &&
                   dl_relation_base(sentence->words[i].relation) == DL_REL_NSUBJ;
    return subject && is_verb(sentence->words[root].tag) && sentence->words[count].head == root
               ? root
               : 0;
}

static void tell(struct dl_treebank *bank, uint32_t number, uint32_t root,
                 const struct dl_gold_sentence *phrase)
{
    uint32_t own = bank->sentences[number].count - 1; /* without its full stop */
    struct dl_gold_sentence *told = dl_treebank_add(bank, own + phrase->count - 1);
    const struct dl_gold_sentence *from = &bank->sentences[number];
    told->copy = true;
    told->id = from->id;
    memcpy(told->words, from->words, (own + 1) * sizeof *told->words);
    told->words[root].relation = phrase->words[1].relation;
    told->words[root].head = (uint16_t)(own + phrase->words[1].head - 1);
    for (uint32_t i = 2; i <= phrase->count; i++) {
        struct dl_gold_word *word = &told->words[own + i - 1];
        *word = phrase->words[i];
        if (word->head == 1)
            word->head = (uint16_t)root;
        else if (word->head)
            word->head = (uint16_t)(own + word->head - 1);
    }
}

dl_status dl_treebank_tell(struct dl_treebank *bank, const char *phrases, uint32_t of_100,
                           uint64_t seed, struct dl_error *err)
{
    struct dl_treebank templates;
    struct dl_random random = {seed};
    uint32_t count = bank->count;
    dl_treebank_init(&templates);
    dl_status status = dl_treebank_read(&templates, phrases, err);
    for (uint32_t i = 0; status == DL_OK && i < count; i++) {
        uint32_t root = root_of_statement(&bank->sentences[i]);
        if (!root || dl_random_below(&random, 100) >= of_100)
            continue;
        struct dl_gold_sentence *phrase =
            &templates.sentences[dl_random_below(&random, templates.count)];
        for (uint32_t k = 1; k <= phrase->count; k++) { /* they outlive the templates */
            phrase->words[k].form = dl_arena_str(&bank->arena, phrase->words[k].form);
            phrase->words[k].lemma = dl_arena_str(&bank->arena, phrase->words[k].lemma);
        }
        tell(bank, i, root, phrase);
    }
    dl_treebank_done(&templates);
    return status;
}
