/* A name server that lies, for tests: preloaded in front of libc's getaddrinfo.
 *
 * REBIND="name=address,address;…": the first question for a name gets the first address, the second
 * the second, the last one for ever. An address "a+b" is two addresses in one answer. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 32

typedef int getaddrinfo_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned asked[NAMES_MAX];

/* The answer for `name` now, or 0. */
static int answer_for(const char *name, char *ret, size_t room)
{
    const char *rest = getenv("REBIND");
    size_t len = strlen(name);
    int found = 0;
    for (int i = 0; rest && i < NAMES_MAX && !found; i++) {
        const char *end = strchrnul(rest, ';');
        if (strncmp(rest, name, len) == 0 && rest[len] == '=') {
            const char *at = rest + len + 1;
            pthread_mutex_lock(&mutex);
            unsigned turn = asked[i]++;
            pthread_mutex_unlock(&mutex);
            for (const char *comma; turn && (comma = memchr(at, ',', (size_t)(end - at))); turn--)
                at = comma + 1;
            size_t count = strcspn(at, ",;");
            snprintf(ret, room, "%.*s", (int)count, at);
            found = 1;
        }
        rest = *end ? end + 1 : NULL;
    }
    return found;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **ret)
{
    getaddrinfo_fn *real = (getaddrinfo_fn *)dlsym(RTLD_NEXT, "getaddrinfo");
    char text[256];
    char *rest = text;
    char *one;
    struct addrinfo *first = NULL;
    struct addrinfo **link = &first;
    if (!name || !answer_for(name, text, sizeof text))
        return real(name, service, hints, ret);
    while ((one = strsep(&rest, "+"))) {
        struct addrinfo numeric = hints ? *hints : (struct addrinfo){0};
        numeric.ai_flags |= AI_NUMERICHOST;
        if (real(one, service, &numeric, link) == 0)
            while (*link)
                link = &(*link)->ai_next;
    }
    *ret = first;
    return first ? 0 : EAI_NONAME;
}
