/* From lines of CoNLL-U to the tokens and sentences of an article.
 *
 * The words of "don't" lie in the text where the surface token lies: do|n't. Words that are no
 * parts of their surface token lie behind the text, where no sentence reaches:
 *
 *     text: Im here.     behind it: am
 *           ^-I          ^-am */
#include "workers/conllu.h"

#include "core/utf8.h"

#define COLUMNS 10
#define BEHIND (1U << 31) /* in a start: bytes of the words behind the text */

enum column { ID, FORM, LEMMA, UPOS, XPOS, FEATS, HEAD, DEPREL, DEPS, MISC };

/* A document on its way in. Arrays double in the arena. */
struct draft {
    struct dl_conllu_reader *reader;
    struct dl_article *article;
    struct dl_conllu_document *document;
    struct dl_error *err;
    struct dl_buf text;
    struct dl_buf behind;
    uint32_t token_room, sentence_room, surface_room;
    struct dl_conllu_surface *surfaces;

    /* Of the sentence. */
    uint32_t first;  /* token */
    uint32_t words;  /* so far */
    uint32_t *heads; /* UINT32_MAX for "_" */
    uint32_t head_room;
    dl_str id;
    bool paragraph;
    bool space;          /* before the next surface token */
    uint32_t range_last; /* word that ends the multi-word token, 0 outside */
    uint32_t range_at;   /* bytes in the text: where its next word is looked for */
    uint32_t range_end;
    bool range_spaced;
};

void dl_conllu_open(struct dl_conllu_reader *reader, FILE *file, const char *name)
{
    *reader = (struct dl_conllu_reader){.file = file, .name = name};
    dl_buf_init(&reader->buffer, DL_CONLLU_LINE_MAX);
}

void dl_conllu_close(struct dl_conllu_reader *reader)
{
    dl_buf_done(&reader->buffer);
}

/* The rest of a line that is too long is skipped; reader->cut says so. */
static bool read_line(struct dl_conllu_reader *reader)
{
    int c;
    if (reader->held) {
        reader->held = false;
        return true;
    }
    dl_buf_reset(&reader->buffer);
    reader->cut = false;
    while ((c = getc_unlocked(reader->file)) != EOF && c != '\n')
        if (dl_buf_put_char(&reader->buffer, (char)c) != DL_OK)
            reader->cut = true;
    if (c == EOF && reader->buffer.len == 0)
        return false;
    reader->line = dl_buf_str(&reader->buffer);
    if (reader->line.len && reader->line.at[reader->line.len - 1] == '\r')
        reader->line.len--;
    reader->number++;
    return true;
}

static dl_status fault(struct draft *draft, const char *reason, dl_str what)
{
    return dl_fail(draft->err, DL_BAD_INPUT, "%.200s:%u: %s%s%.*s%s", draft->reader->name,
                   draft->reader->number, reason, what.len ? " '" : "",
                   what.len < 80 ? (int)what.len : 80, what.len ? what.at : "",
                   what.len ? "'" : "");
}

static const dl_str nothing = {"", 0};

static void *grown(struct dl_arena *arena, void *old, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return old;
    *room = *room ? *room * 2 : 256;
    void *more = dl_arena_raw(arena, *room * size);
    if (count)
        memcpy(more, old, count * size);
    return more;
}

/* A whole number of at most 9 digits without sign. */
static bool read_number(dl_str text, uint32_t *ret)
{
    uint32_t number = 0;
    if (text.len == 0 || text.len > 9)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        number = number * 10 + (uint32_t)(text.at[i] - '0');
    }
    *ret = number;
    return true;
}

static bool has_misc(dl_str misc, dl_str what)
{
    dl_str piece;
    while (dl_str_next(&misc, '|', &piece))
        if (dl_str_eq(piece, what))
            return true;
    return false;
}

static dl_status too_long(struct draft *draft)
{
    return dl_fail(draft->err, DL_TOO_BIG, "%.200s:%u: a sentence of more than %u bytes",
                   draft->reader->name, draft->reader->number, DL_CONLLU_DOCUMENT_MAX);
}

/* The form in the text, with what parts it from the one before. */
static dl_status put_surface(struct draft *draft, dl_str form, dl_str misc, uint32_t *ret_start)
{
    if (form.len == 0)
        return fault(draft, "a word without form", nothing);
    dl_str gap = draft->words == 0 && draft->paragraph ? DL_STR("\n\n") : DL_STR(" ");
    if (draft->text.len && (draft->space || gap.len == 2) &&
        dl_buf_put_str(&draft->text, gap) != DL_OK)
        return too_long(draft);
    *ret_start = (uint32_t)draft->text.len;
    if (dl_buf_put_str(&draft->text, form) != DL_OK)
        return too_long(draft);
    draft->space = !has_misc(misc, DL_STR("SpaceAfter=No"));
    return DL_OK;
}

