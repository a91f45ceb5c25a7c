/* Text into tokens.
 *
 * A chunk is what stands between white space, as an array of letters; a question is asked where
 * the kind of letter changes, between marks, and inside what a list says may be two words. */
#include "workers/reading/cuts.h"
#include "workers/reading/letters.h"

#define CHUNK_MAX 400U /* letters; a longer chunk is cut there, it is no word */
#define WIDTH_MAX 130U /* bytes of a line; longer ones are paragraphs */
#define RUN_MAX 20U    /* letters of a run that features see */

struct chunk {
    uint32_t count;
    uint32_t at[CHUNK_MAX + 1]; /* bytes in the text */
    uint32_t code[CHUNK_MAX];   /* quotes made plain, case kept */
    uint8_t kind[CHUNK_MAX];    /* enum dl_letter */
    uint32_t whole;             /* hash, lower case */
    uint32_t traits;            /* enum trait */
    uint32_t address;           /* letter where an address begins ("www.", "://"), or count */
    uint32_t solid;             /* one past the last letter or digit */
};

enum trait { HAS_AT = 1, HAS_DIGIT = 2, HAS_SLASH = 4, HAS_LETTER = 8 };

struct cutting {
    dl_str text;
    const struct dl_cut_lists *lists;
    struct dl_cut_judge *judge;
    struct dl_arena *arena;
    struct dl_piece *pieces;
    uint32_t count;
    uint32_t room;
    uint32_t before;     /* hash of the chunk before */
    uint32_t next;       /* hash of the chunk after, */
    uint32_t next_first; /* its first letter's kind, and */
    uint32_t next_gap;   /* whether a line ends before it: 1, a paragraph: 2 */
    uint32_t gap;        /* the same before the chunk */
    struct chunk chunk;
};

static uint32_t plain_code(uint32_t code)
{
    if (code < 0x80)
        return code == '`' ? '\'' : code;
    switch (code) {
    case 0x2019: /* ’ */
    case 0x02bc:
    case 0xb4:
        return '\'';
    case 0x201c: /* “ ” */
    case 0x201d:
    case 0x201e:
        return '"';
    default:
        return code;
    }
}

static uint32_t lower_code(uint32_t code)
{
    return code >= 'A' && code <= 'Z' ? code + 32 : code;
}

static uint32_t add_to(uint32_t hash, uint32_t code)
{
    return (hash ^ code) * 16777619U;
}
#define HASH_START 2166136261U

static uint32_t decode(dl_str text, uint32_t at, uint32_t bytes)
{
    const unsigned char *s = (const unsigned char *)text.at + at;
    if (bytes == 1)
        return s[0];
    uint32_t code = s[0] & (0x7fU >> bytes);
    for (uint32_t i = 1; i < bytes; i++)
        code = code << 6 | (s[i] & 0x3fU);
    return code;
}

uint32_t dl_cut_hash(dl_str word)
{
    uint32_t hash = HASH_START;
    for (uint32_t at = 0; at < word.len;) {
        uint32_t bytes;
        (void)dl_letter_at(word, at, &bytes);
        hash = add_to(hash, lower_code(plain_code(decode(word, at, bytes))));
        at += bytes;
    }
    return hash;
}

/* --- what a question looks like --- */

/* Letters of one run: all of one kind, capitals and small ones together, marks only if the same. */
static bool same_run(const struct chunk *chunk, uint32_t a, uint32_t b)
{
    uint32_t x = chunk->kind[a];
    uint32_t y = chunk->kind[b];
    if (x == DL_LETTER_PUNCT || y == DL_LETTER_PUNCT)
        return chunk->code[a] == chunk->code[b];
    if (x == DL_LETTER_MARK || y == DL_LETTER_MARK)
        return true;
    return dl_letter_is_word((enum dl_letter)x) == dl_letter_is_word((enum dl_letter)y);
}

struct run {
    uint32_t hash; /* 0: there is none */
    uint32_t len;
    uint32_t edge; /* the first letter before or after it */
    uint32_t kind;
};

static struct run run_before(const struct chunk *chunk, uint32_t end)
{
    struct run run = {0};
    uint32_t from = end;
    while (from > 0 && end - from < RUN_MAX && (from == end || same_run(chunk, from - 1, from)))
        from--;
    run.edge = from;
    if (from == end)
        return run;
    run.hash = HASH_START;
    run.kind = chunk->kind[end - 1];
    run.len = end - from;
    for (uint32_t i = from; i < end; i++)
        run.hash = add_to(run.hash, lower_code(chunk->code[i]));
    return run;
}

