/* Items, pages, and the wishes of sites. */
#include "producers/poll/poll_store_sql.h"

#define FORGET_DAYS 180

/* --- items --- */

static dl_status put_item(struct dl_poll_store *store, int64_t feed, const void *key,
                          dl_str article, uint64_t content, int64_t now_ms, struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, PUT_ITEM);
    dl_poll_sql_blob(statement, 1, key, DL_POLL_KEY_BYTES);
    dl_poll_sql_number(statement, 2, feed);
    dl_poll_sql_text(statement, 3, article);
    dl_poll_sql_number(statement, 4, (int64_t)content);
    dl_poll_sql_number(statement, 5, now_ms / DL_POLL_DAY_MS);
    dl_poll_sql_number(statement, 6, store->batch + 1);
    store->numbered = true;
    return dl_poll_sql_run(store, statement, err);
}

static dl_status see_item(struct dl_poll_store *store, const uint8_t *key, int64_t now_ms,
                          struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, SEE_ITEM);
    dl_poll_sql_blob(statement, 1, key, DL_POLL_KEY_BYTES);
    dl_poll_sql_number(statement, 2, now_ms / DL_POLL_DAY_MS);
    return dl_poll_sql_run(store, statement, err);
}

/* Known under another key: the feed has given it a new guid, or another feed had it first. */
static dl_status find_article(struct dl_poll_store *store, int64_t feed,
                              const struct dl_poll_item *item, int64_t now_ms, struct dl_error *err)
{
    uint8_t key[DL_POLL_KEY_BYTES];
    sqlite3_stmt *statement = dl_poll_sql_use(store, FIND_ARTICLE);
    dl_poll_sql_text(statement, 1, item->article);
    int result = sqlite3_step(statement);
    if (result != SQLITE_ROW) {
        dl_status status = result == SQLITE_DONE ? DL_OK : dl_poll_sql_fail(store, err);
        (void)sqlite3_reset(statement);
        return status; /* new */
    }
    dl_str found = dl_poll_sql_column(statement, 0);
    uint64_t content = (uint64_t)sqlite3_column_int64(statement, 1);
    bool is_own = sqlite3_column_int64(statement, 2) == feed;
    bool seen_today = sqlite3_column_int64(statement, 3) == now_ms / DL_POLL_DAY_MS;
    bool is_whole = found.len == sizeof key;
    if (is_whole)
        memcpy(key, found.at, sizeof key);
    (void)sqlite3_reset(statement);
    if (!is_own || !is_whole || content == item->content) { /* its own feed tells of edits */
        dl_status seen = is_whole && !seen_today ? see_item(store, key, now_ms, err) : DL_OK;
        return seen == DL_OK ? DL_NOT_FOUND : seen;
    }
    dl_status status = put_item(store, feed, key, item->article, item->content, now_ms, err);
    return status == DL_OK ? DL_RETRY : status;
}

dl_status dl_poll_store_item(struct dl_poll_store *store, int64_t feed,
                             const struct dl_poll_item *item, int64_t now_ms,
                             struct dl_arena *arena, dl_str *ret_article, struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, FIND_ITEM);
    dl_poll_sql_blob(statement, 1, item->key, sizeof item->key);
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        *ret_article = dl_arena_str(arena, dl_poll_sql_column(statement, 0));
        bool is_same = (uint64_t)sqlite3_column_int64(statement, 1) == item->content;
        bool seen_today = sqlite3_column_int64(statement, 2) == now_ms / DL_POLL_DAY_MS;
        (void)sqlite3_reset(statement);
        if (!is_same) {
            dl_status status =
                put_item(store, feed, item->key, *ret_article, item->content, now_ms, err);
            return status == DL_OK ? DL_RETRY : status;
        }
        if (seen_today)
            return DL_NOT_FOUND;
        dl_status status = see_item(store, item->key, now_ms, err);
        return status == DL_OK ? DL_NOT_FOUND : status;
    }
    (void)sqlite3_reset(statement);
    if (result != SQLITE_DONE)
        return dl_poll_sql_fail(store, err);
    *ret_article = item->article;
    dl_status status = find_article(store, feed, item, now_ms, err);
    if (status != DL_OK)
        return status;
    return put_item(store, feed, item->key, item->article, item->content, now_ms, err);
}

