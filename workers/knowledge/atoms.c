/* Cutting text into folded words. */
#include "workers/knowledge/atoms.h"

#include "core/utf8.h"

#include <utf8proc.h>
#include <xxhash.h>

#define ATOM_BYTES_MAX 96U /* longer runs are cut here: no name is so long */

struct cutter {
    dl_str text;
    size_t at;
    struct dl_atom *atoms;
    uint32_t count, room;
    uint8_t before; /* shapes the next atom inherits from what stands before it */
};

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == '`' || c == 0x2019 || c == 0x2018 || c == 0x2bb || c == 0x2bc ||
           c == 0x2be || c == 0x2bf;
}

static bool is_hyphen(uint32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2013) || c == 0x2212;
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c == 0xfffd || is_apostrophe(c))
        return false;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
        return true;
    default:
        return false;
    }
}

static bool is_capital(uint32_t c)
{
    return c < 0x80 ? c >= 'A' && c <= 'Z'
                    : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU;
}

static bool is_small(uint32_t c)
{
    return c < 0x80 ? c >= 'a' && c <= 'z'
                    : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
}

/* Letters that Unicode does not take apart, as papers without them print them. */
static const char *plain_of(uint32_t c)
{
    switch (c) {
    case 0xf8: /* o with stroke */
        return "o";
    case 0x142: /* l with stroke */
        return "l";
    case 0x111: /* d with stroke */
    case 0xf0:  /* eth */
        return "d";
    case 0x131: /* dotless i */
        return "i";
    case 0xe6:
        return "ae";
    case 0x153:
        return "oe";
    case 0x259: /* schwa of Azerbaijani */
        return "a";
    default:
        return NULL;
    }
}

/* Adds the folded letter to the word; its new length. */
static size_t put_folded(char *word, size_t len, uint32_t c)
{
    if (c < 0x80) {
        word[len] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        return len + 1;
    }
    utf8proc_int32_t parts[8];
    int bound = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        (utf8proc_int32_t)c, parts, 8,
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, &bound);
    for (utf8proc_ssize_t i = 0; i < count && i < 8 && len + 4 <= ATOM_BYTES_MAX; i++) {
        const char *plain = plain_of((uint32_t)parts[i]);
        if (plain)
            while (*plain)
                word[len++] = *plain++;
        else
            len += (size_t)utf8proc_encode_char(parts[i], (utf8proc_uint8_t *)word + len);
    }
    return len;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static uint32_t peek(const struct cutter *cut, size_t at, size_t *ret_bytes)
{
    *ret_bytes = 1;
    return at < cut->text.len ? dl_utf8_at(cut->text, at, ret_bytes) : 0;
}

static void put_atom(struct cutter *cut, const char *word, size_t len, size_t start, size_t end,
                     uint8_t shape)
{
    if (cut->count == cut->room)
        return;
    struct dl_atom *atom = &cut->atoms[cut->count++];
    atom->hash = XXH3_64bits(word, len);
    atom->start = (uint32_t)start;
    atom->end = (uint32_t)end;
    atom->shape = shape | cut->before;
    cut->before = 0;
}

/* The full stop at `at`, after a single letter: does a single letter follow, as in "U.S."? */
static bool goes_on(const struct cutter *cut, size_t at)
{
    size_t bytes;
    size_t after;
    uint32_t next = peek(cut, at + 1, &bytes);
    if (!is_letter(next) || next < 'A')
        return false;
    return !is_letter(peek(cut, at + 1 + bytes, &after));
}

/* After a word that ends at `at`: "'s" and "s'" become an atom. */
static void take_possessive(struct cutter *cut, bool ends_in_s)
{
    size_t bytes;
    size_t s_bytes;
    uint32_t c = peek(cut, cut->at, &bytes);
    if (!is_apostrophe(c))
        return;
    uint32_t next = peek(cut, cut->at + bytes, &s_bytes);
    size_t start = cut->at;
    if ((next == 's' || next == 'S')) {
        size_t skip;
        if (is_letter(peek(cut, cut->at + bytes + 1, &skip)))
            return;
        cut->at += bytes + 1;
    } else if (ends_in_s && !is_letter(next)) {
        cut->at += bytes;
    } else {
        return;
    }
    put_atom(cut, "'s", 2, start, cut->at, DL_ATOM_POSSESSIVE);
}

static void take_word(struct cutter *cut)
{
    char word[ATOM_BYTES_MAX + 8];
    size_t len = 0;
    size_t start = cut->at;
    uint32_t letters = 0;
    bool small = false;
    bool stops = false;
    uint8_t shape = 0;
    uint32_t c = 0;
    while (cut->at < cut->text.len && len < ATOM_BYTES_MAX) {
        size_t bytes;
        size_t next_bytes;
        uint32_t here = peek(cut, cut->at, &bytes);
        if (here == '.' && (letters == 1 || stops) && len && word[len - 1] != '.' &&
            goes_on(cut, cut->at)) {
            word[len++] = '.';
            stops = true;
            cut->at++;
            continue;
        }
        if (is_apostrophe(here)) {
            uint32_t next = peek(cut, cut->at + bytes, &next_bytes);
            size_t after;
            bool s_ends = (next == 's' || next == 'S') &&
                          !is_letter(peek(cut, cut->at + bytes + next_bytes, &after));
            if (s_ends || !is_letter(next))
                break;
            cut->at += bytes;
            continue;
        }
        if (!is_letter(here))
            break;
        c = here;
        if (letters == 0 && is_capital(here))
            shape |= DL_ATOM_CAPITAL;
        small = small || is_small(here);
        letters++;
        len = put_folded(word, len, here);
        cut->at += bytes;
    }
    if (letters > 1 && !small && (shape & DL_ATOM_CAPITAL))
        shape |= DL_ATOM_CAPITALS;
    put_atom(cut, word, len, start, cut->at, shape);
    take_possessive(cut, c == 's' || c == 'S');
}

uint32_t dl_atoms(dl_str text, struct dl_atom *atoms, uint32_t room)
{
    struct cutter cut = {.text = text, .atoms = atoms, .room = room};
    while (cut.at < text.len && cut.count < room) {
        size_t bytes;
        size_t next_bytes;
        uint32_t c = peek(&cut, cut.at, &bytes);
        if (is_letter(c)) {
            take_word(&cut);
            continue;
        }
        if (c == '&')
            put_atom(&cut, "and", 3, cut.at, cut.at + 1, 0);
        else if (is_hyphen(c)) /* after a space it is a dash */
            cut.before |= cut.at && text.at[cut.at - 1] == ' ' ? DL_ATOM_BREAK : DL_ATOM_HYPHEN;
        else if (c == ',' && cut.at && is_digit((unsigned char)text.at[cut.at - 1]) &&
                 is_digit(peek(&cut, cut.at + 1, &next_bytes)))
            ; /* "16,000" */
        else if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0xa0 && c != '.' &&
                 !is_apostrophe(c))
            cut.before |= DL_ATOM_BREAK;
        cut.at += bytes;
    }
    return cut.count;
}

uint64_t dl_atom_hash(dl_str word)
{
    struct dl_atom atom;
    return dl_atoms(word, &atom, 1) ? atom.hash : 0;
}

uint64_t dl_phrase_hash(dl_str phrase)
{
    struct dl_atom atoms[16];
    uint32_t count = dl_atoms(phrase, atoms, 16);
    uint64_t hash = 0;
    for (uint32_t i = 0; i < count; i++)
        hash = dl_atom_join(hash, atoms[i].hash);
    return hash;
}
