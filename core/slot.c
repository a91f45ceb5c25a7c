/* Slots by locks in a folder. */
#include "core/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a transactional id and a file name can both hold. */
static void name_host(char *host, size_t size)
{
    if (gethostname(host, size) != 0)
        snprintf(host, size, "host");
    host[size - 1] = '\0';
    for (char *c = host; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-", *c))
            *c = '-';
}

/* DL_NOT_FOUND: somebody has it. */
static dl_status lock(const char *path, int *ret_lock, struct dl_error *err)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
    if (flock(file, LOCK_EX | LOCK_NB) == 0) {
        *ret_lock = file;
        return DL_OK;
    }
    int why = errno;
    (void)close(file); /* nothing was written */
    if (why == EWOULDBLOCK)
        return DL_NOT_FOUND;
    return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(why));
}

dl_status dl_slot_take(const struct dl_config *config, const char *leg, struct dl_slot *ret,
                       struct dl_error *err)
{
    char host[64];
    char path[4096];
    struct dl_slot slot = {.name = "0", .lock = -1};
    if (*config->slot || !*config->brokers) {
        if (*config->slot)
            snprintf(slot.name, sizeof slot.name, "%s", config->slot);
        if (strlen(config->slot) >= sizeof slot.name)
            return dl_fail(err, DL_BAD_CONFIG, "slot: at most %zu bytes", sizeof slot.name - 1);
        *ret = slot;
        return DL_OK;
    }
    name_host(host, sizeof host);
    if (mkdir(config->dir, 0755) != 0 && errno != EEXIST)
        return dl_fail(err, DL_FATAL, "%s: %s", config->dir, strerror(errno));
    for (int n = 0; n < DL_SLOTS_MAX; n++) {
        int len =
            snprintf(path, sizeof path, "%s/%s-%s-%d.slot", config->dir, config->prefix, leg, n);
        if (len < 0 || (size_t)len >= sizeof path)
            return dl_fail(err, DL_BAD_CONFIG, "dir: path too long");
        dl_status status = lock(path, &slot.lock, err);
        if (status == DL_NOT_FOUND)
            continue;
        if (status == DL_OK) {
            snprintf(slot.name, sizeof slot.name, "%s-%d", host, n);
            *ret = slot;
        }
        return status;
    }
    return dl_fail(err, DL_FATAL, "%s: all %d slots of %s are taken", config->dir, DL_SLOTS_MAX,
                   leg);
}

void dl_slot_done(struct dl_slot *slot)
{
    if (slot->lock >= 0)
        (void)close(slot->lock); /* nothing was written */
    slot->lock = -1;
}