static struct run run_after(const struct chunk *chunk, uint32_t from)
{
    struct run run = {0};
    uint32_t end = from;
    while (end < chunk->count && end - from < RUN_MAX &&
           (end == from || same_run(chunk, end - 1, end)))
        end++;
    run.edge = end;
    if (from == end)
        return run;
    run.hash = HASH_START;
    run.kind = chunk->kind[from];
    run.len = end - from;
    for (uint32_t i = from; i < end; i++)
        run.hash = add_to(run.hash, lower_code(chunk->code[i]));
    return run;
}

static uint32_t code_at(const struct chunk *chunk, uint32_t k, uint32_t back, uint32_t ahead)
{
    if (k < back || k - back + ahead >= chunk->count)
        return 1;
    return chunk->code[k - back + ahead];
}

/* Kinds of up to eight runs to the left or right, as one number. */
static uint32_t outline(const struct chunk *chunk, uint32_t k, bool left)
{
    uint32_t shape = 0;
    uint32_t last = 0;
    uint32_t steps = 0;
    for (uint32_t i = k; steps < 12 && (left ? i > 0 : i < chunk->count); steps++) {
        uint32_t at = left ? --i : i++;
        uint32_t kind =
            chunk->kind[at] == DL_LETTER_PUNCT ? 8 + chunk->code[at] % 256 : chunk->kind[at];
        if (kind != last)
            shape = (shape + kind) * 0x9e3779b1U;
        last = kind;
    }
    return shape;
}

static bool is_abbreviation(const struct dl_cut_lists *lists, uint32_t hash)
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

#define PUT(value) (features[place] = dl_feature((value), place), place++)
#define TWO(a, b) ((uint64_t)(a) << 32 | (uint32_t)(b))

/* The cut before letter `k`; `cut` is where the piece began, `last` what the last answer was. */
static uint32_t token_features(const struct cutting *cutting, uint32_t k, uint32_t cut,
                               uint32_t last, uint32_t *features)
{
    const struct chunk *chunk = &cutting->chunk;
    uint32_t place = 0;
    uint32_t l1 = code_at(chunk, k, 1, 0);
    uint32_t l2 = code_at(chunk, k, 2, 0);
    uint32_t l3 = code_at(chunk, k, 3, 0);
    uint32_t r1 = chunk->code[k];
    uint32_t r2 = code_at(chunk, k, 0, 1);
    uint32_t r3 = code_at(chunk, k, 0, 2);
    struct run left = run_before(chunk, k);
    struct run right = run_after(chunk, k);
    struct run left2 = run_before(chunk, left.edge);
    struct run right2 = run_after(chunk, right.edge);
    uint32_t lefts = outline(chunk, k, true);
    uint32_t rights = outline(chunk, k, false);
    uint32_t piece = HASH_START;
    for (uint32_t i = k - cut < 2 * RUN_MAX ? cut : k - 2 * RUN_MAX; i < k; i++)
        piece = add_to(piece, lower_code(chunk->code[i]));
    uint32_t short_for = is_abbreviation(cutting->lists, piece) ||
                         (dl_letter_is_word((enum dl_letter)left.kind) &&
                          is_abbreviation(cutting->lists, add_to(left.hash, '.')));
    uint32_t ahead = cutting->next_gap == 2 ? 2 : cutting->next_first * 4 + cutting->next_gap;
    uint32_t after = right.edge == chunk->count ? ahead : 0;
    uint32_t kinds = left.kind * 8 + right.kind;
    uint32_t pair = dl_pair(l1, r1);

    PUT(0);
    PUT(pair);
    PUT(TWO(dl_pair(l2, l1), r1));
    PUT(TWO(l1, dl_pair(r1, r2)));
    PUT(TWO(dl_pair(l2, l1), dl_pair(r1, r2)));
    PUT(TWO(dl_pair(l3, l2), pair));
    PUT(TWO(dl_pair(r3, r2), pair));
    PUT(TWO(left.hash, kinds));
    PUT(TWO(right.hash, kinds));
    PUT(TWO(left.hash, r1));
    PUT(TWO(right.hash, l1));
    PUT(TWO(left.hash, right.hash));
    PUT(TWO(left2.hash, dl_pair(left.hash, r1)));
    PUT(TWO(right2.hash, dl_pair(right.hash, l1)));
    PUT(TWO(left2.hash, dl_pair(l1, right.hash)));
    PUT(TWO(lefts, rights));
    PUT(TWO(lefts, r1));
    PUT(TWO(rights, l1));
    PUT(TWO(pair, last));
    PUT(TWO(dl_pair(lefts, rights), last));
    uint32_t address = (k > chunk->address ? 2U : chunk->address < CHUNK_MAX) * 4 +
                       (k < chunk->solid ? 2U : 0U) + (k + 1 < chunk->solid);
    PUT(TWO(pair, chunk->traits));
    PUT(TWO(address, kinds));
    PUT(TWO(address, pair));
    PUT(TWO(pair, (k == 1) * 2U + (right.edge == chunk->count)));
    PUT(TWO(pair, (left.len < 6 ? left.len : 6) * 8 + (right.len < 6 ? right.len : 6)));
    PUT(TWO(pair, after));
    PUT(TWO(dl_pair(after, r1), left.hash));
    PUT(TWO(dl_pair(after ? cutting->next : 0, r1), kinds));
    PUT(TWO(dl_pair(after ? cutting->next : 0, piece), pair));
    PUT(TWO(dl_pair(short_for, after), pair));
    PUT(TWO(dl_pair(short_for, kinds), last));
    PUT(TWO(piece, r1));
    PUT(TWO(piece, right.hash));
    PUT(TWO(dl_pair(cutting->gap, after), dl_pair(pair, left.len < 3 ? left.len : 3)));
    PUT(TWO(dl_pair(cutting->gap, after), dl_pair(kinds, r1)));
    PUT(TWO(chunk->whole, k));
    PUT(TWO(cutting->before, dl_pair(pair, k == 1)));
    PUT(TWO(dl_pair(cutting->before, chunk->whole), k));
    return place;
}

