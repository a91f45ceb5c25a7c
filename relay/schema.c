/* Copies the schema files that lie beside the binary to stdout. */
#include "relay/schema.h"

#include "workers/knowledge/knowledge.h"

#include <errno.h>
#include <unistd.h>

static dl_status copy_out(const char *path, struct dl_error *err)
{
    FILE *file = fopen(path, "re");
    char chunk[16384];
    size_t len;
    if (!file)
        return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
    while ((len = fread(chunk, 1, sizeof chunk, file)) > 0)
        fwrite(chunk, 1, len, stdout);
    dl_status status =
        ferror(file) ? dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno)) : DL_OK;
    (void)fclose(file); /* only read: nothing to lose */
    return status;
}

static dl_status put_file(const char *name, bool with_name, struct dl_error *err)
{
    char relative[64];
    char path[4096];
    snprintf(relative, sizeof relative, "proto/%s", name);
    dl_status status = dl_share_path(relative, path, sizeof path, err);
    if (status == DL_OK && with_name)
        printf("// %s\n", name);
    return status == DL_OK ? copy_out(path, err) : status;
}

int dl_schema_main(const struct dl_config *config, int argc, char **argv)
{
    static const char *const texts[] = {"article.proto", "event.proto", "report.proto"};
    struct dl_error err;
    dl_status status = DL_OK;
    (void)config; /* the records are the same whatever is configured */
    bool binary = argc == 2 && strcmp(argv[1], "--descriptor-set") == 0;
    if (argc > 1 && !binary) {
        fputs("dateline schema [--descriptor-set]\n", stderr);
        return 2;
    }
    if (binary)
        status = put_file("dateline.desc", false, &err);
    for (size_t i = 0; !binary && i < sizeof texts / sizeof *texts && status == DL_OK; i++)
        status = put_file(texts[i], true, &err);
    if (status == DL_OK && fflush(stdout) != 0)
        status = dl_fail(&err, DL_FATAL, "writing the schema: %s", strerror(errno));
    if (status != DL_OK)
        fprintf(stderr, "dateline: %s\n", err.text);
    return status == DL_OK ? 0 : 1;
}
