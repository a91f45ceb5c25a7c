/* Numbers of a text, in figures and words, exact and vague, alone and as a span. */
#include "workers/stages/count_room.h"

#define VALUE_MAX 1e15 /* more is no count of anything */

static bool is_thousands(dl_str text)
{
    return text.len == 4 && text.at[0] == ',' && text.at[1] >= '0' && text.at[1] <= '9' &&
           text.at[2] >= '0' && text.at[2] <= '9' && text.at[3] >= '0' && text.at[3] <= '9';
}

/* "1,650", "1.5", "£15m": figures with what sticks to them. */
static bool read_figures(const struct dl_counting *w, uint32_t at, struct dl_amount *amount)
{
    static const struct {
        const char *sign, *code;
    } signs[] = {{"US$", "USD"},
                 {"\xc2\xa3", "GBP"},
                 {"\xe2\x82\xac", "EUR"},
                 {"$", "USD"},
                 {"\xc2\xa5", "JPY"}};
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
static bool read_words(const struct dl_counting *w, uint32_t at, struct dl_amount *amount)
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

static bool read_one(const struct dl_counting *w, uint32_t at, struct dl_amount *amount)
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

bool dl_amount_read(const struct dl_counting *w, uint32_t at, struct dl_amount *amount)
{
    *amount = (struct dl_amount){0};
    const struct dl_wording *fraction = said(w, at, DL_WORDING_FRACTION);
    uint32_t whole = fraction ? at + fraction->words : at;
    if (fraction && is(w, whole, "a") && said(w, whole + 1, DL_WORDING_SCALE)) {
        amount->first = at; /* "half a million", "a quarter of a million" */
        amount->value = (double)said(w, whole + 1, DL_WORDING_SCALE)->a / fraction->a;
        amount->next = whole + 2;
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
        struct dl_amount other = {0};
        if (read_one(w, link + 1, &other) && other.value > amount->value && !amount->vague) {
            amount->value_max = other.value;
            amount->next = other.next;
            if (other.currency.len)
                amount->currency = other.currency;
        }
    }
    return true;
}
