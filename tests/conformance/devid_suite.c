/*
 * Runs external conformance cases through libdevid. One case a line on
 * standard input, tab-separated; for each one line of answer, flushed:
 * ID accept, or ID reject REASON. Files are relative to the working folder.
 *
 * devid_suite              id category level expect time eku roots chain [crls]
 * devid_suite --signatures id flags expect curve key hash signature (hex)
 */
#include "devid/codec/oid.h"
#include "devid/verify/signed.h"
#include "devid/x509/certificate.h"

#include <devid/verify.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_FILES = 64, MAX_FIELDS = 12, MAX_OID = 64, MAX_SIGNATURE = 4096 };

/* Files of one case, each in memory of its own so that ASan sees its ends. */
struct files {
    struct devid_slice list[MAX_FILES];
    size_t count;
};

static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    uint8_t *octets = NULL;
    long size;

    *len = 0;
    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 &&
        fseek(file, 0, SEEK_SET) == 0)
        octets = malloc(size > 0 ? (size_t)size : 1);
    if (octets != NULL)
        *len = fread(octets, 1, (size_t)size, file);
    (void)fclose(file);
    return octets;
}

/* A file that is not there is an empty slice: the verifier refuses it. */
static void load(char *names, struct files *files)
{
    char *rest = names;
    char *name;

    files->count = 0;
    if (names == NULL || strcmp(names, "-") == 0)
        return;
    while ((name = strsep(&rest, ",")) != NULL && files->count < MAX_FILES) {
        struct devid_slice *slice = &files->list[files->count++];

        slice->data = read_file(name, &slice->len);
    }
}

static void clear(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free((void *)(uintptr_t)files->list[i].data);
}

/* Dotted text to content octets; 0 when it is none. */
static size_t encode_oid(const char *text, uint8_t *out)
{
    struct devid_writer w;
    unsigned long first;
    char *end;

    devid_writer_init(&w, out, MAX_OID);
    first = strtoul(text, &end, 10);
    if (*end != '.')
        return 0;
    for (bool leading = true; *end == '.'; leading = false) {
        unsigned long arc = strtoul(end + 1, &end, 10);
        unsigned shift = 28;

        if (leading)
            arc += 40 * first;
        while (shift != 0 && arc >> shift == 0)
            shift -= 7;
        for (;; shift -= 7) {
            uint8_t octet =
                (uint8_t)((arc >> shift & 0x7F) | (shift != 0 ? 0x80u : 0u));

            devid_write_raw(&w, (struct devid_slice){&octet, 1});
            if (shift == 0)
                break;
        }
    }
    return w.len <= MAX_OID ? w.len : 0;
}

static struct devid_time unix_time(const char *text)
{
    time_t seconds = (time_t)strtoll(text, NULL, 10);
    struct devid_time time = {0, 0};
    struct tm tm;

    if (gmtime_r(&seconds, &tm) != NULL) {
        time.date =
            DEVID_TIME_DATE(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
        time.clock = DEVID_TIME_CLOCK(tm.tm_hour, tm.tm_min, tm.tm_sec);
    }
    return time;
}

/* Roots that are certificates of this profile become anchors. */
static size_t make_anchors(const struct files *roots,
                           struct devid_anchor *anchors)
{
    size_t count = 0;

    for (size_t i = 0; i < roots->count; i++) {
        struct devid_cert cert;

        if (devid_cert_read(roots->list[i], &cert) != DEVID_OK)
            continue;
        anchors[count].subject = cert.subject;
        anchors[count].public_key = cert.public_key;
        anchors[count].key_id = cert.subject_key_id;
        anchors[count].key_usage = cert.key_usage;
        count++;
    }
    return count;
}

static enum devid_status run_chain(char **field, size_t fields)
{
    struct files roots;
    struct files certificates;
    struct files lists;
    struct devid_anchor list[MAX_FILES];
    uint8_t eku[MAX_OID];
    struct devid_policy policy = {
        .time = unix_time(field[4]),
        /* The cases follow RFC 5280: no extKeyUsage, any purpose. */
        .allow_absent_eku = true,
        .allow_ca_device = true,
        /* BearSSL's good chains have keyUsage 03 02 00 A0. */
        .allow_padded_key_usage = true,
    };
    enum devid_status status;

