/* How many: numbers of people, troops, weapons and money, in figures and words.
 *
 * The noun after a number says what it counts ("10,000 heavily armed troops"), and a verb beside it
 * what became of them ("killing at least nine people", "39 people had been killed"). A number that
 * counts none of these is left out. */
#include "workers/stages/count_room.h"

#include "proto/words.h"

#define NOUN_TOKENS 5U /* from a number over adjectives to its noun */
#define VERB_BEFORE 4U /* from "killing" over "at least another" to its number */
#define VERB_BEFORE_AND 8U
#define VERB_AFTER 7U    /* from the noun over "had already been" to "killed" */
#define ASIDE_TOKENS 12U /* ", most of them women," */
#define TOLL_TOKENS 6U   /* "the death toll in the city rose to 45" */
#define TOTAL_TOKENS 8U
#define PLAN_TOKENS 10U
#define PLAN_AFTER 4U /* "1,949 troops will be stationed" */
#define NUMBERS_MAX 4096U

/* --- what is counted --- */

static bool stops_noun(const struct dl_counting *w, uint32_t at)
{
    const struct dl_token *t = &w->article->tokens[at];
    if (t->kind == DL_PUNCT)
        return !dl_is_dash(w->article, at);
    bool verb = t->xpos == DL_XPOS_VBD || t->xpos == DL_XPOS_VBZ || t->xpos == DL_XPOS_VBP ||
                t->xpos == DL_XPOS_VB || t->xpos == DL_XPOS_MD;
    if (verb || is(w, at, "for"))
        return true;
    return t->kind == DL_NUMBER || (said(w, at, DL_WORDING_SMALL) && !is(w, at, "of")) ||
           said(w, at, DL_WORDING_DONE);
}

/* A word that says what became of those it counts, whatever their noun is. */
static bool is_state(dl_str word)
{
    int32_t what = dl_quantity_of_of(word);
    return what == DL_DEAD || what == DL_INJURED || what == DL_MISSING || what == DL_HOSTAGES ||
           what == DL_ARRESTED || what == DL_DISPLACED;
}

static bool bears_arms(const struct dl_known_role *role)
{
    static const char *const sectors[] = {"MIL", "COP", "REB", "PRM", "UAF"};
    for (size_t i = 0; i < sizeof sectors / sizeof *sectors; i++)
        if (strcmp(role->sectors[0], sectors[i]) == 0)
            return true;
    return false;
}

/* "dockers", "Bangladeshis": a plural that the almanac knows as people of a trade or a country. */
static const struct dl_wording *people_noun(const struct dl_counting *w, uint32_t at)
{
    static const struct dl_wording people = {.word = {"people", 6}, .words = 1};
    static const struct dl_wording troops = {.word = {"troops", 6}, .words = 1};
    struct dl_atom atoms[2];
    struct dl_found found;
    const struct dl_token *t = &w->article->tokens[at];
    if (t->xpos != DL_XPOS_NNS && t->xpos != DL_XPOS_NNPS)
        return NULL;
    if (dl_atoms(dl_token_text(w->article, at), atoms, 2) != 1 ||
        !dl_almanac_find(w->almanac, atoms, 0, 1,
                         DL_SENSE(DL_SENSE_ROLE) | DL_SENSE(DL_SENSE_PEOPLE), &found))
        return NULL;
    if (found.senses[0].kind == DL_SENSE_PEOPLE)
        return &people;
    const struct dl_known_role *role = dl_almanac_role(w->almanac, found.senses[0]);
    if (role->flags & DL_ROLE_WEAK)
        return NULL;
    return bears_arms(role) ? &troops : &people;
}

/* The noun, over adjectives; the token after it. */
static const struct dl_wording *noun_after(const struct dl_counting *w, uint32_t at,
                                           uint32_t *ret_next)
{
    uint32_t last = at + NOUN_TOKENS < w->end ? at + NOUN_TOKENS : w->end;
    for (uint32_t i = at; i < last; i++) {
        const struct dl_wording *noun = said(w, i, DL_WORDING_COUNTED);
        if (noun) {
            uint32_t next = i + noun->words;
            const struct dl_wording *more = said(w, next, DL_WORDING_COUNTED);
            if (more && !w->article->tokens[next].line_end) { /* "police officers" */
                noun = is_state(noun->word) ? noun : more;    /* "missing miners" */
                next += more->words;
            }
            *ret_next = next;
            return noun;
        }
        const struct dl_wording *done = said(w, i, DL_WORDING_DONE);
        noun = done ? said(w, i + done->words, DL_WORDING_COUNTED) : NULL;
        if (noun && is_state(done->word)) { /* "12 kidnapped schoolgirls" */
            *ret_next = i + done->words + noun->words;
            return done;
        }
        noun = people_noun(w, i);
        if (noun) {
            *ret_next = i + 1;
            return noun;
        }
        if (stops_noun(w, i))
            return NULL;
    }
    return NULL;
}

