/* Two verdicts made one. */
#include "twice.h"

#include <string.h>

enum devid_status devid_agree(enum devid_status first, enum devid_status second)
{
    if (first != second)
        return DEVID_E_FAULT;
    return (enum devid_status)((int)first | (int)second);
}

enum devid_status devid_agree_on(enum devid_status first,
                                 enum devid_status second,
                                 const struct devid_told *told,
                                 struct devid_identity *identity)
{
    if (first == DEVID_OK) {
        /* Both were zeroed whole: padding that differs is a fault too. */
        /* NOLINTNEXTLINE(*-memory-comparison,cert-exp42-c,cert-flp37-c) */
        if (memcmp(&told->by[0], &told->by[1], sizeof told->by[0]) != 0)
            return DEVID_E_FAULT;
        if (second == DEVID_OK && identity != NULL)
            *identity = told->by[1];
    }
    return devid_agree(first, second);
}
