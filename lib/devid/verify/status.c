/* Status texts: only who calls these carries them. */
#include <devid/status.h>

#include <stddef.h>

struct text {
    const char *id;
    const char *clause;
    const char *sentence;
};

static const struct text table[] = {
#define ROW(name, id, clause, sentence) {id, clause, sentence},
    DEVID_STATUS_TABLE(ROW)
#undef ROW
};

static const struct text *find(enum devid_status status)
{
    static const struct text unknown = {"unknown", "", "unknown status"};
    size_t row = DEVID_STATUS_ROW(status);

    return row < DEVID_STATUS_ROWS &&
                   status == (enum devid_status)DEVID_STATUS_CODE(row)
               ? &table[row]
               : &unknown;
}

const char *devid_status_id(enum devid_status status)
{
    return find(status)->id;
}

const char *devid_status_clause(enum devid_status status)
{
    return find(status)->clause;
}

const char *devid_status_text(enum devid_status status)
{
    return find(status)->sentence;
}
