/* What is known after a crash, at each point between a batch's note and its end. */
#include "producers/poll/poll_store.h"

#include "tests/unit/cm.h"

#include <unistd.h>

#define DAY INT64_C(86400000)
#define NOW (20000 * DAY)

static char dir[64];

static struct dl_poll_store *open_store(void)
{
    struct dl_poll_store *store = NULL;
    struct dl_error err;
    if (dl_poll_store_open(dir, true, &store, &err) != DL_OK)
        fail_msg("%s", err.text);
    return store;
}

static int fresh(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/poll_store.XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    static const char *const names[] = {"feeds.sqlite", "feeds.sqlite-wal", "feeds.sqlite-shm"};
    char path[128];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        (void)unlink(path);
    }
    return rmdir(dir);
}

/* DL_OK, DL_RETRY or DL_NOT_FOUND: new, edited, known. */
static dl_status see(struct dl_poll_store *store, int64_t feed, char key, const char *article,
                     uint64_t content)
{
    struct dl_arena arena;
    struct dl_error err;
    struct dl_poll_item item = {.article = dl_str_of(article), .content = content};
    dl_str id;
    memset(item.key, key, sizeof item.key);
    dl_arena_init(&arena);
    dl_status status = dl_poll_store_item(store, feed, &item, NOW, &arena, &id, &err);
    dl_arena_done(&arena);
    return status;
}

static int64_t prepare(struct dl_poll_store *store)
{
    int64_t number = -1;
    assert_int_equal(dl_poll_store_prepare(store, &number, NULL), DL_OK);
    return number;
}

static void begin(struct dl_poll_store *store)
{
    assert_int_equal(dl_poll_store_begin(store, NULL), DL_OK);
}

static void a_batch_the_log_has_is_kept_and_another_is_undone(void **state)
{
    (void)state;
    struct dl_poll_store *store = open_store();
    begin(store);
    assert_int_equal(see(store, 1, 'a', "A", 10), DL_OK);
    assert_int_equal(see(store, 1, 'b', "B", 20), DL_OK);
    int64_t first = prepare(store);
    assert_int_equal(first, 1);
    dl_poll_store_settled(store, first);
    begin(store);
    assert_int_equal(see(store, 1, 'a', "A", 10), DL_NOT_FOUND);
    assert_int_equal(see(store, 1, 'b', "B", 21), DL_RETRY);
    assert_int_equal(see(store, 1, 'c', "C", 30), DL_OK);
    assert_int_equal(prepare(store), 2);
    dl_poll_store_close(store); /* a crash before the log had it */

    store = open_store();
    assert_int_equal(dl_poll_store_recover(store, 1, NULL), DL_OK);
    begin(store);
    assert_int_equal(see(store, 1, 'a', "A", 10), DL_NOT_FOUND);
    assert_int_equal(see(store, 1, 'b', "B", 20), DL_NOT_FOUND); /* as it was before the edit */
    assert_int_equal(see(store, 1, 'b', "B", 21), DL_RETRY);
    assert_int_equal(see(store, 1, 'c', "C", 30), DL_OK);
    assert_int_equal(prepare(store), 3); /* 2 was given away */
    dl_poll_store_close(store);          /* a crash after the log had it */

    store = open_store();
    assert_int_equal(dl_poll_store_recover(store, 3, NULL), DL_OK);
    begin(store);
    assert_int_equal(see(store, 1, 'b', "B", 21), DL_NOT_FOUND);
    assert_int_equal(see(store, 1, 'c', "C", 30), DL_NOT_FOUND);
    assert_int_equal(prepare(store), 0); /* nothing of it concerns the log */
    dl_poll_store_close(store);
}

static void numbers_are_never_given_twice(void **state)
{
    (void)state;
    struct dl_poll_store *store = open_store();
    int64_t last = 0;
    for (char key = 'a'; key < 'g'; key++) {
        begin(store);
        char article[] = {key, '\0'};
        assert_int_equal(see(store, 1, key, article, 1), DL_OK);
        int64_t number = prepare(store);
        assert_true(number > last);
        last = number;
        dl_poll_store_close(store);
        store = open_store();
        assert_int_equal(dl_poll_store_recover(store, 0, NULL), DL_OK); /* the log has none of it */
    }
    dl_poll_store_close(store);
}

static void a_feed_of_an_undone_batch_is_read_from_scratch(void **state)
{
    (void)state;
    struct dl_poll_store *store = open_store();
    struct dl_poll_feed_row row = {.id = 1,
                                   .etag = (char *)(uintptr_t) "W/\"1\"",
                                   .etag_len = 5,
                                   .body_hash = 7,
                                   .next_ms = NOW};
    assert_int_equal(
        dl_poll_store_add(store, DL_STR("http://a/"), DL_STR("A"), (dl_str){NULL, 0}, 0, NOW, NULL),
        DL_OK);
    begin(store);
    assert_int_equal(see(store, 1, 'a', "A", 10), DL_OK);
    assert_int_equal(dl_poll_store_put_feed(store, &row, true, NULL), DL_OK);
    assert_int_equal(prepare(store), 1);
    dl_poll_store_close(store);
    store = open_store();
    assert_int_equal(dl_poll_store_recover(store, 0, NULL), DL_OK);
    begin(store);
    assert_int_equal(dl_poll_store_put_feed(store, &(struct dl_poll_feed_row){.id = 9}, true, NULL),
                     DL_NOT_FOUND);
    dl_poll_store_rollback(store);
    dl_poll_store_close(store);
}

