/* dl_almanac DATA_DIR OUT: compiles the knowledge files; run by the build. */
#include "workers/knowledge/almanac_make.h"

#include <errno.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    void *image = NULL;
    size_t bytes = 0;
    struct dl_error err;
    if (argc != 3) {
        fputs("usage: dl_almanac DATA_DIR OUT\n", stderr);
        return 2;
    }
    if (dl_almanac_make(argv[1], NULL, &image, &bytes, &err) != DL_OK) {
        fprintf(stderr, "dl_almanac: %s\n", err.text);
        return 1;
    }
    FILE *out = fopen(argv[2], "we");
    bool written = out && fwrite(image, 1, bytes, out) == bytes;
    if (out && fclose(out) != 0)
        written = false;
    free(image);
    if (!written) {
        fprintf(stderr, "dl_almanac: %s: %s\n", argv[2], strerror(errno));
        (void)unlink(argv[2]); /* no half file for the build to trust */
        return 1;
    }
    return 0;
}