static dl_status add_word(struct draft *draft, uint32_t start, uint32_t len, bool joined,
                          bool spaced)
{
    struct dl_article *article = draft->article;
    if (draft->words >= DL_CONLLU_SENTENCE_MAX)
        return dl_fail(draft->err, DL_TOO_BIG, "%.200s:%u: a sentence of more than %u words",
                       draft->reader->name, draft->reader->number, DL_CONLLU_SENTENCE_MAX);
    article->tokens = grown(article->arena, article->tokens, article->token_count,
                            &draft->token_room, sizeof *article->tokens);
    article->tokens[article->token_count++] = (struct dl_token){
        .start = start, .len = len, .joined = joined, .spaced = spaced, .head = DL_NO_TOKEN};
    draft->words++;
    return DL_OK;
}

/* "3-4": the surface token of words 3 and 4. */
static dl_status read_range(struct draft *draft, const dl_str *columns, const char *dash)
{
    struct dl_conllu_document *document = draft->document;
    size_t at = (size_t)(dash - columns[ID].at);
    uint32_t from;
    uint32_t to;
    uint32_t start;
    if (!read_number(dl_str_sub(columns[ID], 0, at), &from) ||
        !read_number(dl_str_sub(columns[ID], at + 1, columns[ID].len), &to))
        return fault(draft, "no word number or range", columns[ID]);
    if (draft->range_last)
        return fault(draft, "a range inside another", columns[ID]);
    if (from != draft->words + 1 || to <= from)
        return fault(draft, "a range that does not begin here or runs backwards", columns[ID]);
    bool spaced = draft->space || draft->words == 0;
    dl_status status = put_surface(draft, columns[FORM], columns[MISC], &start);
    if (status != DL_OK)
        return status;
    draft->range_last = to;
    draft->range_at = start;
    draft->range_end = (uint32_t)draft->text.len;
    draft->range_spaced = spaced;
    draft->surfaces = grown(draft->article->arena, draft->surfaces, document->surface_count,
                            &draft->surface_room, sizeof *draft->surfaces);
    draft->surfaces[document->surface_count++] =
        (struct dl_conllu_surface){draft->article->token_count, start, (uint32_t)columns[FORM].len};
    return DL_OK;
}

/* A word of a multi-word token: where it stands in it, else behind the text. */
static dl_status read_part(struct draft *draft, dl_str form)
{
    const struct dl_conllu_surface *surface = &draft->surfaces[draft->document->surface_count - 1];
    uint32_t len = (uint32_t)form.len;
    uint32_t start = draft->range_at;
    bool first = surface->token == draft->article->token_count;
    bool last = draft->range_last == draft->words + 1;
    bool inside = len && len <= draft->range_end - start &&
                  memcmp(draft->text.at + start, form.at, len) == 0 &&
                  (!last || len == draft->range_end - start);
    if (len == 0)
        return fault(draft, "a word without form", nothing);
    if (inside) {
        draft->range_at += len;
    } else {
        start = BEHIND | (uint32_t)draft->behind.len;
        if (dl_buf_put_str(&draft->behind, form) != DL_OK)
            return too_long(draft);
    }
    if (last)
        draft->range_last = 0;
    return add_word(draft, start, len, !first, first && draft->range_spaced);
}

static dl_status read_head(struct draft *draft, dl_str head)
{
    uint32_t number = UINT32_MAX;
    if (!dl_str_is(head, "_") && !read_number(head, &number))
        return fault(draft, "no head", head);
    draft->heads = grown(draft->article->arena, draft->heads, draft->words - 1, &draft->head_room,
                         sizeof *draft->heads);
    draft->heads[draft->words - 1] = number;
    return DL_OK;
}

/* Tags, lemma and relation of the word just added. */
static void keep_tags(struct draft *draft, const dl_str *columns)
{
    struct dl_article *article = draft->article;
    struct dl_token *token = &article->tokens[article->token_count - 1];
    token->upos = (uint8_t)dl_upos_of(columns[UPOS]);
    token->xpos = (uint8_t)dl_xpos_of(columns[XPOS]);
    token->relation = (uint8_t)dl_relation_of(columns[DEPREL]);
    token->lemma = dl_arena_str(
        article->arena, dl_str_is(columns[LEMMA], "_") ? columns[FORM] : columns[LEMMA]);
}

static void keep_heads(const struct draft *draft)
{
    struct dl_token *tokens = &draft->article->tokens[draft->first];
    for (uint32_t i = 0; i < draft->words; i++)
        if (draft->heads[i] && draft->heads[i] != UINT32_MAX)
            tokens[i].head = draft->first + draft->heads[i] - 1;
}

