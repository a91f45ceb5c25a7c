/* forms.model: lemmas and Penn tags of words and endings, from the treebanks and a list of words
 * with their base forms. */
#include "workers/reading/forms.h"
#include "train/lines.h"
#include "train/tagging.h"

#define SLOTS (1U << 14)
#define EDITS_MAX 20000U
#define TREEBANK_WEIGHT 3U /* against a word of the list */

/* Something seen: under `key`, this answer. */
struct sight {
    uint32_t key;
    uint16_t edit;
    uint8_t xpos;
    uint8_t tag;
    uint32_t weight;
    struct dl_look look;
};

struct maker {
    struct sight *sights;
    uint32_t count;
    uint32_t room;
    struct dl_edit edits[EDITS_MAX];
    uint32_t edit_count;
    struct dl_form_slot slots[SLOTS];
    uint32_t used;
};

static uint16_t edit_number(struct maker *maker, const struct dl_edit *edit)
{
    for (uint32_t i = 0; i < maker->edit_count; i++)
        if (memcmp(&maker->edits[i], edit, sizeof *edit) == 0)
            return (uint16_t)i;
    if (maker->edit_count == EDITS_MAX)
        return 0;
    maker->edits[maker->edit_count] = *edit;
    return (uint16_t)maker->edit_count++;
}

static bool has_digit(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= '0' && text[i] <= '9')
            return true;
    return false;
}

/* From the word to its lemma, both in lower case; false for what no edit can say. */
static bool find_edit(dl_str word, dl_str lemma, struct dl_edit *ret)
{
    char from[DL_PLAIN_MAX + 8];
    char to[DL_PLAIN_MAX + 8];
    size_t from_len = dl_plain_lower(word, from);
    size_t to_len = dl_plain_lower(lemma, to);
    size_t same = 0;
    while (same < from_len && same < to_len && from[same] == to[same])
        same++;
    *ret = (struct dl_edit){0};
    if (to_len == 0 || to_len - same > sizeof ret->text || word.len > DL_PLAIN_MAX / 2 ||
        (to_len > same && has_digit(to + same, to_len - same)))
        return false;
    ret->off = same == 0 ? DL_EDIT_ALL : (uint8_t)(from_len - same);
    ret->len = (uint8_t)(to_len - same);
    memcpy(ret->text, to + same, to_len - same);
    return true;
}

static void see(struct maker *maker, dl_str word, dl_str lemma, enum dl_tag tag, uint8_t xpos,
                uint32_t weight)
{
    struct dl_edit edit;
    if (!find_edit(word, lemma, &edit))
        return;
    if (maker->count == maker->room) {
        maker->room = maker->room ? maker->room * 2 : 1U << 16;
        maker->sights = dl_realloc_array(maker->sights, maker->room, sizeof *maker->sights);
    }
    struct sight *sight = &maker->sights[maker->count++];
    *sight = (struct sight){
        .edit = edit_number(maker, &edit), .xpos = xpos, .tag = (uint8_t)tag, .weight = weight};
    dl_look_at(word, NULL, &sight->look);
    sight->key = dl_form_key(&sight->look, tag);
}

static void see_treebank(struct maker *maker, const struct dl_treebank *bank)
{
    for (uint32_t i = 0; i < bank->count; i++)
        for (uint32_t k = 1; !bank->sentences[i].copy && k <= bank->sentences[i].count; k++) {
            const struct dl_gold_word *word = &bank->sentences[i].words[k];
            see(maker, word->form, word->lemma, word->tag, word->xpos, TREEBANK_WEIGHT);
        }
}

static bool field(dl_str *line, dl_str *ret)
{
    const char *end = memchr(line->at, '\t', line->len);
    *ret = end ? dl_str_sub(*line, 0, (size_t)(end - line->at)) : *line;
    *line = end ? dl_str_sub(*line, ret->len + 1, line->len) : (dl_str){line->at, 0};
    return end != NULL;
}

static void see_listed(struct maker *maker, dl_str word, dl_str singular, dl_str verb)
{
    if (singular.len)
        see(maker, word, singular, DL_TAG_NNS, DL_XPOS_NNS, 1);
    if (!verb.len)
        return;
    bool third = dl_str_ends(word, DL_STR("s"));
    bool gerund = dl_str_ends(word, DL_STR("ing"));
    if (third)
        see(maker, word, verb, DL_TAG_VBZ, DL_XPOS_VBZ, 1);
    if (gerund)
        see(maker, word, verb, DL_TAG_VBG, DL_XPOS_VBG, 1);
    if (!third && !gerund) {
        see(maker, word, verb, DL_TAG_VBD, DL_XPOS_VBD, 1);
        see(maker, word, verb, DL_TAG_VBN, DL_XPOS_VBN, 1);
    }
}

static dl_status see_list(struct maker *maker, const char *path, struct dl_error *err)
{
    static struct dl_lines lines;
    dl_str line;
    dl_str fields[8];
    dl_status status = dl_lines_open(&lines, path, err);
    while (status == DL_OK && dl_lines_next(&lines, &line)) {
        int count = 0;
        while (count < 7 && field(&line, &fields[count]))
            count++;
        fields[7] = line;
        if (count < 7)
            status = dl_fail(err, DL_BAD_INPUT, "%s:%u: has no base forms", path, lines.number);
        else
            see_listed(maker, fields[0], fields[6], fields[7]);
    }
    if (status == DL_OK)
        status = dl_lines_whole(&lines, err);
    dl_lines_close(&lines);
    return status;
}

