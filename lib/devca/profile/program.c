/* Building and running programs. */
#include "devca/profile/program.h"

#include "devca/base/fail.h"
#include "devca/profile/takeover.h"
#include "devid/x509/name.h"

#include <stdlib.h>
#include <string.h>

size_t program_add(struct program *program, const struct op *op)
{
    if (program->count == program->capacity) {
        size_t capacity = program->capacity != 0 ? 2 * program->capacity : 32;
        struct op *ops = realloc(program->ops, capacity * sizeof *ops);

        if (ops == NULL) {
            program->failed = true;
            return 0;
        }
        program->ops = ops;
        program->capacity = capacity;
    }
    program->ops[program->count] = *op;
    return program->count++;
}

void program_raw(struct program *program, struct devid_slice octets)
{
    program_add(program, &(struct op){.kind = OP_RAW, .octets = octets});
}

void program_open(struct program *program, unsigned tag)
{
    if (++program->open > PROGRAM_NESTING)
        program->failed = true;
    program_add(program, &(struct op){.kind = OP_OPEN, .tag = (uint8_t)tag});
}

void program_close(struct program *program)
{
    program->open--;
    program_add(program, &(struct op){.kind = OP_CLOSE});
}

void program_oid(struct program *program, uint8_t tag, struct devid_slice oid)
{
    program_open(program, tag);
    program_raw(program, oid);
    program_close(program);
}

void program_clear(struct program *program)
{
    free(program->ops);
    *program = (struct program){NULL, 0, 0, 0, false};
}

struct devid_slice program_key_id(enum key_id_method method,
                                  const struct profile_subject *subject)
{
    struct devid_slice id = {NULL, 0};

    if (method == KEY_ID_SHA1)
        id = subject->key_sha1;
    else if (method == KEY_ID_RFC7093_1)
        id = subject->key_sha256;
    if (id.len > KEY_ID_OCTETS)
        id.len = KEY_ID_OCTETS;
    return id;
}

/* A template's string, checked. */
static enum devca_code write_text(const struct op *op,
                                  const struct program_run *run,
                                  struct devid_writer *w)
{
    struct devid_attribute taken;
    struct devid_slice value;
    struct text text;
    const char *clause;
    const char *fault;
    uint8_t tag = op->tag;

    text.len = 0;
    text.overflow = false;
    if (op->take && takeover_attribute(run->subject, op->rule.oid, &taken)) {
        value = taken.value;
        tag = taken.tag;
    } else {
        template_render(&op->text, run->subject,
                        op->rule.alphabet == ALPHABET_URI, &text);
        value = (struct devid_slice){text.octets, text.len};
    }
    fault = alphabet_check(
        &(struct alphabet_rule){op->rule.alphabet, tag, op->rule.oid}, value,
        &clause);
    if (text.overflow)
        fault = "is too long";
    if (fault != NULL)
        return fail(run->error, run->invalid, run->object, clause, op->pointer,
                    "%s: \"%.*s\"", fault,
                    (int)(value.len < 80 ? value.len : 80),
                    (const char *)value.data);
    if (tag != 0)
        devid_der_write(w, tag, value);
    else
        devid_write_raw(w, value);
    return DEVCA_OK;
}

static bool is_left_out(const struct op *op,
                        const struct profile_subject *subject)
{
    struct devid_attribute taken;

    if (op->take && takeover_attribute(subject, op->rule.oid, &taken))
        return false;
    return template_is_empty(&op->text, subject);
}

static void write_key_id(const struct op *op, const struct program_run *run,
                         struct devid_writer *w)
{
    if (op->kind == OP_SUBJECT_KEY_ID)
        devid_write_raw(w, program_key_id(run->key_id, run->subject));
    else
        devid_write_raw(w, run->subject->issuer_key_id);
}

enum devca_code program_run(const struct program *program, size_t first,
                            size_t count, const struct program_run *run,
                            struct devid_writer *w)
{
    size_t marks[PROGRAM_NESTING];
    size_t depth = 0;
    enum devca_code code = DEVCA_OK;

    for (size_t i = first; code == DEVCA_OK && i < first + count; i++) {
        const struct op *op = &program->ops[i];

        switch (op->kind) {
        case OP_RAW:
            devid_write_raw(w, op->octets);
            break;
        case OP_OPEN:
            marks[depth++] = devid_der_open(w, op->tag);
            break;
        case OP_CLOSE:
            devid_der_close(w, marks[--depth]);
            break;
        case OP_TEXT:
            code = write_text(op, run, w);
            break;
        case OP_SUBJECT_KEY_ID:
        case OP_ISSUER_KEY_ID:
            write_key_id(op, run, w);
            break;
        case OP_OPTIONAL:
            if (is_left_out(op, run->subject))
                i += op->skip;
            break;
        case OP_REQUEST_NAMES:
            takeover_names(run->subject, op->forms, w);
            break;
        }
    }
    return code;
}
