/*
 * Every act on a store whose disk fails, fills or dies at its n-th operation,
 * or whose n-th allocation finds no memory, for every n (with a stride in the
 * ordinary run) until the act comes through. Afterwards the store opens, the
 * doctor finds no fault, the journal verifies, and what was given out is on
 * record.
 *
 * usage: store_faults FOLDER STRIDE
 */
#include "faulty_vfs.h"

#include "devca/key/crypto.h"

#include <devca/audit.h>
#include <devca/authority.h>
#include <devca/batch.h>
#include <devca/doctor.h>
#include <devca/issue.h>
#include <devca/query.h>
#include <devca/revoke.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEYS 12
#define SERIAL_TEXT 41

static struct public_key keys[KEYS];
static int given_out; /* where a child tells the serials that it gave out */

static void die(const char *what, const struct devca_error *error)
{
    fprintf(stderr, "store_faults: %s: %s: %s\n", what,
            error != NULL ? error->field : "",
            error != NULL ? error->fault : "");
    exit(2);
}

static void make_keys(void)
{
    struct signer *signer;
    int i;

    if (crypto_init(NULL) != DEVCA_OK)
        die("crypto", NULL);
    for (i = 0; i < KEYS; i++) {
        if (signer_generate(&signer, DEVID_P256, NULL) != DEVCA_OK)
            die("key", NULL);
        keys[i] = *signer_public_key(signer);
        signer_close(signer);
    }
}

/* ---- acts, each in a process of its own ---- */

static enum devca_code tell_serial(struct devid_slice serial)
{
    char text[SERIAL_TEXT];
    size_t i;

    for (i = 0; i < serial.len && i < 20; i++)
        snprintf(text + 2 * i, 3, "%02x", serial.data[i]);
    text[SERIAL_TEXT - 1] = '\n';
    if (serial.len != 20 ||
        write(given_out, text, sizeof text) != (ssize_t)sizeof text)
        abort();
    return DEVCA_OK;
}

static struct devid_slice serial_of(const struct devca_record *record)
{
    size_t i;

    for (i = 0; i < record->count; i++)
        if (strcmp(record->fields[i].name, "serial") == 0)
            return record->fields[i].octets;
    return (struct devid_slice){NULL, 0};
}

static enum devca_code issue(struct devca *devca, struct devca_error *error)
{
    struct devca_issue_request request = {.product = "meter",
                                          .uid = "00000009",
                                          .public_key =
                                              public_key_slice(&keys[9])};
    struct devca_result result = {0};
    enum devca_code code = devca_issue(devca, &request, &result, error);

    if (code == DEVCA_OK)
        code = tell_serial(serial_of(&result.record));
    devca_result_clear(&result);
    return code;
}

static enum devca_code nothing(const struct devca_record *record, void *context)
{
    (void)record;
    (void)context;
    return DEVCA_OK;
}

static enum devca_code revoke_one(struct devca *devca,
                                  struct devca_error *error)
{
    struct devca_revoke_request request = {.uid = "00000001",
                                           .reason = "keyCompromise"};

    return devca_revoke(devca, &request, nothing, NULL, error);
}

static enum devca_code crl(struct devca *devca, struct devca_error *error)
{
    struct devca_crl_request request = {.product = "meter"};
    struct devca_result result = {0};
    enum devca_code code = devca_crl(devca, &request, NULL, &result, error);

    devca_result_clear(&result);
    return code;
}

static enum devca_code take(const struct devca_batch_outcome *outcome,
                            void *context)
{
    (void)context;
    if (outcome->status == DEVCA_BATCH_ISSUED)
        return tell_serial(outcome->serial);
    return DEVCA_OK;
}

static enum devca_code batch(struct devca *devca, struct devca_error *error)
{
    struct devca_batch_request request = {
        .product = "meter", .jobs = 1, .each = take};
    struct devca_batch_row row = {.object = "row"};
    struct devca_batch *run;
    char uid[9];
    enum devca_code code = devca_batch_open(devca, &request, &run, error);
    int i;

    if (code != DEVCA_OK)
        return code;
    for (i = 2; code == DEVCA_OK && i < 9; i++) {
        snprintf(uid, sizeof uid, "%08x", i);
        row.uid = uid;
        row.line = i;
        row.public_key = public_key_slice(&keys[i]);
        code = devca_batch_add(run, &row, error);
    }
    return devca_batch_close(run, NULL, error);
}

