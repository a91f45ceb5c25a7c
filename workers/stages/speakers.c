/* The phrase of a speaker beside a verb of saying, by the tree where there is one and by the order
 * of words where there is none. */
#include "workers/stages/quote_marks.h"

#define PHRASE_TOKENS 14U
#define PLACE_TOKENS 6U   /* "in the port of Arusha" within such a phrase */
#define BEFORE_TOKENS 30U /* from a speaker over what is told about him to the verb */
#define SEGMENTS_MAX 4U   /* between commas */

static bool is_word(const struct dl_article *article, uint32_t at)
{
    return article->tokens[at].kind == DL_WORD;
}

static bool is_name_word(const struct dl_article *article, uint32_t at)
{
    return is_word(article, at) && article->tokens[at].capital;
}

/* "dr." "U.S." "J.": the stop belongs to the word before it. */
static bool is_abbreviating_stop(const struct dl_article *article, uint32_t at)
{
    return dl_token_is(article, at, ".") && !article->tokens[at].spaced && at > 0 &&
           article->tokens[at - 1].len <= 3 && is_word(article, at - 1) &&
           at + 1 < article->token_count && is_name_word(article, at + 1);
}

static bool is_determiner(const struct dl_article *article, uint32_t at)
{
    return dl_token_is(article, at, "the") || dl_token_is(article, at, "a") ||
           dl_token_is(article, at, "an") || dl_token_is(article, at, "one") ||
           dl_token_is(article, at, "some") || dl_token_is(article, at, "its") ||
           dl_token_is(article, at, "his") || dl_token_is(article, at, "her") ||
           dl_token_is(article, at, "their") || dl_token_is(article, at, "another");
}

static bool is_time(const struct dl_article *article, uint32_t at)
{
    return dl_said(article, at, DL_WORDING_WEEKDAY) || dl_said(article, at, DL_WORDING_DEICTIC) ||
           (dl_said(article, at, DL_WORDING_MONTH) && article->tokens[at].capital &&
            dl_token_text(article, at).len > 3);
}

static bool ends_phrase(const struct dl_article *article, uint32_t at, uint32_t first)
{
    if (!is_word(article, at) && article->tokens[at].kind == DL_PUNCT) {
        bool dash = dl_is_dash(article, at) && !article->tokens[at].spaced;
        return !dash && !is_abbreviating_stop(article, at) && !dl_token_is(article, at, "&");
    }
    if (at == first)
        return false;
    bool small = dl_said(article, at, DL_WORDING_SMALL) && !article->tokens[at].capital;
    bool says = dl_said(article, at, DL_WORDING_SAYS) && !article->tokens[at].capital;
    return small || says || is_time(article, at);
}

/* Words before a name that are titles: roles, peoples, "Mr". */
static uint32_t skip_titles(const struct dl_article *article, const struct dl_knowledge *knowledge,
                            uint32_t first, uint32_t next)
{
    struct dl_atom atoms[2 * PHRASE_TOKENS];
    const struct dl_token *a = &article->tokens[first];
    const struct dl_token *z = &article->tokens[next - 1];
    dl_str text = dl_str_sub(article->text, a->start, z->start + z->len);
    uint32_t count = dl_atoms(text, atoms, 2 * PHRASE_TOKENS);
    uint32_t at = 0;
    while (at < count) {
        struct dl_found found;
        size_t len = atoms[at].end - atoms[at].start;
        bool stop_after = atoms[at].end < text.len && text.at[atoms[at].end] == '.';
        if ((len <= 3 && stop_after && len > 1) ||
            (at == 0 && len <= 3 &&
             (dl_str_eq_nocase(dl_str_sub(text, 0, len), DL_STR("mr")) ||
              dl_str_eq_nocase(dl_str_sub(text, 0, len), DL_STR("ms")) ||
              dl_str_eq_nocase(dl_str_sub(text, 0, len), DL_STR("mrs")) ||
              dl_str_eq_nocase(dl_str_sub(text, 0, len), DL_STR("dr")) ||
              dl_str_eq_nocase(dl_str_sub(text, 0, len), DL_STR("sir"))))) {
            at++;
            continue;
        }
        if (!dl_almanac_find(knowledge->almanac, atoms, at, count,
                             DL_SENSE(DL_SENSE_ROLE) | DL_SENSE(DL_SENSE_PEOPLE) |
                                 DL_SENSE(DL_SENSE_COUNTRY),
                             &found))
            break;
        at += found.atoms;
        if (at < count && atoms[at].shape & DL_ATOM_POSSESSIVE)
            at++;
    }
    if (at >= count)
        return next; /* titles only */
    uint32_t token = first;
    while (token + 1 < next && article->tokens[token + 1].start <= a->start + atoms[at].start)
        token++;
    return token;
}

