/* Versions, for people who report what they saw. */
#include "relay/version.h"

#include "core/bus_kafka.h"
#include "core/config.h"
#include "workers/knowledge/knowledge.h"

#include <curl/curl.h>
#include <sqlite3.h>
#include <uv.h>
#include <zlib.h>
#include <zstd.h>

static void put(const char *name, const char *version)
{
    printf("%-11s %s\n", name, version);
}

static void put_hash(const char *name, dl_str hash)
{
    printf("%-11s %.*s\n", name, DL_STR_ARG(hash));
}

int dl_version_main(const struct dl_config *config, int argc, char **argv)
{
    struct dl_knowledge *knowledge = NULL;
    struct dl_error err;
    (void)argc;
    (void)argv;
    put("dateline", DL_VERSION);
    dl_status status = dl_knowledge_load(NULL, config->data, &knowledge, &err);
    if (status == DL_OK) {
        put_hash("rules", knowledge->coder.rules);
        put_hash("actors", knowledge->coder.actors);
        put_hash("gazetteer", knowledge->coder.gazetteer);
        put_hash("models", knowledge->coder.models);
    }
    put("librdkafka", dl_kafka_version());
    put("libuv", uv_version_string());
    put("sqlite", sqlite3_libversion());
    put("libcurl", curl_version_info(CURLVERSION_NOW)->version);
    put("zlib", zlibVersion());
    put("zstd", ZSTD_versionString());
    dl_knowledge_free(knowledge);
    if (status == DL_OK)
        return 0;
    fprintf(stderr, "dateline: %s\n", err.text);
    return status == DL_BAD_CONFIG ? 2 : 1;
}
