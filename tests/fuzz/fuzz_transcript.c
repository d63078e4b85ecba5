/* A transcript that somebody had in their hands between two runs. */
#include "fuzz.h"

#include "devca/ceremony/transcript.h"
#include "devca/key/crypto.h"

#include <stdlib.h>

static struct devca_plan_step step = {.id = "root", .command = "root create"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char name[] = "fuzz";
    struct devca_plan plan = {.name = name, .steps = &step, .step_count = 1};
    struct devca_transcript transcript = {.plan = &plan, .json_path = name};
    struct devca_step_status status;
    struct bytes text = {0};

    if (crypto_init(NULL) != DEVCA_OK)
        abort();
    if (transcript_load(&transcript, (struct devid_slice){data, size}, NULL) ==
        DEVCA_OK) {
        devca_transcript_step(&transcript, "root", &status);
        (void)devca_transcript_ended(&transcript);
        if (!transcript_text(&transcript, &text) || text.len == 0)
            abort();
    }
    bytes_clear(&text);
    json_decref(transcript.top);
    return 0;
}
