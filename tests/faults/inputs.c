#include "inputs.h"

#include "devca/base/bytes.h"
#include "devca/key/crypto.h"
#include "devid/codec/pem.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *top;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "inputs: %s\n", what);
    exit(2);
}

static void write_text(const char *name, const char *text)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", top, name);
    file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 ||
        chmod(path, 0600) != 0)
        die(path);
}

/* The public key of a new pair, in base64. */
static void add_key(struct bytes *text)
{
    struct devca_error error;
    struct signer *signer;
    uint8_t base64[200];
    struct devid_writer w;
    struct devid_slice octets;

    if (signer_generate(&signer, DEVID_P256, &error) != DEVCA_OK)
        die("no key");
    devid_writer_init(&w, base64, sizeof base64);
    devid_base64_write(&w, public_key_slice(signer_public_key(signer)));
    if (devid_writer_done(&w, &octets) != DEVID_OK ||
        !bytes_append_slice(text, octets))
        die("no base64");
    signer_close(signer);
}

static void write_rows(const char *name, int from, int to)
{
    struct bytes text = {0};
    char uid[12];
    bool good = bytes_append_text(&text, "uid,public_key\n");

    for (; good && from < to; from++) {
        snprintf(uid, sizeof uid, "%08x,", (unsigned)from);
        good = bytes_append_text(&text, uid);
        add_key(&text);
        good = good && bytes_append_text(&text, "\n");
    }
    if (!good || !bytes_append(&text, "", 1))
        die("no memory");
    write_text(name, (const char *)text.data);
    bytes_clear(&text);
}

static void write_json_rows(const char *name, int from, int to)
{
    struct bytes text = {0};
    char head[48];
    bool good = true;

    for (; good && from < to; from++) {
        snprintf(head, sizeof head, "{\"uid\":\"%08x\",\"public_key\":\"",
                 (unsigned)from);
        good = bytes_append_text(&text, head);
        add_key(&text);
        good = good && bytes_append_text(&text, "\"}\n");
    }
    if (!good)
        die("no memory");
    write_text(name, (const char *)text.data);
    bytes_clear(&text);
}

static void write_point(const char *name)
{
    struct devca_error error;
    struct signer *signer;
    struct devid_slice point;
    char text[200];
    size_t i;

    if (signer_generate(&signer, DEVID_P256, &error) != DEVCA_OK)
        die("no key");
    point = public_key_slice(signer_public_key(signer));
    for (i = 0; i < point.len; i++)
        snprintf(text + 2 * i, 3, "%02x", point.data[i]);
    write_text(name, text);
    signer_close(signer);
}

/* Every command of it is tried by itself too; here it is what is between them.
 */
static const char plan[] =
    "{\"ceremony\":\"Acme Root\",\"store\":\"store\",\"actor\":\"all\","
    "\"transcript\":\"transcript\",\"attends\":[{\"name\":\"Ada Example\","
    "\"role\":\"witness\"}],\"secrets\":{\"passphrase\":\"file:pass\"},"
    "\"steps\":[{\"id\":\"store\",\"run\":\"init\",\"options\":{\"org\":"
    "\"Acme\"},\"expect\":{\"keys\":\"encrypted\"}},{\"id\":\"root\","
    "\"run\":\"root create\",\"options\":{\"name\":\"Acme Root\",\"out\":"
    "\"root.pem\"}},{\"id\":\"test\",\"run\":\"key test\",\"options\":"
    "{\"root\":true}},{\"id\":\"backup\",\"run\":\"backup\",\"arguments\":"
    "[\"new.backup\"],\"options\":{\"with-keys\":true}}]}\n";

static const char parts[] =
    "{\"name\":\"parts\",\"description\":\"x\",\"kind\":\"device\",\"subject\":"
    "[{\"attribute\":"
    "\"serialNumber\",\"value\":\"{uid}\"}],\"validity\":{\"notBefore\":"
    "\"now\",\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]},"
    "\"extensions\":{\"keyUsage\":{\"critical\":true,\"bits\":"
    "[\"digitalSignature\"]},\"authorityKeyIdentifier\":{},"
    "\"cRLDistributionPoints\":{\"fullName\":[\"http://crl.example/"
    "{shard}.crl\"]"
    ",\"shards\":2},\"freshestCRL\":{\"fullName\":"
    "[\"http://crl.example/{shard}-delta.crl\"]}}}\n";

static _Noreturn void write_all(void)
{
    if (crypto_init(NULL) != DEVCA_OK)
        die("crypto");
    write_rows("empty/first.csv", 1, 5);
    write_rows("empty/more.csv", 16, 22);
    write_json_rows("empty/more.jsonl", 32, 36);
    write_point("empty/one.hex");
    write_text("empty/gone.csv", "uid\n00000003\n00000004\n");
    write_text("empty/pass", "correct horse\n");
    write_text("empty/pin", "geheim-0815\n");
    write_text("empty/plan.json", plan);
    write_text("empty/parts.json", parts);
    write_text("softhsm2.conf",
               "directories.tokendir = tokens\nlog.level = ERROR\n");
    exit(0);
}

static void wait_for(pid_t child, const char *what)
{
    int status;

    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        die(what);
}

static _Noreturn void request(void)
{
    if (chdir(top) != 0 || freopen("/dev/null", "w", stderr) == NULL)
        die(top);
    (void)execlp("openssl", "openssl", "req", "-new", "-newkey", "ec",
                 "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                 "device.key", "-subj", "/CN=device", "-out",
                 "empty/device.csr", (char *)NULL);
    die("needs openssl");
}

/* In a child, for the process that the trials are forked from shall have made
 * no use of wolfCrypt. */
void inputs_make(const char *folder)
{
    pid_t child;

    top = folder;
    child = fork();
    if (child == 0)
        write_all();
    wait_for(child, "cannot be made");
    child = fork();
    if (child == 0)
        request();
    wait_for(child, "no request can be made");
}

void inputs_token(const char *folder)
{
    pid_t child = fork();

    if (child == 0) {
        if (chdir(folder) != 0 || mkdir("tokens", 0700) != 0 ||
            freopen("/dev/null", "w", stdout) == NULL)
            die(folder);
        (void)execlp("softhsm2-util", "softhsm2-util", "--init-token", "--free",
                     "--label", "acme", "--pin", "geheim-0815", "--so-pin",
                     "9999", (char *)NULL);
        die("needs softhsm2-util");
    }
    wait_for(child, "no token can be made");
}

void inputs_keep_key(const char *answer, const char *folder)
{
    json_t *object = json_load_file(answer, 0, NULL);
    char path[4096];

    snprintf(path, sizeof path, "%s/key", folder);
    if (json_dump_file(json_object_get(object, "key"), path, JSON_ENCODE_ANY) !=
        0)
        die(path);
    json_decref(object);
}

char *inputs_kept_key(void)
{
    json_t *key = json_load_file("key", JSON_DECODE_ANY, NULL);
    char *text = json_is_string(key) ? strdup(json_string_value(key)) : NULL;

    json_decref(key);
    if (text == NULL)
        die("no key was kept");
    return text;
}
