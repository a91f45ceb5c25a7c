/* Tokens into sentences. A question is asked after every token that may end one: at full stops and
 * the like, at what closes after them, at ends of lines, and before capitals. */
#include "workers/reading/cuts.h"
#include "workers/reading/letters.h"

/* What a token looks like from afar. */
enum outline {
    OUT_NONE, /* beyond the ends */
    OUT_LOWER,
    OUT_CAPITAL,
    OUT_CAPITALS,
    OUT_LETTER,  /* one capital */
    OUT_INITIAL, /* "J." */
    OUT_DOTTED,  /* "U.S.", "p.m." */
    OUT_SHORT,   /* listed: "Mr." */
    OUT_STOPPED, /* other words with a stop at their end */
    OUT_NUMBER,
    OUT_MIXED,
    OUT_MARK /* and up: one for each mark */
};

struct view {
    uint32_t lower;
    uint16_t group; /* word classes */
    uint16_t family;
    uint32_t suffix; /* the last three bytes */
    uint16_t outline;
    uint32_t to_stop; /* tokens up to the next full stop or the like, */
    uint32_t to_end;  /* and to the end of the paragraph; both at most 20 */
};

struct state {
    dl_str text;
    const struct dl_piece *pieces;
    const struct view *views; /* [-2 .. count + 2] are there */
    uint32_t count;
    uint32_t first;   /* of the sentence */
    uint32_t quotes;  /* '"' in it, */
    uint32_t open;    /* “ without ” and */
    uint32_t depth;   /* brackets that are open */
    uint32_t no_case; /* 1: the text is all lower case, 2: all capitals */
};

static bool is_listed(const struct dl_cut_lists *lists, uint32_t hash)
{
    size_t from = 0;
    size_t to = lists->abbreviation_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (lists->abbreviations[middle] < hash)
            from = middle + 1;
        else
            to = middle;
    }
    return from < lists->abbreviation_count && lists->abbreviations[from] == hash;
}

static struct view view_of(dl_str text, const struct dl_cut_lists *lists)
{
    struct view view = {.lower = dl_cut_hash(text)};
    uint32_t upper = 0;
    uint32_t lower = 0;
    uint32_t digits = 0;
    uint32_t stops = 0;
    uint32_t letters = 0;
    bool capital = false;
    for (uint32_t at = 0; at < text.len && letters < 24; letters++) {
        uint32_t bytes;
        enum dl_letter kind = dl_letter_at(text, at, &bytes);
        capital |= at == 0 && kind == DL_LETTER_UPPER;
        upper += kind == DL_LETTER_UPPER;
        lower += kind == DL_LETTER_LOWER;
        digits += kind == DL_LETTER_DIGIT;
        stops += text.at[at] == '.';
        at += bytes;
    }
    bool ends = text.at[text.len - 1] == '.';
    for (size_t i = text.len < 3 ? 0 : text.len - 3; i < text.len; i++)
        view.suffix = view.suffix << 8 | ((unsigned char)text.at[i] | 0x20);
    if (upper + lower == 0)
        view.outline = digits ? OUT_NUMBER : (uint16_t)(OUT_MARK + view.lower % 4093);
    else if (ends && upper == 1 && lower == 0)
        view.outline = OUT_INITIAL;
    else if (stops > 1)
        view.outline = OUT_DOTTED;
    else if (ends)
        view.outline = is_listed(lists, view.lower) ? OUT_SHORT : OUT_STOPPED;
    else if (upper == 1 && letters == 1)
        view.outline = OUT_LETTER;
    else if (digits)
        view.outline = OUT_MIXED;
    else if (upper && lower == 0)
        view.outline = OUT_CAPITALS;
    else
        view.outline = capital ? OUT_CAPITAL : upper ? OUT_MIXED : OUT_LOWER;
    return view;
}

static bool is_closing(char c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == '}';
}

/* May the sentence end after piece `i`? `next` is not the end of the text. */
static bool is_question(const struct state *state, uint32_t i)
{
    const struct dl_piece *piece = &state->pieces[i];
    const struct dl_piece *next = piece + 1;
    if (next->joined)
        return false;
    if (next->gap >= DL_GAP_WIDE)
        return true;
    unsigned char last = (unsigned char)state->text.at[piece->start + piece->len - 1];
    if (last == '.' || last == '?' || last == '!' || last == ':' || last == ';')
        return true;
    uint32_t outline = state->views[i + 1].outline;
    bool capital = outline >= OUT_CAPITAL && outline <= OUT_MIXED;
    if (last >= 0x80 || is_closing((char)last)) /* ” and dashes, faces */
        return state->views[i].outline >= OUT_MARK;
    if (next->gap == DL_GAP_NONE)
        return false;
    if (i == state->first + 1 && state->views[i].outline == OUT_NUMBER && piece->len == 4)
        return false; /* "In 1978 Egypt": treebanks of the web have few years before names */
    if (outline >= OUT_MARK) {
        char c = state->text.at[next->start];
        return c == '-' || c == '*' || c == '>' || c == '=' || c == '_' || c == '~' || c == '(' ||
               c == '[' || c == '"' || (unsigned char)c >= 0x80;
    }
    return capital;
}

