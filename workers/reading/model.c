/* Model files: mapping, checking, writing. */
#include "workers/reading/model.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define MODEL_MAGIC "dlmodel\n"
#define FORMAT_VERSION 1U
#define ALIGN 64U

struct section {
    uint64_t start; /* in the file */
    uint64_t bytes;
    uint32_t width;
    uint32_t weight_bytes;
    float scale;
    uint32_t spare;
};

struct header {
    char magic[8];
    uint32_t format;
    uint32_t section_count;
    uint64_t bytes;    /* of the whole file */
    uint64_t checksum; /* of what follows */
    char kind[16];     /* NUL-padded */
    uint32_t version;
    uint32_t spare[3];
    struct section sections[DL_MODEL_SECTIONS_MAX];
};

struct dl_model {
    const struct header *header;
    char *name;
    void *mapped; /* NULL over memory of others */
    size_t mapped_bytes;
};

static size_t checked_from(void)
{
    return offsetof(struct header, kind);
}

static dl_status check_sections(const struct header *header, const char *name, struct dl_error *err)
{
    for (uint32_t i = 0; i < header->section_count; i++) {
        const struct section *section = &header->sections[i];
        if (section->start % ALIGN || section->start < sizeof *header ||
            section->start > header->bytes || section->bytes > header->bytes - section->start)
            return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: section %u lies outside the file",
                           name, i);
    }
    return DL_OK;
}

static dl_status check(const void *image, size_t bytes, const char *name, const char *kind,
                       uint32_t version, struct dl_error *err)
{
    const struct header *header = image;
    if (bytes < sizeof *header || memcmp(header->magic, MODEL_MAGIC, sizeof header->magic) != 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: is no model of dateline", name);
    if (header->format != FORMAT_VERSION)
        return dl_fail(err, DL_BAD_CONFIG, "%s: is of file format %u, not %u", name, header->format,
                       FORMAT_VERSION);
    if (header->bytes != bytes)
        return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: %zu bytes, not %llu", name, bytes,
                       (unsigned long long)header->bytes);
    size_t from = checked_from();
    if (XXH3_64bits((const char *)image + from, bytes - from) != header->checksum)
        return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: the checksum does not fit", name);
    if (strnlen(header->kind, sizeof header->kind) == sizeof header->kind ||
        strcmp(header->kind, kind) != 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: is a model of '%.15s', not of '%s'", name,
                       header->kind, kind);
    if (header->version != version)
        return dl_fail(err, DL_BAD_CONFIG, "%s: was trained for features %u, these are %u", name,
                       header->version, version);
    if (header->section_count > DL_MODEL_SECTIONS_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: %u sections", name, header->section_count);
    return check_sections(header, name, err);
}

dl_status dl_model_over(const void *image, size_t bytes, const char *name, const char *kind,
                        uint32_t version, struct dl_model **ret, struct dl_error *err)
{
    assert((uintptr_t)image % ALIGN == 0);
    dl_status status = check(image, bytes, name, kind, version, err);
    if (status != DL_OK)
        return status;
    struct dl_model *model = dl_alloc(sizeof *model);
    model->header = image;
    model->name = dl_strdup(name);
    *ret = model;
    return DL_OK;
}

static dl_status map_file(const char *path, void **ret, size_t *ret_bytes, struct dl_error *err)
{
    struct stat stat;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &stat) != 0) {
        dl_status status = dl_fail(err, DL_BAD_CONFIG, "%s: %s", path, strerror(errno));
        if (file >= 0)
            (void)close(file); /* only read */
        return status;
    }
    size_t bytes = (size_t)stat.st_size;
    void *image = S_ISREG(stat.st_mode) && bytes > 0 && bytes <= DL_MODEL_BYTES_MAX
                      ? mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0)
                      : MAP_FAILED;
    (void)close(file); /* the mapping stays */
    if (image == MAP_FAILED)
        return dl_fail(err, DL_BAD_CONFIG, "%s: is no model of dateline", path);
    *ret = image;
    *ret_bytes = bytes;
    return DL_OK;
}