/* The proper name in the phrase: what was found as a person's name, else the last run of capitals
 * without its titles, if it ends the phrase. */
static void find_name(const struct dl_article *article, const struct dl_knowledge *knowledge,
                      struct dl_speaker *ret)
{
    for (uint32_t i = ret->first; i < ret->next; i++) {
        if (article->tokens[i].name != DL_NAME_PER)
            continue;
        uint32_t next = i;
        while (next < ret->next && article->tokens[next].name == DL_NAME_PER)
            next++;
        ret->name_first = i;
        ret->name_next = next;
        return;
    }
    uint32_t first = ret->next;
    while (first > ret->first &&
           (is_name_word(article, first - 1) || is_abbreviating_stop(article, first - 1) ||
            (dl_is_dash(article, first - 1) && !article->tokens[first - 1].spaced) ||
            (first - 1 > ret->first && article->tokens[first - 1].len <= 3 &&
             is_word(article, first - 1) && is_name_word(article, first - 2) &&
             !dl_token_is(article, first - 1, "'s") && !dl_token_is(article, first - 1, "of") &&
             !dl_token_is(article, first - 1, "for"))))
        first--;
    while (first < ret->next && !is_name_word(article, first))
        first++;
    const struct dl_people *people = article->circumstances->people;
    bool other = first < ret->next && (article->tokens[first].name == DL_NAME_ORG ||
                                       article->tokens[first].name == DL_NAME_LOC);
    if (other && people && dl_is_persons_name(people, first))
        other = false; /* a surname alone is easily taken for something else */
    if (first >= ret->next || other)
        return;
    /* "dr." in small letters before it, and the like */
    first = skip_titles(article, knowledge, first, ret->next);
    const struct dl_wording *person = dl_said(article, ret->next - 1, DL_WORDING_PERSON);
    if (first >= ret->next || (person && ret->next - first <= 3))
        return; /* "the Interior Ministry", "Ghana Police" */
    ret->name_first = first;
    ret->name_next = ret->next;
}

/* ", a senior police officer" after the name; or the name after "the union's president,". */
static void find_apposition(const struct dl_article *article, const struct dl_knowledge *knowledge,
                            uint32_t end, struct dl_speaker *ret)
{
    uint32_t at = ret->next;
    bool named = ret->name_first < ret->name_next;
    if (!named && (dl_token_is(article, at, "in") || dl_token_is(article, at, "at") ||
                   dl_token_is(article, at, "from") || dl_token_is(article, at, "with")))
        while (at < end && at < ret->next + PLACE_TOKENS && !dl_token_is(article, at, ","))
            at++; /* "a lawyer in Arusha, Neema Urio" */
    if (at + 1 >= end || !dl_token_is(article, at, ","))
        return;
    uint32_t first = at + 1;
    uint32_t next = first;
    while (next < end && next < first + PHRASE_TOKENS && article->tokens[next].kind != DL_PUNCT &&
           !dl_said(article, next, DL_WORDING_SAYS))
        next++;
    while (next < end && next < first + PHRASE_TOKENS && dl_is_dash(article, next) &&
           !article->tokens[next].spaced)
        next++;
    if (next == first)
        return;
    if (ret->name_first == ret->name_next && is_name_word(article, first) &&
        !dl_said(article, first, DL_WORDING_SMALL)) {
        struct dl_speaker name = {.first = first, .next = first};
        while (name.next < next &&
               (is_name_word(article, name.next) || dl_token_text(article, name.next).len <= 3) &&
               !dl_said(article, name.next, DL_WORDING_SMALL))
            name.next++;
        find_name(article, knowledge, &name);
        bool surely = name.name_first < name.name_next &&
                      article->tokens[name.name_first].name == DL_NAME_PER;
        if (name.name_next - name.name_first < 2 && !surely)
            return;
        ret->more_first = ret->first;
        ret->more_next = ret->next;
        ret->first = name.first;
        ret->next = name.next;
        ret->name_first = name.name_first;
        ret->name_next = name.name_next;
        return;
    }
    if (ret->name_first < ret->name_next && !dl_said(article, first, DL_WORDING_SMALL) &&
        article->tokens[first].kind == DL_WORD) {
        ret->more_first = first;
        ret->more_next = next;
    }
}

/* "a woman who gave her name only as Fatima" */
static void find_given_name(const struct dl_article *article, uint32_t end, struct dl_speaker *ret)
{
    uint32_t last = end < ret->next + PHRASE_TOKENS ? end : ret->next + PHRASE_TOKENS;
    for (uint32_t i = ret->next; ret->name_first == ret->name_next && i < last; i++) {
        const struct dl_wording *given = dl_said(article, i, DL_WORDING_GIVEN_NAME);
        uint32_t name = given ? i + given->words : end;
        if (name >= end || !is_name_word(article, name))
            continue;
        ret->name_first = name;
        ret->name_next = name + 1;
        while (ret->name_next < end && is_name_word(article, ret->name_next))
            ret->name_next++;
    }
}