#define AHEAD_MAX 20U /* tokens that are counted ahead */

#define PUT(value) (features[place] = dl_feature((value), place), place++)
#define TWO(a, b) ((uint64_t)(a) << 32 | (uint32_t)(b))

static uint32_t sentence_features(const struct state *state, uint32_t i, uint32_t *features)
{
    uint32_t place = 0;
    const struct view *p = &state->views[(int64_t)i - 1];
    const struct view *pp = &state->views[(int64_t)i - 2];
    const struct view *c = &state->views[i];
    const struct view *n = &state->views[i + 1];
    const struct view *nn = &state->views[i + 2];
    uint32_t gap = state->pieces[i + 1].gap;
    uint32_t before = state->pieces[i].gap;
    uint32_t length = i - state->first;
    uint32_t size = length < 4 ? length : length < 8 ? 4 : length < 15 ? 5 : length < 40 ? 6 : 7;
    uint32_t inside = (state->quotes & 1) | (state->open ? 2U : 0U) | (state->depth ? 4U : 0U);
    uint32_t opener = state->views[state->first].outline;
    uint32_t here = dl_pair(c->lower, gap * 4 + state->no_case);

    PUT(gap);
    PUT(here);
    PUT(TWO(gap, n->outline));
    PUT(TWO(here, n->outline));
    PUT(TWO(dl_pair(c->outline, n->outline), gap));
    PUT(TWO(dl_pair(c->outline, n->lower), gap));
    PUT(TWO(c->lower, n->lower));
    PUT(TWO(c->lower, p->lower));
    PUT(TWO(here, dl_pair(p->outline, n->outline)));
    PUT(TWO(here, dl_pair(n->outline, nn->outline)));
    PUT(TWO(here, n->lower));
    PUT(TWO(dl_pair(p->lower, c->lower), n->lower));
    PUT(TWO(dl_pair(p->lower, c->lower), n->outline));
    PUT(TWO(dl_pair(p->outline, c->outline), dl_pair(n->outline, gap)));
    PUT(TWO(dl_pair(pp->outline, p->outline), here));
    PUT(TWO(pp->lower, here));
    PUT(TWO(here, size));
    PUT(TWO(dl_pair(here, n->outline), size));
    PUT(TWO(dl_pair(here, n->outline), inside));
    PUT(TWO(here, inside));
    PUT(TWO(dl_pair(here, inside), dl_pair(p->outline, n->lower)));
    PUT(TWO(nn->lower, dl_pair(c->outline, n->lower)));
    PUT(TWO(gap, n->lower));
    PUT(TWO(gap, dl_pair(n->lower, nn->lower)));
    PUT(TWO(here, before));
    PUT(TWO(dl_pair(opener, size), here));
    PUT(TWO(dl_pair(opener, gap), n->outline));
    PUT(TWO(dl_pair(gap, size), dl_pair(c->outline, n->outline)));
    PUT(TWO(dl_pair(state->no_case, gap), dl_pair(c->outline, n->lower)));
    PUT(TWO(gap, p->lower));
    PUT(TWO(dl_pair(gap, n->to_stop), dl_pair(c->outline, n->outline)));
    PUT(TWO(dl_pair(gap, n->to_end), dl_pair(c->outline, n->outline)));
    PUT(TWO(dl_pair(n->to_stop, n->to_end), dl_pair(here, n->outline)));
    PUT(TWO(dl_pair(n->to_stop, n->to_end), dl_pair(size, n->lower)));
    PUT(TWO(dl_pair(c->suffix, n->outline), gap));
    PUT(TWO(dl_pair(c->suffix, n->suffix), gap));
    PUT(TWO(dl_pair(c->outline, n->suffix), gap));
    PUT(TWO(dl_pair(c->outline, n->outline), dl_pair(n->suffix, nn->suffix)));
    PUT(TWO(dl_pair(c->outline, nn->lower), dl_pair(n->outline, gap)));
    PUT(TWO(dl_pair(c->outline, gap), n->group));
    PUT(TWO(dl_pair(c->outline, gap), dl_pair(n->outline, n->family)));
    PUT(TWO(dl_pair(c->group, gap), dl_pair(n->outline, n->group)));
    PUT(TWO(dl_pair(c->family, n->family), dl_pair(n->outline, gap)));
    PUT(TWO(dl_pair(n->family, nn->family), dl_pair(c->outline, gap)));
    PUT(TWO(dl_pair(n->group, nn->family), dl_pair(here, n->outline)));
    PUT(TWO(dl_pair(p->family, c->family), dl_pair(n->family, nn->family)));
    PUT(TWO(dl_pair(n->family, nn->family), dl_pair(n->to_stop, here)));
    PUT(TWO(gap * 2 + (gap == before), dl_pair(c->outline, nn->outline)));
    return place;
}

