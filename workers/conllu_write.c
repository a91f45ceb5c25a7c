/* An article as CoNLL-U. */
#include "workers/conllu.h"

/* Far above what a text of 4 MiB can need with all columns. */
#define SENTENCE_BYTES_MAX (512U << 20)

static const char *const name_labels[] = {"", "PER", "ORG", "LOC", "MISC"};

/* Where the writer stands in the lists that run beside the tokens. */
struct place {
    const struct dl_article *article;
    const struct dl_conllu_document *document;
    struct dl_buf *out;
    uint32_t name;    /* first that does not lie wholly before */
    uint32_t surface; /* likewise */
    uint32_t number;  /* of sentences without an id */
};

/* White space of any kind as one blank: comments and forms are lines. */
static void put_flat(struct dl_buf *out, dl_str text)
{
    bool blank = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            blank = true;
            continue;
        }
        if (blank)
            (void)dl_buf_put_char(out, ' ');
        blank = false;
        (void)dl_buf_put_char(out, c);
    }
}

/* "_" is a form, too; an empty field is not. */
static void put_field(struct dl_buf *out, dl_str text)
{
    if (text.len == 0)
        (void)dl_buf_put_char(out, '_');
    else
        put_flat(out, text);
}

/* Words of the surface token that begins with word `i`, and its bytes. */
static uint32_t surface_at(struct place *place, uint32_t i, uint32_t end, dl_str *ret)
{
    const struct dl_article *article = place->article;
    const struct dl_conllu_document *document = place->document;
    uint32_t words = 1;
    while (i + words < end && article->tokens[i + words].joined)
        words++;
    while (place->surface < document->surface_count && document->surfaces[place->surface].token < i)
        place->surface++;
    if (place->surface < document->surface_count && document->surfaces[place->surface].token == i) {
        const struct dl_conllu_surface *surface = &document->surfaces[place->surface];
        *ret = (dl_str){article->text.at + surface->start, surface->len};
    } else {
        const struct dl_token *last = &article->tokens[i + words - 1];
        *ret = dl_str_sub(article->text, article->tokens[i].start, last->start + last->len);
    }
    return words;
}

/* "NER=B-PER", "SpaceAfter=No", both or "_". */
static void put_misc(struct place *place, uint32_t token, bool named, bool tight)
{
    const struct dl_article *article = place->article;
    const struct dl_name *name = NULL;
    while (place->name < article->name_count &&
           article->names[place->name].first + article->names[place->name].count <= token)
        place->name++;
    if (named && place->name < article->name_count && article->names[place->name].first <= token)
        name = &article->names[place->name];
    if (name)
        (void)dl_buf_printf(place->out, "NER=%c-%s", name->first == token ? 'B' : 'I',
                            name_labels[name->kind]);
    if (tight)
        (void)dl_buf_printf(place->out, "%sSpaceAfter=No", name ? "|" : "");
    (void)dl_buf_put_str(place->out, name || tight ? DL_STR("\n") : DL_STR("_\n"));
}

static void put_word(struct place *place, const struct dl_sentence *sentence, uint32_t i,
                     bool tight)
{
    const struct dl_token *token = &place->article->tokens[i];
    struct dl_buf *out = place->out;
    (void)dl_buf_printf(out, "%u\t", i - sentence->first + 1);
    put_field(out, dl_token_text(place->article, i));
    (void)dl_buf_put_char(out, '\t');
    put_field(out, token->lemma);
    (void)dl_buf_printf(out, "\t%s\t%s\t_\t", dl_upos_text((enum dl_upos)token->upos),
                        dl_xpos_text((enum dl_xpos)token->xpos));
    if (token->relation == DL_REL_NONE)
        (void)dl_buf_put_char(out, '_');
    else
        (void)dl_buf_printf(out, "%u",
                            token->head == DL_NO_TOKEN ? 0 : token->head - sentence->first + 1);
    (void)dl_buf_printf(out, "\t%s\t_\t", dl_relation_text((enum dl_relation)token->relation));
    put_misc(place, i, true, tight);
}

static void put_words(struct place *place, const struct dl_sentence *sentence)
{
    const struct dl_article *article = place->article;
    uint32_t end = sentence->first + sentence->count;
    for (uint32_t i = sentence->first; i < end;) {
        dl_str surface;
        uint32_t words = surface_at(place, i, end, &surface);
        uint32_t next = i + words;
        bool tight = next < article->token_count && !article->tokens[next].spaced;
        if (words > 1) {
            (void)dl_buf_printf(place->out, "%u-%u\t", i - sentence->first + 1,
                                next - sentence->first);
            put_field(place->out, surface);
            (void)dl_buf_put_str(place->out, DL_STR("\t_\t_\t_\t_\t_\t_\t_\t"));
            put_misc(place, i, false, tight);
        }
        for (; i < next; i++)
            put_word(place, sentence, i, words == 1 && tight);
    }
}

/* The bytes from a sentence's first surface token to its last. */
static dl_str sentence_text(struct place *place, const struct dl_sentence *sentence)
{
    uint32_t end = sentence->first + sentence->count;
    uint32_t surface_before = place->surface;
    uint32_t last = end - 1;
    dl_str first;
    dl_str final;
    while (last > sentence->first && place->article->tokens[last].joined)
        last--;
    (void)surface_at(place, sentence->first, end, &first);
    (void)surface_at(place, last, end, &final);
    place->surface = surface_before;
    return (dl_str){first.at, (size_t)(final.at - first.at) + final.len};
}

static void put_comments(struct place *place, uint32_t index)
{
    const struct dl_sentence *sentence = &place->article->sentences[index];
    const struct dl_conllu_document *document = place->document;
    struct dl_buf *out = place->out;
    if (document->paragraphs && document->paragraphs[index])
        (void)dl_buf_put_str(out, DL_STR("# newpar\n"));
    (void)dl_buf_put_str(out, DL_STR("# sent_id = "));
    place->number++;
    if (document->sentence_ids && document->sentence_ids[index].len) {
        put_flat(out, document->sentence_ids[index]);
    } else {
        if (document->id.len) {
            put_flat(out, document->id);
            (void)dl_buf_put_char(out, '-');
        }
        (void)dl_buf_printf(out, "%u", place->number);
    }
    (void)dl_buf_put_str(out, DL_STR("\n# text = "));
    put_flat(out, sentence_text(place, sentence));
    (void)dl_buf_put_char(out, '\n');
}

void dl_conllu_write(const struct dl_article *article, const struct dl_conllu_document *document,
                     FILE *file)
{
    struct dl_buf out;
    struct place place = {
        .article = article, .document = document, .out = &out, .number = document->number_from};
    dl_buf_init(&out, SENTENCE_BYTES_MAX);
    if (document->has_start) {
        (void)dl_buf_put_str(&out,
                             document->id.len ? DL_STR("# newdoc id = ") : DL_STR("# newdoc"));
        put_flat(&out, document->id);
        (void)dl_buf_put_char(&out, '\n');
    }
    for (uint32_t i = 0; i < article->sentence_count; i++) {
        put_comments(&place, i);
        put_words(&place, &article->sentences[i]);
        (void)dl_buf_put_char(&out, '\n');
        (void)fwrite(out.at, 1, out.len, file); /* the caller asks ferror at the end */
        dl_buf_reset(&out);
    }
    dl_buf_done(&out);
}
