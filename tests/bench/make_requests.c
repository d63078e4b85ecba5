/*
 * Requests with fresh P-256 keys, which nobody keeps, for figures of issuing:
 * FOLDER/HEX.csr in PEM for each, and all of them in FOLDER.csv as `issue
 * --batch` reads them. The UIDs are FIRST and following, eight digits of hex.
 *
 * usage: make_requests FOLDER FIRST COUNT
 */
#include "devca/base/text.h"
#include "devca/ca/request.h"
#include "devca/key/crypto.h"

#include "devid/codec/pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct making {
    const char *folder;
    FILE *csv;
    struct devca_error error;
};

/* Name: CN=uid. */
static void name_subject(const char *uid, uint8_t subject[21])
{
    static const uint8_t head[] = {0x30, 0x13, 0x31, 0x11, 0x30, 0x0f, 0x06,
                                   0x03, 0x55, 0x04, 0x03, 0x0c, 0x08};

    memcpy(subject, head, sizeof head);
    memcpy(subject + sizeof head, uid, 8);
}

static void write_base64(struct devid_writer *w, const void *context)
{
    devid_base64_write(w, *(const struct devid_slice *)context);
}

static enum devca_code write_out(struct making *making, const char *uid,
                                 struct devid_slice der)
{
    struct bytes pem = {0};
    struct bytes line = {0};
    char path[1024];
    FILE *file;
    bool whole;

    snprintf(path, sizeof path, "%s/%s.csr", making->folder, uid);
    file = fopen(path, "w");
    whole = file && pem_append(&pem, "CERTIFICATE REQUEST", der) &&
            bytes_write(&line, write_base64, &der) &&
            fwrite(pem.data, 1, pem.len, file) == pem.len &&
            fprintf(making->csv, "%s,%s\n", uid, (char *)line.data) > 0;
    if (file && fclose(file) != 0)
        whole = false;
    bytes_clear(&pem);
    bytes_clear(&line);
    return whole ? DEVCA_OK : DEVCA_E_FILE;
}

static enum devca_code make(struct making *making, unsigned long long n)
{
    struct signer *signer = NULL;
    struct bytes der = {0};
    uint8_t subject[21];
    char uid[32];
    enum devca_code code;

    snprintf(uid, sizeof uid, "%08llx", n);
    name_subject(uid, subject);
    code = signer_generate(&signer, DEVID_P256, &making->error);
    if (code == DEVCA_OK)
        code =
            request_make(signer, (struct devid_slice){subject, sizeof subject},
                         &der, &making->error);
    if (code == DEVCA_OK)
        code = write_out(making, uid, bytes_slice(&der));
    signer_close(signer);
    bytes_clear(&der);
    return code;
}

static enum devca_code make_all(struct making *making, char **words)
{
    unsigned long long first = strtoull(words[2], NULL, 10);
    unsigned long long count = strtoull(words[3], NULL, 10);
    unsigned long long i;
    enum devca_code code = crypto_init(&making->error);

    fputs("uid,csr\n", making->csv);
    for (i = 0; code == DEVCA_OK && i < count; i++)
        code = make(making, first + i);
    crypto_thread_end();
    return code;
}

int main(int argc, char **argv)
{
    struct making making = {0};
    enum devca_code code = DEVCA_E_FILE;
    char path[1024];

    if (argc != 4) {
        fputs("usage: make_requests FOLDER FIRST COUNT\n", stderr);
        return 2;
    }
    making.folder = argv[1];
    snprintf(path, sizeof path, "%s.csv", making.folder);
    making.csv = fopen(path, "w");
    if (making.csv && mkdir(making.folder, 0700) == 0)
        code = make_all(&making, argv);
    if (making.csv && fclose(making.csv) != 0 && code == DEVCA_OK)
        code = DEVCA_E_FILE;
    if (code != DEVCA_OK)
        fprintf(stderr, "make_requests: %s %s\n", devca_code_text(code),
                making.error.fault);
    return devca_code_exit(code);
}
