/* How many: numbers of people, troops, weapons and money, in figures and words.
 *
 * The noun after a number says what it counts ("10,000 heavily armed troops"), and a verb beside it
 * what became of them ("killing at least nine people", "39 people had been killed"). A number that
 * counts none of these is left out. */
#include "workers/stages/circumstances.h"

#include "proto/words.h"

#define NOUN_TOKENS 5U /* from a number over adjectives to its noun */
#define VERB_BEFORE 4U /* from "killing" over "at least another" to its number */
#define VERB_BEFORE_AND 8U
#define VERB_AFTER 7U  /* from the noun over "had already been" to "killed" */
#define TOLL_TOKENS 6U /* "the death toll in the city rose to 45" */
#define TOTAL_TOKENS 8U
#define PLAN_TOKENS 10U
#define PLAN_AFTER 4U /* "1,949 troops will be stationed" */
#define NUMBERS_MAX 4096U
#define VALUE_MAX 1e15 /* more is no count of anything */

struct work {
    struct dl_article *article;
    struct dl_circumstances *c;
    uint32_t first, end; /* tokens of the sentence */
    uint32_t sentence;
    uint32_t room;
    uint32_t date; /* the first not before where we are */
};

struct amount {
    uint32_t first, next;    /* tokens */
    double value, value_max; /* value_max 0: one value */
    bool vague;
    bool divided; /* "a third of": its value is no count */
    dl_str currency;
};

static const struct dl_wording *said(const struct work *w, uint32_t at, enum dl_wording_kind kind)
{
    return at < w->end ? dl_said(w->article, at, kind) : NULL;
}

static bool is(const struct work *w, uint32_t at, const char *text)
{
    return at < w->end && dl_token_is(w->article, at, text);
}

/* --- the number itself --- */

static bool is_thousands(dl_str text)
{
    return text.len == 4 && text.at[0] == ',' && text.at[1] >= '0' && text.at[1] <= '9' &&
           text.at[2] >= '0' && text.at[2] <= '9' && text.at[3] >= '0' && text.at[3] <= '9';
}

/* "1,650", "1.5", "£15m": figures with what sticks to them. */
static bool read_figures(const struct work *w, uint32_t at, struct amount *amount)
{
    static const struct {
        const char *sign, *code;
    } signs[] = {{"\xc2\xa3", "GBP"}, {"\xe2\x82\xac", "EUR"}, {"$", "USD"}, {"\xc2\xa5", "JPY"}};
    dl_str text = dl_token_text(w->article, at);
    char digits[32];
    size_t len = 0;
    double scale = 1;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (dl_str_starts(text, dl_str_of(signs[i].sign))) {
            amount->currency = dl_str_of(signs[i].code);
            text = dl_str_sub(text, strlen(signs[i].sign), text.len);
        }
    if (text.len == 0 || text.at[0] < '0' || text.at[0] > '9')
        return false;
    size_t i = 0;
    for (; i < text.len && len < sizeof digits; i++) {
        if ((text.at[i] >= '0' && text.at[i] <= '9') || text.at[i] == '.')
            digits[len++] = text.at[i];
        else if (text.at[i] != ',')
            break;
    }
    dl_str suffix = dl_str_sub(text, i, text.len);
    if (dl_str_is(suffix, "m") || dl_str_is(suffix, "mn"))
        scale = 1e6;
    else if (dl_str_is(suffix, "bn") || dl_str_is(suffix, "b"))
        scale = 1e9;
    else if (dl_str_is(suffix, "k"))
        scale = 1e3;
    else if (suffix.len)
        return false; /* "10th", "45s" */
    amount->next = at + 1;
    while (suffix.len == 0 && amount->next < w->end && !w->article->tokens[amount->next].spaced &&
           is_thousands(dl_token_text(w->article, amount->next)) && len + 3 <= sizeof digits) {
        memcpy(digits + len, dl_token_text(w->article, amount->next).at + 1, 3);
        len += 3; /* "6" and ",000" cut apart */
        amount->next++;
    }
    if (dl_str_to_f64((dl_str){digits, len}, &amount->value) != DL_OK)
        return false;
    amount->value *= scale;
    return true;
}