dl_status dl_poll_store_forget(struct dl_poll_store *store, int64_t now_ms, struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, FORGET);
    dl_poll_sql_number(statement, 1, now_ms / DL_POLL_DAY_MS - FORGET_DAYS);
    dl_status status = dl_poll_sql_run(store, statement, err);
    if (status != DL_OK)
        return status;
    statement = dl_poll_sql_use(store, FORGET_HOLDS);
    dl_poll_sql_number(statement, 1, now_ms);
    return dl_poll_sql_run(store, statement, err);
}

/* --- pages --- */

dl_status dl_poll_store_put_page(struct dl_poll_store *store, const struct dl_poll_page *page,
                                 struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, PUT_PAGE);
    dl_poll_sql_blob(statement, 1, page->key, sizeof page->key);
    dl_poll_sql_number(statement, 2, page->feed);
    dl_poll_sql_text(statement, 3, page->url);
    dl_poll_sql_blob(statement, 4, page->article.at, page->article.len);
    dl_poll_sql_number(statement, 5, page->tries);
    dl_poll_sql_number(statement, 6, page->next_ms);
    dl_poll_sql_number(statement, 7, store->batch + 1);
    store->numbered = true;
    return dl_poll_sql_run(store, statement, err);
}

dl_status dl_poll_store_page_sent(struct dl_poll_store *store, const uint8_t *key, uint64_t content,
                                  struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, PAGE_SENT);
    dl_poll_sql_blob(statement, 1, key, DL_POLL_KEY_BYTES);
    dl_poll_sql_number(statement, 2, store->batch + 1);
    store->has_pages_sent = store->numbered = true;
    dl_status status = dl_poll_sql_change(store, statement, err);
    if (status != DL_OK)
        return status;
    statement = dl_poll_sql_use(store, PUT_PAGE_CONTENT);
    dl_poll_sql_blob(statement, 1, key, DL_POLL_KEY_BYTES);
    dl_poll_sql_number(statement, 2, (int64_t)content);
    return dl_poll_sql_change(store, statement, err);
}

dl_status dl_poll_store_pages(struct dl_poll_store *store,
                              void (*each)(void *ctx, const struct dl_poll_page *page), void *ctx,
                              struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, PAGES);
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct dl_poll_page page = {.feed = sqlite3_column_int64(statement, 1),
                                    .url = dl_poll_sql_column(statement, 2),
                                    .article = dl_poll_sql_column(statement, 3),
                                    .tries = (uint32_t)sqlite3_column_int64(statement, 4),
                                    .next_ms = sqlite3_column_int64(statement, 5)};
        dl_str key = dl_poll_sql_column(statement, 0);
        if (key.len != sizeof page.key)
            continue;
        memcpy(page.key, key.at, sizeof page.key);
        each(ctx, &page);
    }
    dl_status status = result == SQLITE_DONE ? DL_OK : dl_poll_sql_fail(store, err);
    (void)sqlite3_reset(statement);
    return status;
}

/* --- sites --- */

dl_status dl_poll_store_hold(struct dl_poll_store *store, dl_str site, int64_t until_ms,
                             struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, HOLD);
    dl_poll_sql_text(statement, 1, site);
    dl_poll_sql_number(statement, 2, until_ms);
    return dl_poll_sql_run(store, statement, err);
}

dl_status dl_poll_store_holds(struct dl_poll_store *store, int64_t now_ms,
                              void (*each)(void *ctx, dl_str site, int64_t until_ms), void *ctx,
                              struct dl_error *err)
{
    sqlite3_stmt *statement = dl_poll_sql_use(store, HOLDS);
    dl_poll_sql_number(statement, 1, now_ms);
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW)
        each(ctx, dl_poll_sql_column(statement, 0), sqlite3_column_int64(statement, 1));
    dl_status status = result == SQLITE_DONE ? DL_OK : dl_poll_sql_fail(store, err);
    (void)sqlite3_reset(statement);
    return status;
}
