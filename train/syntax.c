/* dl_train_syntax MODEL --data DIR --models DIR [NAME=NUMBER…]: makes one model. */
#include "train/settings.h"

static const struct model {
    const char *name;
    dl_status (*make)(const struct dl_settings *settings, struct dl_error *err);
} models[] = {
    {"tags", dl_make_tags},
    {"trees", dl_make_trees},
    {"relations", dl_make_relations},
    {"forms", dl_make_forms},
};
#define MODEL_COUNT (sizeof models / sizeof *models)

double dl_setting(const struct dl_settings *settings, const char *name, double usual)
{
    double value = usual;
    size_t len = strlen(name);
    for (int i = 0; i < settings->number_count; i++) {
        dl_str number = dl_str_of(settings->numbers[i]);
        if (number.len > len && number.at[len] == '=' && memcmp(number.at, name, len) == 0)
            (void)dl_str_to_f64(dl_str_sub(number, len + 1, number.len), &value); /* else usual */
    }
    return value;
}

struct dl_path dl_path_of(const char *folder, const char *name)
{
    struct dl_path path;
    snprintf(path.text, sizeof path.text, "%s/%s", folder, name);
    return path;
}

int main(int argc, char **argv)
{
    struct dl_settings settings = {.data = "data", .models = "."};
    struct dl_error err;
    size_t number = 0;
    int i = 2;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--data") == 0)
            settings.data = argv[i + 1];
        else if (strcmp(argv[i], "--models") == 0)
            settings.models = argv[i + 1];
    }
    settings.numbers = argv + i;
    settings.number_count = argc > i ? argc - i : 0;
    while (argc > 1 && number < MODEL_COUNT && strcmp(argv[1], models[number].name) != 0)
        number++;
    if (argc < 2 || number == MODEL_COUNT) {
        fputs("usage: dl_train_syntax MODEL --data DIR --models DIR [NAME=NUMBER…]\nmodels:",
              stderr);
        for (number = 0; number < MODEL_COUNT; number++)
            fprintf(stderr, " %s", models[number].name);
        fputc('\n', stderr);
        return 2;
    }
    if (models[number].make(&settings, &err) == DL_OK)
        return 0;
    fprintf(stderr, "dl_train_syntax: %s\n", err.text);
    return 1;
}
