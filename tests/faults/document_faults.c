/*
 * JSON read and written while each allocation in turn, jansson's too, finds no
 * memory: it comes out the same, or short of memory is what is said.
 */
#include "faulty_vfs.h"

#include "devca/json/document.h"
#include "devca/profile/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document[] =
    "{\"a\":\"0123456789abcdef0123456789abcdef\",\"0123456789abcdef\":"
    "[1,-2,true,null,{\"b\":{\"c\":\"d\\\"e\"}},\"\xE2\x82\xAC\"],"
    "\"g\":0,\"h\":1,\"i\":2,\"j\":3,\"k\":4,\"l\":5,\"m\":6,\"n\":7,"
    "\"o\":[[[0,1,2,3,4,5,6,7,8,9,10]]],\"p\":\"0123456789abcdef0123456789"
    "0123456789abcdef01234567890123456789abcdef01234567890123456789\"}";

static const char settings_text[] = "{\n"
                                    "  \"org\": \"Acme\",\n"
                                    "  \"country\": \"DE\",\n"
                                    "  \"encryptedKeys\": true\n"
                                    "}\n";

static struct devid_slice slice(const char *text)
{
    return (struct devid_slice){(const uint8_t *)text, strlen(text)};
}

static enum devca_code copy_document(struct bytes *written)
{
    struct document_fault fault;
    json_t *top;
    enum devca_code code = document_read(slice(document), &top, &fault);

    if (code == DEVCA_OK && !document_write(top, 0, written))
        code = DEVCA_E_NO_MEMORY;
    json_decref(top);
    return code;
}

static enum devca_code copy_settings(struct bytes *written)
{
    struct devca_error error;
    struct settings settings;
    enum devca_code code =
        settings_read(&settings, slice(settings_text), "settings", &error);

    if (code == DEVCA_OK)
        code = settings_write(&settings, written, &error);
    settings_clear(&settings);
    return code;
}

static const struct subject {
    const char *name;
    const char *text;
    enum devca_code (*copy)(struct bytes *written);
} subjects[] = {{"document", document, copy_document},
                {"settings", settings_text, copy_settings}};

/* What is wrong, or NULL. */
static const char *try_one(const struct subject *subject, unsigned long at)
{
    struct bytes written = {0};
    const char *wrong = NULL;
    enum devca_code code;

    fault_arm_memory(at);
    code = subject->copy(&written);
    if (code != DEVCA_OK && code != DEVCA_E_NO_MEMORY)
        wrong = "another fault was told";
    else if ((code == DEVCA_OK) == (fault_memory_count() >= at))
        wrong = code == DEVCA_OK ? "a failure went unnoticed"
                                 : "failed without one";
    else if (code == DEVCA_OK &&
             strcmp((const char *)written.data, subject->text) != 0)
        wrong = "is not what was read";
    bytes_clear(&written);
    return wrong;
}

static int try_all(const struct subject *subject)
{
    const char *wrong;
    unsigned long at = 0;
    int bad = 0;

    do {
        wrong = try_one(subject, ++at);
        if (wrong)
            fprintf(stderr, "%s, allocation %lu: %s\n", subject->name, at,
                    wrong);
        bad += wrong != NULL;
    } while (fault_memory_count() >= at && bad < 50);
    printf("%s: %lu trials, %d bad\n", subject->name, at, bad);
    return bad > 0 || at < 10;
}

int main(void)
{
    int bad = 0;
    size_t i;

    json_set_alloc_funcs(malloc, free);
    for (i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        bad += try_all(&subjects[i]);
    fault_arm_memory(0); /* what runs at the end has memory: gcov's counters */
    return bad > 0;
}