static void one_article_in_two_feeds_is_the_firsts(void **state)
{
    (void)state;
    struct dl_poll_store *store = open_store();
    begin(store);
    assert_int_equal(see(store, 1, 'a', "A", 10), DL_OK);
    assert_int_equal(see(store, 2, 'x', "A", 99), DL_NOT_FOUND);
    assert_int_equal(see(store, 1, 'y', "A", 10), DL_NOT_FOUND); /* another guid */
    assert_int_equal(see(store, 1, 'y', "A", 11), DL_RETRY);
    assert_int_equal(see(store, 1, 'y', "A", 11), DL_NOT_FOUND);
    (void)prepare(store);
    dl_poll_store_close(store);
}

static void items_are_forgotten_when_they_are_long_gone(void **state)
{
    (void)state;
    struct dl_poll_store *store = open_store();
    dl_str none = {NULL, 0};
    assert_int_equal(dl_poll_store_add(store, DL_STR("http://a/"), none, none, 0, NOW, NULL),
                     DL_OK);
    struct dl_poll_feed_row row = {.id = 1, .parsed_day = NOW / DAY};
    begin(store);
    assert_int_equal(see(store, 1, 'a', "A", 10), DL_OK);
    assert_int_equal(see(store, 7, 'b', "B", 10), DL_OK); /* of a feed that is no more */
    assert_int_equal(dl_poll_store_put_feed(store, &row, true, NULL), DL_OK);
    (void)prepare(store);
    assert_int_equal(dl_poll_store_forget(store, NOW + 100 * DAY, NULL), DL_OK);
    begin(store);
    assert_int_equal(see(store, 7, 'b', "B", 10), DL_NOT_FOUND);
    (void)prepare(store);
    /* unchanged for a year: what it had then it still has */
    assert_int_equal(dl_poll_store_forget(store, NOW + 365 * DAY, NULL), DL_OK);
    begin(store);
    assert_int_equal(see(store, 1, 'a', "A", 10), DL_NOT_FOUND);
    assert_int_equal(see(store, 7, 'b', "B", 10), DL_OK);
    row.parsed_day = NOW / DAY + 1; /* read again, without it */
    assert_int_equal(dl_poll_store_put_feed(store, &row, true, NULL), DL_OK);
    (void)prepare(store);
    assert_int_equal(dl_poll_store_forget(store, NOW + 365 * DAY, NULL), DL_OK);
    begin(store);
    assert_int_equal(see(store, 1, 'a', "A", 10), DL_OK);
    (void)prepare(store);
    dl_poll_store_close(store);
}

static void feeds_are_added_once_and_found_under_both_addresses(void **state)
{
    (void)state;
    struct dl_poll_store *store = open_store();
    dl_str none = {NULL, 0};
    assert_int_equal(dl_poll_store_add(store, DL_STR("http://a/"), none, none, 0, NOW, NULL),
                     DL_OK);
    assert_int_equal(dl_poll_store_add(store, DL_STR("http://a/"), none, none, 0, NOW, NULL),
                     DL_NOT_FOUND);
    assert_int_equal(dl_poll_store_add(store, DL_STR("http://c/"), none, none, 1, NOW, NULL),
                     DL_OK);
    assert_int_equal(dl_poll_store_move(store, 1, DL_STR("http://b/"), NULL), DL_OK);
    assert_int_equal(dl_poll_store_move(store, 1, DL_STR("http://c/"), NULL), DL_NOT_FOUND);
    assert_int_equal(dl_poll_store_add(store, DL_STR("http://a/"), none, none, 0, NOW, NULL),
                     DL_NOT_FOUND);
    assert_int_equal(dl_poll_store_remove(store, DL_STR("http://a/"), NULL), DL_OK);
    assert_int_equal(dl_poll_store_remove(store, DL_STR("http://b/"), NULL), DL_NOT_FOUND);
    assert_int_equal(dl_poll_store_remove(store, DL_STR("http://c/"), NULL),
                     DL_NOT_FOUND); /* it went with its parent */
    dl_poll_store_close(store);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh, remove_dir)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(a_batch_the_log_has_is_kept_and_another_is_undone),
        ON_FRESH(numbers_are_never_given_twice),
        ON_FRESH(a_feed_of_an_undone_batch_is_read_from_scratch),
        ON_FRESH(one_article_in_two_feeds_is_the_firsts),
        ON_FRESH(items_are_forgotten_when_they_are_long_gone),
        ON_FRESH(feeds_are_added_once_and_found_under_both_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
