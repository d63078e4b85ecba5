/* Lists in CSV: the header first, so that mutations reach the rows. */
#include "fuzz.h"

#include "rows.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const headers[] = {"", "uid,csr\n", "uid\n"};
    size_t i, len;
    uint8_t *list;

    for (i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        len = strlen(headers[i]);
        list = malloc(len + size + 1);
        if (!list)
            return 0;
        memcpy(list, headers[i], len);
        if (size > 0)
            memcpy(list + len, data, size);
        fuzz_rows(list, len + size);
        free(list);
    }
    return 0;
}