dl_status dl_model_open(const char *path, const char *kind, uint32_t version, struct dl_model **ret,
                        struct dl_error *err)
{
    void *image = NULL;
    size_t bytes = 0;
    dl_status status = map_file(path, &image, &bytes, err);
    if (status != DL_OK)
        return status;
    status = dl_model_over(image, bytes, path, kind, version, ret, err);
    if (status != DL_OK) {
        (void)munmap(image, bytes);
        return status;
    }
    (*ret)->mapped = image;
    (*ret)->mapped_bytes = bytes;
    return DL_OK;
}

void dl_model_close(struct dl_model *model)
{
    if (!model)
        return;
    if (model->mapped)
        (void)munmap(model->mapped, model->mapped_bytes);
    free(model->name);
    free(model);
}

dl_str dl_model_section(const struct dl_model *model, uint32_t number)
{
    if (number >= model->header->section_count)
        return (dl_str){NULL, 0};
    const struct section *section = &model->header->sections[number];
    return (dl_str){(const char *)model->header + section->start, section->bytes};
}

dl_status dl_model_rows(const struct dl_model *model, uint32_t number, uint32_t width,
                        uint32_t weight_bytes, struct dl_rows *ret, struct dl_error *err)
{
    dl_str bytes = dl_model_section(model, number);
    const struct section *section = &model->header->sections[number];
    size_t row_bytes = (size_t)width * weight_bytes;
    size_t rows = bytes.len / row_bytes;
    if (bytes.len == 0 || bytes.len % row_bytes || (rows & (rows - 1)) || rows < 2 ||
        section->width != width || section->weight_bytes != weight_bytes)
        return dl_fail(err, DL_BAD_CONFIG,
                       "%s: section %u is no table of %u weights of %u bytes a row", model->name,
                       number, width, weight_bytes);
    *ret = (struct dl_rows){.at = bytes.at,
                            .shift = (uint32_t)__builtin_clzll(rows) - 31,
                            .width = width,
                            .weight_bytes = weight_bytes,
                            .scale = section->scale};
    return DL_OK;
}

dl_status dl_model_records(const struct dl_model *model, uint32_t number, size_t size,
                           const void **ret_at, size_t *ret_count, struct dl_error *err)
{
    dl_str bytes = dl_model_section(model, number);
    if (bytes.len == 0 || bytes.len % size)
        return dl_fail(err, DL_BAD_CONFIG, "%s: section %u is no list of %zu-byte records",
                       model->name, number, size);
    *ret_at = bytes.at;
    *ret_count = bytes.len / size;
    return DL_OK;
}

uint64_t dl_model_checksum(const struct dl_model *model)
{
    return model->header->checksum;
}

static uint64_t aligned(uint64_t bytes)
{
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

dl_status dl_model_write(const char *path, const char *kind, uint32_t version,
                         const struct dl_model_part *parts, uint32_t count, struct dl_error *err)
{
    assert(count <= DL_MODEL_SECTIONS_MAX && strlen(kind) < 16);
    struct header header = {.magic = MODEL_MAGIC, .format = FORMAT_VERSION, .section_count = count};
    header.version = version;
    memcpy(header.kind, kind, strlen(kind));
    uint64_t end = sizeof header;
    for (uint32_t i = 0; i < count; i++) {
        header.sections[i] = (struct section){.start = aligned(end),
                                              .bytes = parts[i].bytes,
                                              .width = parts[i].width,
                                              .weight_bytes = parts[i].weight_bytes,
                                              .scale = parts[i].scale};
        end = header.sections[i].start + parts[i].bytes;
    }
    header.bytes = end;
    if (end > DL_MODEL_BYTES_MAX)
        return dl_fail(err, DL_FATAL, "%s: %llu bytes are more than a model may have", path,
                       (unsigned long long)end);
    char *image = dl_alloc(end);
    memcpy(image, &header, sizeof header);
    for (uint32_t i = 0; i < count; i++)
        memcpy(image + header.sections[i].start, parts[i].at, parts[i].bytes);
    uint64_t checksum = XXH3_64bits(image + checked_from(), end - checked_from());
    memcpy(image + offsetof(struct header, checksum), &checksum, sizeof checksum);
    FILE *file = fopen(path, "we");
    bool written = file && fwrite(image, 1, end, file) == end;
    if (file && fclose(file) != 0)
        written = false;
    free(image);
    return written ? DL_OK : dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
}
