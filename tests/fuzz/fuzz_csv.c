/* Lists in CSV: the header first, so that mutations reach the rows. */
#include "fuzz.h"

#include "rows.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char header[] = "uid,csr\n";
    uint8_t *list = malloc(size + sizeof header);

    if (!list)
        return 0;
    memcpy(list, header, sizeof header - 1);
    if (size > 0)
        memcpy(list + sizeof header - 1, data, size);
    fuzz_rows(list, size + sizeof header - 1);
    fuzz_rows(data, size);
    free(list);
    return 0;
}
