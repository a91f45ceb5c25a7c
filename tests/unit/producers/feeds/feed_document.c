#include "producers/feeds/feed_document.h"

#include "tests/unit/cm.h"

static struct dl_arena arena;

static struct dl_feed_document read(const char *text)
{
    struct dl_feed_document document;
    struct dl_error err;
    assert_int_equal(dl_feed_document_read(&arena, dl_str_of(text),
                                           DL_STR("https://feeds.example/x"), (dl_str){"", 0},
                                           &document, &err),
                     DL_OK);
    return document;
}

static void is(dl_str got, const char *want)
{
    assert_string_equal(dl_arena_str(&arena, got).at, want);
}

static void rss_is_read_with_what_it_borrows(void **state)
{
    (void)state;
    struct dl_feed_document d = read(
        "<?xml version='1.0'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' "
        "xmlns:c='http://purl.org/rss/1.0/modules/content/' xmlns:a='http://www.w3.org/2005/Atom' "
        "xmlns:georss='http://www.georss.org/georss' xmlns:m='http://search.yahoo.com/mrss/'>"
        "<channel><title>The &amp;amp; News</title><link>https://news.example/</link>"
        "<a:link rel='self' href='/rss'/><description>All &lt;b&gt;of&lt;/b&gt; it</description>"
        "<language>en</language><ttl>30</ttl><image><url>/i.png</url><title>no</title></image>"
        "<item><title><![CDATA[A <i>day</i>]]></title><link>/1?a=1&amp;b=2</link>"
        "<guid isPermaLink='false'>g-1</guid><dc:creator>Jane Roe</dc:creator>"
        "<pubDate>Thu, 06 Feb 2025 10:00:00 EST</pubDate><description>short</description>"
        "<c:encoded><![CDATA[<p>long<script>x</script></p>]]></c:encoded>"
        "<category domain='d'>World</category><category>World</category><category>War</category>"
        "<enclosure url='/a.mp3' type='audio/mpeg' length='7'/><comments>/1#c</comments>"
        "<source url='https://s.example/'>Wire</source><georss:point>45.5 -71.25</georss:point>"
        "<m:thumbnail url='/t.jpg'/></item>"
        "<item><guid>https://news.example/2</guid></item></channel></rss>");
    assert_string_equal(d.format, "rss20");
    assert_null(d.bozo);
    is(d.title, "The & News");
    is(d.link, "https://news.example/");
    is(d.self, "https://news.example/rss");
    is(d.description, "All <b>of</b> it");
    is(d.image, "https://news.example/i.png");
    assert_int_equal(d.ttl_s, 1800);
    assert_int_equal(d.entry_count, 2);
    const struct dl_feed_entry *e = &d.entries[0];
    is(e->title, "A day");
    is(e->link, "https://news.example/1?a=1&b=2");
    is(e->id, "g-1");
    is(e->author, "Jane Roe");
    is(e->published, "2025-02-06T10:00:00-05:00");
    is(e->summary, "short");
    is(e->content, "<p>long</p>");
    is(e->categories->text, "World");
    is(e->categories->next->text, "War");
    assert_null(e->categories->next->next);
    is(e->enclosures[0].url, "https://news.example/a.mp3");
    is(e->enclosures[0].length, "7");
    is(e->comments, "https://news.example/1#c");
    is(e->source, "Wire");
    is(e->geo, "{\"type\":\"Point\",\"coordinates\":[-71.25,45.5]}");
    is(e->image, "https://news.example/t.jpg");
    is(d.entries[1].link, "https://news.example/2");
}

static void atom_is_read_by_its_types_and_bases(void **state)
{
    (void)state;
    struct dl_feed_document d = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/x/' xml:lang='de'>"
        "<title type='html'>A &amp;lt; B</title><link href='.'/><author><name>Desk</name></author>"
        "<entry><id>tag:1</id><title>Using &lt;b&gt; in text</title>"
        "<link rel='alternate' href='1'/><link rel='enclosure' href='1.ogg' type='audio/ogg'/>"
        "<updated>2025-02-06T10:00:00+01:00</updated><rights type='text'>mine</rights>"
        "<summary type='text'>1 &lt; 2</summary>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        "<a href='y'>z</a><![CDATA[<q>]]></div></content>"
        "<source><title>Elsewhere</title><link href='https://e.example/'/></source></entry>"
        "<entry xml:lang='fr'><author><name>A</name></author><author><name>B</name></author>"
        "<content type='html'>&lt;p&gt;x</content></entry></feed>");
    assert_string_equal(d.format, "atom10");
    is(d.title, "A < B");
    is(d.link, "https://a.example/x/");
    is(d.language, "de");
    const struct dl_feed_entry *e = &d.entries[0];
    is(e->title, "Using <b> in text");
    is(e->link, "https://a.example/x/1");
    is(e->enclosures[0].url, "https://a.example/x/1.ogg");
    is(e->updated, "2025-02-06T10:00:00+01:00");
    is(e->published, "");
    is(e->author, "Desk");
    is(e->summary, "1 &lt; 2");
    is(e->content, "<div><a href=\"https://a.example/x/y\">z</a>&lt;q&gt;</div>");
    is(e->source, "Elsewhere");
    is(d.entries[1].author, "A, B");
    is(d.entries[1].language, "fr");
    is(d.entries[1].content, "<p>x</p>");
}

