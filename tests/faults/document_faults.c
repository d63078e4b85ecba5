/*
 * A JSON document read and written while each allocation in turn, jansson's
 * too, finds no memory: it comes out the same, or short of memory is what is
 * said.
 */
#include "faulty_vfs.h"

#include "devca/json/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document[] =
    "{\"a\":\"0123456789abcdef0123456789abcdef\",\"0123456789abcdef\":"
    "[1,-2,true,null,{\"b\":{\"c\":\"d\\\"e\"}},\"\xE2\x82\xAC\"],"
    "\"g\":0,\"h\":1,\"i\":2,\"j\":3,\"k\":4,\"l\":5,\"m\":6,\"n\":7,"
    "\"o\":[[[0,1,2,3,4,5,6,7,8,9,10]]],\"p\":\"0123456789abcdef0123456789"
    "0123456789abcdef01234567890123456789abcdef01234567890123456789\"}";

/* What is wrong, or NULL. */
static const char *try_one(unsigned long at)
{
    struct devid_slice text = {(const uint8_t *)document, strlen(document)};
    struct document_fault fault;
    struct bytes written = {0};
    const char *wrong = NULL;
    enum devca_code code;
    json_t *top;
    bool good;

    fault_arm_memory(at);
    code = document_read(text, &top, &fault);
    good = code == DEVCA_OK && document_write(top, 0, &written);
    if (code != DEVCA_OK && code != DEVCA_E_NO_MEMORY)
        wrong = "another fault was told";
    else if (good == (fault_memory_count() >= at))
        wrong = good ? "a failure went unnoticed" : "failed without one";
    else if (good && strcmp((const char *)written.data, document) != 0)
        wrong = "is not what was read";
    json_decref(top);
    bytes_clear(&written);
    return wrong;
}

int main(void)
{
    const char *wrong;
    unsigned long at = 0;

    json_set_alloc_funcs(malloc, free);
    do {
        wrong = try_one(++at);
        if (wrong)
            fprintf(stderr, "allocation %lu: %s\n", at, wrong);
    } while (!wrong && fault_memory_count() >= at);
    printf("%lu trials\n", at);
    return wrong || at < 50;
}
