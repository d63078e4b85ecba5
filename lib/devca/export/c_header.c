/*
 * A trust anchor as C: a const struct devid_anchor of <devid/verify.h> with its
 * octets, for firmware to compile in.
 */
#include "devca/base/bytes.h"
#include "devca/base/text.h"
#include "devca/export/format.h"
#include "devca/export/scalar.h"
#include "devid/x509/certificate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define IDENTIFIER_MAX 96

static enum devca_code begin(struct export_run *run)
{
    (void)run;
    return DEVCA_OK;
}

static void identifier(const char *name, bool upper, char *text)
{
    size_t i;
    int c;

    for (i = 0; i < IDENTIFIER_MAX - 1 && name[i]; i++) {
        c = (unsigned char)name[i];
        if (c > 0x7F || !isalnum(c))
            c = '_';
        text[i] = (char)(upper ? toupper(c) : tolower(c));
    }
    text[i] = '\0';
}

static bool append_array(struct bytes *out, const char *stem, const char *part,
                         struct devid_slice octets)
{
    char text[2 * IDENTIFIER_MAX + 64];
    bool done;
    size_t i;

    snprintf(text, sizeof text, "static const uint8_t %s_%s[] = {", stem, part);
    done = bytes_append_text(out, text);
    for (i = 0; done && i < octets.len; i++) {
        snprintf(text, sizeof text, "%s0x%02X%s", i % 12 == 0 ? "\n    " : " ",
                 octets.data[i], i + 1 < octets.len ? "," : "");
        done = bytes_append_text(out, text);
    }
    return done && bytes_append_text(out, "};\n\n");
}

/* A comment that no value can end early. */
static bool append_comment(struct bytes *out, const struct devca_record *record)
{
    static const char *const shown[] = {"subject", "fingerprint", "serial",
                                        "not_before", "not_after"};
    struct bytes value = {0};
    bool done = bytes_append_text(out, "/*\n * A trust anchor, made by devca "
                                       "export.\n *\n");
    size_t i, j, k;

    for (i = 0; i < sizeof shown / sizeof shown[0]; i++)
        for (j = 0; done && j < record->count; j++) {
            if (strcmp(record->fields[j].name, shown[i]) != 0)
                continue;
            value.len = 0;
            done = scalar_text(&record->fields[j], &value);
            for (k = 0; done && k < value.len; k++)
                if (value.data[k] == '/')
                    value.data[k] = '|';
            done = done && bytes_append_text(out, " *   ") &&
                   bytes_append_text(out, shown[i]) &&
                   bytes_append_text(out, ": ") &&
                   bytes_append(out, value.data, value.len) &&
                   bytes_append_text(out, "\n");
        }
    bytes_clear(&value);
    return done && bytes_append_text(out, " */\n");
}

static bool append_anchor(struct bytes *out, const char *stem,
                          const struct devid_cert *certificate)
{
    char text[1024];
    int len;

    len = snprintf(text, sizeof text,
                   "static const struct devid_anchor %s = {\n"
                   "    {%s_subject, sizeof %s_subject},\n"
                   "    {%s_public_key, sizeof %s_public_key},\n"
                   "    {%s_key_id, sizeof %s_key_id},\n"
                   "    0x%04X};\n\n",
                   stem, stem, stem, stem, stem, stem, stem,
                   certificate->key_usage);
    return len > 0 && (size_t)len < sizeof text &&
           append_array(out, stem, "subject", certificate->subject) &&
           append_array(out, stem, "public_key", certificate->public_key) &&
           append_array(out, stem, "key_id", certificate->subject_key_id) &&
           bytes_append_text(out, text);
}

static bool write_header(struct bytes *out, const struct export_item *item,
                         const struct devid_cert *certificate)
{
    char stem[IDENTIFIER_MAX], guard[IDENTIFIER_MAX], lower[IDENTIFIER_MAX];
    char text[4 * IDENTIFIER_MAX];

    identifier(item->name, false, lower);
    snprintf(stem, sizeof stem, "devid_anchor_%.80s", lower);
    identifier(stem, true, guard);
    snprintf(text, sizeof text,
             "#ifndef %s_H\n#define %s_H\n\n#include <devid/verify.h>\n\n",
             guard, guard);
    if (!append_comment(out, item->record) || !bytes_append_text(out, text) ||
        !append_anchor(out, stem, certificate))
        return false;
    return bytes_append_text(out, "#endif\n");
}

static enum devca_code item(struct export_run *run,
                            const struct export_item *item)
{
    struct devid_cert certificate;
    struct bytes out = {0};
    enum devca_code code = DEVCA_E_NO_MEMORY;

    if (devid_cert_read(item->der, &certificate) != DEVID_OK ||
        !certificate.ca || certificate.subject_key_id.len == 0)
        return DEVCA_E_MALFORMED;
    if (write_header(&out, item, &certificate))
        code = export_put(run, bytes_slice(&out));
    bytes_clear(&out);
    return code;
}

static enum devca_code end(struct export_run *run, bool failed)
{
    (void)run;
    (void)failed;
    return DEVCA_OK;
}

const struct export_format export_c_header = {
    "c-header", "C: a const struct devid_anchor for firmware",
    true,       begin,
    item,       end};