/* "two", "twenty-five", "a hundred", "a dozen", "dozens", "tens of thousands". */
static bool read_words(const struct work *w, uint32_t at, struct amount *amount)
{
    const struct dl_wording *number = said(w, at, DL_WORDING_NUMBER);
    const struct dl_wording *vague = said(w, at, DL_WORDING_VAGUE);
    if (number) {
        amount->value = number->a;
        amount->next = at + number->words;
        uint32_t unit = amount->next + 1;
        const struct dl_wording *ones = said(w, unit, DL_WORDING_NUMBER);
        if (number->a >= 20 && dl_is_dash(w->article, amount->next) && ones && ones->a < 10) {
            amount->value += ones->a;
            amount->next = unit + 1;
        }
        return true;
    }
    if (vague) {
        amount->value = vague->a;
        amount->vague = true;
        amount->next = at + vague->words;
        const struct dl_wording *more = said(w, amount->next, DL_WORDING_VAGUE);
        if (more && more->a >= 2000) { /* "tens of thousands": plural of thousand is 2,000 here */
            amount->value = amount->value * more->a / 2;
            amount->next += more->words;
        }
        return true;
    }
    if ((is(w, at, "a") || is(w, at, "an")) && said(w, at + 1, DL_WORDING_SCALE) &&
        !is(w, at + 1, "k") && !is(w, at + 1, "m") && !is(w, at + 1, "b")) {
        amount->value = 1;
        amount->next = at + 1;
        return true;
    }
    return false;
}

static bool read_one(const struct work *w, uint32_t at, struct amount *amount)
{
    const struct dl_wording *sign = said(w, at, DL_WORDING_CURRENCY);
    amount->first = at;
    if (sign && w->article->tokens[at].kind == DL_PUNCT && at + 1 < w->end) {
        amount->currency = sign->word;
        at++;
    }
    if (!read_figures(w, at, amount) && !read_words(w, at, amount))
        return false;
    for (;;) {
        const struct dl_wording *scale = said(w, amount->next, DL_WORDING_SCALE);
        bool short_form = scale && w->article->tokens[amount->next].len <= 2;
        if (!scale || (short_form && w->article->tokens[amount->next].spaced))
            break;
        amount->value *= scale->a;
        amount->next++;
        const struct dl_wording *more = said(w, amount->next + 1, DL_WORDING_NUMBER);
        if (is(w, amount->next, "and") && more && scale->a <= 1000 && more->a < scale->a) {
            amount->value += more->a; /* "two hundred and fifty" */
            amount->next += 2;
        }
    }
    return amount->value <= VALUE_MAX;
}

/* A number or two: "10 to 15", "between 5 and 10", "275,000-325,000". */
static bool read_amount(const struct work *w, uint32_t at, struct amount *amount)
{
    *amount = (struct amount){0};
    const struct dl_wording *fraction = said(w, at, DL_WORDING_FRACTION);
    if (fraction && fraction->a == 2 && fraction->words == 1 && is(w, at + 1, "a") &&
        said(w, at + 2, DL_WORDING_SCALE)) { /* "half a million" */
        amount->first = at;
        amount->value = said(w, at + 2, DL_WORDING_SCALE)->a / 2.0;
        amount->next = at + 3;
        return true;
    }
    if (fraction) {
        amount->divided = true;
        amount->next = at + fraction->words;
        return true;
    }
    if (!read_one(w, at, amount))
        return false;
    uint32_t link = amount->next;
    bool between = at > w->first && is(w, at - 1, "between") && is(w, link, "and");
    if (link + 1 < w->end && (dl_is_dash(w->article, link) || is(w, link, "to") || between)) {
        struct amount other = {0};
        if (read_one(w, link + 1, &other) && other.value > amount->value && !amount->vague) {
            amount->value_max = other.value;
            amount->next = other.next;
            if (other.currency.len)
                amount->currency = other.currency;
        }
    }
    return true;
}

/* --- what is counted --- */

static bool stops_noun(const struct work *w, uint32_t at)
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

/* The noun, over adjectives; the token after it. */
static const struct dl_wording *noun_after(const struct work *w, uint32_t at, uint32_t *ret_next)
{
    uint32_t last = at + NOUN_TOKENS < w->end ? at + NOUN_TOKENS : w->end;
    for (uint32_t i = at; i < last; i++) {
        const struct dl_wording *noun = said(w, i, DL_WORDING_COUNTED);
        if (noun) {
            uint32_t next = i + noun->words;
            const struct dl_wording *more = said(w, next, DL_WORDING_COUNTED);
            if (more && !w->article->tokens[next].line_end &&
                !dl_str_is(noun->word, "dead")) { /* "police officers", "women workers" */
                noun = more;
                next += more->words;
            }
            *ret_next = next;
            return noun;
        }
        if (stops_noun(w, i))
            return NULL;
    }
    return NULL;
}

static bool is_aux(const struct work *w, uint32_t at)
{
    return is(w, at, "was") || is(w, at, "were") || is(w, at, "been") || is(w, at, "be") ||
           is(w, at, "being") || is(w, at, "are") || is(w, at, "is") || is(w, at, "got");
}

/* "killing at least nine": the verb right before the number. */
static const struct dl_wording *verb_before(const struct work *w, uint32_t number, uint32_t reach,
                                            uint32_t *ret_at)
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