static bool is_aux(const struct dl_counting *w, uint32_t at)
{
    return is(w, at, "was") || is(w, at, "were") || is(w, at, "been") || is(w, at, "be") ||
           is(w, at, "being") || is(w, at, "are") || is(w, at, "is") || is(w, at, "got");
}

/* "killing at least nine": the verb right before the number. */
static const struct dl_wording *verb_before(const struct dl_counting *w, uint32_t number,
                                            uint32_t reach, uint32_t *ret_at)
{
    uint32_t from = number > w->first + reach ? number - reach : w->first;
    for (uint32_t i = number; i-- > from;) {
        const struct dl_wording *done = said(w, i, DL_WORDING_DONE);
        if (done && i + done->words <= number) {
            *ret_at = i;
            return done;
        }
        if (w->article->tokens[i].kind != DL_WORD || is(w, i, "by") || is(w, i, "with") ||
            is(w, i, "at") || (reach == VERB_BEFORE && is(w, i, "and")) || is(w, i, "in") ||
            is(w, i, "from") || is(w, i, "after") || is(w, i, "on"))
            return NULL;
    }
    return NULL;
}

/* Over ", including two police officers," "of them" and "more": the token after. */
static uint32_t skip_aside(const struct dl_counting *w, uint32_t at)
{
    if (is(w, at, "of") && (is(w, at + 1, "them") || is(w, at + 1, "those")))
        at += 2;
    if (is(w, at, "more") || is(w, at, "others"))
        at++;
    if (!is(w, at, ","))
        return at;
    for (uint32_t i = at + 1; i < w->end && i < at + ASIDE_TOKENS; i++)
        if (is(w, i, ","))
            return i + 1;
    return at;
}

/* "39 people had been killed", "12 dead", "six were missing"; not "12 soldiers killed a man". */
static const struct dl_wording *verb_after(const struct dl_counting *w, uint32_t at,
                                           uint32_t *ret_at)
{
    bool aux = false;
    at = skip_aside(w, at);
    uint32_t last = at + VERB_AFTER < w->end ? at + VERB_AFTER : w->end;
    for (uint32_t i = at; i < last; i++) {
        const struct dl_wording *done = said(w, i, DL_WORDING_DONE);
        if (done) {
            uint32_t next = i + done->words;
            bool object = next < w->end && w->article->tokens[next].kind != DL_PUNCT &&
                          !said(w, next, DL_WORDING_SMALL) && !said(w, next, DL_WORDING_WEEKDAY);
            bool acts = dl_str_is(done->word, "displaced") || dl_str_is(done->word, "people") ||
                        is(w, i, "died") || is(w, i, "dead") || is(w, i, "missing");
            if (object && !aux && !acts)
                return NULL;
            *ret_at = i;
            return done;
        }
        aux = aux || is_aux(w, i);
        if (w->article->tokens[i].kind != DL_WORD || is(w, i, "and") || is(w, i, "after") ||
            is(w, i, "when") || is(w, i, "that") || said(w, i, DL_WORDING_NUMBER))
            return NULL;
    }
    return NULL;
}

/* "the death toll rose to 45", "a crowd of 5,000", "the number of wounded at 98". */
static const struct dl_wording *noun_before(const struct dl_counting *w, uint32_t number,
                                            uint32_t *ret_at)
{
    uint32_t from = number > w->first + TOLL_TOKENS ? number - TOLL_TOKENS : w->first;
    for (uint32_t i = number; i-- > from;) {
        const struct dl_wording *done = said(w, i, DL_WORDING_DONE);
        const struct dl_wording *noun = said(w, i, DL_WORDING_COUNTED);
        if (w->article->tokens[i].kind == DL_PUNCT || w->article->tokens[i].kind == DL_NUMBER)
            return NULL;
        *ret_at = i;
        if (done)
            return done;
        bool of_number = i >= w->first + 2 && is(w, i - 1, "of") && is(w, i - 2, "number");
        if (noun && of_number)
            return noun;
    }
    return NULL;
}

