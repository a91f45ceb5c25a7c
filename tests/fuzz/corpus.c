/* Runs a fuzz target over the files of folders: its corpus as an ordinary test. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

/* Into memory of exactly its size, so that a sanitizer sees a step past the end. */
static int run(const char *path)
{
    struct stat stat_of;
    FILE *file = fopen(path, "re");
    if (!file || fstat(fileno(file), &stat_of) != 0) {
        perror(path);
        return 1;
    }
    size_t size = (size_t)stat_of.st_size;
    uint8_t *data = malloc(size ? size : 1);
    size_t got = data ? fread(data, 1, size, file) : 0;
    if (got == size)
        (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    (void)fclose(file); /* only read: nothing to lose */
    return got != size;
}

int main(int argc, char **argv)
{
    int failed = 0;
    int count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (!folder) {
            perror(argv[i]);
            return 1;
        }
        for (struct dirent *entry; (entry = readdir(folder)); count++) {
            char path[PATH_MAX];
            if (entry->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            failed |= run(path);
        }
        closedir(folder);
    }
    return failed || count == 0;
}
