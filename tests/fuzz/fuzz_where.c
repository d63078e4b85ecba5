/* --where on a store of its own: whatever the text says, it is refused as usage
 * or SQLite understands what was made of it. */
#include "fuzz.h"

#include "devca/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/devca-fuzz-where-XXXXXX";
static struct store *opened;

static void clean(void)
{
    char path[64];

    store_close(opened);
    snprintf(path, sizeof path, "%s/identity.db", folder);
    (void)unlink(path);
    (void)rmdir(folder);
}

static struct store *store(void)
{
    if (opened == NULL) {
        if (mkdtemp(folder) == NULL || store_create(folder, NULL) != DEVCA_OK ||
            store_open(&opened, folder, NULL, NULL) != DEVCA_OK)
            abort();
        (void)atexit(clean);
    }
    return opened;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(1, size + 1);
    struct store_query query = {.where = text};
    int64_t count = -1;
    enum devca_code code;

    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    code = store_query_count(store(), &query, &count, NULL);
    if (code != DEVCA_E_USAGE && (code != DEVCA_OK || count != 0))
        abort();
    free(text);
    return 0;
}