static void pass(struct state *state, uint32_t i)
{
    dl_str text = dl_str_sub(state->text, state->pieces[i].start,
                             state->pieces[i].start + state->pieces[i].len);
    if (text.len == 1) {
        char c = text.at[0];
        state->quotes += c == '"';
        state->depth += c == '(' || c == '[';
        if ((c == ')' || c == ']') && state->depth)
            state->depth--;
    } else if (dl_str_is(text, "\xe2\x80\x9c")) {
        state->open = 1;
    } else if (dl_str_is(text, "\xe2\x80\x9d")) {
        state->open = 0;
    }
}

static bool is_stop(dl_str text)
{
    char c = text.at[text.len - 1];
    return text.len <= 4 && (c == '.' || c == '?' || c == '!') &&
           (text.len == 1 || text.at[0] == c);
}

/* From the end backwards: what is ahead of each token. */
static void look_ahead(dl_str text, const struct dl_piece *pieces, struct view *views,
                       uint32_t count)
{
    uint32_t to_stop = AHEAD_MAX;
    uint32_t to_end = 0;
    for (uint32_t i = count; i-- > 0;) {
        if (i + 1 < count && pieces[i + 1].gap >= DL_GAP_EMPTY) {
            to_stop = AHEAD_MAX;
            to_end = 0;
        }
        if (is_stop(dl_str_sub(text, pieces[i].start, pieces[i].start + pieces[i].len)))
            to_stop = 0;
        views[i].to_stop = to_stop < 6 ? to_stop : to_stop < 12 ? 6 : to_stop < AHEAD_MAX ? 7 : 8;
        views[i].to_end = to_end < 4 ? to_end : to_end < 12 ? 4 : 5;
        to_stop += to_stop < AHEAD_MAX;
        to_end += to_end < AHEAD_MAX;
    }
}

/* The whole text in one case says nothing by it. */
static uint32_t case_of(const struct view *views, uint32_t count)
{
    uint32_t lower = 0;
    uint32_t upper = 0;
    for (uint32_t i = 0; i < count; i++) {
        lower += views[i].outline == OUT_LOWER;
        upper += views[i].outline == OUT_CAPITAL || views[i].outline == OUT_CAPITALS;
    }
    return upper * 50 < lower ? 1 : lower * 10 < upper ? 2 : 0;
}

void dl_cut_sentences(dl_str text, const struct dl_cut_lists *lists, struct dl_cut_judge *judge,
                      const struct dl_look *looks, struct dl_arena *arena, struct dl_piece *pieces,
                      uint32_t count)
{
    uint32_t features[DL_FEATURES_MAX];
    struct view *views = dl_arena_array(arena, struct view, (size_t)count + 4);
    views += 2;
    for (uint32_t i = 0; i < count; i++) {
        dl_str piece = dl_str_sub(text, pieces[i].start, pieces[i].start + pieces[i].len);
        views[i] = view_of(piece, lists);
        views[i].group = looks[i].group;
        views[i].family = looks[i].family;
    }
    look_ahead(text, pieces, views, count);
    struct state state = {.text = text, .pieces = pieces, .views = views, .count = count};
    state.no_case = case_of(views, count);
    for (uint32_t i = 0; i < count; i++) {
        pass(&state, i);
        bool last = i + 1 == count || pieces[i + 1].gap == DL_GAP_EMPTY ||
                    (i - state.first >= DL_SENTENCE_PIECES_MAX && pieces[i + 1].gap);
        if (!last && is_question(&state, i)) {
            uint32_t found = sentence_features(&state, i, features);
            last = judge->sentence(judge, features, found, i) != 0;
        }
        pieces[i].last = last;
        if (last) {
            state.first = i + 1;
            state.quotes = 0;
            state.open = 0;
            state.depth = 0;
        }
    }
}
