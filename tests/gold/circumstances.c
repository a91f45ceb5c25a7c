/* How well places, dates, numbers and quotes are found: tests/gold/articles/README.md says how the
 * articles are marked and what counts as right.
 *
 *     gold_circumstances DIR [-v]        prints one line a figure; -v what is wrong
 *     gold_circumstances DIR FLOORS      exit 1 where a figure is below its floor: lines "NAME
 * SHARE"
 */
#include "workers/stages/circumstances.h"
#include "core/day.h"
#include "workers/pipeline.h"

#include "proto/words.h"

#include <dirent.h>
#include <math.h>

#define NEAR_KM 50.0
#define MARKS_MAX 256U
#define ARGS_MAX 10U
#define TRIGGERS_MAX 32U

enum figure {
    PLACES,
    EVENT_COUNTRY,
    EVENT_PLACE,
    EVENT_DAYS,
    DATES,
    NO_DATES,
    NUMBERS,
    ATTACHED,
    QUOTES,
    NO_QUOTES,
    NO_PLACES,
    FIGURES
};
static const char *const names[FIGURES] = {
    "places",  "event-country", "event-place", "event-days", "dates",    "no-dates",
    "numbers", "numbers-event", "quotes",      "no-quotes",  "no-places"};

struct mark {
    uint32_t start, end; /* bytes of the plain text */
    dl_str args[ARGS_MAX];
    uint32_t count;
};

struct gold {
    struct dl_arena arena;
    dl_str published;
    dl_str text;
    struct mark marks[MARKS_MAX];
    uint32_t count;
};

struct tally {
    unsigned right[FIGURES], all[FIGURES];
    bool verbose;
    const char *file;
};

static void count(struct tally *t, enum figure figure, bool right, dl_str words, const char *got)
{
    t->all[figure]++;
    t->right[figure] += right;
    if (!right && t->verbose)
        printf("%s: %s: \"%.*s\" %s\n", t->file, names[figure], DL_STR_ARG(words), got);
}

/* --- reading marked text --- */

static void read_args(dl_str text, struct mark *mark)
{
    dl_str word;
    while (mark->count < ARGS_MAX && dl_str_next(&text, ' ', &word))
        if (word.len)
            mark->args[mark->count++] = word;
}

/* Takes the marks out of the text. */
static bool read_marks(struct gold *gold, dl_str marked)
{
    char *plain = dl_arena_raw(&gold->arena, marked.len + 1);
    uint32_t open[32];
    uint32_t depth = 0;
    uint32_t len = 0;
    for (size_t i = 0; i < marked.len;) {
        if (i + 1 < marked.len && marked.at[i] == '{' && marked.at[i + 1] == '{') {
            if (depth == 32)
                return false;
            open[depth++] = len;
            i += 2;
            continue;
        }
        const char *end =
            marked.at[i] == '|' && depth ? memmem(marked.at + i, marked.len - i, "}}", 2) : NULL;
        if (end) {
            struct mark *mark = &gold->marks[gold->count];
            if (gold->count + 1 == MARKS_MAX)
                return false;
            *mark = (struct mark){.start = open[--depth], .end = len};
            read_args(dl_str_sub(marked, i + 1, (size_t)(end - marked.at)), mark);
            gold->count++;
            i = (size_t)(end - marked.at) + 2;
            continue;
        }
        plain[len++] = marked.at[i++];
    }
    gold->text = (dl_str){plain, len};
    return depth == 0;
}

static bool read_gold(const char *path, struct gold *gold)
{
    FILE *file = fopen(path, "re");
    char *bytes = dl_arena_raw(&gold->arena, 1U << 20);
    if (!file)
        return false;
    dl_str rest = {bytes, fread(bytes, 1, 1U << 20, file)};
    dl_str line;
    (void)fclose(file); /* only read */
    if (!dl_str_next(&rest, '\n', &line) || !dl_str_starts(line, DL_STR("published: ")))
        return false;
    gold->published = dl_str_sub(line, strlen("published: "), line.len);
    if (dl_str_is(gold->published, "none"))
        gold->published = (dl_str){"", 0};
    return read_marks(gold, dl_str_trim(rest));
}

/* --- comparing --- */

static bool is_day(dl_str text)
{
    int32_t day;
    return dl_day_of_rfc3339(text, &day) == DL_OK;
}

static bool overlaps(const struct mark *mark, uint32_t start, uint32_t end)
{
    return start < mark->end && mark->start < end;
}

static dl_str words_of(const struct gold *gold, const struct mark *mark)
{
    return dl_str_sub(gold->text, mark->start, mark->end);
}

static uint32_t byte_of(const struct dl_article *a, uint32_t token)
{
    return a->tokens[token].start;
}