/* "the army's statement said": the army does. */
static void leave_paper(const struct dl_article *article, struct dl_speaker *ret)
{
    if (!ret->person || !dl_str_is(ret->person->word, "paper"))
        return;
    for (uint32_t i = ret->first + 1; i + 1 < ret->next; i++) {
        if (!dl_token_is(article, i, "'s") && !dl_token_is(article, i, "\xe2\x80\x99s"))
            continue;
        ret->next = i;
        ret->person = dl_said(article, i - 1, DL_WORDING_PERSON);
        return;
    }
}

bool dl_speaker_at(const struct dl_article *article, const struct dl_knowledge *knowledge,
                   uint32_t at, uint32_t end, struct dl_speaker *ret)
{
    *ret = (struct dl_speaker){0};
    uint32_t from = at;
    while (at < end && (is_determiner(article, at) || is_time(article, at) ||
                        (dl_said(article, at, DL_WORDING_NUMBER) && at + 1 < end)))
        at++;
    bool someone = at > from &&
                   (dl_token_is(article, at - 1, "one") ||
                    dl_token_is(article, at - 1, "another") || dl_token_is(article, at - 1, "two"));
    if (someone && (at >= end || ends_phrase(article, at, from))) { /* said one. */
        ret->first = at - 1;
        ret->next = at;
        return ret->unnamed = true;
    }
    if (at >= end)
        return false;
    ret->determined = at > from && is_determiner(article, at - 1);
    ret->first = at;
    ret->next = at;
    if (dl_said(article, at, DL_WORDING_PRONOUN)) {
        ret->next = at + 1;
        ret->pronoun = true;
        return true;
    }
    if (dl_said(article, at, DL_WORDING_SMALL))
        return false;
    while (ret->next < end && ret->next < at + PHRASE_TOKENS &&
           !ends_phrase(article, ret->next, at)) {
        const struct dl_wording *person = dl_said(article, ret->next, DL_WORDING_PERSON);
        bool after_of = ret->person && ret->next > at &&
                        (dl_token_is(article, ret->next - 1, "of") ||
                         dl_token_is(article, ret->next - 1, "for"));
        if (person && !after_of)
            ret->person = person;
        if (article->tokens[ret->next].line_end) {
            ret->next++;
            break;
        }
        ret->next++;
    }
    while (ret->next > ret->first && article->tokens[ret->next - 1].kind == DL_PUNCT)
        ret->next--;
    if (ret->next == ret->first)
        return false;
    leave_paper(article, ret);
    find_name(article, knowledge, ret);
    find_apposition(article, knowledge, end, ret);
    find_given_name(article, end, ret);
    bool capital = false;
    for (uint32_t i = ret->first; i < ret->next; i++)
        capital = capital || article->tokens[i].capital;
    return ret->name_first < ret->name_next || ret->person || capital || ret->determined;
}

/* Before a verb: auxiliaries and adverbs. */
static uint32_t skip_back(const struct dl_article *article, uint32_t verb, uint32_t from)
{
    while (verb > from) {
        uint32_t at = verb - 1;
        dl_str text = dl_token_text(article, at);
        bool adverb =
            text.len > 4 && dl_str_ends(text, DL_STR("ly")) && !article->tokens[at].capital;
        if (!adverb && !dl_token_is(article, at, "has") && !dl_token_is(article, at, "had") &&
            !dl_token_is(article, at, "have") && !dl_token_is(article, at, "also") &&
            !dl_token_is(article, at, "later") && !dl_token_is(article, at, "then") &&
            !dl_token_is(article, at, "earlier") && !is_time(article, at) &&
            !dl_token_is(article, at, "on") && !dl_token_is(article, at, "since") &&
            !dl_token_is(article, at, "would") && !dl_token_is(article, at, "himself") &&
            !dl_token_is(article, at, "herself"))
            break;
        verb = at;
    }
    return verb;
}

/* Where the phrase that ends at `end` begins. */
static uint32_t phrase_start(const struct dl_article *article, uint32_t end, uint32_t from)
{
    uint32_t at = end;
    while (at > from) {
        uint32_t before = at - 1;
        if (article->tokens[before].kind == DL_PUNCT) {
            bool dash = dl_is_dash(article, before) && !article->tokens[before].spaced;
            if (!dash && !is_abbreviating_stop(article, before))
                break;
        }
        bool joins = dl_token_is(article, before, "in") || dl_token_is(article, before, "at") ||
                     dl_token_is(article, before, "from") || dl_token_is(article, before, "with") ||
                     dl_token_is(article, before, "and") || is_time(article, before);
        bool named = article->tokens[before].name != DL_NAME_NONE; /* Reporters Without Borders */
        if ((dl_said(article, before, DL_WORDING_SMALL) && !joins && !named) ||
            dl_said(article, before, DL_WORDING_SAYS))
            break;
        at = before;
    }
    return at;
}