static const struct {
    const char *name;
    enum devca_code (*run)(struct devca *devca, struct devca_error *error);
} acts[] = {
    {"issue", issue}, {"revoke", revoke_one}, {"crl", crl}, {"batch", batch}};
#define ACTS (sizeof acts / sizeof acts[0])

static const struct {
    const char *name;
    enum fault_mode mode;
} modes[] = {{"memory", FAULT_MEMORY},
             {"error", FAULT_ERROR},
             {"full", FAULT_FULL},
             {"crash", FAULT_CRASH},
             {"torn", FAULT_TORN}};
#define MODES (sizeof modes / sizeof modes[0])

/* ---- the store ---- */

static struct devca *open_store(const char *folder, bool read_only)
{
    struct devca_open_request request = {
        .folder = folder, .read_only = read_only, .actor = "tester"};
    struct devca_error error = {0};
    struct devca *devca;

    if (devca_open(&devca, &request, &error) != DEVCA_OK)
        die("the store does not open", &error);
    return devca;
}

static void make_store(const char *folder)
{
    struct devca_init_request init = {
        .folder = folder, .org = "Acme", .actor = "tester"};
    struct devca_root_request root = {.name = "Root"};
    struct devca_product_request product = {.name = "meter",
                                            .uid_format = "hex:4"};
    struct devca_issue_request first = {.product = "meter",
                                        .uid = "00000001",
                                        .public_key =
                                            public_key_slice(&keys[1])};
    struct devca_result results[4];
    struct devca_error error = {0};
    struct devca *devca;
    int i;

    memset(results, 0, sizeof results);
    if (devca_init(&init, &results[0], &error) != DEVCA_OK)
        die("init", &error);
    devca = open_store(folder, false);
    if (devca_root_create(devca, &root, &results[1], &error) != DEVCA_OK ||
        devca_product_add(devca, &product, &results[2], &error) != DEVCA_OK ||
        devca_issue(devca, &first, &results[3], &error) != DEVCA_OK)
        die("the store cannot be made", &error);
    devca_close(devca);
    for (i = 0; i < 4; i++)
        devca_result_clear(&results[i]);
}

