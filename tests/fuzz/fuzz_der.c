/*
 * Bare DER: every element of the input, of whatever tag, to every reader. What
 * is read lies inside the input; and since DER has one encoding of each value,
 * what a reader took is written again as the octets that it was read from.
 */
#include "fuzz.h"

#include "devid/codec/writer.h"

#include <stdio.h>
#include <stdlib.h>

#define DEPTH 32

/* The element that is read, and where it was read from. */
struct reading {
    struct devid_slice element;
    struct devid_slice input;
};

static void inside(const struct reading *r, struct devid_slice view)
{
    fuzz_inside(view, r->input.data, r->input.len);
}

static void same(const struct reading *r, const struct devid_writer *w,
                 const char *reader)
{
    struct devid_slice written;

    if (devid_writer_done(w, &written) == DEVID_E_SPACE ||
        devid_slice_equal(written, r->element))
        return;
    fprintf(stderr, "%s took what DER does not write\n", reader);
    abort();
}

static void read_numbers(const struct reading *r, uint8_t tag)
{
    struct devid_slice in = r->element, value;
    struct devid_writer w;
    uint8_t buffer[256];
    uint32_t small;

    devid_writer_init(&w, buffer, sizeof buffer);
    if (devid_der_read_integer(&in, tag, &value) == DEVID_OK) {
        inside(r, value);
        if (value.data[0] < 0x80) {
            devid_der_write_unsigned(&w, tag, value);
            same(r, &w, "read_integer");
        }
    }
    in = r->element;
    devid_writer_init(&w, buffer, sizeof buffer);
    if (devid_der_read_small(&in, tag, &small) == DEVID_OK) {
        devid_der_write_small(&w, tag, small);
        same(r, &w, "read_small");
    }
}

static void read_bits(const struct reading *r, uint8_t tag)
{
    struct devid_slice in = r->element, octets;
    struct devid_writer w;
    uint8_t buffer[256];
    uint16_t names;
    bool flag;

    devid_writer_init(&w, buffer, sizeof buffer);
    if (devid_der_read_bit_names(&in, tag, &names) == DEVID_OK) {
        devid_der_write_bit_names(&w, tag, names);
        same(r, &w, "read_bit_names");
    }
    in = r->element;
    devid_writer_init(&w, buffer, sizeof buffer);
    if (devid_der_read_bit_octets(&in, &octets) == DEVID_OK) {
        inside(r, octets);
        devid_der_write_bit_octets(&w, octets);
        same(r, &w, "read_bit_octets");
    }
    in = r->element;
    devid_writer_init(&w, buffer, sizeof buffer);
    if (devid_der_read_default_false(&in, &flag) == DEVID_OK && flag) {
        devid_der_write_true(&w);
        same(r, &w, "read_default_false");
    }
}

static void read_times(const struct reading *r)
{
    struct devid_slice in = r->element, oid;
    struct devid_writer w;
    struct devid_time time;
    uint8_t buffer[32];

    devid_writer_init(&w, buffer, sizeof buffer);
    if (devid_der_read_time(&in, &time) == DEVID_OK) {
        devid_der_write_time(&w, time);
        same(r, &w, "read_time");
    }
    in = r->element;
    devid_writer_init(&w, buffer, sizeof buffer);
    if (devid_der_read_generalized_time(&in, &time) == DEVID_OK) {
        devid_der_write_generalized_time(&w, time);
        same(r, &w, "read_generalized_time");
    }
    in = r->element;
    if (devid_der_read_oid(&in, DER_OID, &oid) == DEVID_OK)
        inside(r, oid);
}

static void read_content(const struct reading *r, struct devid_slice value)
{
    enum devid_status (*const checks[])(struct devid_slice *) = {
        devid_der_check_integer, devid_der_check_true, devid_der_check_oid,
        devid_der_check_octets};
    uint16_t names;
    bool padded;
    size_t i;

    for (i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct devid_slice content = value;

        if (checks[i](&content) == DEVID_OK)
            inside(r, content);
    }
    (void)devid_der_bits(value, &names, &padded);
}

enum found { NOTHING, PRIMITIVE, CONSTRUCTED };

/* The element at the front of *in to every reader; *value gets its content. */
static enum found read_one(struct devid_slice *in, struct reading *r,
                           struct devid_slice *value)
{
    static uint8_t buffer[65536 + 8];
    struct devid_slice before = r->element, copy = *in;
    struct devid_writer w;
    uint8_t tag;

    if (devid_der_read_any(in, &tag, value) != DEVID_OK)
        return NOTHING;
    inside(r, *value);
    if (devid_der_peek(&copy) != tag ||
        devid_der_read_element(&copy, tag, &r->element) != DEVID_OK)
        abort();
    inside(r, r->element);
    devid_writer_init(&w, buffer, sizeof buffer);
    devid_der_write(&w, tag, *value);
    same(r, &w, "read_any");
    if (before.len > 0 && devid_der_ascends(before, r->element) +
                                  devid_der_ascends(r->element, before) !=
                              !devid_slice_equal(before, r->element))
        abort();
    read_content(r, *value);
    read_numbers(r, tag);
    read_bits(r, tag);
    read_times(r);
    return tag & 0x20 ? CONSTRUCTED : PRIMITIVE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devid_slice open[DEPTH], value;
    struct reading r = {{NULL, 0}, {data, size}};
    size_t depth = 1;

    open[0] = r.input;
    while (depth > 0) {
        enum found found = NOTHING;

        if (devid_der_end(&open[depth - 1]) != DEVID_OK)
            found = read_one(&open[depth - 1], &r, &value);
        if (found == NOTHING)
            depth--;
        else if (found == CONSTRUCTED && depth < DEPTH)
            open[depth++] = value;
    }
    return 0;
}