static bool by_tree(const struct dl_article *article, const struct dl_knowledge *knowledge,
                    uint32_t verb, uint32_t from, struct dl_speaker *ret)
{
    for (uint32_t i = verb; i-- > from;) {
        const struct dl_token *t = &article->tokens[i];
        if (t->head != verb || t->relation != DL_REL_NSUBJ)
            continue;
        uint32_t first = i;
        while (first > from && article->tokens[first - 1].head >= first &&
               article->tokens[first - 1].head <= i && article->tokens[first - 1].kind != DL_PUNCT)
            first--;
        return dl_speaker_at(article, knowledge, first, verb, ret);
    }
    uint32_t head = article->tokens[verb].head; /* "called it a lie and said" */
    bool shares = article->tokens[verb].relation == DL_REL_CONJ ||
                  (article->tokens[verb].relation == DL_REL_ADVCL &&
                   article->tokens[verb].xpos == DL_XPOS_VBG); /* "left, saying that …" */
    return shares && head >= from && head < verb && by_tree(article, knowledge, head, from, ret);
}

/* Does what stands between the commas there begin with "who"? It tells about a speaker before it.
 */
static bool is_relative(const struct dl_article *article, uint32_t at, uint32_t from)
{
    while (at > from && !dl_token_is(article, at - 1, ","))
        at--;
    return at > from && (dl_token_is(article, at, "who") || dl_token_is(article, at, "which") ||
                         dl_token_is(article, at, "whose") || dl_token_is(article, at, "where"));
}

/* "KCNA quoted a spokesman as saying" */
static bool quoted_as(const struct dl_article *article, const struct dl_knowledge *knowledge,
                      uint32_t verb, uint32_t from, struct dl_speaker *ret)
{
    if (verb < from + 3 || !dl_token_is(article, verb - 1, "as"))
        return false;
    for (uint32_t i = verb - 1; i-- > from;)
        if (dl_token_is(article, i, "quoted") || dl_token_is(article, i, "quoting") ||
            dl_token_is(article, i, "quotes"))
            return dl_speaker_at(article, knowledge, i + 1, verb - 1, ret);
    return false;
}

/* "Human Rights Watch, which said": the one before the comma. */
static bool told_of_before(const struct dl_article *article, const struct dl_knowledge *knowledge,
                           uint32_t end, uint32_t from, struct dl_speaker *ret)
{
    if (end < from + 2 ||
        (!dl_token_is(article, end - 1, "which") && !dl_token_is(article, end - 1, "who")))
        return false;
    uint32_t last = end - 1;
    if (dl_token_is(article, last - 1, ","))
        last--;
    uint32_t start = phrase_start(article, last, from);
    return start < last && dl_speaker_at(article, knowledge, start, last, ret);
}

bool dl_speaker_before(const struct dl_article *article, const struct dl_knowledge *knowledge,
                       uint32_t verb, uint32_t from, struct dl_speaker *ret)
{
    struct dl_speaker other;
    bool found = false;
    if (verb > from + BEFORE_TOKENS)
        from = verb - BEFORE_TOKENS;
    if (quoted_as(article, knowledge, verb, from, ret))
        return true;
    if (by_tree(article, knowledge, verb, from, ret) &&
        (ret->pronoun || ret->person || ret->determined || ret->name_first < ret->name_next ||
         article->tokens[ret->first].upos == DL_UPOS_PROPN))
        return true;
    uint32_t end = skip_back(article, verb, from);
    if (told_of_before(article, knowledge, end, from, ret))
        return true;
    for (uint32_t n = 0; n < SEGMENTS_MAX && end > from; n++) {
        uint32_t start = phrase_start(article, end, from);
        bool comma = start > from && dl_token_is(article, start - 1, ",");
        bool relative = is_relative(article, start, from);
        if (!relative && start < end && dl_speaker_at(article, knowledge, start, verb, &other)) {
            bool named = other.name_first < other.name_next;
            if (!found || named) {
                *ret = other;
                found = true;
            }
            if (named || other.pronoun || (other.person && !comma))
                return true;
        }
        /* To the segment before the comma. */
        while (start > from && !dl_token_is(article, start - 1, ","))
            start--;
        end = start > from ? start - 1 : from;
        if (n == 0 && end + 1 != skip_back(article, verb, from) && !comma && found)
            break;
    }
    return found;
}
