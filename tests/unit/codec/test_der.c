/* The DER cursor: what it takes and every way it refuses. */
#include "devid/codec/der.h"

#include "hex.h"

#include <check.h>
#include <stdlib.h>

/* Which reader a row goes through. */
enum reader {
    ANY,
    OCTETS, /* OCTET STRING */
    WHOLE,  /* SEQUENCE and nothing after */
    INTEGER,
    SMALL,
    DEFAULT_FALSE,
    BIT_OCTETS,
    BIT_NAMES,
    OID
};

struct row {
    const char *input;
    enum reader reader;
    enum devid_status expected;
    size_t value; /* length of the value, or the value of SMALL, BIT_NAMES */
};

static const struct row rows[] = {
    {"", ANY, DEVID_E_TRUNCATED, 0},
    {"30", ANY, DEVID_E_TRUNCATED, 0},
    {"3000", ANY, DEVID_OK, 0},
    {"0401", ANY, DEVID_E_TRUNCATED, 0},
    {"0401AA", ANY, DEVID_OK, 1},
    {"0401AABB", ANY, DEVID_OK, 1},
    {"0480", ANY, DEVID_E_LENGTH, 0},
    {"30800000", ANY, DEVID_E_LENGTH, 0},
    {"0481", ANY, DEVID_E_TRUNCATED, 0},
    {"048101AA", ANY, DEVID_E_LENGTH, 0},
    {"04817F", ANY, DEVID_E_LENGTH, 0},
    {"048180", ANY, DEVID_E_TRUNCATED, 0},
    {"04820001AA", ANY, DEVID_E_LENGTH, 0},
    {"048200FF", ANY, DEVID_E_LENGTH, 0},
    {"0483000100", ANY, DEVID_E_LENGTH, 0},
    {"0484FFFFFFFF", ANY, DEVID_E_TRUNCATED, 0},
    {"04850100000000", ANY, DEVID_E_LENGTH, 0},
    {"04FF", ANY, DEVID_E_LENGTH, 0},
    {"0000", ANY, DEVID_E_TAG, 0},
    {"1F0100", ANY, DEVID_E_TAG, 0},
    {"BF2001AA", ANY, DEVID_E_TAG, 0},
    {"0401AA", OCTETS, DEVID_OK, 1},
    {"0501AA", OCTETS, DEVID_E_TAG, 0},
    {"2403040100", OCTETS, DEVID_E_TAG, 0},
    {"", OCTETS, DEVID_E_TRUNCATED, 0},
    {"3000", WHOLE, DEVID_OK, 0},
    {"300000", WHOLE, DEVID_E_TRAILING, 0},
    {"3100", WHOLE, DEVID_E_TAG, 0},
    {"0200", INTEGER, DEVID_E_INTEGER, 0},
    {"020100", INTEGER, DEVID_OK, 1},
    {"02020000", INTEGER, DEVID_E_INTEGER, 0},
    {"0202007F", INTEGER, DEVID_E_INTEGER, 0},
    {"02020080", INTEGER, DEVID_OK, 2},
    {"0202FF80", INTEGER, DEVID_E_INTEGER, 0},
    {"0202FF7F", INTEGER, DEVID_OK, 2},
    {"0202FFFF", INTEGER, DEVID_E_INTEGER, 0},
    {"0201FF", INTEGER, DEVID_OK, 1},
    {"020100", SMALL, DEVID_OK, 0},
    {"02017F", SMALL, DEVID_OK, 0x7F},
    {"02020100", SMALL, DEVID_OK, 0x100},
    {"02047FFFFFFF", SMALL, DEVID_OK, 0x7FFFFFFF},
    {"02050080000000", SMALL, DEVID_E_INTEGER, 0},
    {"0201FF", SMALL, DEVID_E_INTEGER, 0},
    {"020180", SMALL, DEVID_E_INTEGER, 0},
    {"", DEFAULT_FALSE, DEVID_OK, 0},
    {"0401AA", DEFAULT_FALSE, DEVID_OK, 0},
    {"0101FF", DEFAULT_FALSE, DEVID_OK, 1},
    {"010100", DEFAULT_FALSE, DEVID_E_DEFAULT, 0},
    {"010101", DEFAULT_FALSE, DEVID_E_BOOLEAN, 0},
    {"0100", DEFAULT_FALSE, DEVID_E_BOOLEAN, 0},
    {"0102FFFF", DEFAULT_FALSE, DEVID_E_BOOLEAN, 0},
    {"0300", BIT_OCTETS, DEVID_E_BIT_STRING, 0},
    {"030100", BIT_OCTETS, DEVID_OK, 0},
    {"030200AA", BIT_OCTETS, DEVID_OK, 1},
    {"030201AA", BIT_OCTETS, DEVID_E_BIT_STRING, 0},
    {"2304030200AA", BIT_OCTETS, DEVID_E_TAG, 0},
    {"0300", BIT_NAMES, DEVID_E_BIT_STRING, 0},
    {"030100", BIT_NAMES, DEVID_OK, 0},
    {"030101", BIT_NAMES, DEVID_E_BIT_STRING, 0},
    {"03020780", BIT_NAMES, DEVID_OK, 0x0001},
    {"03020106", BIT_NAMES, DEVID_OK, 0x0060},
    {"03020000", BIT_NAMES, DEVID_E_BIT_STRING, 0},
    {"03020006", BIT_NAMES, DEVID_E_BIT_STRING, 0},
    {"03020107", BIT_NAMES, DEVID_E_BIT_STRING, 0},
    {"03020880", BIT_NAMES, DEVID_E_BIT_STRING, 0},
    {"0303070080", BIT_NAMES, DEVID_OK, 0x0100},
    {"0303078000", BIT_NAMES, DEVID_E_BIT_STRING, 0},
    {"03030000FF", BIT_NAMES, DEVID_OK, 0xFF00},
    {"0304000000FF", BIT_NAMES, DEVID_E_BIT_STRING, 0},
    {"0600", OID, DEVID_E_OID, 0},
    {"060180", OID, DEVID_E_OID, 0},
    {"06022A80", OID, DEVID_E_OID, 0},
    {"06032A8001", OID, DEVID_E_OID, 0},
    {"06032A8648", OID, DEVID_OK, 3},
    {"06038086F7", OID, DEVID_E_OID, 0},
    {"06022A03", OID, DEVID_OK, 2},
};

