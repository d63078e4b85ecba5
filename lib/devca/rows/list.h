/* A list being read: what its forms share. For the files of this room. */
#ifndef DEVCA_ROWS_LIST_H
#define DEVCA_ROWS_LIST_H

#include "devca/base/bytes.h"
#include "devca/rows/source.h"

#include <devca/rows.h>

#include <dirent.h>

#define RECORD_MAX 65536
#define FIELDS_MAX 2
#define VALUES_MAX 8

struct json_t;

struct devca_rows {
    struct source source;
    enum devca_code (*next)(struct devca_rows *rows,
                            struct devca_batch_row *row,
                            struct devca_error *error);
    char *name;
    int folder;      /* where paths lead from; -1: nowhere */
    int64_t line;    /* of the row read last, from 1 */
    int64_t further; /* the line after it */
    bool is_csr;     /* CSV: the second column is csr, else public_key */
    bool is_serial;  /* one column: serial, else uid */
    int columns;     /* CSV */
    DIR *entries;    /* of a folder of requests */
    uint64_t told;
    uint64_t asked; /* how often for a row */
    uint64_t total;
    struct bytes uid;
    struct bytes value;
    struct json_t *object; /* JSON Lines: what the row points into */
    struct devca_batch_value values[VALUES_MAX];
    struct devca_error fault;
    char record[RECORD_MAX + 2];
    size_t
        kept; /* CSV: what of the record belongs to the next, and its length */
    size_t kept_len;
    char *fields[FIELDS_MAX + 1]; /* CSV: into record */
    int count;
};

/* As devca_rows_open, of a descriptor that becomes the handle's; folder too.
 * name is copied. */
struct list_place {
    const char *name;
    int fd;
    int folder;
    int wake;
};
enum devca_code list_open(struct devca_rows **rows,
                          const struct list_place *place,
                          struct devca_error *error);

/* A list of one column, uid or serial (is_serial), in memory that stays where
 * it is; each row has it as its uid. */
enum devca_code list_open_column(struct devca_rows **rows, const char *name,
                                 struct devid_slice octets,
                                 struct devca_error *error);

/* Each form: reads its header, and sets next. */
enum devca_code csv_begin(struct devca_rows *rows, struct devca_error *error);
enum devca_code column_begin(struct devca_rows *rows,
                             struct devca_error *error);
enum devca_code jsonl_begin(struct devca_rows *rows, struct devca_error *error);
/* Gives back what the last row pointed into. */
void jsonl_end(struct devca_rows *rows);
enum devca_code folder_begin(struct devca_rows *rows,
                             struct devca_error *error);

/* A row that the batch tells as malformed: what is wrong in which field. */
void list_fault(struct devca_rows *rows, struct devca_batch_row *row,
                const char *field, const char *fault);

/*
 * The octets that text means into row: PEM, base64 DER (88 or more characters
 * of its alphabet), or a path below the list's folder. A fault goes into row.
 */
enum devca_code value_take(struct devca_rows *rows, struct devca_batch_row *row,
                           const char *text, bool is_csr);

/* A file named by the list: what value_take does with a path. */
enum devca_code value_file(struct devca_rows *rows, struct devca_batch_row *row,
                           const char *path, bool is_csr);

#endif
