/* Every limit of dateline that a stranger's data can reach, in one place, each with its reason. */
#ifndef DL_CORE_LIMITS_H
#define DL_CORE_LIMITS_H

#define DL_ARTICLE_BYTES_MAX (4U << 20) /* an article before compression; longer is a book */
#define DL_RECORD_BYTES_MAX                                                                        \
    (8U << 20) /* max.message.bytes of the topics: a Report of 4 MiB fits                          \
                */
#define DL_DEAD_BYTES_MAX                                                                          \
    (64U << 10)              /* what a dead letter keeps of a thing refused at the door            \
                              */
#define DL_ID_BYTES_MAX 256U /* a given article id is kept verbatim up to here */
#define DL_URL_BYTES_MAX 8192U
#define DL_PARTITIONS 12U /* divides by 2, 3, 4 and 6 workers */
#define DL_PARTITIONS_MAX 256U
#define DL_HEADERS_MAX 32U
#define DL_PROTO_DEPTH_MAX 32U         /* the contract nests 7 deep; 10,000 overflow a stack */
#define DL_PROTO_FIELDS_MAX (1U << 20) /* fields in one record, nested ones counted */
#define DL_CONFIG_BYTES_MAX (1U << 20)

#endif