/* "Among the victims were four children" */
static const struct dl_wording *among_before(const struct dl_counting *w, uint32_t number,
                                             uint32_t *ret_at)
{
    uint32_t from = number > w->first + TOLL_TOKENS ? number - TOLL_TOKENS : w->first;
    for (uint32_t i = number; i-- > from;) {
        if (!is(w, i, "among"))
            continue;
        *ret_at = is(w, i + 1, "the") ? i + 2 : i + 1;
        const struct dl_wording *done = said(w, *ret_at, DL_WORDING_DONE);
        const struct dl_wording *noun = said(w, *ret_at, DL_WORDING_COUNTED);
        noun = noun && is_state(noun->word) ? noun : NULL;
        return done && is_state(done->word) ? done : noun;
    }
    return NULL;
}

static bool is_passive(const struct dl_counting *w, uint32_t verb)
{
    return verb < w->article->token_count && w->article->tokens[verb].xpos == DL_XPOS_VBN &&
           verb > w->first && is_aux(w, verb - 1);
}

/* The verb that the number's noun hangs on, by the tree. */
static const struct dl_wording *verb_of_tree(const struct dl_counting *w, uint32_t noun,
                                             uint32_t *ret_at)
{
    const struct dl_token *t = &w->article->tokens[noun];
    if (t->relation == DL_REL_CONJ && t->head < w->article->token_count)
        t = &w->article->tokens[t->head]; /* "detained its leader and 16 others" */
    bool object = t->relation == DL_REL_OBJ || t->relation == DL_REL_NSUBJ_PASS ||
                  (t->relation == DL_REL_NSUBJ && is_passive(w, t->head));
    if (!object || t->head >= w->article->token_count)
        return NULL;
    *ret_at = t->head;
    return dl_said(w->article, t->head, DL_WORDING_DONE);
}

/* "Two brothers, aged 19 and 22, were detained": the noun that the number stands with. */
static uint32_t noun_of_tree(const struct dl_counting *w, uint32_t number)
{
    const struct dl_token *t = &w->article->tokens[number];
    bool stands_with = t->relation == DL_REL_NUMMOD && t->head >= w->first && t->head < w->end;
    return stands_with ? t->head : number;
}

static bool word_in(const struct dl_counting *w, uint32_t from, uint32_t to,
                    enum dl_wording_kind kind)
{
    for (uint32_t i = to < w->end ? to : w->end; i-- > from && i >= w->first;) {
        if (said(w, i, kind))
            return true;
        if (said(w, i, DL_WORDING_SAYS) || is(w, i, ";"))
            return false;
    }
    return false;
}

static uint32_t back_from(const struct dl_counting *w, uint32_t at, uint32_t tokens)
{
    return at > w->first + tokens ? at - tokens : w->first;
}

/* "bringing the total in the province to 6,000": of what was counted before. */
static bool is_total(const struct dl_counting *w, const struct dl_amount *amount)
{
    return word_in(w, back_from(w, amount->first, TOTAL_TOKENS), amount->first, DL_WORDING_TOTAL);
}

static int32_t last_what(const struct dl_counting *w)
{
    const struct dl_circumstances *c = w->c;
    bool known = c->number_count && c->numbers[c->number_count - 1].sentence == w->sentence;
    return known ? c->numbers[c->number_count - 1].quantity.what : DL_OF_NONE;
}

/* "a boy of 15 died" */
static bool is_age(const struct dl_counting *w, uint32_t number)
{
    bool group = number > w->first + 1 && (is(w, number - 2, "family") ||
                                           is(w, number - 2, "crew") || is(w, number - 2, "group"));
    return number > w->first && !group &&
           (is(w, number - 1, "of") || is(w, number - 1, "at") || is(w, number - 1, "aged"));
}

