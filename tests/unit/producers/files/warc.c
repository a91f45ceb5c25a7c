/* Archives, whole and damaged: which pages come out, and how many records are said to be broken. */
#include "producers/door/feed.h"
#include "tests/unit/cm.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define PARAGRAPH                                                                                  \
    "<p>The council said on Monday that the bridge would be closed for repairs until the spring, " \
    "after an inspection found cracks in two of its pillars.</p>"

static char path[] = "/tmp/dateline-warc-XXXXXX";

static void put_record(struct dl_buf *out, const char *url, const char *http, int lie)
{
    struct dl_buf block;
    dl_buf_init(&block, 1U << 20);
    (void)dl_buf_printf(&block, "HTTP/1.1 %s\r\n\r\n", http);
    (void)dl_buf_printf(&block,
                        "<html><title>Bridge %s closed</title><h1>Bridge %s closed</h1>"
                        "<article>" PARAGRAPH PARAGRAPH PARAGRAPH "</article></html>",
                        url, url);
    (void)dl_buf_printf(out,
                        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: "
                        "https://post.example/%s\r\nContent-Type: application/http\r\n"
                        "Content-Length: %d\r\n\r\n%.*s\r\n\r\n",
                        url, (int)block.len + lie, (int)block.len, block.at);
    dl_buf_done(&block);
}

static void put_page(struct dl_buf *out, const char *url)
{
    put_record(out, url, "200 OK\r\nContent-Type: text/html", 0);
}

static void save(dl_str bytes)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static void put_gzip(struct dl_buf *out, dl_str bytes)
{
    z_stream stream = {0};
    char room[65536];
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)bytes.at;
    stream.avail_in = (uInt)bytes.len;
    stream.next_out = (Bytef *)room;
    stream.avail_out = sizeof room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    (void)dl_buf_put(out, room, sizeof room - stream.avail_out);
    (void)deflateEnd(&stream);
}

/* What is in the archive from `offset` on: "a b" are good pages, "!" a broken record. */
static void assert_read(uint64_t offset, const char *want)
{
    struct dl_feed *feed;
    struct dl_feed_want open = {.path = path, .offset = offset};
    struct dl_feed_item item;
    struct dl_error err;
    struct dl_arena arena;
    char got[256] = "";
    dl_arena_init(&arena);
    assert_int_equal(dl_feed_warc(&open, &feed, &err), DL_OK);
    while (dl_feed_next(feed, &arena, &item, &err) == DL_OK) {
        size_t len = strlen(got);
        if (item.article) {
            const dl_str *url = &item.article->url;
            snprintf(got + len, sizeof got - len, "%s%.*s", len ? " " : "", (int)(url->len - 21),
                     url->at + 21);
            assert_true(dl_str_starts(item.article->text, DL_STR("The council said")));
        } else {
            assert_true(item.why.status == DL_BAD_INPUT || item.why.status == DL_TOO_BIG);
            snprintf(got + len, sizeof got - len, "%s!", len ? " " : "");
        }
    }
    dl_feed_close(feed);
    dl_arena_done(&arena);
    assert_string_equal(got, want);
}

static struct dl_buf archive;

static void begin(void)
{
    dl_buf_reset(&archive);
    (void)dl_buf_put_str(&archive, DL_STR("WARC/1.0\nWARC-Type: warcinfo\nContent-Length: 4\n\n"
                                          "info\r\n\r\n"));
}

static void gives_pages_and_passes_over_the_rest(void **state)
{
    (void)state;
    begin();
    put_page(&archive, "a");
    put_record(&archive, "b", "404 Not Found\r\nContent-Type: text/html", 0);
    put_record(&archive, "c", "200 OK\r\nContent-Type: image/png", 0);
    put_page(&archive, "d");
    save(dl_buf_str(&archive));
    assert_read(0, "a d");
}