/* "39 people had been killed", "12 dead", "six were missing"; not "12 soldiers killed a man". */
static const struct dl_wording *verb_after(const struct work *w, uint32_t at, uint32_t *ret_at)
{
    bool aux = false;
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
static const struct dl_wording *noun_before(const struct work *w, uint32_t number, uint32_t *ret_at)
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

/* The verb that the number's noun hangs on, by the tree. */
static const struct dl_wording *verb_of_tree(const struct work *w, uint32_t noun, uint32_t *ret_at)
{
    const struct dl_token *t = &w->article->tokens[noun];
    if (t->relation == DL_REL_CONJ && t->head < w->article->token_count)
        t = &w->article->tokens[t->head]; /* "detained its leader and 16 others" */
    bool object = t->relation == DL_REL_OBJ || t->relation == DL_REL_NSUBJ_PASS;
    if (!object || t->head >= w->article->token_count)
        return NULL;
    *ret_at = t->head;
    return dl_said(w->article, t->head, DL_WORDING_DONE);
}

static bool word_in(const struct work *w, uint32_t from, uint32_t to, enum dl_wording_kind kind)
{
    for (uint32_t i = to < w->end ? to : w->end; i-- > from && i >= w->first;) {
        if (said(w, i, kind))
            return true;
        if (said(w, i, DL_WORDING_SAYS) || is(w, i, ";"))
            return false;
    }
    return false;
}

static uint32_t back_from(const struct work *w, uint32_t at, uint32_t tokens)
{
    return at > w->first + tokens ? at - tokens : w->first;
}

/* "bringing the total in the province to 6,000": of what was counted before. */
static bool is_total(const struct work *w, const struct amount *amount)
{
    return word_in(w, back_from(w, amount->first, TOTAL_TOKENS), amount->first, DL_WORDING_TOTAL);
}

static int32_t last_what(const struct work *w)
{
    const struct dl_circumstances *c = w->c;
    bool known = c->number_count && c->numbers[c->number_count - 1].sentence == w->sentence;
    return known ? c->numbers[c->number_count - 1].quantity.what : DL_OF_NONE;
}

/* "a boy of 15 died" */
static bool is_age(const struct work *w, uint32_t number)
{
    return number > w->first &&
           (is(w, number - 1, "of") || is(w, number - 1, "at") || is(w, number - 1, "aged"));
}

static int32_t what_of(const struct work *w, const struct amount *amount, uint32_t *ret_next,
                       uint32_t *ret_verb)
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
    if (!done && noun && dl_has_tree(w->article, w->sentence))
        done = verb_of_tree(w, next - 1, &verb);
    if (!done && !noun)
        done = noun_before(w, amount->first, &verb);
    if (!done && !noun && is_total(w, amount))
        return last_what(w);
    if (!done)
        return what;
    *ret_verb = verb;
    int32_t made = dl_quantity_of_of(done->word);
    bool kept = what != DL_OF_NONE && what != DL_PEOPLE && (made == DL_PEOPLE || made == DL_TROOPS);
    return kept ? what : made;
}

/* --- how surely, of what --- */

static int32_t bound_of(const struct work *w, const struct amount *amount, uint32_t next)
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

static int32_t scope_of(const struct work *w, const struct amount *amount, uint32_t next)
{
    if (word_in(w, back_from(w, amount->first, TOTAL_TOKENS), amount->first, DL_WORDING_TOTAL) ||
        word_in(w, next, next + 3, DL_WORDING_TOTAL))
        return DL_TOTAL;
    if (word_in(w, back_from(w, amount->first, PLAN_TOKENS), amount->first, DL_WORDING_PLANNED) ||
        word_in(w, next, next + PLAN_AFTER, DL_WORDING_PLANNED))
        return DL_SCOPE_PLANNED;
    return DL_THIS_EVENT;
}

static void add(struct work *w, const struct dl_found_number *model)
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

static dl_str currency_of(const struct work *w, const struct amount *amount, uint32_t next)
{
    for (uint32_t i = amount->next; i < next; i++) {
        const struct dl_wording *word = said(w, i, DL_WORDING_CURRENCY);
        if (word)
            return word->word;
    }
    return amount->currency;
}

/* Ages, times and shares count nobody; neither does a date. */
static bool counts_nothing(struct work *w, const struct amount *amount)
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

static uint32_t read_number(struct work *w, uint32_t at)
{
    struct amount amount;
    uint32_t next;
    uint32_t verb;
    if (!read_amount(w, at, &amount))
        return at + 1;
    if (counts_nothing(w, &amount))
        return amount.next;
    int32_t what = what_of(w, &amount, &next, &verb);
    if (what == DL_OF_NONE)
        return amount.next;
    if ((is(w, at, "one") || is(w, at, "another")) && next == amount.next)
        return amount.next; /* "one of them", "another day" */
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
    return amount.next;
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
    (void)knowledge; /* its words are found already */
    (void)err;       /* a text without numbers is a text */
    struct dl_circumstances *c = dl_circumstances_open(article);
    struct work w = {.article = article, .c = c};
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
