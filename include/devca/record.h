/*
 * A record: named, typed values in order. What every act has to tell comes as
 * one, so that a program, a table on a terminal and a line of JSON all say the
 * same. Field names are those of docs/formats.md.
 */
#ifndef DEVCA_RECORD_H
#define DEVCA_RECORD_H

#include <devca/error.h>
#include <devca/time.h>
#include <devid/slice.h>

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum devca_type {
    DEVCA_NULL,
    DEVCA_TEXT,
    DEVCA_INTEGER,
    DEVCA_BOOLEAN,
    DEVCA_TIME,  /* seconds; RFC 3339 in text */
    DEVCA_HEX,   /* octets; lower-case hex in text */
    DEVCA_BASE64 /* octets; base64 in JSON, left out of tables */
};

struct devca_field {
    const char *name;
    enum devca_type type;
    int64_t integer;           /* INTEGER, BOOLEAN, TIME */
    struct devid_slice octets; /* TEXT (UTF-8), HEX, BASE64 */
};

/* Valid until the function that hands it out returns, or as its owner says. */
struct devca_record {
    const struct devca_field *fields;
    size_t count;
};

/* The first field of that name: a view of the record. NULL: it has none. */
DEVCA_API const struct devca_field *
devca_record_find(const struct devca_record *record, const char *name);

/* Called for each record of a stream; anything but DEVCA_OK stops it and is
 * what the function returns. */
typedef enum devca_code devca_record_each(const struct devca_record *record,
                                          void *context);

/* How records become text. */
enum devca_format {
    DEVCA_FORMAT_JSON,   /* one object with "schema" first */
    DEVCA_FORMAT_JSONL,  /* one object a line, without "schema" */
    DEVCA_FORMAT_TSV,    /* values, tab-separated */
    DEVCA_FORMAT_PAIRS,  /* "name  value" lines, for one record on a terminal */
    DEVCA_FORMAT_CSV     /* RFC 4180 */
};

/* Appends one record's text through `write`. TSV and CSV replace or quote what
 * would break the line; control characters never pass. */
typedef enum devca_code devca_write(void *context, const void *data,
                                    size_t len);
struct devca_sink {
    devca_write *write;
    void *context;
};
DEVCA_API enum devca_code devca_record_write(const struct devca_record *record,
                                             enum devca_format format,
                                             const struct devca_sink *sink);
/* The header line of TSV and CSV. */
DEVCA_API enum devca_code devca_record_write_names(
    const struct devca_record *record, enum devca_format format,
    const struct devca_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
