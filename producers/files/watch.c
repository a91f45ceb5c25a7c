/* Folders under watch. */
#include "producers/files/watch.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <uv.h>

#define DEPTH_MAX 64U

struct watched {
    uv_fs_event_t event;
    struct dl_watch *watch; /* NULL: freed, waiting for libuv to let go */
    struct watched *next;
};

struct dl_watch {
    struct dl_loop *loop;
    struct watched *list;
    struct dl_timer quiet;
    uint64_t quiet_ms;
    void (*changed)(void *ctx);
    void *ctx;
    bool pending; /* a look is coming */
    bool due;
};

static void quiet(void *ctx)
{
    struct dl_watch *watch = ctx;
    watch->due = true;
    watch->changed(watch->ctx);
}

struct dl_watch *dl_watch_new(struct dl_loop *loop, uint64_t quiet_ms, void (*changed)(void *ctx),
                              void *ctx)
{
    struct dl_watch *watch = dl_alloc(sizeof *watch);
    watch->loop = loop;
    watch->quiet_ms = quiet_ms;
    watch->changed = changed;
    watch->ctx = ctx;
    watch->quiet = (struct dl_timer){quiet, watch, NULL};
    return watch;
}

static void let_go(uv_handle_t *handle)
{
    free(handle->data);
}

void dl_watch_free(struct dl_watch *watch)
{
    if (!watch)
        return;
    while (watch->list) {
        struct watched *watched = watch->list;
        watch->list = watched->next;
        uv_close((uv_handle_t *)&watched->event, let_go);
    }
    dl_timer_close(watch->loop, &watch->quiet);
    free(watch);
}

void dl_watch_again(struct dl_watch *watch)
{
    if (watch->pending)
        return; /* one who writes without end holds nobody else up */
    watch->pending = true;
    dl_timer_start(watch->loop, &watch->quiet, watch->quiet_ms);
}

static void on_event(uv_fs_event_t *event, const char *name, int events, int status)
{
    struct watched *watched = event->data;
    (void)name;
    (void)events;
    (void)status; /* whatever it was, looking again tells */
    dl_watch_again(watched->watch);
}

static dl_status watch_one(struct dl_watch *watch, const char *path, struct dl_error *err)
{
    struct watched *watched = dl_alloc(sizeof *watched);
    int result = uv_fs_event_init(dl_loop_uv(watch->loop), &watched->event);
    watched->event.data = watched;
    if (result != 0) {
        free(watched);
        return dl_fail(err, DL_FATAL, "%s: %s", path, uv_strerror(result));
    }
    result = uv_fs_event_start(&watched->event, on_event, path, 0);
    if (result != 0) {
        uv_close((uv_handle_t *)&watched->event, let_go);
        return dl_fail(err, result == UV_ENOENT || result == UV_ENOTDIR ? DL_NOT_FOUND : DL_FATAL,
                       "%s: %s", path, uv_strerror(result));
    }
    watched->watch = watch;
    watched->next = watch->list;
    watch->list = watched;
    return DL_OK;
}

static dl_status watch_below(struct dl_watch *watch, const char *path, unsigned depth,
                             struct dl_error *err)
{
    dl_status status = watch_one(watch, path, err);
    DIR *folder = status == DL_OK && depth < DEPTH_MAX ? opendir(path) : NULL;
    struct dirent *entry;
    while (folder && status == DL_OK && (entry = readdir(folder))) {
        char below[PATH_MAX];
        struct stat info;
        if (entry->d_name[0] == '.' ||
            snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= PATH_MAX)
            continue;
        if (lstat(below, &info) == 0 && S_ISDIR(info.st_mode))
            status = watch_below(watch, below, depth + 1, err);
        if (status == DL_NOT_FOUND)
            status = DL_OK; /* gone since it was listed */
    }
    if (folder)
        (void)closedir(folder); /* only read */
    return status;
}

dl_status dl_watch_folder(struct dl_watch *watch, const char *path, struct dl_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return DL_NOT_FOUND;
    return watch_below(watch, path, 0, err);
}

bool dl_watch_is_due(const struct dl_watch *watch)
{
    return watch->due;
}
