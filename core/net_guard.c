/* Addresses as 16 bytes, IPv4 ones in their mapped form, so that one table and one comparison do.
 */
#include "core/net_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#define V4_BITS 96U /* before an IPv4 address in its mapped form */

struct special {
    const char *block; /* as people write it */
    const char *what;
};

/* The special-purpose registries of IANA for IPv4: RFC 1122, 1918, 6598, 3927, 6890, 5737, 7526,
 * 2544, 5771, 1112. */
static const struct special v4_specials[] = {
    {"0.0.0.0/8", "this network"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared by a carrier's customers"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved for protocols"},
    {"192.0.2.0/24", "for documentation"},
    {"192.88.99.0/24", "a 6to4 relay"},
    {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "for benchmarks"},
    {"198.51.100.0/24", "for documentation"},
    {"203.0.113.0/24", "for documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
};

/* Inside 2000::/3, the only public part of IPv6; and outside it what deserves its name. */
static const struct special v6_specials[] = {
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"64:ff9b:1::/48", "translated locally"},
    {"100::/64", "discarded"},
    {"2001::/32", "Teredo"},
    {"2001::/23", "reserved for protocols"},
    {"2001:db8::/32", "for documentation"},
    {"3fff::/20", "for documentation"},
    {"fc00::/7", "private"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},
};

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const uint8_t nat64_prefix[12] = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

static void map_v4(uint8_t to[16], const uint8_t v4[4])
{
    memcpy(to, mapped_prefix, sizeof mapped_prefix);
    memcpy(to + 12, v4, 4);
}

static bool parse_block(dl_str text, struct dl_net_block *ret)
{
    char address[INET6_ADDRSTRLEN];
    uint8_t v4[4];
    int64_t bits = -1;
    dl_str rest = text;
    dl_str name;
    if (!dl_str_next(&rest, '/', &name) || name.len >= sizeof address)
        return false;
    if (name.len < text.len && (dl_str_to_i64(rest, &bits) != DL_OK || bits < 0))
        return false;
    memcpy(address, name.at, name.len);
    address[name.len] = '\0';
    if (inet_pton(AF_INET, address, v4) == 1) {
        map_v4(ret->bytes, v4);
        bits = bits < 0 ? 32 : bits;
        ret->bits = (uint8_t)(V4_BITS + (unsigned)bits);
        return bits <= 32;
    }
    if (inet_pton(AF_INET6, address, ret->bytes) != 1)
        return false;
    bits = bits < 0 ? 128 : bits;
    ret->bits = (uint8_t)bits;
    return bits <= 128;
}

static bool is_in(const uint8_t bytes[16], const struct dl_net_block *block)
{
    unsigned whole = block->bits / 8;
    unsigned rest = block->bits % 8;
    if (memcmp(bytes, block->bytes, whole) != 0)
        return false;
    return rest == 0 || ((bytes[whole] ^ block->bytes[whole]) >> (8 - rest)) == 0;
}

static const char *find_special(const uint8_t bytes[16], const struct special *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct dl_net_block block;
        bool parsed = parse_block(dl_str_of(list[i].block), &block);
        assert(parsed);
        if (parsed && is_in(bytes, &block))
            return list[i].what;
    }
    return NULL;
}

/* `bytes` in mapped form. */
static const char *refuse_v4(const uint8_t bytes[16])
{
    return find_special(bytes, v4_specials, sizeof v4_specials / sizeof *v4_specials);
}

static const char *refuse_v6(const uint8_t bytes[16])
{
    uint8_t inside[16];
    if (memcmp(bytes, nat64_prefix, sizeof nat64_prefix) == 0) {
        map_v4(inside, bytes + 12);
        return refuse_v4(inside);
    }
    const char *what = find_special(bytes, v6_specials, sizeof v6_specials / sizeof *v6_specials);
    if (what)
        return what;
    if (bytes[0] == 0x20 && bytes[1] == 0x02) { /* 6to4 carries the IPv4 address it goes through */
        map_v4(inside, bytes + 2);
        return refuse_v4(inside);
    }
    return (bytes[0] & 0xe0) == 0x20 ? NULL : "not public";
}

