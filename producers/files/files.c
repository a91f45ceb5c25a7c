/* Paths into files. */
#include "producers/files/files.h"

#include "producers/door/stream.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_DEPTH_MAX 64U /* deeper is a loop of mounts or a joke */
#define SNIFF_BYTES 512U
#define SPOOL_NUMBER_MAX 1000000U

/* What a name says about its content. */
static const struct ending {
    const char *text;
    enum dl_file_format format;
} endings[] = {
    {".txt", DL_FILE_TEXT},     {".text", DL_FILE_TEXT}, {".jsonl", DL_FILE_JSONL},
    {".ndjson", DL_FILE_JSONL}, {".html", DL_FILE_HTML}, {".htm", DL_FILE_HTML},
    {".xhtml", DL_FILE_HTML},   {".warc", DL_FILE_WARC},
};

static bool format_of_name(const char *path, enum dl_file_format *ret_format)
{
    dl_str name = dl_str_of(path);
    if (dl_str_ends(name, DL_STR(".gz")))
        name.len -= 3;
    else if (dl_str_ends(name, DL_STR(".zst")))
        name.len -= 4;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (dl_str_ends(name, dl_str_of(endings[i].text))) {
            *ret_format = endings[i].format;
            return true;
        }
    return false;
}

/* A tag, doctype or comment first: no article's text begins so. */
static bool is_markup(dl_str text)
{
    return text.len > 2 && text.at[0] == '<' &&
           (text.at[1] == '!' || text.at[1] == '?' ||
            ((text.at[1] | 32) >= 'a' && (text.at[1] | 32) <= 'z'));
}

/* By the first byte that is no white space; also through gzip, since feeds read that anyway. */
static enum dl_file_format format_of_content(const char *path)
{
    char head[SNIFF_BYTES];
    size_t got = 0;
    struct dl_stream *stream;
    if (dl_stream_open(path, &stream, NULL) != DL_OK)
        return DL_FILE_TEXT; /* opening it again will say why not */
    if (dl_stream_read(stream, head, sizeof head, &got, NULL) != DL_OK)
        got = 0;
    dl_stream_close(stream);
    dl_str text = dl_str_trim((dl_str){head, got});
    if (dl_str_starts(text, DL_STR("\xef\xbb\xbf")))
        text = dl_str_trim(dl_str_sub(text, 3, text.len));
    if (dl_str_starts(text, DL_STR("WARC/")))
        return DL_FILE_WARC;
    if (is_markup(text))
        return DL_FILE_HTML;
    return dl_str_starts(text, DL_STR("{")) ? DL_FILE_JSONL : DL_FILE_TEXT;
}

struct dl_files *dl_files_new(void)
{
    struct dl_files *files = dl_alloc(sizeof *files);
    dl_arena_init(&files->arena);
    return files;
}

void dl_files_free(struct dl_files *files)
{
    if (!files)
        return;
    dl_arena_done(&files->arena);
    free(files->list);
    free(files);
}

static struct dl_file *add(struct dl_files *files, const char *path, const char *shown)
{
    if (files->count == files->room) {
        files->room = files->room ? files->room * 2 : 64;
        files->list = dl_realloc_array(files->list, files->room, sizeof *files->list);
    }
    struct dl_file *file = &files->list[files->count++];
    *file = (struct dl_file){0};
    file->path = dl_arena_str(&files->arena, dl_str_of(path)).at;
    file->shown = path == shown ? file->path : dl_arena_str(&files->arena, dl_str_of(shown)).at;
    return file;
}

static void add_trouble(struct dl_files *files, const char *path, const char *why, bool named)
{
    struct dl_file *file = add(files, path, path);
    file->trouble = dl_arena_str(&files->arena, dl_str_of(why)).at;
    file->named = named;
}

static int64_t modified_ms(const struct stat *info)
{
    return (int64_t)info->st_mtim.tv_sec * 1000 + info->st_mtim.tv_nsec / 1000000;
}

