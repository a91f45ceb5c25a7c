/* Reports as rows, by tables of columns. */
#include "sinks/sqlite_rows.h"

#include "core/limits.h"
#include "proto/json.h"
#include "proto/words.h"
#include "sinks/sqlite_schema.h"

#include <stddef.h>

#define SQL_BYTES_MAX 8192U
/* Of one column. Never reached: a field's two bytes ("text_policy": a word) become 25 at most. */
#define JSON_BYTES_MAX (16U * DL_RECORD_BYTES_MAX)
#define ITSELF SIZE_MAX /* the field is in the record, not in a part */

enum column_kind {
    COLUMN_TEXT,  /* dl_str; empty is NULL */
    COLUMN_LIST,  /* of dl_str: JSON; none is NULL */
    COLUMN_COUNT, /* uint32_t; 0 is NULL */
    COLUMN_BIG,   /* uint64_t; 0 is NULL */
    COLUMN_INDEX, /* uint32_t; 0 is a value */
    COLUMN_BOOL,  /* with has_ */
    COLUMN_REAL,  /* with has_ */
    COLUMN_WORD,  /* enum; 0 is NULL, numbers of a newer writer stay numbers */
    COLUMN_PART,  /* pointer to a record: JSON object */
    COLUMN_PARTS, /* records: JSON array; none is NULL */
};

struct column {
    const char *name;
    enum column_kind kind;
    size_t part;  /* offset of the pointer to the part that has the field, or ITSELF */
    size_t at;    /* offset in the record or part */
    size_t aside; /* of has_ or _count */
    const char *(*word)(int32_t number);
    const char *record; /* its name in records.def, for JSON */
};

#define FIELD(r, f) offsetof(struct dl_##r, f)
#define TEXT(r, f)                                                                                 \
    {                                                                                              \
#f, COLUMN_TEXT, ITSELF, FIELD(r, f), 0, NULL, NULL                                        \
    }
#define LIST(r, f)                                                                                 \
    {                                                                                              \
#f, COLUMN_LIST, ITSELF, FIELD(r, f), FIELD(r, f##_count), NULL, NULL                      \
    }
#define COUNT(r, f)                                                                                \
    {                                                                                              \
#f, COLUMN_COUNT, ITSELF, FIELD(r, f), 0, NULL, NULL                                       \
    }
#define BIG(r, f)                                                                                  \
    {                                                                                              \
#f, COLUMN_BIG, ITSELF, FIELD(r, f), 0, NULL, NULL                                         \
    }
#define INDEX(r, f)                                                                                \
    {                                                                                              \
#f, COLUMN_INDEX, ITSELF, FIELD(r, f), 0, NULL, NULL                                       \
    }
#define BOOL(r, f)                                                                                 \
    {                                                                                              \
#f, COLUMN_BOOL, ITSELF, FIELD(r, f), FIELD(r, has_##f), NULL, NULL                        \
    }
#define REAL(r, f)                                                                                 \
    {                                                                                              \
#f, COLUMN_REAL, ITSELF, FIELD(r, f), FIELD(r, has_##f), NULL, NULL                        \
    }
#define WORD(r, f, word)                                                                           \
    {                                                                                              \
#f, COLUMN_WORD, ITSELF, FIELD(r, f), 0, word, NULL                                        \
    }
#define PART(r, f, p)                                                                              \
    {                                                                                              \
#f, COLUMN_PART, ITSELF, FIELD(r, f), 0, NULL, #p                                          \
    }
#define PARTS(r, f, p)                                                                             \
    {                                                                                              \
#f, COLUMN_PARTS, ITSELF, FIELD(r, f), FIELD(r, f##_count), NULL, #p                       \
    }
#define TEXT_IN(r, f, p, g)                                                                        \
    {                                                                                              \
#f "_" #g, COLUMN_TEXT, FIELD(r, f), FIELD(p, g), 0, NULL, NULL                            \
    }
#define WORD_IN(r, f, p, g, word)                                                                  \
    {                                                                                              \
#f "_" #g, COLUMN_WORD, FIELD(r, f), FIELD(p, g), 0, word, NULL                            \
    }