/* --- the lists --- */

static dl_status add_allowed(struct dl_net_guard *guard, dl_str text, struct dl_error *err)
{
    struct dl_net_block block;
    if (!parse_block(text, &block))
        return dl_fail(err, DL_BAD_CONFIG, "fetch.allow: '%.*s' is no address or CIDR block",
                       DL_STR_ARG(text));
    guard->allowed =
        dl_realloc_array(guard->allowed, guard->allowed_count + 1, sizeof *guard->allowed);
    guard->allowed[guard->allowed_count++] = block;
    return DL_OK;
}

static dl_status add_port(struct dl_net_guard *guard, dl_str text, struct dl_error *err)
{
    int64_t port;
    if (dl_str_to_i64(text, &port) != DL_OK || port < 1 || port > UINT16_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "fetch.ports: '%.*s' is no port", DL_STR_ARG(text));
    if (guard->port_count == DL_NET_PORTS_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "fetch.ports: at most %u", DL_NET_PORTS_MAX);
    guard->ports[guard->port_count++] = (uint16_t)port;
    return DL_OK;
}

dl_status dl_net_guard_init(struct dl_net_guard *guard, const char *allow, const char *ports,
                            struct dl_error *err)
{
    *guard = (struct dl_net_guard){0};
    dl_status status = DL_OK;
    dl_str rest = dl_str_of(allow);
    dl_str piece;
    while (status == DL_OK && dl_str_next(&rest, ',', &piece))
        if (dl_str_trim(piece).len)
            status = add_allowed(guard, dl_str_trim(piece), err);
    rest = dl_str_of(ports);
    while (status == DL_OK && dl_str_next(&rest, ',', &piece))
        if (dl_str_trim(piece).len)
            status = add_port(guard, dl_str_trim(piece), err);
    if (status != DL_OK)
        dl_net_guard_done(guard);
    return status;
}

void dl_net_guard_done(struct dl_net_guard *guard)
{
    free(guard->allowed);
    *guard = (struct dl_net_guard){0};
}

/* --- the decision --- */

static bool read_address(const struct sockaddr *address, uint8_t ret_bytes[16], uint16_t *ret_port)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        map_v4(ret_bytes, (const uint8_t *)&in.sin_addr);
        *ret_port = ntohs(in.sin_port);
        return true;
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        memcpy(ret_bytes, &in6.sin6_addr, 16);
        *ret_port = ntohs(in6.sin6_port);
        return true;
    }
    return false;
}

const char *dl_net_guard_refuses(const struct dl_net_guard *guard, const struct sockaddr *address)
{
    uint8_t bytes[16];
    uint16_t port;
    if (!read_address(address, bytes, &port))
        return "no internet address";
    for (size_t i = 0; i < guard->allowed_count; i++)
        if (is_in(bytes, &guard->allowed[i]))
            return NULL;
    const char *what = memcmp(bytes, mapped_prefix, sizeof mapped_prefix) == 0 ? refuse_v4(bytes)
                                                                               : refuse_v6(bytes);
    if (what)
        return what;
    for (size_t i = 0; i < guard->port_count; i++)
        if (port == guard->ports[i])
            return NULL;
    return "at a port not in fetch.ports";
}

void dl_net_text(const struct sockaddr *address, char text[DL_NET_TEXT_MAX])
{
    uint8_t bytes[16];
    uint16_t port;
    char name[INET6_ADDRSTRLEN] = "?";
    if (!read_address(address, bytes, &port)) {
        snprintf(text, DL_NET_TEXT_MAX, "?");
    } else if (address->sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, bytes + 12, name, sizeof name); /* room enough */
        snprintf(text, DL_NET_TEXT_MAX, "%s:%u", name, port);
    } else {
        (void)inet_ntop(AF_INET6, bytes, name, sizeof name);
        snprintf(text, DL_NET_TEXT_MAX, "[%s]:%u", name, port);
    }
}