static void add_file(struct dl_files *files, const char *shown, const struct stat *info,
                     enum dl_file_format format, bool named)
{
    char absolute[PATH_MAX];
    if (!realpath(shown, absolute)) {
        add_trouble(files, shown, strerror(errno), named);
        return;
    }
    struct dl_file *file = add(files, absolute, shown);
    file->format = format;
    file->bytes = (uint64_t)info->st_size;
    file->modified_ms = modified_ms(info);
    file->named = named;
    files->bytes += file->bytes;
}

/* --- folders --- */

struct names {
    char **list;
    size_t count;
    size_t room;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

/* 0 or errno. Hidden names are left out: editors and version control keep things there. */
static int read_names(const char *path, struct names *names)
{
    DIR *folder = opendir(path);
    if (!folder)
        return errno;
    struct dirent *entry;
    while ((errno = 0, entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        if (names->count == names->room) {
            names->room = names->room ? names->room * 2 : 64;
            names->list = dl_realloc_array(names->list, names->room, sizeof *names->list);
        }
        names->list[names->count++] = dl_strdup(entry->d_name);
    }
    int failed = errno;
    (void)closedir(folder); /* only read */
    if (names->count)
        qsort(names->list, names->count, sizeof *names->list, compare_names);
    return failed;
}

/* A time that is still to come says nothing. */
static bool is_unsettled(const struct dl_files *files, const struct stat *info)
{
    return modified_ms(info) >= files->unsettled_from_ms &&
           modified_ms(info) < files->unsettled_to_ms;
}

static void add_folder(struct dl_files *files, const char *path, bool named, unsigned depth);

static void add_entry(struct dl_files *files, const char *path, unsigned depth)
{
    struct stat info;
    struct stat link;
    enum dl_file_format format;
    if (lstat(path, &link) != 0 || stat(path, &info) != 0)
        add_trouble(files, path, strerror(errno), false);
    else if (S_ISDIR(info.st_mode) && S_ISLNK(link.st_mode))
        files->left_aside++; /* may lead in a circle */
    else if (S_ISDIR(info.st_mode))
        add_folder(files, path, false, depth + 1);
    else if (S_ISREG(info.st_mode) && format_of_name(path, &format) && is_unsettled(files, &info))
        files->unsettled++;
    else if (S_ISREG(info.st_mode) && format_of_name(path, &format))
        add_file(files, path, &info, format, false);
    else
        files->left_aside++;
}

static void add_folder(struct dl_files *files, const char *path, bool named, unsigned depth)
{
    struct names names = {0};
    if (depth > FOLDER_DEPTH_MAX) {
        add_trouble(files, path, "folders nested too deep", named);
        return;
    }
    int failed = read_names(path, &names);
    if (failed)
        add_trouble(files, path, strerror(failed), named);
    size_t path_len = strlen(path);
    bool slashed = path_len && path[path_len - 1] == '/';
    for (size_t i = 0; i < names.count; i++) {
        char below[PATH_MAX];
        int len = snprintf(below, sizeof below, "%s%s%s", path, slashed ? "" : "/", names.list[i]);
        if (len < 0 || (size_t)len >= sizeof below)
            add_trouble(files, below, "path too long", false);
        else
            add_entry(files, below, depth);
    }
    free_names(&names);
}

void dl_files_add(struct dl_files *files, const char *path)
{
    struct stat info;
    enum dl_file_format format;
    if (stat(path, &info) != 0)
        add_trouble(files, path, strerror(errno), true);
    else if (S_ISDIR(info.st_mode))
        add_folder(files, path, true, 0);
    else if (!S_ISREG(info.st_mode))
        add_trouble(files, path, "not a regular file; pipe it in and name it '-'", true);
    else
        add_file(files, path, &info,
                 format_of_name(path, &format) ? format : format_of_content(path), true);
}

/* --- stdin --- */

static dl_status make_folder(const char *path, struct dl_error *err)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
    return DL_OK;
}

/* stdin-N is taken by making stdin-N.part; N is the first for which neither is there. */
static int open_spool(const char *folder, char whole[PATH_MAX], char part[PATH_MAX])
{
    for (unsigned n = 1; n < SPOOL_NUMBER_MAX; n++) {
        if (snprintf(whole, PATH_MAX, "%s/stdin-%u", folder, n) >= PATH_MAX ||
            snprintf(part, PATH_MAX, "%s/stdin-%u.part", folder, n) >= PATH_MAX) {
            errno = ENAMETOOLONG;
            return -1;
        }
        if (access(whole, F_OK) == 0)
            continue;
        int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    errno = EEXIST;
    return -1;
}

static dl_status copy_to(int from, int to, const char *path, struct dl_error *err)
{
    char piece[65536];
    ssize_t got;
    while ((got = read(from, piece, sizeof piece)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return dl_fail(err, DL_FATAL, "stdin: %s", strerror(errno));
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(to, piece + done, (size_t)(got - done));
            if (put < 0 && errno != EINTR)
                return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
            done += put > 0 ? put : 0;
        }
    }
    if (fsync(to) != 0)
        return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
    return DL_OK;
}

static void add_spooled(struct dl_files *files, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        add_trouble(files, path, strerror(errno), true);
        return;
    }
    add_file(files, path, &info, format_of_content(path), true);
    files->list[files->count - 1].spooled = true;
    files->list[files->count - 1].shown = "stdin";
}

dl_status dl_files_add_stream(struct dl_files *files, int fd, const char *dir, struct dl_error *err)
{
    char folder[PATH_MAX];
    char whole[PATH_MAX];
    char part[PATH_MAX];
    if (snprintf(folder, sizeof folder, "%s/spool", dir) >= PATH_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", dir, strerror(ENAMETOOLONG));
    dl_status status = make_folder(dir, err);
    if (status == DL_OK)
        status = make_folder(folder, err);
    if (status != DL_OK)
        return status;
    int spool = open_spool(folder, whole, part);
    if (spool < 0)
        return dl_fail(err, DL_FATAL, "%s: %s", part, strerror(errno));
    status = copy_to(fd, spool, part, err);
    if (close(spool) != 0 && status == DL_OK)
        status = dl_fail(err, DL_FATAL, "%s: %s", part, strerror(errno));
    if (status == DL_OK && rename(part, whole) != 0)
        status = dl_fail(err, DL_FATAL, "%s: %s", whole, strerror(errno));
    if (status != DL_OK) {
        (void)unlink(part); /* nothing of it was promised */
        return status;
    }
    add_spooled(files, whole);
    return DL_OK;
}

void dl_files_add_spooled(struct dl_files *files, const char *dir)
{
    char folder[PATH_MAX];
    struct names names = {0};
    if (snprintf(folder, sizeof folder, "%s/spool", dir) >= PATH_MAX)
        return; /* whatever is asked of such a folder next says why it cannot be */
    if (read_names(folder, &names) == 0) /* mostly there is none */
        for (size_t i = 0; i < names.count; i++) {
            char path[PATH_MAX];
            dl_str name = dl_str_of(names.list[i]);
            int len = snprintf(path, sizeof path, "%s/%s", folder, names.list[i]);
            if (len > 0 && (size_t)len < sizeof path && dl_str_starts(name, DL_STR("stdin-")) &&
                !dl_str_ends(name, DL_STR(".part")))
                add_spooled(files, path);
        }
    free_names(&names);
}

dl_status dl_file_open(const struct dl_files *files, const struct dl_file *file, uint64_t offset,
                       uint64_t line, dl_str published, struct dl_feed **ret_feed,
                       struct dl_error *err)
{
    struct dl_feed_want want = {file->path, offset, line, published, files->map};
    if (file->trouble)
        return dl_fail(err, DL_FATAL, "%s: %s", file->shown, file->trouble);
    switch (file->format) {
    case DL_FILE_JSONL:
        return dl_feed_jsonl(&want, ret_feed, err);
    case DL_FILE_HTML:
        return dl_feed_html(&want, ret_feed, err);
    case DL_FILE_WARC:
        return dl_feed_warc(&want, ret_feed, err);
    case DL_FILE_TEXT:
        break;
    }
    return dl_feed_text(&want, ret_feed, err);
}