static dl_status read_word(struct draft *draft)
{
    dl_str rest = draft->reader->line;
    dl_str columns[COLUMNS];
    unsigned count = 0;
    uint32_t number;
    uint32_t start;
    if (!dl_utf8_is_valid(rest) || memchr(rest.at, '\0', rest.len))
        return fault(draft, "not UTF-8", nothing);
    while (count < COLUMNS && dl_str_next(&rest, '\t', &columns[count]))
        count++;
    if (count != COLUMNS || rest.at)
        return fault(draft, "not ten columns with tabs between", nothing);
    if (memchr(columns[ID].at, '.', columns[ID].len))
        return DL_OK; /* an empty node */
    const char *dash = memchr(columns[ID].at, '-', columns[ID].len);
    if (dash)
        return read_range(draft, columns, dash);
    if (!read_number(columns[ID], &number))
        return fault(draft, "no word number or range", columns[ID]);
    if (number != draft->words + 1)
        return fault(draft, "a word out of order", columns[ID]);
    dl_status status;
    if (draft->range_last) {
        status = read_part(draft, columns[FORM]);
    } else {
        bool spaced = draft->space || draft->words == 0;
        status = put_surface(draft, columns[FORM], columns[MISC], &start);
        if (status == DL_OK)
            status = add_word(draft, start, (uint32_t)columns[FORM].len, false, spaced);
    }
    if (status == DL_OK && draft->reader->keeps_trees)
        keep_tags(draft, columns);
    return status == DL_OK ? read_head(draft, columns[HEAD]) : status;
}

/* Each word is followed up to its root once: marks say which walk has seen it. */
static dl_status check_heads(struct draft *draft)
{
    uint32_t count = draft->words;
    const uint32_t *heads = draft->heads;
    uint32_t *walk = dl_arena_array(draft->article->arena, uint32_t, count + 1);
    uint32_t roots = 0;
    char number[16];
    for (uint32_t i = 0; i < count; i++) {
        snprintf(number, sizeof number, "%u", i + 1);
        if (heads[i] == UINT32_MAX)
            continue;
        if (heads[i] > count || heads[i] == i + 1)
            return fault(draft, "a head outside the sentence, or itself, of word",
                         dl_str_of(number));
        roots += heads[i] == 0;
        if (roots > 1)
            return fault(draft, "a second root, word", dl_str_of(number));
        uint32_t at = i + 1;
        while (at != 0 && walk[at] == 0) {
            walk[at] = i + 1;
            at = heads[at - 1] == UINT32_MAX ? 0 : heads[at - 1];
        }
        if (at != 0 && walk[at] == i + 1)
            return fault(draft, "a circle of heads through word", dl_str_of(number));
    }
    return DL_OK;
}

static dl_status end_sentence(struct draft *draft)
{
    struct dl_article *article = draft->article;
    struct dl_conllu_document *document = draft->document;
    if (draft->words == 0)
        return DL_OK; /* comments only */
    if (draft->range_last)
        return fault(draft, "the sentence ends inside a range", nothing);
    dl_status status = check_heads(draft);
    if (status != DL_OK)
        return status;
    if (draft->reader->keeps_trees)
        keep_heads(draft);
    uint32_t count = article->sentence_count;
    uint32_t room = draft->sentence_room;
    article->sentences =
        grown(article->arena, article->sentences, count, &room, sizeof *article->sentences);
    room = draft->sentence_room;
    document->sentence_ids =
        grown(article->arena, document->sentence_ids, count, &room, sizeof(dl_str));
    document->paragraphs =
        grown(article->arena, document->paragraphs, count, &draft->sentence_room, sizeof(bool));
    article->sentences[count] = (struct dl_sentence){.first = draft->first, .count = draft->words};
    document->sentence_ids[count] = draft->id;
    document->paragraphs[count] = draft->paragraph;
    article->sentence_count++;
    if (draft->paragraph && draft->first)
        article->tokens[draft->first - 1].line_end = true;
    draft->first = article->token_count;
    draft->words = 0;
    draft->id = nothing;
    draft->paragraph = false;
    return DL_OK;
}

