/* The door of the log. */
#include "producers/door/door.h"

#include "core/day.h"
#include "core/utf8.h"
#include "proto/id.h"
#include "proto/json.h"

/* Repair is for the odd broken byte. When more than one in ten characters had to be replaced, it is
 * another encoding or no text at all. */
#define REPLACED_SHARE_MAX 10U

static const char replacement[] = "\xef\xbf\xbd";

static size_t count_replacements(dl_str text)
{
    size_t count = 0;
    const char *at = text.at;
    size_t left = text.len;
    const char *hit;
    while (left >= 3 && (hit = memmem(at, left, replacement, 3))) {
        count++;
        left -= (size_t)(hit - at) + 3;
        at = hit + 3;
    }
    return count;
}

dl_status dl_door_text(struct dl_arena *arena, dl_str bytes, dl_str *ret_text, struct dl_error *err)
{
    if (dl_str_starts(bytes, DL_STR("\xef\xbb\xbf")))
        bytes = dl_str_sub(bytes, 3, bytes.len);
    if (dl_str_starts(bytes, DL_STR("\xff\xfe")) || dl_str_starts(bytes, DL_STR("\xfe\xff")))
        return dl_fail(err, DL_BAD_INPUT, "UTF-16, not UTF-8");
    dl_str text = dl_utf8_clean(arena, bytes);
    if (text.at != bytes.at) {
        size_t replaced = count_replacements(text) - count_replacements(bytes);
        size_t points = dl_utf8_count(text);
        if (replaced * REPLACED_SHARE_MAX > points)
            return dl_fail(err, DL_BAD_INPUT, "not UTF-8: %zu of %zu characters are broken",
                           replaced, points);
    }
    *ret_text = text;
    return DL_OK;
}

static void clean_list(struct dl_arena *arena, dl_str *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        list[i] = dl_utf8_clean(arena, list[i]);
}

static dl_status check_size(const struct dl_article_record *article, struct dl_error *err)
{
    size_t bytes = article->title.len + article->text.len + article->html.len;
    if (bytes > DL_ARTICLE_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "article of %zu bytes, at most %u", bytes,
                       DL_ARTICLE_BYTES_MAX);
    if (article->url.len > DL_URL_BYTES_MAX || article->canonical_url.len > DL_URL_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "url of %zu bytes, at most %u",
                       article->url.len > article->canonical_url.len ? article->url.len
                                                                     : article->canonical_url.len,
                       DL_URL_BYTES_MAX);
    if (dl_str_trim(article->text).len == 0 && dl_str_trim(article->html).len == 0 &&
        dl_str_trim(article->title).len == 0)
        return dl_fail(err, DL_BAD_INPUT, "no text");
    return DL_OK;
}

static void add_attribute(struct dl_arena *arena, struct dl_article_record *article,
                          const char *name, dl_str value)
{
    struct dl_attribute *list =
        dl_arena_array(arena, struct dl_attribute, article->attributes_count + 1);
    if (article->attributes_count)
        memcpy(list, article->attributes, article->attributes_count * sizeof *list);
    list[article->attributes_count++] =
        (struct dl_attribute){.name = dl_str_of(name), .value = value};
    article->attributes = list;
}

/* In place; emptied, and kept as an attribute, when it cannot be read. */
static void normalise_date(struct dl_arena *arena, struct dl_article_record *article,
                           const char *name, dl_str *date)
{
    dl_str normal;
    dl_str given = dl_str_trim(*date);
    if (given.len == 0) {
        *date = (dl_str){NULL, 0};
    } else if (dl_date_normalise(arena, given, &normal) == DL_OK) {
        *date = normal;
    } else {
        add_attribute(arena, article, name, given);
        *date = (dl_str){NULL, 0};
    }
}

dl_status dl_door_article(struct dl_arena *arena, struct dl_article_record *article,
                          dl_str published, struct dl_error *err)
{
    dl_status status = check_size(article, err);
    if (status != DL_OK)
        return status;
    article->title = dl_utf8_clean(arena, article->title);
    article->text = dl_utf8_clean(arena, article->text);
    article->html = dl_utf8_clean(arena, article->html);
    article->description = dl_utf8_clean(arena, article->description);
    article->section = dl_utf8_clean(arena, article->section);
    clean_list(arena, article->authors, article->authors_count);
    clean_list(arena, article->keywords, article->keywords_count);
    normalise_date(arena, article, "published", &article->published);
    normalise_date(arena, article, "modified", &article->modified);
    if (article->published.len == 0) {
        article->published = published;
        article->published_basis = DL_BASIS_UNSAID;
    }
    if (article->published.len && article->published_basis == DL_BASIS_UNSAID)
        article->published_basis = DL_BASIS_GIVEN;
    article->id = dl_article_id(arena, article);
    return DL_OK;
}

dl_status dl_door_json(struct dl_arena *arena, dl_str bytes, dl_str published,
                       struct dl_article_record **ret_article, struct dl_error *err)
{
    dl_str text;
    struct dl_article_record *article;
    if (bytes.len > DL_DOOR_LINE_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "line of %zu bytes, at most %u", bytes.len,
                       DL_DOOR_LINE_BYTES_MAX);
    dl_status status = dl_door_text(arena, bytes, &text, err);
    if (status == DL_OK)
        status = dl_article_from_json(text, arena, &article, err);
    if (status == DL_OK)
        status = dl_door_article(arena, article, published, err);
    if (status == DL_OK)
        *ret_article = article;
    return status;
}

dl_status dl_door_date(struct dl_arena *arena, const char *text, dl_str *ret_date,
                       struct dl_error *err)
{
    if (dl_date_normalise(arena, dl_str_of(text), ret_date) == DL_OK)
        return DL_OK;
    return dl_fail(err, DL_BAD_CONFIG, "'%s' is not a date; write 2025-02-06 or RFC 3339", text);
}