static int32_t what_of(const struct dl_counting *w, const struct dl_amount *amount,
                       uint32_t *ret_next, uint32_t *ret_verb)
{
    uint32_t next = amount->next;
    uint32_t verb = DL_NO_TOKEN;
    const struct dl_wording *noun = noun_after(w, amount->next, &next);
    int32_t what = noun ? dl_quantity_of_of(noun->word) : DL_OF_NONE;
    *ret_next = next;
    *ret_verb = DL_NO_TOKEN;
    if (amount->currency.len || what == DL_MONEY)
        return DL_MONEY;
    if (what == DL_WEAPONS || what == DL_DEAD || what == DL_INJURED || what == DL_HOSTAGES ||
        what == DL_MISSING)
        return what;
    const struct dl_wording *done = verb_before(w, amount->first, VERB_BEFORE, &verb);
    if (!done && (noun || !is_age(w, amount->first)))
        done = verb_after(w, next, &verb);
    if (!done) /* "detained its leader and 16 others" */
        done = verb_before(w, amount->first, VERB_BEFORE_AND, &verb);
    if (!done && dl_has_tree(w->article, w->sentence))
        done = verb_of_tree(w, noun ? next - 1 : noun_of_tree(w, amount->first), &verb);
    if (!done)
        done = among_before(w, amount->first, &verb);
    if (!done && !noun)
        done = noun_before(w, amount->first, &verb);
    bool of_them = is(w, amount->next, "of") && is(w, amount->next + 1, "them");
    if (!done && !noun && (of_them || is_total(w, amount)))
        return last_what(w);
    if (!done)
        return what;
    *ret_verb = verb;
    int32_t made = dl_quantity_of_of(done->word);
    if (what == DL_ARRESTED && made == DL_HOSTAGES)
        return what; /* prisoners who are released */
    bool kept = what != DL_OF_NONE && what != DL_PEOPLE && (made == DL_PEOPLE || made == DL_TROOPS);
    return kept ? what : made;
}

/* --- how surely, of what --- */

static int32_t bound_of(const struct dl_counting *w, const struct dl_amount *amount, uint32_t next)
{
    uint32_t at = amount->first;
    for (uint32_t back = 0; back < 3 && at > w->first; back++) {
        const struct dl_wording *bound = dl_said_before(w->article, at, w->first, DL_WORDING_BOUND);
        if (bound && !is(w, at - 1, "more"))
            return dl_str_is(bound->word, "at_least")  ? DL_AT_LEAST
                   : dl_str_is(bound->word, "at_most") ? DL_AT_MOST
                                                       : DL_ABOUT;
        if (!is(w, at - 1, "another") && !is(w, at - 1, "a") && !is(w, at - 1, "other") &&
            !is(w, at - 1, "the"))
            break;
        at--;
    }
    if (is(w, next, "or") && is(w, next + 1, "more"))
        return DL_AT_LEAST;
    if (is(w, next, "or") && (is(w, next + 1, "so") || is(w, next + 1, "fewer")))
        return is(w, next + 1, "so") ? DL_ABOUT : DL_AT_MOST;
    return amount->vague ? DL_AT_LEAST : DL_EXACT;
}

static int32_t scope_of(const struct dl_counting *w, const struct dl_amount *amount, uint32_t next)
{
    if (word_in(w, back_from(w, amount->first, TOTAL_TOKENS), amount->first, DL_WORDING_TOTAL) ||
        word_in(w, next, next + 3, DL_WORDING_TOTAL))
        return DL_TOTAL;
    if (word_in(w, back_from(w, amount->first, PLAN_TOKENS), amount->first, DL_WORDING_PLANNED) ||
        word_in(w, next, next + PLAN_AFTER, DL_WORDING_PLANNED))
        return DL_SCOPE_PLANNED;
    return DL_THIS_EVENT;
}

static void add(struct dl_counting *w, const struct dl_found_number *model)
{
    struct dl_circumstances *c = w->c;
    if (c->number_count == w->room) {
        w->room = w->room ? w->room * 2 : 16;
        struct dl_found_number *more =
            dl_arena_array(w->article->arena, struct dl_found_number, w->room);
        if (c->number_count)
            memcpy(more, c->numbers, c->number_count * sizeof *more);
        c->numbers = more;
    }
    c->numbers[c->number_count++] = *model;
}

static dl_str currency_of(const struct dl_counting *w, const struct dl_amount *amount,
                          uint32_t next)
{
    for (uint32_t i = amount->next; i < next; i++) {
        const struct dl_wording *word = said(w, i, DL_WORDING_CURRENCY);
        if (word)
            return word->word;
    }
    return amount->currency;
}

