/* Plans of ceremonies: what is read is whole, whatever it holds. */
#include "fuzz.h"

#include "devca/key/crypto.h"

#include <devca/ceremony.h>

#include <stdlib.h>
#include <string.h>

static void count(const struct devca_plan_step *step, size_t *octets)
{
    size_t i;

    *octets += strlen(step->id) + strlen(step->command);
    for (i = 0; i < step->argument_count; i++)
        *octets += strlen(step->arguments[i]);
    for (i = 0; i < step->option_count; i++)
        *octets +=
            strlen(step->options[i].name) + strlen(step->options[i].value);
    for (i = 0; i < step->expect_count; i++)
        *octets += strlen(step->expect[i].name) + strlen(step->expect[i].value);
}

static enum devca_code swallow(void *context, const void *data, size_t len)
{
    if (memchr(data, '\n', len) || memchr(data, 0x1B, len))
        abort();
    *(size_t *)context += len;
    return DEVCA_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devca_plan plan;
    size_t octets = 0, i;
    struct devca_sink sink = {swallow, &octets};

    if (crypto_init(NULL) != DEVCA_OK)
        abort();
    if (devca_plan_read((struct devid_slice){data, size}, "fuzz", &plan,
                        NULL) == DEVCA_OK) {
        for (i = 0; i < plan.step_count; i++) {
            count(&plan.steps[i], &octets);
            (void)devca_plan_words(&plan.steps[i], &sink);
        }
        if (octets == 0 || plan.person_count == 0)
            abort();
    }
    devca_plan_clear(&plan);
    return 0;
}
