/* The small words of the text, found once for all that look for dates, counts, places and speech;
 * and the questions these stages ask of tokens. */
#include "workers/stages/circumstances.h"

#define CLIMB_MAX 64U /* a deeper tree is a broken one */

dl_status dl_stage_wordings(const struct dl_knowledge *knowledge, struct dl_article *article,
                            struct dl_error *err)
{
    (void)err; /* any text has words */
    uint32_t count = article->token_count;
    uint64_t *words = dl_arena_array(article->arena, uint64_t, count + 1);
    article->wordings = dl_arena_array(article->arena, const struct dl_wording *, count + 1);
    if (!article->english)
        return DL_OK; /* nothing is looked for in other languages */
    for (uint32_t i = 0; i < count; i++)
        words[i] = dl_wording_hash(dl_token_text(article, i));
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        uint32_t end = article->sentences[s].first + article->sentences[s].count;
        for (uint32_t i = article->sentences[s].first; i < end; i++)
            article->wordings[i] = dl_wordings_find(knowledge->wordings, words, i, end);
    }
    return DL_OK;
}

struct dl_circumstances *dl_circumstances_open(struct dl_article *article)
{
    if (!article->circumstances)
        article->circumstances = dl_arena_alloc(article->arena, sizeof(struct dl_circumstances));
    return (struct dl_circumstances *)(uintptr_t)article->circumstances; /* ours to fill */
}

const struct dl_wording *dl_said_before(const struct dl_article *article, uint32_t end,
                                        uint32_t from, enum dl_wording_kind kind)
{
    for (uint32_t n = DL_WORDING_WORDS_MAX; n > 0; n--) { /* "north of" before "of" */
        if (end < from + n)
            continue;
        const struct dl_wording *said = dl_said(article, end - n, kind);
        if (said && said->words == n)
            return said;
    }
    return NULL;
}

bool dl_token_is(const struct dl_article *article, uint32_t token, const char *text)
{
    return token < article->token_count &&
           dl_str_eq_nocase(dl_token_text(article, token), dl_str_of(text));
}

bool dl_is_dash(const struct dl_article *article, uint32_t token)
{
    if (token >= article->token_count || article->tokens[token].kind != DL_PUNCT)
        return false;
    dl_str text = dl_token_text(article, token);
    return dl_str_is(text, "-") || dl_str_is(text, "--") || dl_str_is(text, "\xe2\x80\x93") ||
           dl_str_is(text, "\xe2\x80\x94") || dl_str_is(text, "\xe2\x80\x95") ||
           dl_str_is(text, "\xe2\x80\x92");
}

uint32_t dl_sentence_of(const struct dl_article *article, uint32_t token)
{
    uint32_t low = 0;
    uint32_t high = article->sentence_count;
    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;
        if (article->sentences[middle].first <= token)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int32_t dl_section_of(const struct dl_article *article, uint32_t sentence)
{
    uint32_t section = article->sentences[sentence].section;
    return section < article->report.sections_count ? article->report.sections[section].kind
                                                    : DL_BODY;
}

bool dl_has_tree(const struct dl_article *article, uint32_t sentence)
{
    const struct dl_sentence *s = &article->sentences[sentence];
    return s->count && article->tokens[s->first].relation != DL_REL_NONE;
}

/* A clause of its own hangs on its head by one of these. */
static bool opens_clause(const struct dl_token *token)
{
    switch (token->relation) {
    case DL_REL_ROOT:
    case DL_REL_ADVCL:
    case DL_REL_ADVCL_RELCL:
    case DL_REL_CCOMP:
    case DL_REL_ACL:
    case DL_REL_ACL_RELCL:
    case DL_REL_PARATAXIS:
    case DL_REL_CSUBJ:
    case DL_REL_CSUBJ_PASS:
    case DL_REL_XCOMP:
        return true;
    case DL_REL_CONJ: /* "attacked and killed"; not "soldiers and police" */
        return token->upos == DL_UPOS_VERB;
    default:
        return false;
    }
}

uint32_t dl_clause_of(const struct dl_article *article, uint32_t token)
{
    for (uint32_t n = 0; n < CLIMB_MAX; n++) {
        const struct dl_token *t = &article->tokens[token];
        if (opens_clause(t) || t->head >= article->token_count || t->head == token)
            break;
        token = t->head;
    }
    return token;
}
