/* Text as later stages may trust it: valid UTF-8, NFC, the title first; the language; the day. */
#include "core/day.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "workers/stage.h"

#define ENGLISH_WORDS 400U /* looked at, from the beginning */
#define ENGLISH_SHARE_MIN                                                                          \
    0.12 /* of function words; English has 0.35 to 0.5, Spanish under 0.05                         \
          */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

#define SHORT_WORDS 30U /* a headline may have no function word at all */

/* Share of English function words among the first words; a short text is English unless it has
 * more words of other languages. */
static bool is_english(const struct dl_knowledge *knowledge, dl_str text)
{
    uint32_t words = 0;
    uint32_t english = 0;
    uint32_t foreign = 0;
    uint32_t wide = 0;
    for (size_t at = 0; at < text.len && words < ENGLISH_WORDS;) {
        size_t start = at;
        while (at < text.len && is_letter(text.at[at]))
            at++;
        if (at == start) {
            at++;
            continue;
        }
        uint64_t hash = dl_word_hash(dl_str_sub(text, start, at));
        uint32_t length;
        words++;
        const struct dl_entry *entry = dl_lexicon_find(knowledge->lexicon, &hash, 0, 1, &length);
        english += dl_entry_of(entry, DL_ENTRY_ENGLISH) != NULL;
        foreign += dl_entry_of(entry, DL_ENTRY_FOREIGN) != NULL;
        for (size_t i = start; i < at; i++)
            wide += (unsigned char)text.at[i] >= 0x80;
    }
    if (words < SHORT_WORDS)
        return words > 0 && english >= foreign && wide < 2 * words;
    return words > 0 && (double)english / words >= ENGLISH_SHARE_MIN;
}

static const uint32_t *count_points(struct dl_arena *arena, dl_str text)
{
    uint32_t *points = dl_arena_array(arena, uint32_t, text.len / 64 + 2);
    uint32_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (i % 64 == 0)
            points[i / 64] = count;
        count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    }
    if (text.len % 64 == 0)
        points[text.len / 64] = count;
    return points;
}

void dl_article_set_text(struct dl_article *article, dl_str text)
{
    article->text = text;
    article->points = count_points(article->arena, text);
}

static uint32_t point_of(const struct dl_article *article, uint32_t byte)
{
    uint32_t points = article->points[byte / 64];
    for (uint32_t i = byte & ~63U; i < byte; i++)
        points += ((unsigned char)article->text.at[i] & 0xc0) != 0x80;
    return points;
}

struct dl_span *dl_span_new(const struct dl_article *article, uint32_t start, uint32_t end)
{
    struct dl_span *span = dl_arena_alloc(article->arena, sizeof *span);
    span->start = point_of(article, start);
    span->end = point_of(article, end);
    span->text = dl_str_sub(article->text, start, end);
    return span;
}

static dl_str joined(struct dl_arena *arena, dl_str title, dl_str text)
{
    if (title.len == 0 || dl_str_starts(text, title))
        return text;
    char *both = dl_arena_raw(arena, title.len + text.len + 2);
    memcpy(both, title.at, title.len);
    memcpy(both + title.len, "\n\n", 2);
    memcpy(both + title.len + 2, text.at, text.len);
    return (dl_str){both, title.len + 2 + text.len};
}

dl_status dl_stage_clean(const struct dl_knowledge *knowledge, struct dl_article *article,
                         struct dl_error *err)
{
    const struct dl_article_record *record = article->record;
    struct dl_report *report = &article->report;
    if (record->text.len > DL_ARTICLE_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "text of %zu bytes, at most %u", record->text.len,
                       DL_ARTICLE_BYTES_MAX);
    if (dl_str_trim(record->text).len == 0)
        return dl_fail(err, DL_BAD_INPUT,
                       record->html.len ? "an article of HTML only: its text is needed"
                                        : "no text");
    report->title = dl_str_trim(dl_utf8_clean(article->arena, record->title));
    dl_article_set_text(article, joined(article->arena, report->title,
                                        dl_utf8_clean(article->arena, record->text)));
    report->text = article->text;
    article->has_published = dl_day_of_rfc3339(record->published, &article->published_day) == DL_OK;
    article->english = record->language.len ? dl_str_starts(record->language, DL_STR("en"))
                                            : is_english(knowledge, article->text);
    if (!record->language.len && article->english)
        report->language = DL_STR("en");
    return DL_OK;
}