static int by_key(const void *a, const void *b)
{
    const struct sight *x = a;
    const struct sight *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->edit != y->edit)
        return x->edit < y->edit ? -1 : 1;
    return x->xpos - y->xpos;
}

/* Sights sorted by key become one a key: the heaviest answer, with all its weight. Those that
 * weigh less than `least`, or half of all under the key, go. */
static void settle(struct sight *sights, uint32_t *count, uint32_t least)
{
    uint32_t kept = 0;
    qsort(sights, *count, sizeof *sights, by_key);
    for (uint32_t i = 0; i < *count;) {
        uint32_t key = sights[i].key;
        struct sight best = {.weight = 0};
        uint32_t all = 0;
        while (i < *count && sights[i].key == key) {
            struct sight sum = sights[i++];
            while (i < *count && by_key(&sights[i], &sum) == 0)
                sum.weight += sights[i++].weight;
            all += sum.weight;
            if (sum.weight > best.weight)
                best = sum;
        }
        if (best.weight >= least && best.weight * 2 >= all)
            sights[kept++] = best;
    }
    *count = kept;
}

static const struct dl_form_slot *answer(const struct maker *maker, const struct dl_look *look,
                                         enum dl_tag tag, uint32_t bytes)
{
    const struct dl_form_slot *slot = NULL;
    for (uint32_t k = bytes + 1; !slot && k > 0; k--)
        slot = dl_form_find(maker->slots, SLOTS, dl_ending_key(look, k - 1, tag));
    return slot;
}

/* Stores an answer unless the shorter endings say so already. */
static dl_status store(struct maker *maker, const struct sight *sight, uint32_t key,
                       uint32_t ending, struct dl_error *err)
{
    const struct dl_form_slot *known =
        ending ? answer(maker, &sight->look, sight->tag, ending - 1) : NULL;
    uint16_t edit = known ? known->edit : 0;
    uint8_t xpos = known ? known->xpos : (uint8_t)dl_tag_xpos(sight->tag);
    if (edit == sight->edit && xpos == sight->xpos)
        return DL_OK;
    if (maker->used > SLOTS / 4 * 3)
        return dl_fail(err, DL_FATAL, "forms: more than %u words and endings", maker->used);
    uint32_t at = key & (SLOTS - 1);
    while (maker->slots[at].key && maker->slots[at].key != key)
        at = (at + 1) & (SLOTS - 1);
    maker->used += maker->slots[at].key == 0;
    maker->slots[at] = (struct dl_form_slot){key, sight->edit, sight->xpos, 0};
    return DL_OK;
}

static dl_status learn_endings(struct maker *maker, uint32_t bytes, struct dl_error *err)
{
    struct sight *list = dl_realloc_array(NULL, maker->count, sizeof *list);
    uint32_t count = 0;
    dl_status status = DL_OK;
    for (uint32_t i = 0; i < maker->count; i++) {
        if (maker->edits[maker->sights[i].edit].off == DL_EDIT_ALL)
            continue;
        list[count] = maker->sights[i];
        list[count].weight = 1;
        list[count].key = dl_ending_key(&list[count].look, bytes, list[count].tag);
        count++;
    }
    settle(list, &count, bytes > 2 ? 3 : 2);
    for (uint32_t i = 0; status == DL_OK && i < count; i++)
        status = store(maker, &list[i], list[i].key, bytes, err);
    free(list);
    return status;
}

static dl_status make(struct maker *maker, const struct dl_treebank *bank,
                      const struct dl_settings *settings, struct dl_error *err)
{
    struct dl_edit same = {0};
    (void)edit_number(maker, &same); /* number 0 leaves the word as it is */
    see_treebank(maker, bank);
    dl_status status = see_list(maker, dl_path_of(settings->data, "classes.tsv.gz").text, err);
    if (status != DL_OK)
        return status;
    settle(maker->sights, &maker->count, 1);
    for (uint32_t bytes = 0; status == DL_OK && bytes <= 4; bytes++)
        status = learn_endings(maker, bytes, err);
    for (uint32_t i = 0; status == DL_OK && i < maker->count; i++)
        status = store(maker, &maker->sights[i], maker->sights[i].key, 5, err);
    if (status != DL_OK)
        return status;
    printf("%u words and endings, %u edits\n", maker->used, maker->edit_count);
    struct dl_model_part parts[] = {
        {.at = maker->slots, .bytes = sizeof maker->slots},
        {.at = maker->edits, .bytes = maker->edit_count * sizeof *maker->edits},
    };
    return dl_model_write(dl_path_of(settings->models, "forms.model").text, "forms",
                          DL_FORMS_VERSION, parts, 2, err);
}

dl_status dl_make_forms(const struct dl_settings *settings, struct dl_error *err)
{
    static struct maker maker;
    struct dl_treebank bank;
    dl_status status = dl_treebank_load(&bank, settings, 0, err);
    if (status == DL_OK)
        status = make(&maker, &bank, settings, err);
    free(maker.sights);
    dl_treebank_done(&bank);
    return status;
}