static enum devid_status read_row(const struct row *row, struct devid_slice *in,
                                  size_t *value)
{
    struct devid_slice slice = {NULL, 0};
    enum devid_status status = DEVID_E_ARGUMENT;
    uint8_t tag = 0;
    uint32_t small = 0;
    uint16_t bits = 0;
    bool flag = false;

    *value = 0;
    switch (row->reader) {
    case ANY:
        status = devid_der_read_any(in, &tag, &slice);
        break;
    case OCTETS:
        status = devid_der_read(in, DER_OCTET_STRING, &slice);
        break;
    case WHOLE:
        return devid_der_read_whole(*in, DER_SEQUENCE, &slice);
    case INTEGER:
        status = devid_der_read_integer(in, DER_INTEGER, &slice);
        break;
    case SMALL:
        status = devid_der_read_small(in, DER_INTEGER, &small);
        *value = small;
        return status;
    case DEFAULT_FALSE:
        status = devid_der_read_default_false(in, &flag);
        *value = flag;
        return status;
    case BIT_OCTETS:
        status = devid_der_read_bit_octets(in, &slice);
        break;
    case BIT_NAMES:
        status = devid_der_read_bit_names(in, DER_BIT_STRING, &bits);
        *value = bits;
        return status;
    case OID:
        status = devid_der_read_oid(in, DER_OID, &slice);
        break;
    }
    *value = slice.len;
    return status;
}

START_TEST(reads)
{
    const struct row *row = &rows[_i];
    struct devid_slice octets = hex_octets(row->input);
    struct devid_slice in = octets;
    size_t value;
    enum devid_status status = read_row(row, &in, &value);

    ck_assert_msg(status == row->expected, "%s (reader %d): %s, not %s",
                  row->input, (int)row->reader, devid_status_id(status),
                  devid_status_id(row->expected));
    if (status == DEVID_OK)
        ck_assert_msg(value == row->value, "%s: %zu", row->input, value);
    hex_free(octets);
}
END_TEST

/* Every prefix of a TLV is refused, never read past. */
START_TEST(truncation)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct devid_slice whole = hex_octets(rows[i].input);

        for (size_t len = 0; len < whole.len; len++) {
            struct devid_slice octets = {malloc(len != 0 ? len : 1), len};
            struct devid_slice in = octets;
            struct devid_slice value;
            uint8_t tag;

            for (size_t j = 0; j < len; j++)
                ((uint8_t *)(uintptr_t)octets.data)[j] = whole.data[j];
            if (devid_der_read_any(&in, &tag, &value) == DEVID_OK) {
                ck_assert(value.data + value.len == in.data);
                ck_assert(in.data + in.len == octets.data + len);
            }
            hex_free(octets);
        }
        hex_free(whole);
    }
}
END_TEST

START_TEST(cursor_moves)
{
    struct devid_slice octets = hex_octets("0201050401AA3000");
    struct devid_slice in = octets;
    struct devid_slice value;
    struct devid_slice element;

    ck_assert_int_eq(devid_der_peek(&in), DER_INTEGER);
    ck_assert(devid_der_read(&in, DER_INTEGER, &value) == DEVID_OK);
    ck_assert(devid_der_end(&in) == DEVID_E_TRAILING);
    ck_assert(devid_der_read_element(&in, DER_OCTET_STRING, &element) ==
              DEVID_OK);
    ck_assert_uint_eq(element.len, 3);
    ck_assert_uint_eq(element.data[0], DER_OCTET_STRING);
    ck_assert(devid_der_read(&in, DER_SEQUENCE, &value) == DEVID_OK);
    ck_assert(devid_der_end(&in) == DEVID_OK);
    ck_assert_int_eq(devid_der_peek(&in), -1);
    hex_free(octets);
}
END_TEST

START_TEST(order_of_a_set)
{
    static const struct {
        const char *before;
        const char *after;
        bool ascends;
    } pairs[] = {
        {"", "0401AA", true},        {"0401AA", "0401AB", true},
        {"0401AB", "0401AA", false}, {"0401AA", "0401AA", false},
        {"0401FF", "040200", true},  {"040200FF", "0401FF", false},
        {"0201FF", "0401AA", true},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct devid_slice before = hex_octets(pairs[i].before);
        struct devid_slice after = hex_octets(pairs[i].after);

        ck_assert_msg(devid_der_ascends(before, after) == pairs[i].ascends,
                      "%s then %s", pairs[i].before, pairs[i].after);
        hex_free(before);
        hex_free(after);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec der");
    TCase *cases = tcase_create("cursor");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, reads, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(cases, truncation);
    tcase_add_test(cases, cursor_moves);
    tcase_add_test(cases, order_of_a_set);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
