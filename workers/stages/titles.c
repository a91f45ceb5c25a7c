/* Titles and roles that belong to a name:
 *
 *     U.S. Secretary of State Marco Rubio         words before, of the same phrase
 *     José Luis Santos Iza, a National Guard leader    words after a comma, in apposition
 *
 * Trees say what belongs together; a word of the almanac's roles, or a common noun, makes it a
 * title. */
#include "workers/stages/entities.h"

#define BEFORE_MAX 10U /* tokens */
#define AFTER_MAX 14U

uint32_t dl_head_of(const struct dl_article *article, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        uint32_t head = article->tokens[i].head;
        if (head == DL_NO_TOKEN || head < first || head >= first + count)
            return i;
    }
    return first + count - 1;
}

static const struct dl_sentence *sentence_of(const struct dl_article *article, uint32_t token)
{
    uint32_t from = 0;
    uint32_t to = article->sentence_count;
    while (to - from > 1) {
        uint32_t middle = from + (to - from) / 2;
        if (article->sentences[middle].first <= token)
            from = middle;
        else
            to = middle;
    }
    return &article->sentences[from];
}

static bool has_trees(const struct dl_article *article)
{
    return article->token_count && article->tokens[0].relation != DL_REL_NONE;
}

/* Does `token` hang on one of [first, end), directly or over others in [from, end)? */
static bool hangs_on(const struct dl_article *article, uint32_t token, uint32_t from,
                     uint32_t first, uint32_t end)
{
    for (uint32_t steps = 0; steps < BEFORE_MAX + AFTER_MAX; steps++) {
        uint32_t head = article->tokens[token].head;
        if (head == DL_NO_TOKEN || head < from || head >= end)
            return false;
        if (head >= first)
            return true;
        token = head;
    }
    return false;
}

static bool is_title_word(const struct dl_article *article, uint32_t token)
{
    switch (article->tokens[token].upos) {
    case DL_UPOS_NOUN:
    case DL_UPOS_PROPN:
    case DL_UPOS_ADJ:
        return true;
    default:
        return false;
    }
}

static bool is_word(const struct dl_article *article, uint32_t token, const char *word)
{
    return dl_str_eq_nocase(dl_token_text(article, token), dl_str_of(word));
}

/* "of" in "Secretary of State", the hyphen in "vice-president", the 's of "Mexico's president". */
static bool may_join(const struct dl_article *article, uint32_t token)
{
    return is_word(article, token, "of") || is_word(article, token, "for") ||
           is_word(article, token, "-") || is_word(article, token, "and") ||
           article->tokens[token].xpos == DL_XPOS_POS;
}

/* A phrase that names a role: by the almanac, or by a common noun in it. */
static bool names_role(const struct dl_knowledge *knowledge, const struct dl_article *article,
                       uint32_t first, uint32_t end)
{
    struct dl_atom atoms[32];
    struct dl_found found;
    const struct dl_token *last = &article->tokens[end - 1];
    dl_str text = dl_str_sub(article->text, article->tokens[first].start, last->start + last->len);
    uint32_t count = dl_atoms(text, atoms, 32);
    for (uint32_t i = 0; i < count; i++)
        if (dl_almanac_find(knowledge->almanac, atoms, i, count, DL_SENSE(DL_SENSE_ROLE), &found))
            return true;
    return false;
}

static dl_str text_of(const struct dl_article *article, uint32_t first, uint32_t end)
{
    const struct dl_token *last = &article->tokens[end - 1];
    return dl_str_sub(article->text, article->tokens[first].start, last->start + last->len);
}

static dl_str title_before(const struct dl_knowledge *knowledge, const struct dl_article *article,
                           const struct dl_name *name)
{
    const struct dl_sentence *sentence = sentence_of(article, name->first);
    uint32_t end = name->first + name->count;
    uint32_t from = name->first;
    uint32_t head = article->tokens[dl_head_of(article, name->first, name->count)].head;
    while (from > sentence->first && name->first - from < BEFORE_MAX) {
        uint32_t token = from - 1;
        bool title = is_title_word(article, token);
        if (!title && !(from < name->first && may_join(article, token)))
            break;
        if (article->tokens[token].name == DL_NAME_PER)
            break;
        if (title && has_trees(article) && token != head &&
            !hangs_on(article, token, token, name->first, end) &&
            !(head != DL_NO_TOKEN && head < name->first &&
              hangs_on(article, token, token, head, name->first)))
            break;
        from = token;
    }
    while (from < name->first && !is_title_word(article, from))
        from++;
    if (from == name->first || !names_role(knowledge, article, from, name->first))
        return (dl_str){"", 0};
    return text_of(article, from, name->first);
}

/* ", a National Guard leader": up to the next comma, clause or end. */
static dl_str title_after(const struct dl_knowledge *knowledge, const struct dl_article *article,
                          const struct dl_name *name)
{
    const struct dl_sentence *sentence = sentence_of(article, name->first);
    uint32_t end = sentence->first + sentence->count;
    uint32_t from = name->first + name->count;
    bool noun = false;
    if (from + 1 >= end || !is_word(article, from, ","))
        return (dl_str){"", 0};
    uint32_t to = ++from;
    while (to < end && to - from < AFTER_MAX) {
        const struct dl_token *token = &article->tokens[to];
        if (token->upos == DL_UPOS_VERB || token->upos == DL_UPOS_AUX ||
            token->upos == DL_UPOS_PRON || token->upos == DL_UPOS_SCONJ ||
            token->upos == DL_UPOS_NUM || (token->kind == DL_PUNCT && !is_word(article, to, "-")))
            break;
        if (to == from && token->upos == DL_UPOS_ADP)
            break; /* ", in Paris" */
        noun |= token->upos == DL_UPOS_NOUN;
        to++;
    }
    bool closed = to == end || article->tokens[to].kind == DL_PUNCT ||
                  article->tokens[to].upos == DL_UPOS_PRON;
    if (to == from || !noun || !closed || !names_role(knowledge, article, from, to))
        return (dl_str){"", 0};
    return text_of(article, from, to);
}

dl_str dl_title_of(const struct dl_knowledge *knowledge, const struct dl_article *article,
                   const struct dl_name *name)
{
    dl_str title = title_before(knowledge, article, name);
    return title.len ? title : title_after(knowledge, article, name);
}