#define SPAN(r, f)                                                                                 \
    {#f "_start", COLUMN_INDEX, FIELD(r, f), FIELD(span, start), 0, NULL, NULL},                   \
        {#f "_end", COLUMN_INDEX, FIELD(r, f), FIELD(span, end), 0, NULL, NULL},                   \
        TEXT_IN(r, f, span, text)

static const struct column report_columns[] = {
    TEXT(report, id),
    COUNT(report, version),
    TEXT(report, url),
    TEXT(report, canonical_url),
    TEXT_IN(report, publisher, publisher, name),
    TEXT_IN(report, publisher, publisher, host),
    TEXT_IN(report, publisher, publisher, country),
    TEXT_IN(report, publisher, publisher, syndicated_from),
    TEXT(report, title),
    LIST(report, authors),
    TEXT(report, published),
    TEXT(report, modified),
    WORD(report, published_basis, dl_published_basis_word),
    TEXT(report, section),
    LIST(report, keywords),
    TEXT(report, description),
    TEXT(report, lead_image),
    BOOL(report, truncated),
    TEXT(report, language),
    TEXT_IN(report, rights, rights, licence),
    TEXT_IN(report, rights, rights, copyright),
    WORD_IN(report, rights, rights, text_policy, dl_text_policy_word),
    TEXT(report, text),
    TEXT(report, guid),
    TEXT(report, text_hash),
    PARTS(report, sections, section),
    PARTS(report, candidates, candidate),
    TEXT(report, signature),
    TEXT_IN(report, coder, coder, version),
    TEXT_IN(report, coder, coder, rules),
    TEXT_IN(report, coder, coder, actors),
    TEXT_IN(report, coder, coder, gazetteer),
    TEXT_IN(report, coder, coder, models),
};

static const struct column mention_columns[] = {
    TEXT(mention, id),
    TEXT(mention, slot_id),
    TEXT_IN(mention, article, article_ref, id),
    TEXT(mention, event_key),
    COUNT(mention, cluster),
    BOOL(mention, main),
    WORD(mention, type, dl_event_type_word),
    LIST(mention, modes),
    LIST(mention, contexts),
    TEXT(mention, cameo),
    WORD(mention, quad, dl_quad_word),
    REAL(mention, intensity),
    REAL(mention, goldstein),
    PARTS(mention, actor, actor),
    PARTS(mention, recipient, actor),
    BOOL(mention, reciprocal),
    PART(mention, content, content),
    WORD(mention, polarity, dl_polarity_word),
    PART(mention, polarity_cue, span),
    WORD(mention, modality, dl_modality_word),
    PART(mention, modality_cue, span),
    WORD(mention, time, dl_event_time_word),
    PART(mention, time_cue, span),
    BOOL(mention, reported),
    PART(mention, reported_cue, span),
    WORD(mention, actuality, dl_actuality_word),
    PARTS(mention, places, place),
    TEXT_IN(mention, when, when, start),
    TEXT_IN(mention, when, when, end),
    WORD_IN(mention, when, when, precision, dl_precision_word),
    TEXT_IN(mention, when, when, text),
    WORD_IN(mention, when, when, basis, dl_when_basis_word),
    PART(mention, attribution, attribution),
    PARTS(mention, quantities, quantity),
    SPAN(mention, trigger),
    SPAN(mention, sentence),
    INDEX(mention, sentence_index),
    TEXT(mention, section),
    BOOL(mention, lede),
    TEXT(mention, rule),
    REAL(mention, confidence),
    PART(mention, confidences, confidences),
};

static const struct column actor_columns[] = {
    TEXT(actor, name),    TEXT(actor, id),     TEXT(actor, code),        TEXT(actor, cameo_code),
    TEXT(actor, country), TEXT(actor, admin1), TEXT(actor, role),        LIST(actor, roles),
    TEXT(actor, title),   BOOL(actor, former), TEXT(actor, resolved_by), SPAN(actor, span),
};

static const struct column entity_columns[] = {
    TEXT(entity, name),         WORD(entity, kind, dl_entity_kind_word),
    TEXT(entity, country),      TEXT(entity, code),
    PARTS(entity, spans, span),
};

static const struct column quote_columns[] = {
    WORD(quote, kind, dl_quote_kind_word),
    SPAN(quote, span),
    PART(quote, speaker, actor),
    BOOL(quote, anonymous),
    TEXT(quote, cue),
    INDEX(quote, sentence_index),
};

static const struct column quantity_columns[] = {
    REAL(quantity, value),
    WORD(quantity, bound, dl_bound_word),
    WORD(quantity, what, dl_quantity_of_word),
    WORD(quantity, scope, dl_scope_word),
    TEXT(quantity, holder),
    TEXT(quantity, unit),
    SPAN(quantity, span),
};

static const struct column place_columns[] = {
    TEXT(place, name),
    TEXT(place, country),
    TEXT(place, admin1),
    REAL(place, lat),
    REAL(place, lon),
    BIG(place, geonames_id),
    WORD(place, precision, dl_precision_word),
    TEXT(place, why),
    SPAN(place, span),
};

static const struct column date_columns[] = {
    TEXT(when, start),
    TEXT(when, end),
    WORD(when, precision, dl_precision_word),
    TEXT(when, text),
    WORD(when, basis, dl_when_basis_word),
    SPAN(when, span),
};

static const struct column rejected_columns[] = {
    SPAN(rejected, span),
    TEXT(rejected, reason),
    TEXT(rejected, rule),
};

struct table {
    const char *name;
    const char *key; /* columns before those of the record, bound by the caller */
    int key_count;
    const struct column *columns;
    int column_count;
};

#define COLUMNS(list) list, (int)(sizeof(list) / sizeof *(list))
static const struct table tables[DL_TABLE_COUNT] = {
    [DL_TABLE_REPORTS] = {"reports", "row,ingested_at", 2, COLUMNS(report_columns)},
    [DL_TABLE_MENTIONS] = {"mentions", "report,position", 2, COLUMNS(mention_columns)},
    [DL_TABLE_MENTION_ACTORS] = {"mention_actors", "report,position,mention,side,mention_id", 5,
                                 COLUMNS(actor_columns)},
    [DL_TABLE_ENTITIES] = {"entities", "report,position", 2, COLUMNS(entity_columns)},
    [DL_TABLE_QUOTES] = {"quotes", "report,position", 2, COLUMNS(quote_columns)},
    [DL_TABLE_QUANTITIES] = {"quantities", "report,position", 2, COLUMNS(quantity_columns)},
    [DL_TABLE_PLACES] = {"places", "report,position", 2, COLUMNS(place_columns)},
    [DL_TABLE_DATES] = {"dates", "report,position", 2, COLUMNS(date_columns)},
    [DL_TABLE_REJECTED] = {"rejected", "report,position", 2, COLUMNS(rejected_columns)},
};

/* --- statements --- */

static dl_status prepare(struct dl_sqlite_rows *rows, const char *sql, sqlite3_stmt **ret,
                         struct dl_error *err)
{
    if (sqlite3_prepare_v3(rows->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) != SQLITE_OK)
        return dl_sqlite_fail(rows->db, rows->path, "layout", err);
    return DL_OK;
}

static dl_status prepare_table(struct dl_sqlite_rows *rows, enum dl_sqlite_table which,
                               struct dl_error *err)
{
    const struct table *table = &tables[which];
    struct dl_buf sql;
    dl_buf_init(&sql, SQL_BYTES_MAX);
    dl_status full = dl_buf_printf(&sql, "INSERT INTO %s (%s", table->name, table->key);
    for (int i = 0; i < table->column_count; i++)
        full |= dl_buf_printf(&sql, ",\"%s\"", table->columns[i].name);
    full |= dl_buf_printf(&sql, ") VALUES (?");
    for (int i = 1; i < table->key_count + table->column_count; i++)
        full |= dl_buf_put_str(&sql, DL_STR(",?"));
    full |= dl_buf_put(&sql, ")", 2); /* with its NUL */
    assert(full == DL_OK);
    (void)full;
    dl_status status = prepare(rows, sql.at, &rows->insert[which], err);
    if (status == DL_OK) {
        dl_buf_reset(&sql);
        (void)dl_buf_printf(&sql, "DELETE FROM %s WHERE %s=?%c", table->name,
                            which == DL_TABLE_REPORTS ? "row" : "report", 0);
        status = prepare(rows, sql.at, &rows->remove[which], err);
    }
    dl_buf_done(&sql);
    return status;
}

dl_status dl_sqlite_rows_open(struct dl_sqlite_rows *rows, sqlite3 *db, const char *path,
                              struct dl_error *err)
{
    *rows = (struct dl_sqlite_rows){.db = db, .path = path};
    dl_buf_init(&rows->json, JSON_BYTES_MAX);
    dl_status status = prepare(rows, "SELECT row FROM reports WHERE id=?", &rows->find, err);
    for (int t = 0; t < DL_TABLE_COUNT && status == DL_OK; t++)
        status = prepare_table(rows, (enum dl_sqlite_table)t, err);
    return status;
}

void dl_sqlite_rows_close(struct dl_sqlite_rows *rows)
{
    sqlite3_finalize(rows->find);
    for (int t = 0; t < DL_TABLE_COUNT; t++) {
        sqlite3_finalize(rows->insert[t]);
        sqlite3_finalize(rows->remove[t]);
    }
    dl_buf_done(&rows->json);
    *rows = (struct dl_sqlite_rows){0};
}

/* --- binding --- */

/* One row being filled. */
struct filling {
    struct dl_sqlite_rows *rows;
    sqlite3_stmt *insert;
    struct dl_arena *arena;
};

static void bind_text(sqlite3_stmt *stmt, int at, dl_str text)
{
    if (text.len)
        (void)sqlite3_bind_text(stmt, at, text.at, (int)text.len, SQLITE_STATIC);
    else
        (void)sqlite3_bind_null(stmt, at);
}

static dl_status bind_json(const struct filling *filling, int at, dl_status made)
{
    dl_str text = dl_buf_str(&filling->rows->json);
    if (made == DL_OK)
        (void)sqlite3_bind_text(filling->insert, at, text.at, (int)text.len, SQLITE_TRANSIENT);
    return made;
}

static dl_status bind_list(const struct filling *filling, int at, const dl_str *list,
                           uint32_t count)
{
    struct dl_buf *json = &filling->rows->json;
    dl_buf_reset(json);
    dl_status status = dl_buf_put_char(json, '[');
    for (uint32_t i = 0; i < count && status == DL_OK; i++) {
        if (i > 0)
            status = dl_buf_put_char(json, ',');
        if (status == DL_OK)
            status = dl_json_put_string(json, list[i]);
    }
    if (status == DL_OK)
        status = dl_buf_put_char(json, ']');
    return bind_json(filling, at, status);
}

static dl_status bind_parts(const struct filling *filling, int at, const char *record,
                            const void *parts, uint32_t count)
{
    dl_buf_reset(&filling->rows->json);
    return bind_json(filling, at,
                     dl_records_json(record, parts, count, filling->arena, &filling->rows->json));
}

/* The object alone, out of an array of one. */
static dl_status bind_part(const struct filling *filling, int at, const char *record,
                           const void *part)
{
    struct dl_buf *json = &filling->rows->json;
    dl_buf_reset(json);
    dl_status status = dl_records_json(record, part, 1, filling->arena, json);
    if (status == DL_OK)
        (void)sqlite3_bind_text(filling->insert, at, json->at + 1, (int)json->len - 2,
                                SQLITE_TRANSIENT);
    return status;
}

static void bind_word(sqlite3_stmt *stmt, int at, const struct column *column, int32_t number)
{
    const char *word = number ? column->word(number) : NULL;
    if (!word)
        (void)sqlite3_bind_null(stmt, at);
    else if (word[0] == '?')
        (void)sqlite3_bind_int(stmt, at, number);
    else
        (void)sqlite3_bind_text(stmt, at, word, -1, SQLITE_STATIC);
}

#define AT(type, offset) (*(const type *)(const void *)(record + (offset)))

/* Binding cannot fail but for want of memory, which sqlite3_step() then reports. */
static dl_status bind_column(const struct filling *filling, int at, const struct column *column,
                             const char *record)
{
    sqlite3_stmt *stmt = filling->insert;
    if (column->part != ITSELF)
        record = AT(char *, column->part);
    if (!record)
        return (void)sqlite3_bind_null(stmt, at), DL_OK;
    switch (column->kind) {
    case COLUMN_TEXT:
        bind_text(stmt, at, AT(dl_str, column->at));
        return DL_OK;
    case COLUMN_COUNT:
        if (AT(uint32_t, column->at))
            return (void)sqlite3_bind_int64(stmt, at, AT(uint32_t, column->at)), DL_OK;
        break;
    case COLUMN_BIG:
        if (AT(uint64_t, column->at))
            return (void)sqlite3_bind_int64(stmt, at, (int64_t)AT(uint64_t, column->at)), DL_OK;
        break;
    case COLUMN_INDEX:
        return (void)sqlite3_bind_int64(stmt, at, AT(uint32_t, column->at)), DL_OK;
    case COLUMN_BOOL:
        if (AT(bool, column->aside))
            return (void)sqlite3_bind_int(stmt, at, AT(bool, column->at)), DL_OK;
        break;
    case COLUMN_REAL:
        if (AT(bool, column->aside))
            return (void)sqlite3_bind_double(stmt, at, AT(double, column->at)), DL_OK;
        break;
    case COLUMN_WORD:
        bind_word(stmt, at, column, AT(int32_t, column->at));
        return DL_OK;
    case COLUMN_LIST:
        if (AT(uint32_t, column->aside))
            return bind_list(filling, at, AT(dl_str *, column->at), AT(uint32_t, column->aside));
        break;
    case COLUMN_PART:
        if (AT(void *, column->at))
            return bind_part(filling, at, column->record, AT(void *, column->at));
        break;
    case COLUMN_PARTS:
        if (AT(uint32_t, column->aside))
            return bind_parts(filling, at, column->record, AT(void *, column->at),
                              AT(uint32_t, column->aside));
        break;
    }
    (void)sqlite3_bind_null(stmt, at);
    return DL_OK;
}

static dl_status run(struct dl_sqlite_rows *rows, sqlite3_stmt *stmt, struct dl_error *err)
{
    int step = sqlite3_step(stmt);
    dl_status status =
        step == SQLITE_DONE ? DL_OK : dl_sqlite_fail(rows->db, rows->path, "write", err);
    (void)sqlite3_reset(stmt); /* says the same again */
    return status;
}

/* The key columns are bound already. */
static dl_status insert(const struct filling *filling, enum dl_sqlite_table which,
                        const void *record, struct dl_error *err)
{
    const struct table *table = &tables[which];
    for (int i = 0; i < table->column_count; i++) {
        dl_status status =
            bind_column(filling, table->key_count + 1 + i, &table->columns[i], record);
        if (status != DL_OK)
            return dl_fail(err, status, "%s.%s: past %u bytes of JSON", table->name,
                           table->columns[i].name, JSON_BYTES_MAX);
    }
    return run(filling->rows, filling->insert, err);
}

/* --- reports --- */

/* Lists of a report that are rows of their own: one record after the other, `bytes` apart. */
struct children {
    enum dl_sqlite_table table;
    const void *first;
    uint32_t count;
    size_t bytes;
};

static dl_status put_children(struct filling *filling, int64_t row, const struct children *children,
                              struct dl_error *err)
{
    dl_status status = DL_OK;
    filling->insert = filling->rows->insert[children->table];
    for (uint32_t i = 0; i < children->count && status == DL_OK; i++) {
        (void)sqlite3_bind_int64(filling->insert, 1, row);
        (void)sqlite3_bind_int64(filling->insert, 2, i);
        status = insert(filling, children->table,
                        (const char *)children->first + i * children->bytes, err);
    }
    return status;
}

static dl_status put_actors(struct filling *filling, int64_t row, uint32_t mention_position,
                            const struct dl_mention *mention, struct dl_error *err)
{
    const struct side {
        const char *name;
        const struct dl_actor *actors;
        uint32_t count;
    } sides[] = {{"actor", mention->actor, mention->actor_count},
                 {"recipient", mention->recipient, mention->recipient_count}};
    sqlite3_stmt *stmt = filling->insert = filling->rows->insert[DL_TABLE_MENTION_ACTORS];
    dl_status status = DL_OK;
    for (int s = 0; s < 2; s++)
        for (uint32_t i = 0; i < sides[s].count && status == DL_OK; i++) {
            (void)sqlite3_bind_int64(stmt, 1, row);
            (void)sqlite3_bind_int64(stmt, 2, i);
            (void)sqlite3_bind_int64(stmt, 3, mention_position);
            (void)sqlite3_bind_text(stmt, 4, sides[s].name, -1, SQLITE_STATIC);
            bind_text(stmt, 5, mention->id);
            status = insert(filling, DL_TABLE_MENTION_ACTORS, &sides[s].actors[i], err);
        }
    return status;
}

static dl_status put_report_row(struct filling *filling, const struct dl_report *report,
                                int64_t ingested_ms, int64_t *row, struct dl_error *err)
{
    time_t seconds = (time_t)(ingested_ms / 1000);
    struct tm utc;
    (void)gmtime_r(&seconds, &utc);
    char stamp[40];
    size_t len = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(stamp + len, sizeof stamp - len, ".%03dZ", (int)(ingested_ms % 1000));

    sqlite3_stmt *stmt = filling->insert = filling->rows->insert[DL_TABLE_REPORTS];
    if (*row)
        (void)sqlite3_bind_int64(stmt, 1, *row);
    else
        (void)sqlite3_bind_null(stmt, 1); /* the next free one */
    (void)sqlite3_bind_text(stmt, 2, stamp, -1, SQLITE_STATIC);
    dl_status status = insert(filling, DL_TABLE_REPORTS, report, err);
    if (status == DL_OK)
        *row = sqlite3_last_insert_rowid(filling->rows->db);
    return status;
}

/* The row the article has, 0 for none; what hangs on it is removed. */
static dl_status clear_place(struct dl_sqlite_rows *rows, dl_str id, int64_t *ret_row,
                             struct dl_error *err)
{
    bind_text(rows->find, 1, id);
    int step = sqlite3_step(rows->find);
    int64_t row = step == SQLITE_ROW ? sqlite3_column_int64(rows->find, 0) : 0;
    dl_status status = step == SQLITE_ROW || step == SQLITE_DONE
                           ? DL_OK
                           : dl_sqlite_fail(rows->db, rows->path, "read", err);
    (void)sqlite3_reset(rows->find);
    for (int t = 0; row && t < DL_TABLE_COUNT && status == DL_OK; t++) {
        (void)sqlite3_bind_int64(rows->remove[t], 1, row);
        status = run(rows, rows->remove[t], err);
    }
    *ret_row = row;
    return status;
}

dl_status dl_sqlite_rows_put(struct dl_sqlite_rows *rows, const struct dl_report *report,
                             int64_t ingested_ms, struct dl_arena *arena, struct dl_error *err)
{
    if (report->id.len == 0)
        return dl_fail(err, DL_BAD_INPUT, "a report without an id");
    const struct children children[] = {
        {DL_TABLE_MENTIONS, report->mentions, report->mentions_count, sizeof *report->mentions},
        {DL_TABLE_ENTITIES, report->entities, report->entities_count, sizeof *report->entities},
        {DL_TABLE_QUOTES, report->quotes, report->quotes_count, sizeof *report->quotes},
        {DL_TABLE_QUANTITIES, report->quantities, report->quantities_count,
         sizeof *report->quantities},
        {DL_TABLE_PLACES, report->places, report->places_count, sizeof *report->places},
        {DL_TABLE_DATES, report->dates, report->dates_count, sizeof *report->dates},
        {DL_TABLE_REJECTED, report->rejected, report->rejected_count, sizeof *report->rejected},
    };
    struct filling filling = {.rows = rows, .arena = arena};
    int64_t row = 0;
    dl_status status = clear_place(rows, report->id, &row, err);
    if (status == DL_OK)
        status = put_report_row(&filling, report, ingested_ms, &row, err);
    for (size_t i = 0; i < sizeof children / sizeof *children && status == DL_OK; i++)
        status = put_children(&filling, row, &children[i], err);
    for (uint32_t i = 0; i < report->mentions_count && status == DL_OK; i++)
        status = put_actors(&filling, row, i, &report->mentions[i], err);
    return status;
}