static void run_tool(const char *const words[])
{
    char *const *arguments = (char *const *)(uintptr_t)words;
    pid_t child = fork();
    int status;

    if (child == 0) {
        execvp(words[0], arguments);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        die(words[0], NULL);
}

static void copy_store(const char *from, const char *to)
{
    const char *const empty[] = {"rm", "-rf", to, NULL};
    const char *const copy[] = {"cp", "-r", from, to, NULL};

    run_tool(empty);
    run_tool(copy);
}

/* ---- a trial ---- */

struct trial {
    const char *folder;
    size_t act;
    size_t mode;
    unsigned long at;
    int told; /* the reading end of the pipe */
};

#ifdef __SANITIZE_ADDRESS__
int __lsan_do_recoverable_leak_check(void);
static bool leaks(void)
{
    return __lsan_do_recoverable_leak_check() != 0;
}
#else
static bool leaks(void)
{
    return false;
}
#endif

static _Noreturn void act_in_child(const struct trial *trial, int writing)
{
    struct devca_open_request request = {.folder = trial->folder,
                                         .actor = "tester"};
    struct devca_error error = {0};
    struct devca *devca = NULL;
    enum devca_code code;
    unsigned long seen;

    given_out = writing;
    if (modes[trial->mode].mode == FAULT_MEMORY)
        fault_arm_memory(trial->at);
    else
        fault_arm(modes[trial->mode].mode, trial->at);
    code = devca_open(&devca, &request, &error);
    if (code == DEVCA_OK)
        code = acts[trial->act].run(devca, &error);
    devca_close(devca);
    seen = modes[trial->mode].mode == FAULT_MEMORY ? fault_memory_count()
                                                   : fault_count();
    if (leaks())
        _exit(5);
    if (seen < trial->at)
        _exit(code == DEVCA_OK ? 0 : 3);
    /* An error each time it was felt, with what is wrong in it. */
    _exit(code == DEVCA_OK || error.fault[0] != '\0' ? 1 : 4);
}

static int try_act(struct trial *trial)
{
    int ends[2], status;
    pid_t child;

    if (pipe(ends) != 0)
        die("pipe", NULL);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        act_in_child(trial, ends[1]);
    }
    close(ends[1]);
    trial->told = ends[0];
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

/* ---- what is left ---- */

static enum devca_code print_finding(const struct devca_record *record,
                                     void *context)
{
    size_t i;

    (void)context;
    /* What a list is behind of is no fault of the disk. */
    if (strcmp(record->fields[0].name, "grade") == 0 &&
        memcmp(record->fields[0].octets.data, "fault", 5) != 0)
        return DEVCA_OK;
    for (i = 0; i < record->count; i++)
        if (record->fields[i].type == DEVCA_TEXT)
            fprintf(stderr, "    %.*s", (int)record->fields[i].octets.len,
                    (const char *)record->fields[i].octets.data);
    fputc('\n', stderr);
    return DEVCA_OK;
}

static bool on_record(struct devca *devca, const char *serial)
{
    struct devca_show_request request = {.serial = serial};
    struct devca_error error;

    return devca_show(devca, &request, nothing, NULL, &error) == DEVCA_OK;
}

/* Of what a child gave out, how much is not there? */
static int missing(struct devca *devca, int told)
{
    char serial[SERIAL_TEXT];
    int lost = 0;

    while (read(told, serial, sizeof serial) == (ssize_t)sizeof serial) {
        serial[SERIAL_TEXT - 1] = '\0';
        lost += !on_record(devca, serial);
    }
    close(told);
    return lost;
}

static bool whole(const struct trial *trial)
{
    struct devca_doctor_request request = {.folder = trial->folder,
                                           .full = true};
    struct devca_audit_verify_request audit = {{NULL, 0}, NULL, NULL};
    struct devca_doctor_summary summary;
    struct devca_result result;
    struct devca_error error = {0};
    struct devca *devca = open_store(trial->folder, false);
    bool good;

    memset(&result, 0, sizeof result);
    good = missing(devca, trial->told) == 0;
    if (!good)
        fprintf(stderr, "    given out and not on record\n");
    if (devca_audit_verify(devca, &audit, print_finding, NULL, &result,
                           &error) != DEVCA_OK)
        good = false;
    devca_result_clear(&result);
    devca_close(devca);
    if (devca_doctor(&request, print_finding, NULL, &summary, &error) !=
        DEVCA_OK)
        good = false;
    return good;
}

/* One act under one kind of fault, at every stride-th operation. */
static int try_all(const char *folder, struct trial *trial,
                   unsigned long stride)
{
    char original[4096];
    unsigned long trials = 0;
    int status, bad = 0;

    snprintf(original, sizeof original, "%s/original", folder);
    for (trial->at = 1;; trial->at += stride) {
        copy_store(original, trial->folder);
        status = try_act(trial);
        trials++;
        if (status < 0 || (status >= 3 && status != FAULT_CRASHED) ||
            !whole(trial)) {
            fprintf(stderr, "%s, %s at %lu: child %d\n", acts[trial->act].name,
                    modes[trial->mode].name, trial->at, status);
            bad++;
        }
        if (status == 0 || bad > 5)
            break;
    }
    printf("%-7s %-6s %4lu trials over %lu operations, %d bad\n",
           acts[trial->act].name, modes[trial->mode].name, trials, trial->at,
           bad);
    fflush(stdout);
    return bad;
}

int main(int count, char **words)
{
    char original[4096], tried[4096];
    struct trial trial = {.folder = tried};
    unsigned long stride;
    int bad = 0;

    if (count != 3 || strlen(words[1]) > 4000)
        return 2;
    stride = strtoul(words[2], NULL, 10);
    snprintf(original, sizeof original, "%s/original", words[1]);
    snprintf(tried, sizeof tried, "%s/tried", words[1]);
    make_keys();
    copy_store("/dev/null", words[1]);
    if (remove(words[1]) != 0 || mkdir(words[1], 0700) != 0)
        die(words[1], NULL);
    make_store(original);
    for (trial.act = 0; trial.act < ACTS; trial.act++)
        for (trial.mode = 0; trial.mode < MODES; trial.mode++)
            bad += try_all(words[1], &trial, stride > 0 ? stride : 1);
    return bad == 0 ? 0 : 1;
}
