/*
 * The compiled form of what a template writes: a flat list of steps, run over
 * one subject into a measuring writer. Running allocates nothing and changes
 * nothing, so any number of threads may run one program.
 */
#ifndef DEVCA_PROFILE_PROGRAM_H
#define DEVCA_PROFILE_PROGRAM_H

#include "devca/profile/alphabet.h"
#include "devca/profile/template.h"
#include "devid/codec/writer.h"

enum op_kind {
    OP_RAW,            /* octets as they are */
    OP_OPEN,           /* a header with tag */
    OP_CLOSE,          /* the end of the innermost OP_OPEN */
    OP_TEXT,           /* a string, with its header unless tag is 0 */
    OP_SUBJECT_KEY_ID, /* content octets */
    OP_ISSUER_KEY_ID,  /* content octets */
    OP_OPTIONAL,       /* leaves `skip` steps out when text would be empty */
    OP_REQUEST_NAMES   /* the request's GeneralNames of the forms in `forms` */
};

enum key_id_method {
    KEY_ID_NONE,
    KEY_ID_SHA1,     /* RFC 5280 4.2.1.2 (1) */
    KEY_ID_RFC7093_1 /* RFC 7093 2 (1): SHA-256, leftmost 160 bits */
};
#define KEY_ID_OCTETS 20

struct op {
    enum op_kind kind;
    uint8_t tag;
    uint16_t forms; /* bit n: GeneralName [n] */
    bool take;      /* the request's attribute goes first */
    size_t skip;
    struct devid_slice octets; /* OP_RAW */
    struct alphabet_rule rule; /* OP_TEXT */
    struct template text;      /* OP_TEXT, OP_OPTIONAL */
    const char *pointer;       /* where in the profile it stands */
};

/* Building does not fail one by one: look at `failed` once at the end (memory
 * was short, or more was opened than PROGRAM_NESTING). */
struct program {
    struct op *ops;
    size_t count;
    size_t capacity;
    size_t open;
    bool failed;
};
#define PROGRAM_NESTING 16

/* Slices must live as long as the program. program_add gives the index of the
 * step. */
size_t program_add(struct program *program, const struct op *op);
void program_raw(struct program *program, struct devid_slice octets);
void program_oid(struct program *program, uint8_t tag, struct devid_slice oid);
void program_open(struct program *program, unsigned tag);
void program_close(struct program *program);
void program_clear(struct program *program);

/* What a run needs to know. */
struct program_run {
    const struct profile_subject *subject;
    enum key_id_method key_id;
    const char *object;      /* for errors */
    enum devca_code invalid; /* what a string that does not fit is */
    struct devca_error *error;
};

/* The key identifier of subject's key: a view; empty for KEY_ID_NONE. */
struct devid_slice program_key_id(enum key_id_method method,
                                  const struct profile_subject *subject);

/* Steps first to first + count - 1. On refusal names the string's pointer. */
enum devca_code program_run(const struct program *program, size_t first,
                            size_t count, const struct program_run *run,
                            struct devid_writer *w);

#endif
