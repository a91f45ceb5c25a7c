/* Which addresses outgoing connections may go to. What is fetched is named by strangers, and a name
 * may lead inside our own network: so the address itself is looked at, after it was resolved and
 * just before the socket is opened, each time.
 *
 * Refused are all but public unicast addresses (IANA's special-purpose registries, RFC 6890 and
 * its updates), and IPv4 addresses that are not public inside IPv6 ones (mapped, NAT64, 6to4;
 * Teredo always). Ports other than the listed ones are refused too. What `allow` names is let
 * through whatever it is, at any port.
 *
 * Owner    dl_net_guard_done().
 * Threads  const once filled.
 * Errors   DL_BAD_CONFIG naming the part of the list that makes no sense. */
#ifndef DL_CORE_NET_GUARD_H
#define DL_CORE_NET_GUARD_H

#include "core/str.h"

#define DL_NET_PORTS_MAX 32U
#define DL_NET_TEXT_MAX 64U /* "[ffff:…:255.255.255.255]:65535" fits */

struct sockaddr;

struct dl_net_block {
    uint8_t bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
    uint8_t bits;
};

struct dl_net_guard {
    struct dl_net_block *allowed;
    size_t allowed_count;
    uint16_t ports[DL_NET_PORTS_MAX];
    size_t port_count;
};

/* `allow`: addresses and CIDR blocks, separated by commas; may be empty. `ports`: numbers,
 * likewise. */
dl_status dl_net_guard_init(struct dl_net_guard *guard, const char *allow, const char *ports,
                            struct dl_error *err);
void dl_net_guard_done(struct dl_net_guard *guard);

/* NULL: may be connected to; else what it is ("loopback"), a constant. */
const char *dl_net_guard_refuses(const struct dl_net_guard *guard, const struct sockaddr *address);

/* "127.0.0.1:80", for messages. */
void dl_net_text(const struct sockaddr *address, char text[DL_NET_TEXT_MAX]);

#endif