static uint32_t end_of(const struct dl_article *a, uint32_t first, uint32_t tokens)
{
    return a->tokens[first + tokens - 1].start + a->tokens[first + tokens - 1].len;
}

static double km_between(double lat1, double lon1, double lat2, double lon2)
{
    double rad = M_PI / 180;
    double a = pow(sin((lat2 - lat1) * rad / 2), 2) +
               cos(lat1 * rad) * cos(lat2 * rad) * pow(sin((lon2 - lon1) * rad / 2), 2);
    return 6371 * 2 * asin(sqrt(a));
}

/* args from `at`: ISO3 ADMIN1 [LAT LON]; how many were read. */
static bool same_country(const struct mark *mark, uint32_t at, const struct dl_place *place)
{
    return dl_str_eq(mark->args[at], place->country);
}

static bool same_place(const struct mark *mark, uint32_t at, const struct dl_place *place,
                       uint32_t *ret_next)
{
    double lat = 0;
    double lon = 0;
    bool point = false;
    dl_str admin1 =
        at + 1 < mark->count && !is_day(mark->args[at + 1]) ? mark->args[at + 1] : DL_STR("-");
    *ret_next = at + 1;
    if (at + 1 < mark->count && !is_day(mark->args[at + 1]))
        *ret_next = at + 2;
    if (*ret_next + 1 < mark->count && !is_day(mark->args[*ret_next])) {
        point = dl_str_to_f64(mark->args[*ret_next], &lat) == DL_OK &&
                dl_str_to_f64(mark->args[*ret_next + 1], &lon) == DL_OK;
        *ret_next += 2;
    }
    if (!place || !same_country(mark, at, place))
        return false;
    if (!point && dl_str_is(admin1, "-"))
        return true;
    return (!dl_str_is(admin1, "-") && dl_str_eq(admin1, place->admin1)) ||
           (point && place->has_lat && km_between(lat, lon, place->lat, place->lon) <= NEAR_KM);
}

static bool same_days(const struct mark *mark, uint32_t at, dl_str start, dl_str end)
{
    dl_str last =
        at + 1 < mark->count && is_day(mark->args[at + 1]) ? mark->args[at + 1] : mark->args[at];
    return dl_str_eq(mark->args[at], start) && dl_str_eq(last, end);
}

/* --- each kind of mark --- */

static void judge_date(struct tally *t, const struct gold *gold, const struct dl_article *a,
                       const struct mark *mark)
{
    const struct dl_circumstances *c = a->circumstances;
    bool none = dl_str_is(mark->args[0], "nodate");
    bool right = none;
    char got[64] = "nothing";
    for (uint32_t i = 0; i < c->date_count; i++) {
        const struct dl_found_date *date = &c->dates[i];
        if (!overlaps(mark, byte_of(a, date->first), end_of(a, date->first, date->count)))
            continue;
        right = !none && (right || same_days(mark, 1, date->when.start, date->when.end));
        snprintf(got, sizeof got, "%.10s %.10s", date->when.start.at, date->when.end.at);
    }
    count(t, none ? NO_DATES : DATES, right, words_of(gold, mark), got);
}

static void judge_place(struct tally *t, const struct gold *gold, const struct dl_article *a,
                        const struct mark *mark)
{
    const struct dl_circumstances *c = a->circumstances;
    bool none = dl_str_is(mark->args[0], "noplace");
    bool right = none;
    char got[96] = "nothing";
    uint32_t next;
    for (uint32_t i = 0; i < c->place_count; i++) {
        const struct dl_found_place *found = &c->places[i];
        if (!overlaps(mark, byte_of(a, found->first), end_of(a, found->first, found->count)))
            continue;
        /* A country that does something is named as a country: it is only no town. */
        right = none ? found->place.precision == DL_COUNTRY
                     : right || same_place(mark, 1, &found->place, &next);
        snprintf(got, sizeof got, "%.3s %.6s %.2f %.2f",
                 found->place.country.at ? found->place.country.at : "",
                 found->place.admin1.at ? found->place.admin1.at : "", found->place.lat,
                 found->place.lon);
    }
    count(t, none ? NO_PLACES : PLACES, right, words_of(gold, mark), got);
}

static uint32_t token_at(const struct dl_article *a, const struct mark *mark)
{
    for (uint32_t i = 0; i < a->token_count; i++)
        if (a->tokens[i].start >= mark->start)
            return i;
    return a->token_count - 1;
}

/* The marked triggers of the sentence. */
static uint32_t triggers_of(const struct gold *gold, const struct dl_article *a, uint32_t sentence,
                            uint32_t *triggers)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < gold->count && found < TRIGGERS_MAX; i++) {
        if (!dl_str_is(gold->marks[i].args[0], "event"))
            continue;
        uint32_t token = token_at(a, &gold->marks[i]);
        if (dl_sentence_of(a, token) == sentence)
            triggers[found++] = token;
    }
    return found;
}

