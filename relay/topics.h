/* `dateline topics create|check`: the topics on Kafka, made with the right settings or looked at. */
#ifndef DL_RELAY_TOPICS_H
#define DL_RELAY_TOPICS_H

#include "core/config.h"

int dl_topics_main(const struct dl_config *config, int argc, char **argv);

#endif
