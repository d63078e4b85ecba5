#include "devca/store/condition.h"
#include "devca/store/columns.h"

#include "devca/base/fail.h"

#include <string.h>

/* The words of the partial indexes stand here literally, because only then
 * does SQLite see that an index holds every row that is asked for. */
struct status_condition {
    const char *name;
    const char *is;
    const char *is_not;
    bool timed; /* takes `now` */
};

static const struct status_condition statuses[] = {
    {"active", "c.status = 0 AND " COLUMN_NOT_AFTER " >= ?",
     "NOT (c.status = 0 AND " COLUMN_NOT_AFTER " >= ?)", true},
    {"superseded", "c.status = 1 AND c.status <> 0", "c.status <> 1", false},
    {"revoked", "c.status = 2 AND c.status <> 0", "c.status <> 2", false},
    {"held", "c.status = 3 AND c.status <> 0", "c.status <> 3", false},
    {"expired",
     "c.issuer_id IN (SELECT id FROM authority) AND c.status = 0 "
     "AND c.not_after < ?",
     "NOT (c.status = 0 AND " COLUMN_NOT_AFTER " < ?)", true},
};

void conditions_clear(struct conditions *conditions)
{
    bytes_clear(&conditions->sql);
    bytes_clear(&conditions->pool);
    memset(conditions, 0, sizeof *conditions);
}

void condition_add(struct conditions *conditions, const char *sql)
{
    if (!bytes_append_text(&conditions->sql, " AND ") ||
        !bytes_append_text(&conditions->sql, sql))
        conditions->short_of_memory = true;
}

static struct condition_value *next(struct conditions *conditions)
{
    if (conditions->count == CONDITIONS_MAX) {
        conditions->too_many = true;
        return NULL;
    }
    return &conditions->values[conditions->count++];
}

void condition_integer(struct conditions *conditions, int64_t value)
{
    struct condition_value *slot = next(conditions);

    if (slot == NULL)
        return;
    slot->type = STORE_INTEGER;
    slot->integer = value;
}

void condition_octets(struct conditions *conditions, enum store_type type,
                      struct devid_slice octets)
{
    struct condition_value *slot = next(conditions);

    if (slot == NULL)
        return;
    slot->type = type;
    slot->offset = conditions->pool.len;
    slot->len = octets.len;
    if (!bytes_append_slice(&conditions->pool, octets))
        conditions->short_of_memory = true;
}

bool condition_status(struct conditions *conditions, const char *name,
                      bool wanted)
{
    size_t i;

    for (i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        const struct status_condition *status = &statuses[i];

        if (strcmp(status->name, name) != 0)
            continue;
        condition_add(conditions, wanted ? status->is : status->is_not);
        if (status->timed)
            condition_integer(conditions, conditions->now);
        return true;
    }
    return false;
}

void conditions_bind(const struct conditions *conditions, struct call *call)
{
    size_t i;

    for (i = 0; i < conditions->count; i++) {
        const struct condition_value *value = &conditions->values[i];
        struct devid_slice octets = {NULL, value->len};

        if (conditions->pool.data != NULL)
            octets.data = conditions->pool.data + value->offset;
        if (value->type == STORE_INTEGER)
            call_integer(call, value->integer);
        else if (value->type == STORE_TEXT)
            call_text_octets(call, octets);
        else
            call_octets(call, octets);
    }
}

enum devca_code conditions_check(const struct conditions *conditions,
                                 struct devca_error *error)
{
    if (conditions->short_of_memory)
        return fail_memory(error);
    if (conditions->too_many)
        return fail(error, DEVCA_E_USAGE, NULL, NULL, "where",
                    "more than %d values", CONDITIONS_MAX);
    return DEVCA_OK;
}
