/* Which hosts belong together: the public suffix list as libpsl has it built in. */
#include "core/url.h"

#include <libpsl.h>

#define HOST_BYTES_MAX 255U /* of the DNS */

dl_str dl_url_site(dl_str host)
{
    char name[HOST_BYTES_MAX + 1];
    if (host.len == 0 || host.len > HOST_BYTES_MAX || host.at[0] == '[')
        return host;
    memcpy(name, host.at, host.len);
    name[host.len] = '\0';
    const char *last = strrchr(name, '.');
    if (!last || (last[1] >= '0' && last[1] <= '9')) /* an IPv4 address as the parser writes it */
        return host;
    const char *site = psl_registrable_domain(psl_builtin(), name);
    return site ? dl_str_sub(host, (size_t)(site - name), host.len) : host;
}
