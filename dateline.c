/* The front door: options that every command takes, and the table of commands. */
#include "core/config.h"
#include "core/log.h"
#include "core/metrics.h"
#include "producers/poll/feeds_command.h"
#include "producers/produce_command.h"
#include "relay/audit.h"
#include "relay/dead.h"
#include "relay/parse_command.h"
#include "relay/run.h"
#include "relay/schema.h"
#include "relay/status.h"
#include "relay/topics.h"
#include "relay/version.h"
#include "sinks/sink_command.h"
#include "workers/code_command.h"
#include "workers/work_command.h"

#include <malloc.h>
#include <unistd.h>

#define BIG_BLOCK_BYTES (256 << 10)

struct command {
    const char *name;
    int (*run)(const struct dl_config *config, int argc, char **argv);
    const char *help;
};

static int run_config(const struct dl_config *config, int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--docs") == 0)
        dl_config_docs(stdout);
    else if (argc > 1 && strcmp(argv[1], "--metrics") == 0)
        dl_metrics_docs(stdout);
    else
        dl_config_show(config, stdout);
    return 0;
}

static const struct command commands[] = {
    {"run", dl_run_main, "the whole pipeline in one process: files in, SQLite and NDJSON out"},
    {"produce", dl_produce_main, "articles into the log: from files, feeds, or posted to an endpoint"},
    {"feeds", dl_feeds_main, "the feeds that are polled: add, remove, list, import, export, health"},
    {"sink", dl_sink_main, "reports out of the log into SQLite or lines of JSON"},
    {"work", dl_work_main, "the worker leg: articles to reports, mentions and dead letters"},
    {"audit", dl_audit_main, "recounts articles and outcomes: lost, duplicated, foreign"},
    {"dead", dl_dead_main, "dead letters: list, show, replay"},
    {"status", dl_status_main, "how far each leg is behind"},
    {"topics", dl_topics_main, "the topics on Kafka: create, check"},
    {"code", dl_code_main, "articles to coded reports, without a log"},
    {"explain", dl_explain_main,
     "one article: each event with the rule that fired, and why not others"},
    {"parse", dl_parse_main, "one part of the work alone: text, actor, feed, url, robots"},
    {"schema", dl_schema_main, "the records as .proto texts; --descriptor-set: for programs"},
    {"config", run_config,
     "the values in force and where each comes from; --docs: all keys; --metrics: "
     "all figures"},
    {"version", dl_version_main, "of dateline, of what it knows, of its libraries"},
};

static void usage(FILE *out)
{
    fputs("usage: dateline COMMAND [OPTION…]\n\n", out);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
    fputs("\n  --dir DIR        folder of the embedded log (default ./dateline-data)\n"
          "  -b BROKERS       Kafka instead of the embedded log\n"
          "  -X prop=value    to librdkafka, as it is\n"
          "  -c FILE          configuration (YAML)\n"
          "  -o key=value     one configuration key\n"
          "  --data DIR       own actors, places and rules over the shipped ones\n"
          "  -v, -q           more, fewer messages\n",
          out);
}

/* An option of the front door that takes a value, as a configuration key. */
static const char *key_of(const char *option)
{
    static const char *const keys[][2] = {
        {"--dir", "dir"}, {"-b", "brokers"}, {"--slot", "slot"}, {"--data", "data"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(option, keys[i][0]) == 0)
            return keys[i][1];
    return NULL;
}

static dl_status split(const char *option, const char *text, dl_str *ret_name, dl_str *ret_value,
                       struct dl_error *err)
{
    const char *equals = strchr(text, '=');
    if (!equals)
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%s' is not name=value", option, text);
    *ret_name = (dl_str){text, (size_t)(equals - text)};
    *ret_value = dl_str_of(equals + 1);
    return DL_OK;
}

static dl_status take_valued(struct dl_config *config, const char *option, const char *value,
                             const char **file, struct dl_error *err)
{
    dl_str name;
    dl_str text;
    const char *key = key_of(option);
    if (key)
        return dl_config_set(config, dl_str_of(key), dl_str_of(value), DL_ORIGIN_OPTION, option,
                             err);
    if (strcmp(option, "-c") == 0) {
        *file = value;
        return DL_OK;
    }
    dl_status status = split(option, value, &name, &text, err);
    if (status != DL_OK)
        return status;
    return strcmp(option, "-X") == 0
               ? dl_config_property(config, name, text, err)
               : dl_config_set(config, name, text, DL_ORIGIN_OPTION, "-o", err);
}

/* Takes the front door's options out of argv; the rest is the command's. */
static dl_status take_options(struct dl_config *config, int *argc, char **argv, const char **file,
                              struct dl_error *err)
{
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        const char *arg = argv[i];
        bool valued = key_of(arg) || strcmp(arg, "-c") == 0 || strcmp(arg, "-o") == 0 ||
                      strcmp(arg, "-X") == 0;
        dl_status status = DL_OK;
        if (valued && i + 1 == *argc)
            return dl_fail(err, DL_BAD_CONFIG, "%s needs a value", arg);
        if (valued)
            status = take_valued(config, arg, argv[++i], file, err);
        else if (strcmp(arg, "-v") == 0)
            status = dl_config_set(config, DL_STR("log.level"), DL_STR("debug"), DL_ORIGIN_OPTION,
                                   arg, err);
        else if (strcmp(arg, "-q") == 0)
            status = dl_config_set(config, DL_STR("log.level"), DL_STR("error"), DL_ORIGIN_OPTION,
                                   arg, err);
        else
            argv[kept++] = argv[i];
        if (status != DL_OK)
            return status;
    }
    *argc = kept;
    argv[kept] = NULL;
    return DL_OK;
}

static void setup_log(const struct dl_config *config)
{
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    enum dl_log_level level = DL_LOG_INFO;
    for (int i = 0; i < 4; i++)
        if (strcmp(config->log_level, levels[i]) == 0)
            level = (enum dl_log_level)i;
    dl_log_setup(level, strcmp(config->log_format, "json") == 0 ? DL_LOG_JSON : DL_LOG_LOGFMT);
}

int main(int argc, char **argv)
{
    struct dl_config config;
    struct dl_error err;
    const char *file = NULL;
    /* Large blocks go back to the system when freed. glibc's own threshold grows with the largest
     * block it ever saw, and long runs then keep a third more memory than they use. */
    (void)mallopt(M_MMAP_THRESHOLD, BIG_BLOCK_BYTES); /* refused: only more memory is used */
    dl_config_init(&config);
    dl_status status = take_options(&config, &argc, argv, &file, &err);
    if (status == DL_OK && file)
        status = dl_config_file(&config, file, &err);
    if (status == DL_OK)
        status = dl_config_env(&config, environ, &err);
    int code = 2;
    if (status != DL_OK) {
        fprintf(stderr, "dateline: %s\n", err.text);
    } else if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        usage(argc < 2 ? stderr : stdout);
        code = argc < 2 ? 2 : 0;
    } else {
        const struct command *command = NULL;
        for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
            if (strcmp(argv[1], commands[i].name) == 0)
                command = &commands[i];
        setup_log(&config);
        if (command)
            code = command->run(&config, argc - 1, argv + 1);
        else
            fprintf(stderr, "dateline: no command '%s'; `dateline help` lists them\n", argv[1]);
    }
    dl_config_done(&config);
    return code;
}
