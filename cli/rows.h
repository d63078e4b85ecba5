/* Rows of a batch: CSV (RFC 4180) with a header, streamed. */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "command.h"

#include <stdio.h>

#define ROWS_RECORD_MAX 65536

struct rows {
    FILE *file;
    const char *path;
    int64_t line; /* of the record read last, from 1 */
    int64_t next_line;
    bool is_csr; /* the second column is csr, else public_key */
    char record[ROWS_RECORD_MAX]; /* fields, each NUL-terminated */
    char *fields[3];
    int count;
};

/* A record's fate before it reaches the batch. */
enum rows_state { ROWS_GOOD, ROWS_BAD, ROWS_END };

/* Opens ("-" is standard input) and reads the header: uid,csr or
 * uid,public_key. DEVCA_E_MALFORMED, DEVCA_E_FILE. */
enum devca_code rows_open(struct cli *cli, const char *path,
                          struct rows **rows);
void rows_close(struct rows *rows);

/* The next record; *fault says what is wrong with a bad one. Empty lines are
 * passed over. */
enum rows_state rows_next(struct rows *rows, const char **fault);

/*
 * The octets that a record's value means: PEM, base64 DER (88 or more
 * characters of its alphabet), or a path below the list's folder. false:
 * *fault.
 */
bool rows_value(const struct rows *rows, struct devca_content *content,
                char **text, const char **fault);

#endif
