#include "devca/journal/entry.h"

#include "devca/base/text.h"
#include "devca/journal/canonical.h"
#include "devca/key/crypto.h"

#include <string.h>

static const struct {
    int64_t act;
    const char *text;
} acts[] = {
#define JOURNAL_ACT_ROW(name, number, text) {number, text},
    JOURNAL_ACT_TABLE(JOURNAL_ACT_ROW)
#undef JOURNAL_ACT_ROW
};
#define ACT_COUNT (sizeof acts / sizeof acts[0])

const char *journal_act_name(int64_t act)
{
    size_t i;

    for (i = 0; i < ACT_COUNT; i++)
        if (acts[i].act == act)
            return acts[i].text;
    return NULL;
}

int64_t journal_act_read(const char *text)
{
    size_t i;

    for (i = 0; i < ACT_COUNT; i++)
        if (strcmp(acts[i].text, text) == 0)
            return acts[i].act;
    return 0;
}

/* The longest of the three: a UID; serials and fingerprints have 32 octets at
 * most. Longer ones are cut, which no row of ours is. */
#define HEX_OCTETS 64

/* Enough for nearly all, so that they are not moved as they grow. */
#define SUBJECT_GUESS 511
#define ENTRY_GUESS 1023

struct hex_text {
    char text[2 * HEX_OCTETS + 1];
};

static struct canonical_member
hex_member(const char *name, struct devid_slice octets, struct hex_text *hex)
{
    if (octets.len > HEX_OCTETS)
        octets.len = HEX_OCTETS;
    hex_write(octets, hex->text);
    return canonical_text(name, hex->text);
}

static struct canonical_member slice_member(const char *name,
                                            struct devid_slice text)
{
    struct canonical_member member = canonical_text(name, NULL);

    if (text.len > 0)
        member.text = text;
    return member;
}

static bool write_subject(const struct journal_subject *subject,
                          struct bytes *json)
{
    struct hex_text fingerprint, serial, uid;
    const struct canonical_member members[] = {
        hex_member("fingerprint", subject->fingerprint, &fingerprint),
        slice_member("issuer", subject->issuer),
        slice_member("profile", subject->profile),
        hex_member("serial", subject->serial, &serial),
        hex_member("uid", subject->uid, &uid)};

    return canonical_write(members, sizeof members / sizeof members[0], json);
}

bool journal_entry_write(const struct journal_entry *entry, struct bytes *json)
{
    struct canonical_member members[8];
    struct bytes subject = {0};
    struct hex_text uid;
    char at[DEVCA_TIME_TEXT];
    size_t count = 0;
    bool done = true;

    devca_time_write(entry->at, at);
    members[count++] = canonical_text("act", journal_act_name(entry->act));
    members[count++] = slice_member("actor", entry->actor);
    members[count++] = canonical_text("at", at);
    if (entry->subject.fingerprint.len > 0) {
        done = bytes_reserve(&subject, SUBJECT_GUESS) &&
               write_subject(&entry->subject, &subject);
        members[count++] = (struct canonical_member){
            .name = "certificate", .json = bytes_slice(&subject)};
    }
    if (entry->details.len > 0)
        members[count++] = (struct canonical_member){.name = "details",
                                                     .json = entry->details};
    if (entry->object.len > 0)
        members[count++] = slice_member("object", entry->object);
    else
        members[count++] = hex_member("object", entry->subject.uid, &uid);
    members[count++] = canonical_number("seq", entry->seq);
    done = done && canonical_write(members, count, json);
    bytes_clear(&subject);
    return done;
}

bool journal_text_leaf(struct devid_slice text, uint8_t *leaf)
{
    static const uint8_t mark = 0;
    struct bytes octets = {0};
    bool done =
        bytes_append(&octets, &mark, 1) && bytes_append_slice(&octets, text);

    if (done)
        digest_sha256(bytes_slice(&octets), leaf);
    bytes_clear(&octets);
    return done;
}

bool journal_entry_leaf(const struct journal_entry *entry, uint8_t *leaf)
{
    static const uint8_t mark = 0;
    struct bytes octets = {0};
    bool done = bytes_reserve(&octets, ENTRY_GUESS) &&
                bytes_append(&octets, &mark, 1) &&
                journal_entry_write(entry, &octets);

    if (done)
        digest_sha256(bytes_slice(&octets), leaf);
    bytes_clear(&octets);
    return done;
}
