/* Layout and migrations of the SQLite file of results. */
#include "sinks/sqlite_schema.h"

#include <errno.h>
#include <unistd.h>

#define APPLICATION_ID 0x646c7273 /* "dlrs": file(1) and we know it by this */
#define PATH_BYTES_MAX 4096U

/* Children hang on the integer `row` of their report, which rises: they are appended, and the only
 * index written at random is that of the article ids. Lists are JSON. Indexes for reading are the
 * reader's to add. */
static const char version_1[] =
    "CREATE TABLE offsets ("
    " topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,"
    " PRIMARY KEY (topic, partition)) WITHOUT ROWID;"

    "CREATE TABLE reports ("
    " row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER, url TEXT,"
    " canonical_url TEXT, publisher_name TEXT, publisher_host TEXT, publisher_country TEXT,"
    " publisher_syndicated_from TEXT, title TEXT, authors TEXT, published TEXT, modified TEXT,"
    " published_basis TEXT, section TEXT, keywords TEXT, description TEXT, lead_image TEXT,"
    " truncated INTEGER, language TEXT, rights_licence TEXT, rights_copyright TEXT,"
    " rights_text_policy INTEGER, text TEXT, guid TEXT, text_hash TEXT, sections TEXT,"
    " candidates TEXT, signature TEXT, coder_version TEXT, coder_rules TEXT, coder_actors TEXT,"
    " coder_gazetteer TEXT, coder_models TEXT, ingested_at TEXT NOT NULL);"

    "CREATE TABLE mentions ("
    " report INTEGER NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, slot_id TEXT,"
    " article_id TEXT, event_key TEXT, cluster INTEGER, main INTEGER, type TEXT, modes TEXT,"
    " contexts TEXT, cameo TEXT, quad TEXT, intensity REAL, goldstein REAL, actor TEXT,"
    " recipient TEXT, reciprocal INTEGER, content TEXT, polarity TEXT, polarity_cue TEXT,"
    " modality TEXT, modality_cue TEXT, time TEXT, time_cue TEXT, reported INTEGER,"
    " reported_cue TEXT, actuality TEXT, places TEXT, when_start TEXT, when_end TEXT,"
    " when_precision TEXT, when_text TEXT, when_basis TEXT, attribution TEXT, quantities TEXT,"
    " trigger_start INTEGER, trigger_end INTEGER, trigger_text TEXT, sentence_start INTEGER,"
    " sentence_end INTEGER, sentence_text TEXT, sentence_index INTEGER, section TEXT,"
    " lede INTEGER, rule TEXT, confidence REAL, confidences TEXT);"
    "CREATE INDEX mentions_report ON mentions (report);"

    "CREATE TABLE mention_actors ("
    " report INTEGER NOT NULL, mention INTEGER NOT NULL, side TEXT NOT NULL,"
    " position INTEGER NOT NULL, mention_id TEXT, name TEXT, id TEXT, code TEXT, cameo_code TEXT,"
    " country TEXT, admin1 TEXT, role TEXT, roles TEXT, title TEXT, former INTEGER,"
    " resolved_by TEXT, span_start INTEGER, span_end INTEGER, span_text TEXT,"
    " PRIMARY KEY (report, mention, side, position)) WITHOUT ROWID;"

    "CREATE TABLE entities ("
    " report INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT, kind TEXT, country TEXT,"
    " code TEXT, spans TEXT, PRIMARY KEY (report, position)) WITHOUT ROWID;"

    "CREATE TABLE quotes ("
    " report INTEGER NOT NULL, position INTEGER NOT NULL, kind TEXT, span_start INTEGER,"
    " span_end INTEGER, span_text TEXT, speaker TEXT, anonymous INTEGER, cue TEXT,"
    " sentence_index INTEGER, PRIMARY KEY (report, position)) WITHOUT ROWID;"

    "CREATE TABLE quantities ("
    " report INTEGER NOT NULL, position INTEGER NOT NULL, value REAL, bound TEXT, what TEXT,"
    " scope TEXT, holder TEXT, unit TEXT, span_start INTEGER, span_end INTEGER, span_text TEXT,"
    " PRIMARY KEY (report, position)) WITHOUT ROWID;"

    "CREATE TABLE places ("
    " report INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT, country TEXT, admin1 TEXT,"
    " lat REAL, lon REAL, geonames_id INTEGER, precision TEXT, why TEXT, span_start INTEGER,"
    " span_end INTEGER, span_text TEXT, PRIMARY KEY (report, position)) WITHOUT ROWID;"

    "CREATE TABLE dates ("
    " report INTEGER NOT NULL, position INTEGER NOT NULL, start TEXT, \"end\" TEXT,"
    " precision TEXT, text TEXT, basis TEXT, span_start INTEGER, span_end INTEGER,"
    " span_text TEXT, PRIMARY KEY (report, position)) WITHOUT ROWID;"

    "CREATE TABLE rejected ("
    " report INTEGER NOT NULL, position INTEGER NOT NULL, span_start INTEGER, span_end INTEGER,"
    " span_text TEXT, reason TEXT, rule TEXT,"
    " PRIMARY KEY (report, position)) WITHOUT ROWID;"

    "CREATE VIEW events_view_all AS SELECT"
    " m.type, m.actuality, m.actor ->> '$[0].name' AS actor, m.actor ->> '$[0].code' AS actor_code,"
    " m.recipient ->> '$[0].name' AS recipient, m.recipient ->> '$[0].code' AS recipient_code,"
    " m.when_start, m.when_end, m.places ->> '$[0].name' AS place,"
    " m.places ->> '$[0].country' AS place_country, m.places ->> '$[0].lat' AS lat,"
    " m.places ->> '$[0].lon' AS lon, m.trigger_text, m.sentence_text, m.confidence, m.main,"
    " r.title, r.published, r.publisher_name, r.url, m.id AS mention_id, r.id AS article_id"
    " FROM mentions m JOIN reports r ON r.row = m.report;"

    "CREATE VIEW events_view AS SELECT * FROM events_view_all"
    " WHERE main AND actuality IN ('asserted', 'reported') AND type <> 'STATEMENT';"

    "CREATE VIEW events_view_planned AS SELECT * FROM events_view_all"
    " WHERE main AND actuality IN ('asserted', 'reported', 'planned') AND type <> 'STATEMENT';";