static void judge_event(struct tally *t, const struct gold *gold, const struct dl_article *a,
                        const struct mark *mark)
{
    struct dl_place *places;
    uint32_t token = token_at(a, mark);
    uint32_t next;
    char got[96] = "nowhere";
    if (mark->count < 3)
        return; /* told again: where and when stand at the first word */
    uint32_t found = dl_places_of(a, token, (dl_str){"", 0}, DL_ACT_DONE, &places);
    bool country = found && same_country(mark, 2, &places[0]);
    bool place = same_place(mark, 2, found ? &places[0] : NULL, &next);
    if (found)
        snprintf(got, sizeof got, "%.*s: %.*s", DL_STR_ARG(places[0].name),
                 DL_STR_ARG(places[0].why));
    count(t, EVENT_COUNTRY, country, words_of(gold, mark), got);
    count(t, EVENT_PLACE, place, words_of(gold, mark), got);
    while (next < mark->count && !is_day(mark->args[next]))
        next++;
    if (next >= mark->count)
        return;
    const struct dl_when *when = dl_when_of(a, token);
    dl_str day = when ? when->start
                      : dl_str_sub(a->report.published, 0, a->report.published.len < 10 ? 0 : 10);
    dl_str last = when ? when->end : day;
    snprintf(got, sizeof got, "%.*s %.*s", DL_STR_ARG(day), DL_STR_ARG(last));
    count(t, EVENT_DAYS, same_days(mark, next, day, last), words_of(gold, mark), got);
}

static bool tells(const struct mark *mark, dl_str name)
{
    return dl_str_is(mark->args[0], "event") && dl_str_eq(mark->args[1], name);
}

static bool is_told(const struct gold *gold, dl_str name)
{
    for (uint32_t i = 0; i < gold->count; i++)
        if (tells(&gold->marks[i], name))
            return true;
    return false;
}

static bool is_of_word(const struct gold *gold, const struct dl_article *a,
                       const struct mark *event, const struct dl_quantity *wanted)
{
    uint32_t triggers[TRIGGERS_MAX];
    struct dl_quantity *list;
    uint32_t token = token_at(a, event);
    uint32_t known = triggers_of(gold, a, dl_sentence_of(a, token), triggers);
    uint32_t found = dl_quantities_of(a, token, triggers, known, &list);
    for (uint32_t i = 0; i < found; i++)
        if (list[i].span == wanted->span)
            return true;
    return false;
}

/* To any of the words that tell the event. */
static bool is_attached(const struct gold *gold, const struct dl_article *a, dl_str name,
                        const struct dl_quantity *wanted)
{
    for (uint32_t i = 0; i < gold->count; i++)
        if (tells(&gold->marks[i], name) && is_of_word(gold, a, &gold->marks[i], wanted))
            return true;
    return false;
}

static void judge_number(struct tally *t, const struct gold *gold, const struct dl_article *a,
                         const struct mark *mark)
{
    const struct dl_circumstances *c = a->circumstances;
    double value;
    bool right = false;
    bool attached = false;
    char got[96] = "nothing";
    bool of_event = mark->count > 4 && is_told(gold, mark->args[4]);
    if (dl_str_to_f64(mark->args[2], &value) != DL_OK)
        return;
    for (uint32_t i = 0; i < c->number_count; i++) {
        const struct dl_found_number *n = &c->numbers[i];
        if (!overlaps(mark, byte_of(a, n->first), end_of(a, n->first, n->count)))
            continue;
        bool same = n->quantity.what == dl_quantity_of_of(mark->args[1]) &&
                    fabs(n->quantity.value - value) < 0.5 &&
                    dl_str_is(mark->args[3], dl_bound_word(n->quantity.bound));
        right = right || same;
        attached =
            attached || (same && of_event && is_attached(gold, a, mark->args[4], &n->quantity));
        snprintf(got, sizeof got, "%s %.0f %s", dl_quantity_of_word(n->quantity.what),
                 n->quantity.value, dl_bound_word(n->quantity.bound));
    }
    count(t, NUMBERS, right, words_of(gold, mark), got);
    if (of_event)
        count(t, ATTACHED, attached, words_of(gold, mark), got);
}