/* --- pieces --- */

static void add_piece(struct cutting *cutting, uint32_t start, uint32_t end, uint8_t gap,
                      bool joined)
{
    if (cutting->count == cutting->room) {
        cutting->room = cutting->room ? cutting->room * 2 : 512;
        struct dl_piece *more = dl_arena_raw(cutting->arena, cutting->room * sizeof *more);
        if (cutting->count)
            memcpy(more, cutting->pieces, cutting->count * sizeof *more);
        cutting->pieces = more;
    }
    cutting->pieces[cutting->count++] =
        (struct dl_piece){.start = start, .len = end - start, .gap = gap, .joined = joined};
}

/* Bytes of the first of two words in letters [from, end), or 0. */
static uint32_t join_in(const struct cutting *cutting, uint32_t from, uint32_t end)
{
    const struct dl_cut_lists *lists = cutting->lists;
    uint32_t hash = HASH_START;
    if (end - from > 12)
        return 0;
    for (uint32_t i = from; i < end; i++)
        hash = add_to(hash, lower_code(cutting->chunk.code[i]));
    size_t low = 0;
    size_t high = lists->join_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lists->joins[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < lists->join_count && lists->joins[low].hash == hash ? lists->joins[low].bytes : 0;
}

/* Is there a question before letter k? `word` is where the run of letters began. */
static bool is_question(const struct chunk *chunk, uint32_t k, uint32_t join)
{
    enum dl_letter a = (enum dl_letter)chunk->kind[k - 1];
    enum dl_letter b = (enum dl_letter)chunk->kind[k];
    if (b == DL_LETTER_MARK)
        return false;
    if (a == DL_LETTER_PUNCT || b == DL_LETTER_PUNCT)
        return true;
    if (dl_letter_is_word(a) != dl_letter_is_word(b) && a != DL_LETTER_MARK)
        return true;
    if (k == join)
        return true;
    /* before the n of n't */
    return lower_code(chunk->code[k]) == 'n' && k + 2 < chunk->count &&
           chunk->code[k + 1] == '\'' && lower_code(chunk->code[k + 2]) == 't';
}

static uint32_t run_end(const struct chunk *chunk, uint32_t from)
{
    uint32_t end = from + 1;
    while (end < chunk->count && same_run(chunk, end - 1, end))
        end++;
    return end;
}

static void cut_chunk(struct cutting *cutting, uint8_t gap)
{
    const struct chunk *chunk = &cutting->chunk;
    uint32_t features[DL_FEATURES_MAX];
    uint32_t cut = 0;
    uint32_t last = DL_CUT_TOKEN;
    bool joined = false;
    uint32_t run = 0; /* end of the run of letters */
    uint32_t join = 0;
    for (uint32_t k = 0; k <= chunk->count; k++) {
        uint32_t answer = DL_CUT_NONE;
        if (k == chunk->count)
            answer = DL_CUT_TOKEN;
        else if (k > 0 && is_question(chunk, k, join)) {
            uint32_t count = token_features(cutting, k, cut, last, features);
            answer = cutting->judge->token(cutting->judge, features, count, chunk->at[k]);
            last = answer;
        }
        if (answer != DL_CUT_NONE) {
            add_piece(cutting, chunk->at[cut], chunk->at[k], cut ? DL_GAP_NONE : gap, joined);
            joined = answer == DL_CUT_WORD;
            cut = k;
        }
        if (k < chunk->count && k >= run && dl_letter_is_word((enum dl_letter)chunk->kind[k])) {
            run = run_end(chunk, k);
            uint32_t bytes = join_in(cutting, k, run);
            join = bytes ? k + bytes : 0; /* listed words are ASCII */
        }
    }
}

/* Does letter `code`, the next of the chunk, make "://", "www." or the "@" of an address? */
static bool begins_address(const struct chunk *chunk, uint32_t code)
{
    uint32_t at = chunk->count;
    if (at < 3)
        return false;
    const uint32_t *c = &chunk->code[at];
    if (code == '@')
        return chunk->kind[at - 1] != DL_LETTER_PUNCT;
    return (code == '/' && c[-1] == '/' && c[-2] == ':') ||
           (code == '.' && lower_code(c[-1]) == 'w' && lower_code(c[-2]) == 'w' &&
            lower_code(c[-3]) == 'w');
}

/* Reads letters from `at` on up to white space; where it ends. */
static uint32_t read_chunk(struct cutting *cutting, uint32_t at)
{
    struct chunk *chunk = &cutting->chunk;
    dl_str text = cutting->text;
    chunk->count = 0;
    chunk->whole = HASH_START;
    chunk->traits = 0;
    chunk->solid = 0;
    chunk->address = CHUNK_MAX;
    while (at < text.len && chunk->count < CHUNK_MAX) {
        uint32_t bytes;
        enum dl_letter kind = dl_letter_at(text, at, &bytes);
        if (kind == DL_LETTER_SPACE)
            break;
        uint32_t code = plain_code(decode(text, at, bytes));
        if (code == '\'')
            kind = DL_LETTER_PUNCT;
        chunk->at[chunk->count] = at;
        chunk->code[chunk->count] = code;
        chunk->kind[chunk->count] = (uint8_t)kind;
        chunk->whole = add_to(chunk->whole, lower_code(code));
        chunk->traits |= (code == '@' ? HAS_AT : 0U) | (code == '/' ? HAS_SLASH : 0U) |
                         (kind == DL_LETTER_DIGIT ? HAS_DIGIT : 0U) |
                         (dl_letter_is_word(kind) ? HAS_LETTER : 0U);
        if (kind != DL_LETTER_PUNCT)
            chunk->solid = chunk->count + 1;
        if (chunk->address == CHUNK_MAX && begins_address(chunk, code))
            chunk->address = chunk->count;
        chunk->count++;
        at += bytes;
    }
    chunk->at[chunk->count] = at;
    return at;
}

/* The hash of the chunk at `at` and the kind of its first letter. */
static uint32_t look_at_chunk(dl_str text, uint32_t at, uint32_t *ret_first)
{
    uint32_t hash = HASH_START;
    uint32_t bytes;
    *ret_first = DL_LETTER_NONE;
    for (uint32_t letters = 0; at < text.len && letters < RUN_MAX; letters++, at += bytes) {
        enum dl_letter kind = dl_letter_at(text, at, &bytes);
        if (kind == DL_LETTER_SPACE)
            break;
        if (letters == 0)
            *ret_first = kind;
        hash = add_to(hash, lower_code(plain_code(decode(text, at, bytes))));
    }
    return hash;
}

/* Are most lines that another follows at once too full for its first word? */
static bool mostly_full(dl_str text, uint32_t width)
{
    dl_str rest = text;
    dl_str line;
    size_t before = 0;
    uint32_t full = 0;
    uint32_t lines = 0;
    while (dl_str_next(&rest, '\n', &line)) {
        if (before && line.len) {
            const char *blank = memchr(line.at, ' ', line.len);
            size_t word = blank ? (size_t)(blank - line.at) : line.len;
            lines++;
            full += before + 1 + word > width;
        }
        before = line.len;
    }
    return full * 2 > lines;
}

/* How wide the text's lines are, if it seems to be broken at a width; else 0. Lines of one word
 * (addresses) say nothing, and a few may be longer. */
static uint32_t width_of_lines(dl_str text)
{
    uint32_t counts[WIDTH_MAX + 1] = {0};
    dl_str rest = text;
    dl_str line;
    uint32_t lines = 0;
    uint32_t longer = 0;
    while (dl_str_next(&rest, '\n', &line)) {
        if (line.len == 0 || !memchr(line.at, ' ', line.len))
            continue;
        lines++;
        if (line.len > WIDTH_MAX)
            longer++;
        else
            counts[line.len]++;
    }
    if (lines < 2 || longer > lines / 10)
        return 0;
    uint32_t width = WIDTH_MAX;
    for (uint32_t above = counts[width]; width > 0 && above <= lines / 40; above += counts[width])
        width--;
    return mostly_full(text, width) ? width : 0;
}

/* White space from `at` on: where it ends and what it is. */
static uint32_t skip_space(struct cutting *cutting, uint32_t at, uint32_t *line, uint32_t width,
                           uint8_t *ret_gap)
{
    dl_str text = cutting->text;
    uint32_t start = at;
    uint32_t lines = 0;
    uint32_t end_of_line = at;
    uint32_t bytes;
    bool tab = false;
    while (at < text.len && dl_letter_at(text, at, &bytes) == DL_LETTER_SPACE) {
        if (text.at[at] == '\n') {
            if (lines++ == 0)
                end_of_line = at;
            *line = lines == 1 ? *line : at + 1;
        }
        tab |= text.at[at] == '\t';
        at += bytes;
    }
    if (at == text.len) {
        *ret_gap = DL_GAP_END;
    } else if (lines == 1) {
        uint32_t length = start - *line;
        uint32_t end = at;
        while (end < text.len && (unsigned char)text.at[end] > ' ' && end - at <= width)
            end++;
        bool fits = length + 1 + (end - at) <= width;
        *ret_gap = width == 0 ? DL_GAP_EMPTY : fits ? DL_GAP_LINE : DL_GAP_FULL;
        *line = end_of_line + 1;
    } else if (lines > 1) {
        *ret_gap = DL_GAP_EMPTY;
    } else {
        *ret_gap = at - start > 1 || tab ? DL_GAP_WIDE : at > start ? DL_GAP_BLANK : DL_GAP_NONE;
    }
    return at;
}

static uint32_t level_of(uint8_t gap)
{
    return gap >= DL_GAP_EMPTY ? 2 : gap >= DL_GAP_LINE ? 1 : 0;
}

dl_status dl_cut_tokens(dl_str text, const struct dl_cut_lists *lists, struct dl_cut_judge *judge,
                        uint32_t count_max, struct dl_arena *arena, struct dl_piece **ret,
                        uint32_t *ret_count, struct dl_error *err)
{
    struct cutting *cutting = dl_arena_raw(arena, sizeof *cutting);
    uint32_t width = width_of_lines(text);
    uint32_t line = 0;
    uint8_t gap;
    uint8_t next_gap = DL_GAP_END;
    cutting->text = text;
    cutting->lists = lists;
    cutting->judge = judge;
    cutting->arena = arena;
    cutting->pieces = NULL;
    cutting->count = 0;
    cutting->room = 0;
    cutting->before = 0;
    uint32_t at = skip_space(cutting, 0, &line, width, &gap);
    gap = DL_GAP_END;
    while (at < text.len) {
        at = read_chunk(cutting, at);
        at = skip_space(cutting, at, &line, width, &next_gap);
        cutting->next = look_at_chunk(text, at, &cutting->next_first);
        cutting->gap = level_of(gap);
        cutting->next_gap = level_of(next_gap);
        cut_chunk(cutting, gap);
        cutting->before = cutting->chunk.whole;
        gap = next_gap;
        if (cutting->count > count_max)
            return dl_fail(err, DL_TOO_BIG, "more than %u tokens", count_max);
    }
    *ret = cutting->pieces;
    *ret_count = cutting->count;
    return DL_OK;
}