static void other_peoples_xml_is_content(void **state)
{
    (void)state;
    struct dl_feed_document d = read(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='application/xml'>"
        "<x "
        "xmlns='urn:x'><entry><id>1</id></entry><x>y</x></x></content><id>2</id></entry></feed>");
    assert_null(d.bozo);
    assert_int_equal(d.entry_count, 1);
    is(d.entries[0].id, "2");
    is(d.entries[0].content, "1y");
}

static void rdf_and_old_formats_have_their_names(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"<rss version='0.91'><channel/></rss>", "rss091"},
        {"<rss><channel/></rss>", "rss20"},
        {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
         "xmlns='http://purl.org/rss/1.0/'><channel/></rdf:RDF>",
         "rss10"},
        {"<feed version='0.3' xmlns='http://purl.org/atom/ns#'/>", "atom03"},
        {"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[]}", "json1"},
        {"{\"version\":\"https://jsonfeed.org/version/1.1\"}", "json11"},
        {"<urlset/>", "sitemap"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_string_equal(read(pairs[i][0]).format, pairs[i][1]);
}

static void json_feed_is_read(void **state)
{
    (void)state;
    struct dl_feed_document d =
        read("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"J\","
             "\"home_page_url\":\"https://j.example/\",\"items\":[{\"id\":7,\"url\":\"/7\","
             "\"title\":\"Less < more\",\"content_html\":\"<p onclick=x>y\","
             "\"date_published\":\"2025-02-06T10:00:00Z\",\"authors\":[{\"name\":\"A\"},{\"name\":"
             "\"B\"}],"
             "\"tags\":[\"t\"],\"attachments\":[{\"url\":\"a.mp3\",\"mime_type\":\"audio/mpeg\"}]},"
             "{\"id\":\"8\",\"content_text\":\"a < b\"}, 9]}");
    is(d.title, "J");
    assert_int_equal(d.entry_count, 2);
    is(d.entries[0].id, "7");
    is(d.entries[0].link, "https://j.example/7");
    is(d.entries[0].title, "Less < more");
    is(d.entries[0].content, "<p>y</p>");
    is(d.entries[0].author, "A, B");
    is(d.entries[0].enclosures[0].url, "https://j.example/a.mp3");
    is(d.entries[1].content, "a &lt; b");
}

static void sitemaps_are_feeds_too(void **state)
{
    (void)state;
    struct dl_feed_document d =
        read("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
             "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9' "
             "xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>"
             "<url><loc> https://n.example/1 </loc><lastmod>2025-02-06</lastmod><news:news>"
             "<news:publication><news:name>N</news:name><news:language>en</news:language>"
             "</news:publication><news:publication_date>2025-02-06T10:00Z</news:publication_date>"
             "<news:title>T</news:title><news:keywords>a, b</news:keywords></news:news>"
             "<image:image><image:loc>https://n.example/1.jpg</image:loc></image:image></url>"
             "<url><loc>https://n.example/2</loc></url></urlset>");
    assert_int_equal(d.entry_count, 2);
    assert_false(d.index);
    is(d.entries[0].link, "https://n.example/1");
    is(d.entries[0].title, "T");
    is(d.entries[0].published, "2025-02-06T10:00:00Z");
    is(d.entries[0].updated, "2025-02-06");
    is(d.entries[0].source, "N");
    is(d.entries[0].image, "https://n.example/1.jpg");
    is(d.entries[0].categories->next->text, "b");
    is(d.entries[1].link, "https://n.example/2");
    d = read(
        "<sitemapindex><sitemap><loc>https://n.example/s.xml.gz</loc></sitemap></sitemapindex>");
    assert_true(d.index);
    is(d.entries[0].link, "https://n.example/s.xml.gz");
}