/* "# sent_id = x", "# newdoc id = x", "# newpar": the value of comment `name`, or false. */
static bool comment_is(dl_str line, const char *name, dl_str *ret_value)
{
    dl_str text = dl_str_trim(dl_str_sub(line, 1, line.len));
    if (!dl_str_starts(text, dl_str_of(name)))
        return false;
    size_t len = strlen(name);
    dl_str rest = dl_str_trim(dl_str_sub(text, len, text.len));
    *ret_value = nothing;
    if (rest.len == 0)
        return true;
    if (dl_str_starts(rest, DL_STR("id")))
        rest = dl_str_trim(dl_str_sub(rest, 2, rest.len));
    if (rest.len == 0 || rest.at[0] != '=')
        return false; /* "# newpart" */
    *ret_value = dl_str_trim(dl_str_sub(rest, 1, rest.len));
    return true;
}

static dl_str kept(struct dl_arena *arena, dl_str text)
{
    return dl_utf8_clean(arena, dl_arena_str(arena, text));
}

/* One comment; *ret_end when it begins another document than the one that is being read. */
static void read_comment(struct draft *draft, bool *ret_end)
{
    struct dl_conllu_document *document = draft->document;
    dl_str line = draft->reader->line;
    dl_str value;
    *ret_end = false;
    if (comment_is(line, "newdoc", &value)) {
        *ret_end = draft->article->sentence_count > 0;
        if (*ret_end)
            return;
        document->id = kept(draft->article->arena, value);
        document->has_start = true;
    } else if (comment_is(line, "published", &value)) {
        document->published = kept(draft->article->arena, value);
    } else if (comment_is(line, "newpar", &value)) {
        draft->paragraph = true;
    } else if (comment_is(line, "sent_id", &value)) {
        draft->id = kept(draft->article->arena, value);
    }
}

/* Lines up to the end of the document, or of a piece of it. */
static dl_status read_lines(struct draft *draft)
{
    struct dl_conllu_reader *reader = draft->reader;
    dl_status status = DL_OK;
    while (status == DL_OK && read_line(reader)) {
        bool end = false;
        if (reader->cut)
            return dl_fail(draft->err, DL_TOO_BIG, "%.200s:%u: a line of more than %u bytes",
                           reader->name, reader->number, DL_CONLLU_LINE_MAX);
        if (reader->line.len == 0) {
            status = end_sentence(draft);
            if (status == DL_OK && draft->text.len + draft->behind.len > DL_CONLLU_PIECE) {
                reader->going_on = true;
                return DL_OK;
            }
        } else if (reader->line.at[0] != '#') {
            status = read_word(draft);
        } else {
            if (draft->words)
                status = end_sentence(draft);
            if (status == DL_OK)
                read_comment(draft, &end);
        }
        if (end) {
            reader->held = true;
            break;
        }
    }
    reader->going_on = false;
    return status == DL_OK ? end_sentence(draft) : status;
}

/* After a fault: to the next document. */
static void skip_document(struct dl_conllu_reader *reader)
{
    dl_str value;
    reader->going_on = false;
    while (read_line(reader))
        if (reader->line.len && reader->line.at[0] == '#' &&
            comment_is(reader->line, "newdoc", &value)) {
            reader->held = true;
            return;
        }
}

/* The text, and behind it the words that are no parts of it. */
static void end_text(struct draft *draft)
{
    struct dl_article *article = draft->article;
    size_t len = draft->text.len;
    char *text = dl_arena_raw(article->arena, len + draft->behind.len + 1);
    if (len)
        memcpy(text, draft->text.at, len);
    if (draft->behind.len)
        memcpy(text + len, draft->behind.at, draft->behind.len);
    dl_article_set_text(article, (dl_str){text, len});
    for (uint32_t i = 0; i < article->token_count; i++)
        if (article->tokens[i].start & BEHIND)
            article->tokens[i].start = (article->tokens[i].start & ~BEHIND) + (uint32_t)len;
    dl_tokens_look(article);
}

dl_status dl_conllu_next(struct dl_conllu_reader *reader, struct dl_article *article,
                         struct dl_conllu_document *ret, struct dl_error *err)
{
    struct draft draft = {
        .reader = reader, .article = article, .document = ret, .err = err, .space = true};
    if (!reader->going_on)
        reader->sentences = 0;
    *ret = (struct dl_conllu_document){.has_start = !reader->going_on,
                                       .number_from = reader->sentences};
    dl_buf_init(&draft.text, DL_CONLLU_DOCUMENT_MAX);
    dl_buf_init(&draft.behind, DL_CONLLU_DOCUMENT_MAX);
    dl_status status = read_lines(&draft);
    if (status == DL_OK && article->sentence_count == 0)
        status = DL_NOT_FOUND;
    reader->sentences += article->sentence_count;
    if (status == DL_OK)
        end_text(&draft);
    else if (status != DL_NOT_FOUND)
        skip_document(reader);
    ret->surfaces = draft.surfaces;
    dl_buf_done(&draft.text);
    dl_buf_done(&draft.behind);
    return status;
}
