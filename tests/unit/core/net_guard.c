/* Which addresses may be connected to. */
#include "core/net_guard.h"

#include "tests/unit/cm.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static const char *refuses(const char *allow, const char *address, uint16_t port)
{
    struct dl_net_guard guard;
    struct dl_error err;
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    assert_int_equal(dl_net_guard_init(&guard, allow, "80,443", &err), DL_OK);
    const struct sockaddr *at = (const struct sockaddr *)&in;
    if (inet_pton(AF_INET, address, &in.sin_addr) != 1) {
        assert_int_equal(inet_pton(AF_INET6, address, &in6.sin6_addr), 1);
        at = (const struct sockaddr *)&in6;
    }
    const char *what = dl_net_guard_refuses(&guard, at);
    dl_net_guard_done(&guard);
    return what;
}

static void guard_refuses_what_is_not_public(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
        "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.1", "192.0.2.7", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
        "198.51.100.9", "203.0.113.5", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1",
        "ff02::1", "2001:db8::1", "3fff::1", "2001::1", "2001:10::1", "2001:20::1", "2001:2::1",
        "100::1", "5f00::1", "4000::1", "64:ff9b:1::1",
        /* IPv4 inside */
        "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "::ffff:0:8.8.8.8",
        "::127.0.0.1", "::8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b::192.168.0.1",
        "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::", "2001:0:808:808::f7f7:f7f7"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (!refuses("", addresses[i], 80))
            fail_msg("%s was let through", addresses[i]);
}

static void guard_lets_public_addresses_through(void **state)
{
    (void)state;
    static const char *const addresses[] = {"1.1.1.1",
                                            "9.255.255.255",
                                            "11.0.0.1",
                                            "100.63.255.255",
                                            "100.128.0.1",
                                            "126.255.255.255",
                                            "128.0.0.1",
                                            "172.15.255.255",
                                            "172.32.0.1",
                                            "192.0.1.1",
                                            "198.17.255.255",
                                            "198.20.0.1",
                                            "223.255.255.255",
                                            "2606:4700::1111",
                                            "2a00:1450:4001::200e",
                                            "2001:4860:4860::8888",
                                            "::ffff:8.8.8.8",
                                            "64:ff9b::8.8.8.8",
                                            "2002:808:808::1"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const char *what = refuses("", addresses[i], 443);
        if (what)
            fail_msg("%s was refused: %s", addresses[i], what);
    }
}

static void guard_refuses_other_ports(void **state)
{
    (void)state;
    assert_null(refuses("", "1.1.1.1", 80));
    assert_non_null(refuses("", "1.1.1.1", 22));
    assert_non_null(refuses("", "1.1.1.1", 6379));
}

static void guard_makes_the_exceptions_it_is_told(void **state)
{
    (void)state;
    assert_null(refuses("127.0.0.0/8", "127.9.9.9", 12345));
    assert_null(refuses(" 127.0.0.1 , ::1", "127.0.0.1", 81));
    assert_null(refuses("127.0.0.1,::1", "::1", 81));
    assert_null(refuses("127.0.0.0/8", "::ffff:127.0.0.1", 81));
    assert_null(refuses("10.0.0.0/9", "10.127.255.255", 80));
    assert_non_null(refuses("10.0.0.0/9", "10.128.0.0", 80));
    assert_non_null(refuses("127.0.0.1", "127.0.0.2", 80));
    assert_non_null(refuses("127.0.0.1", "169.254.169.254", 80));
    assert_null(refuses("0.0.0.0/0", "169.254.169.254", 80));
}

static void guard_says_what_it_does_not_understand(void **state)
{
    (void)state;
    static const char *const lists[] = {"localhost",    "127.0.0.1/33", "::1/129",   "10.0.0.0/",
                                        "10.0.0.0/8/8", "10.0.0.0/-1",  "300.1.1.1", "1.2.3"};
    struct dl_net_guard guard;
    struct dl_error err;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assert_int_equal(dl_net_guard_init(&guard, lists[i], "80", &err), DL_BAD_CONFIG);
        assert_non_null(strstr(err.text, lists[i]));
    }
    assert_int_equal(dl_net_guard_init(&guard, "", "80,0", &err), DL_BAD_CONFIG);
    assert_int_equal(dl_net_guard_init(&guard, "", "65536", &err), DL_BAD_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guard_refuses_what_is_not_public),
        cmocka_unit_test(guard_lets_public_addresses_through),
        cmocka_unit_test(guard_refuses_other_ports),
        cmocka_unit_test(guard_makes_the_exceptions_it_is_told),
        cmocka_unit_test(guard_says_what_it_does_not_understand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