static void ill_formed_feeds_are_read_as_they_are_meant(void **state)
{
    (void)state;
    struct dl_feed_document d =
        read("\n<rss><channel><title>T & T<item><title>One<link>https://n.example/1</link>"
             "<pubDate>no date</pubDate><item><title>Two &copy; &bogus;</title>"
             "<description>a < b <br> c<guid>g</guid></item></channel>");
    assert_non_null(d.bozo);
    is(d.title, "T & T");
    assert_int_equal(d.entry_count, 2);
    is(d.entries[0].title, "One");
    is(d.entries[0].link, "https://n.example/1");
    is(d.entries[0].published, "");
    is(d.entries[1].title, "Two \xc2\xa9 &bogus;");
    is(d.entries[1].summary, "a &lt; b <br> c");
    is(d.entries[1].id, "g");
}

static void json_that_breaks_off_gives_what_was_there(void **state)
{
    (void)state;
    struct dl_feed_document d =
        read("{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"J\","
             "\"items\":[{\"id\":\"1\",\"title\":\"a\"},{\"id\":\"2\",\"title\":\"b");
    assert_non_null(d.bozo);
    is(d.title, "J");
    assert_int_equal(d.entry_count, 2);
    is(d.entries[0].title, "a");
    is(d.entries[1].id, "2");
    is(d.entries[1].title, "");
}

static void hostile_feeds_give_little(void **state)
{
    (void)state;
    struct dl_feed_document d =
        read("<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">"
             "<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss><channel><title>&b;&x;</title>"
             "<link>javascript:alert(1)</link><item><link>data:text/html,x</link>"
             "<enclosure url='file:///etc/passwd'/></item></channel></rss>");
    is(d.title, "&b;&x;");
    is(d.link, "");
    is(d.entries[0].link, "");
    assert_int_equal(d.entries[0].enclosure_count, 0);
}

static void what_is_no_feed_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",   "  ",  "hello",         "<html><body>x</body></html>",
                                        "{}", "[1]", "{\"version\":", "<opml/>"};
    struct dl_feed_document document;
    struct dl_error err;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(dl_feed_document_read(&arena, dl_str_of(texts[i]), (dl_str){"", 0},
                                               (dl_str){"", 0}, &document, &err),
                         DL_BAD_INPUT);
}

static void depth_and_number_have_an_end(void **state)
{
    (void)state;
    struct dl_buf text;
    struct dl_feed_document d;
    dl_buf_init(&text, 1U << 24);
    (void)dl_buf_put_str(&text, DL_STR("<rss><channel>"));
    for (unsigned i = 0; i < DL_FEED_ENTRIES_MAX + 1; i++)
        (void)dl_buf_put_str(&text, DL_STR("<item/>"));
    (void)dl_buf_put(&text, "", 1);
    d = read(text.at);
    assert_int_equal(d.entry_count, DL_FEED_ENTRIES_MAX);
    assert_true(d.cut);
    dl_buf_reset(&text);
    (void)dl_buf_put_str(&text, DL_STR("<rss><channel><item>"));
    for (unsigned i = 0; i < 1000; i++)
        (void)dl_buf_put_str(&text, DL_STR("<x>"));
    for (unsigned i = 0; i < 1000; i++)
        (void)dl_buf_put_str(&text, DL_STR("</x>"));
    (void)dl_buf_put_str(&text, DL_STR("<title>t</title></item></channel></rss>"));
    (void)dl_buf_put(&text, "", 1);
    d = read(text.at);
    assert_non_null(d.bozo);
    is(d.entries[0].title, "t");
    dl_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rss_is_read_with_what_it_borrows),
        cmocka_unit_test(atom_is_read_by_its_types_and_bases),
        cmocka_unit_test(other_peoples_xml_is_content),
        cmocka_unit_test(rdf_and_old_formats_have_their_names),
        cmocka_unit_test(json_feed_is_read),
        cmocka_unit_test(sitemaps_are_feeds_too),
        cmocka_unit_test(ill_formed_feeds_are_read_as_they_are_meant),
        cmocka_unit_test(json_that_breaks_off_gives_what_was_there),
        cmocka_unit_test(hostile_feeds_give_little),
        cmocka_unit_test(what_is_no_feed_is_refused),
        cmocka_unit_test(depth_and_number_have_an_end),
    };
    dl_arena_init(&arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_done(&arena);
    return failed;
}
