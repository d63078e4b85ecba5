/* JSON documents, beside jansson's reader: what we take, it takes as the same
 * value, and what we alone refuse is beyond a limit of ours. What we write of
 * it is read again as that. */
#include "fuzz.h"

#include "devca/json/document.h"

#include <stdlib.h>
#include <string.h>

/* jansson overlooks a NUL that follows a number, and takes more digits than 64
 * bits hold where a fraction or an exponent follows them. */
static bool is_limit(const char *fault, struct devid_slice text)
{
    return (text.len > 0 && memchr(text.data, 0, text.len)) ||
           strcmp(fault, "a number is not whole") == 0 ||
           strcmp(fault, "a number is beyond 64 bits") == 0 ||
           strcmp(fault, "nests deeper than 16 levels") == 0;
}

static void write_and_read(json_t *top, unsigned indent)
{
    struct document_fault fault;
    struct bytes text = {0};
    json_t *again = NULL;

    if (!document_write(top, indent, &text))
        return;
    if (document_read(bytes_slice(&text), &again, &fault) == DEVCA_E_MALFORMED)
        abort();
    if (again && !json_equal(top, again))
        abort();
    json_decref(again);
    bytes_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devid_slice text = {data, size};
    struct document_fault fault = {0, 0, ""};
    json_t *ours,
        *theirs = json_loadb((const char *)data, size,
                             JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    enum devca_code code = document_read(text, &ours, &fault);

    if (code == DEVCA_OK && (!theirs || !json_equal(ours, theirs)))
        abort();
    if (code == DEVCA_E_MALFORMED && theirs && !is_limit(fault.text, text))
        abort();
    if (code == DEVCA_OK) {
        write_and_read(ours, 0);
        write_and_read(ours, 2);
    }
    json_decref(ours);
    json_decref(theirs);
    return 0;
}