const struct dl_sqlite_migration dl_sqlite_migrations[] = {
    {1, version_1},
};
const uint32_t dl_sqlite_migration_count =
    sizeof dl_sqlite_migrations / sizeof *dl_sqlite_migrations;

dl_status dl_sqlite_fail(sqlite3 *db, const char *path, const char *what, struct dl_error *err)
{
    int code = sqlite3_errcode(db) & 0xff;
    int system = sqlite3_system_errno(db);
    const char *why = system ? strerror(system) : sqlite3_errmsg(db);
    switch (code) {
    case SQLITE_FULL:
        return dl_fail(err, DL_RETRY, "%s: %s: %s", path, what, sqlite3_errmsg(db));
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return dl_fail(err, DL_RETRY, "%s: %s: %s", path, what,
                       code == SQLITE_IOERR ? why : sqlite3_errmsg(db));
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return dl_fail(err, DL_FATAL, "%s: %s: %s", path, what, why);
    default:
        return dl_fail(err, DL_FATAL, "%s: %s: %s", path, what, sqlite3_errmsg(db));
    }
}

static dl_status ask_number(sqlite3 *db, const char *path, const char *sql, int64_t *ret,
                            struct dl_error *err)
{
    sqlite3_stmt *query = NULL;
    dl_status status = DL_OK;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        *ret = sqlite3_column_int64(query, 0);
    else
        status = dl_sqlite_fail(db, path, "read", err);
    sqlite3_finalize(query);
    return status;
}

/* A whole copy under a name that appears only when it is complete. */
static dl_status back_up(sqlite3 *db, const char *path, int64_t version, struct dl_error *err)
{
    char part[PATH_BYTES_MAX];
    char whole[PATH_BYTES_MAX];
    snprintf(part, sizeof part, "%s.v%lld.backup.part", path, (long long)version);
    snprintf(whole, sizeof whole, "%s.v%lld.backup", path, (long long)version);
    (void)unlink(part); /* of an earlier try */
    char *sql = sqlite3_mprintf("VACUUM INTO %Q", part);
    int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    if (result != SQLITE_OK)
        return dl_sqlite_fail(db, path, "copy before the change of layout", err);
    if (rename(part, whole) != 0)
        return dl_fail(err, DL_FATAL, "%s: %s", whole, strerror(errno));
    return DL_OK;
}

static dl_status apply(sqlite3 *db, const char *path, int64_t version,
                       const struct dl_sqlite_migration *migrations, uint32_t count,
                       struct dl_error *err)
{
    char pragmas[100];
    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             APPLICATION_ID, migrations[count - 1].version);
    int result = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (uint32_t i = 0; i < count && result == SQLITE_OK; i++)
        if (migrations[i].version > version)
            result = sqlite3_exec(db, migrations[i].sql, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(db, pragmas, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (result == SQLITE_OK)
        return DL_OK;
    dl_status status = dl_sqlite_fail(db, path, "change of layout", err);
    (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL); /* the first error is the one to tell */
    return status;
}

dl_status dl_sqlite_migrate(sqlite3 *db, const char *path,
                            const struct dl_sqlite_migration *migrations, uint32_t count,
                            struct dl_error *err)
{
    int64_t version = 0;
    int64_t application = 0;
    int64_t things = 0;
    int newest = migrations[count - 1].version;
    dl_status status = ask_number(db, path, "PRAGMA user_version", &version, err);
    if (status == DL_OK)
        status = ask_number(db, path, "PRAGMA application_id", &application, err);
    if (status == DL_OK)
        status = ask_number(db, path, "SELECT count(*) FROM sqlite_schema", &things, err);
    if (status != DL_OK)
        return status;
    if (things > 0 && application != APPLICATION_ID)
        return dl_fail(err, DL_FATAL, "%s: an SQLite file, but not one of dateline's results",
                       path);
    if (version > newest)
        return dl_fail(err, DL_FATAL,
                       "%s: results of version %lld, made by a newer dateline; this one knows %d",
                       path, (long long)version, newest);
    if (version == newest)
        return DL_OK;
    if (version > 0)
        status = back_up(db, path, version, err);
    return status == DL_OK ? apply(db, path, version, migrations, count, err) : status;
}