static void judge_quote(struct tally *t, const struct gold *gold, const struct dl_article *a,
                        const struct mark *mark)
{
    const struct dl_circumstances *c = a->circumstances;
    bool none = dl_str_is(mark->args[0], "noquote");
    bool right = none;
    char got[160] = "nothing";
    dl_str who = mark->args[1];
    if (!none && mark->count > 1) /* "air force": words to the end */
        who.len =
            (size_t)(mark->args[mark->count - 1].at + mark->args[mark->count - 1].len - who.at);
    for (uint32_t i = 0; i < c->quote_count; i++) {
        const struct dl_found_quote *q = &c->quotes[i];
        uint32_t from = q->start > mark->start ? q->start : mark->start;
        uint32_t to = q->end < mark->end ? q->end : mark->end;
        bool most = to > from && 2 * (to - from) > mark->end - mark->start;
        if (!most || (none && q->quote.kind == DL_INDIRECT))
            continue;
        dl_str name = q->quote.speaker ? q->quote.speaker->name : (dl_str){"", 0};
        bool same =
            !none && name.len >= who.len && who.len && memmem(name.at, name.len, who.at, who.len);
        right = !none && (right || same);
        snprintf(got, sizeof got, "%.*s", DL_STR_ARG(name));
    }
    count(t, none ? NO_QUOTES : QUOTES, right, words_of(gold, mark), got);
}

static void judge(struct tally *t, const struct gold *gold, const struct dl_article *a)
{
    for (uint32_t i = 0; i < gold->count; i++) {
        const struct mark *mark = &gold->marks[i];
        dl_str kind = mark->args[0];
        if (dl_str_is(kind, "date") || dl_str_is(kind, "nodate"))
            judge_date(t, gold, a, mark);
        else if (dl_str_is(kind, "place") || dl_str_is(kind, "noplace"))
            judge_place(t, gold, a, mark);
        else if (dl_str_is(kind, "event"))
            judge_event(t, gold, a, mark);
        else if (dl_str_is(kind, "number"))
            judge_number(t, gold, a, mark);
        else if (dl_str_is(kind, "quote") || dl_str_is(kind, "noquote"))
            judge_quote(t, gold, a, mark);
    }
}

/* --- files --- */

static bool judge_file(const struct dl_knowledge *knowledge, const char *path, struct tally *t)
{
    struct gold *gold = dl_alloc(sizeof *gold);
    struct dl_error err = {0};
    const char *stage = NULL;
    struct dl_pipeline pipeline;
    dl_arena_init(&gold->arena);
    bool good = read_gold(path, gold);
    if (!good)
        fprintf(stderr, "%s: no marked article\n", path);
    struct dl_article_record record = {.published = gold->published, .text = gold->text};
    struct dl_article article = {.arena = &gold->arena, .record = &record};
    article.report.published = gold->published;
    if (good && (dl_pipeline_init(&pipeline, "quotes", &err) != DL_OK ||
                 dl_pipeline_run(&pipeline, knowledge, &article, &stage, &err) != DL_OK)) {
        fprintf(stderr, "%s: %s: %s\n", path, stage ? stage : "", err.text);
        good = false;
    }
    if (good)
        judge(t, gold, &article);
    dl_arena_done(&gold->arena);
    free(gold);
    return good;
}

static int is_text(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 4 && strcmp(entry->d_name + len - 4, ".txt") == 0;
}

static bool judge_dir(const struct dl_knowledge *knowledge, const char *dir, struct tally *t)
{
    struct dirent **list = NULL;
    int files = scandir(dir, &list, is_text, alphasort);
    bool good = files > 0;
    for (int i = 0; i < files; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", dir, list[i]->d_name);
        t->file = list[i]->d_name;
        good = judge_file(knowledge, path, t) && good;
        free(list[i]);
    }
    free(list);
    if (files <= 0)
        fprintf(stderr, "%s: no articles\n", dir);
    return good;
}

static bool holds_floors(const char *path, const struct tally *t)
{
    FILE *file = fopen(path, "re");
    char name[64];
    double floor;
    bool good = file != NULL;
    while (file && fscanf(file, "%63s %lf", name, &floor) == 2)
        for (int f = 0; f < FIGURES; f++)
            if (strcmp(names[f], name) == 0 && t->right[f] < floor * t->all[f]) {
                printf("%s is below its floor of %.2f\n", name, floor);
                good = false;
            }
    if (file)
        (void)fclose(file); /* only read */
    return good;
}

int main(int argc, char **argv)
{
    struct dl_error err = {0};
    struct dl_knowledge *knowledge;
    struct tally t = {.verbose = argc > 2 && strcmp(argv[2], "-v") == 0};
    if (argc < 2 || dl_knowledge_load(NULL, NULL, &knowledge, &err) != DL_OK) {
        fprintf(stderr, "%s\n", argc < 2 ? "usage: gold_circumstances DIR [-v|FLOORS]" : err.text);
        return 2;
    }
    bool good = judge_dir(knowledge, argv[1], &t);
    for (int f = 0; f < FIGURES; f++)
        printf("%-14s %3u of %3u  %.3f\n", names[f], t.right[f], t.all[f],
               t.all[f] ? (double)t.right[f] / t.all[f] : 1.0);
    if (argc > 2 && !t.verbose)
        good = holds_floors(argv[2], &t) && good;
    dl_knowledge_free(knowledge);
    return good ? 0 : 1;
}
