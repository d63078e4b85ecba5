#include "fuzz.h"

#include "devca/lint/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum lint_kind kinds[] = {LINT_TBS, LINT_CERTIFICATE,
                                           LINT_TBS_CRL, LINT_CRL};
    struct lint_subject subject = {.der = {data, size}};
    struct lint_report report;
    size_t i;

    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        subject.kind = kinds[i];
        lint_run(&subject, &report);
    }
    return 0;
}