static void finds_good_records_after_broken_ones(void **state)
{
    (void)state;
    begin();
    put_page(&archive, "a");
    put_record(&archive, "b", "200 OK\r\nContent-Type: text/html", 300);
    put_page(&archive, "c");
    put_record(&archive, "d", "200 OK\r\nContent-Type: text/html", -300);
    put_page(&archive, "e");
    (void)dl_buf_put_str(&archive, DL_STR("WARC/1.0\r\nWARC-Type: response\r\n\r\n"));
    put_page(&archive, "f");
    put_record(&archive, "g", "200 OK\r\nContent-Type: text/html", 1000000000);
    put_page(&archive, "h");
    (void)dl_buf_put_str(&archive, DL_STR("no record at all\r\n\r\n"));
    put_page(&archive, "i");
    save(dl_buf_str(&archive));
    assert_read(0, "a ! c ! e ! f ! h ! i");
}

static void tells_what_is_cut_off(void **state)
{
    (void)state;
    begin();
    put_page(&archive, "a");
    put_page(&archive, "b");
    save(dl_str_sub(dl_buf_str(&archive), 0, archive.len - 100));
    assert_read(0, "a !");
}

static void reads_members_of_gzip_and_goes_on_after_a_broken_one(void **state)
{
    (void)state;
    struct dl_buf packed;
    dl_buf_init(&packed, 1U << 20);
    size_t broken = 0;
    for (char name = 'a'; name <= 'e'; name++) {
        char url[2] = {name, 0};
        dl_buf_reset(&archive);
        put_page(&archive, url);
        if (name == 'c')
            broken = packed.len + 40;
        put_gzip(&packed, dl_buf_str(&archive));
    }
    save(dl_buf_str(&packed));
    assert_read(0, "a b c d e");
    for (size_t i = 0; i < 12; i++)
        packed.at[broken + i] = (char)0xff;
    save(dl_buf_str(&packed));
    assert_read(0, "a b ! d e");
    save(dl_str_sub(dl_buf_str(&packed), 0, packed.len - 30));
    assert_read(0, "a b ! d !");
    dl_buf_done(&packed);
}

static void goes_on_after_a_broken_frame_of_zstd(void **state)
{
    (void)state;
    struct dl_buf packed;
    dl_buf_init(&packed, 1U << 20);
    size_t broken = 0;
    for (char name = 'a'; name <= 'c'; name++) {
        char url[2] = {name, 0};
        char room[65536];
        dl_buf_reset(&archive);
        put_page(&archive, url);
        if (name == 'b')
            broken = packed.len + 6; /* in the frame's head: nothing of it is given */
        size_t len = ZSTD_compress(room, sizeof room, archive.at, archive.len, 3);
        assert_false(ZSTD_isError(len));
        (void)dl_buf_put(&packed, room, len);
    }
    for (size_t i = 0; i < 12; i++)
        packed.at[broken + i] = (char)0xff;
    save(dl_buf_str(&packed));
    assert_read(0, "a ! c");
    dl_buf_done(&packed);
}

static void goes_on_where_it_was_left(void **state)
{
    (void)state;
    struct dl_feed *feed;
    struct dl_feed_want open = {.path = path};
    struct dl_feed_item item;
    struct dl_error err;
    struct dl_arena arena;
    begin();
    put_page(&archive, "a");
    put_record(&archive, "b", "200 OK\r\nContent-Type: text/html", 300);
    put_page(&archive, "c");
    put_page(&archive, "d");
    save(dl_buf_str(&archive));
    dl_arena_init(&arena);
    assert_int_equal(dl_feed_warc(&open, &feed, &err), DL_OK);
    assert_int_equal(dl_feed_next(feed, &arena, &item, &err), DL_OK);
    assert_read(item.next_offset, "! c d");
    assert_int_equal(dl_feed_next(feed, &arena, &item, &err), DL_OK);
    assert_read(item.next_offset, "c d");
    dl_feed_close(feed);
    dl_arena_done(&arena);
}

static int setup(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    (void)close(fd);
    dl_buf_init(&archive, 1U << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dl_buf_done(&archive);
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_pages_and_passes_over_the_rest),
        cmocka_unit_test(finds_good_records_after_broken_ones),
        cmocka_unit_test(tells_what_is_cut_off),
        cmocka_unit_test(reads_members_of_gzip_and_goes_on_after_a_broken_one),
        cmocka_unit_test(goes_on_after_a_broken_frame_of_zstd),
        cmocka_unit_test(goes_on_where_it_was_left),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