    load(field[6], &roots);
    load(field[7], &certificates);
    load(fields > 8 ? field[8] : NULL, &lists);
    struct devid_anchors anchors = {list, make_anchors(&roots, list)};
    struct devid_chain chain = {certificates.list, certificates.count};
    struct devid_crls crls = {lists.list, lists.count, NULL};
    struct devid_identity identity;

    if (strcmp(field[5], "-") != 0) {
        policy.required_eku.data = eku;
        policy.required_eku.len = encode_oid(field[5], eku);
    }
    status = lists.count == 0
                 ? devid_verify_chain(&chain, &anchors, &policy, &identity)
                 : devid_verify_chain_crls(&chain, &anchors, &policy, &crls,
                                           &identity);
    clear(&roots);
    clear(&certificates);
    clear(&lists);
    return status;
}

static unsigned hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static struct devid_slice decode_hex(const char *text, uint8_t *out)
{
    size_t len = strlen(text) / 2;

    if (len > MAX_SIGNATURE)
        len = MAX_SIGNATURE;
    for (size_t i = 0; i < len; i++)
        out[i] =
            (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    return (struct devid_slice){out, len};
}

/* r||s becomes an Ecdsa-Sig-Value, so that one reader judges both. */
static enum devid_status
from_raw(enum devid_curve curve, struct devid_slice raw, struct devid_writer *w)
{
    if (raw.len != (curve == DEVID_P256 ? 64u : 96u))
        return DEVID_E_SIGNATURE_FORMAT;
    devid_signature_write(w, curve, raw.data);
    return DEVID_OK;
}

static enum devid_status run_signature(char **field, size_t fields)
{
    uint8_t key_octets[MAX_SIGNATURE];
    uint8_t hash_octets[MAX_SIGNATURE];
    uint8_t signature_octets[MAX_SIGNATURE];
    uint8_t buffer[128];
    struct devid_writer w;
    struct devid_slice key = decode_hex(field[4], key_octets);
    struct devid_slice hash = decode_hex(field[5], hash_octets);
    struct devid_slice signature = decode_hex(field[6], signature_octets);
    enum devid_curve curve;
    enum devid_status status = devid_key_check(key, &curve);

    (void)fields;
    if (status != DEVID_OK)
        return status;
    if (hash.len != (curve == DEVID_P256 ? 32u : 48u))
        return DEVID_E_ARGUMENT;
    devid_writer_init(&w, buffer, sizeof buffer);
    if (strstr(field[0], "p1363") != NULL) {
        status = from_raw(curve, signature, &w);
        if (status == DEVID_OK)
            status = devid_writer_done(&w, &signature);
        if (status != DEVID_OK)
            return status;
    }
    return devid_hash_verify(curve, key, hash.data, signature);
}

static size_t split(char *line, char **field)
{
    char *rest = line;
    size_t count = 0;

    line[strcspn(line, "\r\n")] = '\0';
    while (count < MAX_FIELDS && (field[count] = strsep(&rest, "\t")) != NULL)
        count++;
    return count;
}

int main(int argc, char **argv)
{
    bool signatures = argc > 1 && strcmp(argv[1], "--signatures") == 0;
    size_t needed = signatures ? 7 : 8;
    char *field[MAX_FIELDS];
    char *line = NULL;
    size_t capacity = 0;

    while (getline(&line, &capacity, stdin) > 0) {
        size_t fields = split(line, field);
        enum devid_status status;

        if (fields < needed)
            continue;
        status = signatures ? run_signature(field, fields)
                            : run_chain(field, fields);
        if (status == DEVID_OK)
            printf("%s accept\n", field[0]);
        else
            printf("%s reject %s\n", field[0], devid_status_id(status));
        (void)fflush(stdout);
    }
    free(line);
    return 0;
}
