/* Reading treebanks. */
#include "train/treebank.h"

#include "train/lines.h"
#include "train/random.h"
#include "workers/reading/tags.h"

#include <utf8proc.h>

#define WORDS_MAX 1000U

void dl_treebank_init(struct dl_treebank *bank)
{
    *bank = (struct dl_treebank){0};
    dl_arena_init(&bank->arena);
}

void dl_treebank_done(struct dl_treebank *bank)
{
    dl_arena_done(&bank->arena);
    free(bank->sentences);
}

struct dl_gold_sentence *dl_treebank_add(struct dl_treebank *bank, uint32_t words)
{
    if (bank->count == bank->room) {
        bank->room = bank->room ? bank->room * 2 : 1024;
        bank->sentences = dl_realloc_array(bank->sentences, bank->room, sizeof *bank->sentences);
    }
    struct dl_gold_sentence *sentence = &bank->sentences[bank->count++];
    *sentence = (struct dl_gold_sentence){
        .words = dl_arena_array(&bank->arena, struct dl_gold_word, words + 2),
        .looks = dl_arena_array(&bank->arena, struct dl_look, words + 2),
        .count = words,
    };
    bank->words += words;
    return sentence;
}

/* A word's line; false for tokens of several words and empty nodes, which are left out. */
static dl_status read_word(struct dl_treebank *bank, dl_str line, struct dl_gold_word *ret,
                           bool *ret_word)
{
    dl_str field[10];
    uint32_t fields = 0;
    int64_t head;
    int64_t number;
    while (fields < 10 && dl_str_next(&line, '\t', &field[fields]))
        fields++;
    if (fields != 10)
        return DL_BAD_INPUT;
    *ret_word = false;
    if (memchr(field[0].at, '-', field[0].len) || memchr(field[0].at, '.', field[0].len))
        return DL_OK;
    if (dl_str_to_i64(field[0], &number) != DL_OK || dl_str_to_i64(field[6], &head) != DL_OK ||
        head < 0 || head > WORDS_MAX)
        return DL_BAD_INPUT;
    *ret = (struct dl_gold_word){.form = dl_arena_str(&bank->arena, field[1]),
                                 .lemma = dl_arena_str(&bank->arena, field[2]),
                                 .upos = (uint8_t)dl_upos_of(field[3]),
                                 .xpos = (uint8_t)dl_xpos_of(field[4]),
                                 .relation = (uint8_t)dl_relation_of(field[7]),
                                 .head = (uint16_t)head};
    ret->tag = (uint8_t)dl_tag_of(ret->upos, ret->xpos);
    *ret_word = true;
    return DL_OK;
}

static bool is_tree(const struct dl_gold_word *words, uint32_t count)
{
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t steps = 0;
        for (uint32_t at = i; at != 0; at = words[at].head)
            if (words[at].head > count || ++steps > count)
                return false;
    }
    return true;
}

dl_status dl_treebank_read(struct dl_treebank *bank, const char *path, struct dl_error *err)
{
    static struct dl_lines lines;
    static struct dl_gold_word words[WORDS_MAX + 2];
    dl_str line;
    dl_str id = {0};
    uint32_t count = 0;
    dl_status status = dl_lines_open(&lines, path, err);
    while (status == DL_OK) {
        bool more = dl_lines_next(&lines, &line);
        if (!more || line.len == 0) {
            if (count && !is_tree(words, count))
                status = dl_fail(err, DL_BAD_INPUT, "%s:%u: is no tree", path, lines.number);
            else if (count) {
                struct dl_gold_sentence *sentence = dl_treebank_add(bank, count);
                memcpy(sentence->words, words, (count + 1) * sizeof *words);
                sentence->id = id;
            }
            count = 0;
            if (!more)
                break;
            continue;
        }
        if (dl_str_starts(line, DL_STR("# sent_id = ")))
            id = dl_arena_str(&bank->arena, dl_str_sub(line, 12, line.len));
        if (line.at[0] == '#')
            continue;
        bool word = false;
        if (count == WORDS_MAX || read_word(bank, line, &words[count + 1], &word) != DL_OK)
            status = dl_fail(err, DL_BAD_INPUT, "%s:%u: is no line of CoNLL-U", path, lines.number);
        count += word;
    }
    if (status == DL_OK)
        status = dl_lines_whole(&lines, err);
    dl_lines_close(&lines);
    return status;
}

enum spelling { LOWER, UPPER, TITLE };

static dl_str spelled(struct dl_arena *arena, dl_str form, enum spelling spelling)
{
    char *out = dl_arena_alloc(arena, form.len * 2 + 8);
    size_t used = 0;
    for (size_t i = 0; i < form.len;) {
        int32_t point;
        utf8proc_ssize_t read = utf8proc_iterate((const uint8_t *)form.at + i,
                                                 (utf8proc_ssize_t)(form.len - i), &point);
        if (read <= 0)
            return form;
        bool up = spelling == UPPER || (spelling == TITLE && i == 0);
        if (spelling != TITLE || i == 0)
            point = up ? utf8proc_toupper(point) : utf8proc_tolower(point);
        if (used + 4 > form.len * 2 + 8)
            return form;
        used += (size_t)utf8proc_encode_char(point, (uint8_t *)out + used);
        i += (size_t)read;
    }
    return (dl_str){out, used};
}

static void respell(struct dl_treebank *bank, uint32_t number, enum spelling spelling,
                    uint32_t words_of_100, struct dl_random *random)
{
    struct dl_gold_sentence *copy = dl_treebank_add(bank, bank->sentences[number].count);
    const struct dl_gold_sentence *from = &bank->sentences[number];
    memcpy(copy->words, from->words, (from->count + 1) * sizeof *copy->words);
    copy->copy = true;
    copy->id = from->id;
    for (uint32_t i = 1; i <= copy->count; i++)
        if (dl_random_below(random, 100) < words_of_100)
            copy->words[i].form = spelled(&bank->arena, copy->words[i].form, spelling);
}

void dl_treebank_respell(struct dl_treebank *bank, struct dl_spelling share, uint64_t seed)
{
    struct dl_random random = {seed};
    uint32_t count = bank->count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t draw = dl_random_below(&random, 100);
        if (draw < share.lower)
            respell(bank, i, LOWER, 100, &random);
        else if ((draw -= share.lower) < share.upper)
            respell(bank, i, UPPER, 100, &random);
        else if ((draw -= share.upper) < share.title)
            respell(bank, i, TITLE, 90, &random);
        else if ((draw -= share.title) < share.mixed)
            respell(bank, i, LOWER, 30, &random);
    }
}

void dl_treebank_look(struct dl_treebank *bank, const struct dl_classes *classes)
{
    for (uint32_t i = 0; i < bank->count; i++)
        for (uint32_t k = 1; k <= bank->sentences[i].count; k++)
            dl_look_at(bank->sentences[i].words[k].form, classes, &bank->sentences[i].looks[k]);
}