/* Ages, times and shares count nobody; neither does a date. */
static bool counts_nothing(struct dl_counting *w, const struct dl_amount *amount)
{
    uint32_t next = amount->next;
    if (amount->divided)
        return true;
    if (amount->currency.len)
        return false;
    if (next < w->end && dl_is_dash(w->article, next) && !w->article->tokens[next].spaced)
        next++; /* "45-year-old" */
    if (said(w, next, DL_WORDING_NOT_COUNTED) || is(w, amount->next, ":"))
        return true;
    while (w->date < w->c->date_count && /* dates and numbers are both in order */
           w->c->dates[w->date].first + w->c->dates[w->date].count <= amount->first)
        w->date++;
    return w->date < w->c->date_count && w->c->dates[w->date].first <= amount->first;
}

/* "Six of the 20 passengers": the token after "20", which counts for no happening of its own. */
static uint32_t whole_after(const struct dl_counting *w, uint32_t at)
{
    struct dl_amount whole;
    bool of = is(w, at, "of") && (is(w, at + 1, "the") || is(w, at + 1, "its") ||
                                  is(w, at + 1, "their") || is(w, at + 1, "those"));
    return of && at + 2 < w->end && dl_amount_read(w, at + 2, &whole) && !whole.divided ? whole.next
                                                                                        : at;
}

static uint32_t read_number(struct dl_counting *w, uint32_t at)
{
    struct dl_amount amount;
    uint32_t next;
    uint32_t verb;
    if (!dl_amount_read(w, at, &amount))
        return at + 1;
    if (counts_nothing(w, &amount))
        return amount.next;
    uint32_t whole = whole_after(w, amount.next);
    uint32_t end = whole > amount.next ? whole : amount.next;
    struct dl_amount part = amount;
    part.next = end;
    int32_t what = what_of(w, &part, &next, &verb);
    if (what == DL_OF_NONE)
        return end;
    if ((is(w, at, "one") || is(w, at, "another")) && next == end && verb == DL_NO_TOKEN)
        return end; /* "one of them", "another day"; not "one was killed" */
    struct dl_found_number number = {
        .first = at, .count = next - at, .sentence = w->sentence, .verb = verb};
    struct dl_quantity *q = &number.quantity;
    q->value = amount.value;
    q->has_value = true;
    q->what = what;
    q->bound = amount.value_max > 0 ? DL_AT_LEAST : bound_of(w, &amount, next);
    q->scope = scope_of(w, &amount, next);
    if (what == DL_MONEY)
        q->unit = currency_of(w, &amount, next);
    q->span = dl_span_of_tokens(w->article, at, next - at);
    add(w, &number);
    if (amount.value_max > 0) { /* the other end is a row of its own */
        q->value = amount.value_max;
        q->bound = DL_AT_MOST;
        add(w, &number);
    }
    return end;
}

/* Figures, signs of currencies, and words that the lists know as numbers. */
static bool may_begin(const struct dl_article *article, uint32_t at)
{
    unsigned char c = (unsigned char)article->text.at[article->tokens[at].start];
    if ((c >= '0' && c <= '9') || c == '$' || c == 0xc2 || c == 0xe2)
        return true;
    for (const struct dl_wording *chain = article->wordings[at]; chain; chain = chain->next)
        if (chain->kind == DL_WORDING_NUMBER || chain->kind == DL_WORDING_VAGUE ||
            chain->kind == DL_WORDING_FRACTION || chain->kind == DL_WORDING_CURRENCY)
            return true;
    return c == 'a' || c == 'A'; /* "a hundred" */
}

dl_status dl_stage_numbers(const struct dl_knowledge *knowledge, struct dl_article *article,
                           struct dl_error *err)
{
    (void)err; /* a text without numbers is a text */
    struct dl_circumstances *c = dl_circumstances_open(article);
    struct dl_counting w = {.almanac = knowledge->almanac, .article = article, .c = c};
    if (!article->english)
        return DL_OK;
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        w.first = article->sentences[s].first;
        w.end = w.first + article->sentences[s].count;
        w.sentence = s;
        for (uint32_t i = w.first; i < w.end && c->number_count < NUMBERS_MAX;)
            i = may_begin(article, i) ? read_number(&w, i) : i + 1;
    }
    return DL_OK;
}
