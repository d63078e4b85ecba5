#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/ca/dn.h"
#include "devid/codec/der.h"

#include <stdlib.h>
#include <string.h>

/* One allocation of a result, in a list that clear walks. */
struct piece {
    struct piece *next;
    size_t len;
    uint8_t octets[];
};

struct keeper {
    struct piece *pieces;
    bool failed;
};

/* Stands for the list that there was no memory for: a result that missed its
 * first text is not made good by what comes after. */
static const struct keeper no_list = {NULL, true};

static struct keeper *keeper(struct devca_result *result)
{
    if (!result->memory)
        result->memory = calloc(1, sizeof(struct keeper));
    if (!result->memory)
        result->memory = (void *)(uintptr_t)&no_list;
    return result->memory != &no_list ? result->memory : NULL;
}

struct devid_slice result_keep(struct devca_result *result,
                               struct devid_slice octets)
{
    struct keeper *keep = keeper(result);
    struct piece *piece = NULL;

    if (keep)
        piece = malloc(sizeof *piece + octets.len + 1);
    if (!piece) {
        if (keep)
            keep->failed = true;
        return (struct devid_slice){NULL, 0};
    }
    piece->next = keep->pieces;
    piece->len = octets.len;
    if (octets.len > 0)
        memcpy(piece->octets, octets.data, octets.len);
    piece->octets[octets.len] = 0;
    keep->pieces = piece;
    return (struct devid_slice){piece->octets, octets.len};
}

void devca_result_clear(struct devca_result *result)
{
    struct keeper *keep = result->memory ? keeper(result) : NULL;
    struct piece *piece, *next;

    for (piece = keep ? keep->pieces : NULL; piece; piece = next) {
        next = piece->next;
        wipe(piece->octets, piece->len);
        free(piece);
    }
    free(keep);
    memset(result, 0, sizeof *result);
}

static struct devca_field *add(struct devca_result *result, const char *name,
                               enum devca_type type)
{
    struct devca_field *field;
    struct keeper *keep = keeper(result);

    if (result->record.count == DEVCA_RESULT_FIELDS || !keep) {
        if (keep)
            keep->failed = true;
        return &result->fields[DEVCA_RESULT_FIELDS - 1];
    }
    field = &result->fields[result->record.count++];
    result->record.fields = result->fields;
    field->name = name;
    field->type = type;
    return field;
}

void result_slice_text(struct devca_result *result, const char *name,
                       struct devid_slice text)
{
    struct devid_slice kept = result_keep(result, text);

    add(result, name, DEVCA_TEXT)->octets = kept;
}

void result_text(struct devca_result *result, const char *name,
                 const char *text)
{
    if (text)
        result_slice_text(
            result, name,
            (struct devid_slice){(const uint8_t *)text, strlen(text)});
    else
        add(result, name, DEVCA_NULL);
}

void result_hex(struct devca_result *result, const char *name,
                struct devid_slice octets)
{
    struct devid_slice kept = result_keep(result, octets);

    add(result, name, DEVCA_HEX)->octets = kept;
}

void result_time(struct devca_result *result, const char *name,
                 devca_seconds seconds)
{
    add(result, name, DEVCA_TIME)->integer = seconds;
}

void result_integer(struct devca_result *result, const char *name,
                    int64_t value)
{
    add(result, name, DEVCA_INTEGER)->integer = value;
}

void result_boolean(struct devca_result *result, const char *name, bool value)
{
    add(result, name, DEVCA_BOOLEAN)->integer = value;
}

void result_name(struct devca_result *result, const char *name,
                 struct devid_slice dn)
{
    struct bytes text = {0};
    struct keeper *keep = keeper(result);

    if (dn_write(dn, &text))
        result_slice_text(result, name, bytes_slice(&text));
    else if (keep)
        keep->failed = true;
    bytes_clear(&text);
}

void result_add_chain(struct devca_result *result, struct devid_slice der)
{
    if (result->chain_count < DEVCA_CHAIN_MAX)
        result->chain[result->chain_count++] = result_keep(result, der);
}

enum devca_code result_done(struct devca_result *result,
                            struct devca_error *error)
{
    struct keeper *keep = keeper(result);

    result->record.fields = result->fields;
    if (!keep || keep->failed)
        return fail_memory(error);
    return DEVCA_OK;
}

static enum devca_code sink_block(const struct devca_sink *sink,
                                  const char *label, struct devid_slice der)
{
    struct bytes pem = {0};
    enum devca_code code = DEVCA_E_NO_MEMORY;

    if (pem_append(&pem, label, der))
        code = sink->write(sink->context, pem.data, pem.len);
    bytes_clear(&pem);
    return code;
}

/* A request's first element is a SEQUENCE that starts with version 0, a
 * certificate's one that starts with [0]. */
static const char *label_of(struct devid_slice der)
{
    struct devid_slice whole = der, inner, tbs;

    if (devid_der_read(&whole, DER_SEQUENCE, &inner) == DEVID_OK &&
        devid_der_read(&inner, DER_SEQUENCE, &tbs) == DEVID_OK &&
        devid_der_peek(&tbs) == DER_INTEGER)
        return "CERTIFICATE REQUEST";
    return "CERTIFICATE";
}

enum devca_code devca_result_write_pem(const struct devca_result *result,
                                       bool chain,
                                       const struct devca_sink *sink)
{
    enum devca_code code = DEVCA_OK;
    size_t i;

    if (result->der.len > 0)
        code = sink_block(sink, label_of(result->der), result->der);
    for (i = 0; chain && code == DEVCA_OK && i < result->chain_count; i++)
        code = sink_block(sink, "CERTIFICATE", result->chain[i]);
    return code;
}
