/*
 * Chains changed at random, at the same places every run: none is accepted, no
 * octet outside a certificate is read (ASan watches).
 */
#include "chain_rows.h"

#include "devid/x509/certificate.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#ifdef DEVCA_TESTS_LONG
enum { ROUNDS = 4000 };
#else
enum { ROUNDS = 1000 };
#endif
enum { ROOM = 8 };

static uint64_t state;

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

/* Octets that mean something to DER. */
static uint8_t draw_octet(void)
{
    static const uint8_t telling[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
                                      0x0C, 0x13, 0x16, 0x17, 0x18, 0x30, 0x31,
                                      0x7F, 0x80, 0x81, 0x82, 0xA0, 0xA3, 0xFF};

    return draw(2) == 0 ? telling[draw(sizeof telling)] : (uint8_t)draw(256);
}

/* Changes, inserts, removes or repeats octets; buffer has ROOM to spare. */
static size_t mutate(uint8_t *buffer, size_t len)
{
    size_t at = draw((uint32_t)len);

    switch (draw(5)) {
    case 0:
        buffer[at] = draw_octet();
        return len;
    case 1:
        buffer[at] ^= (uint8_t)(1u << draw(8));
        return len;
    case 2:
        memmove(buffer + at + 1, buffer + at, len - at);
        buffer[at] = draw_octet();
        return len + 1;
    case 3:
        memmove(buffer + at, buffer + at + 1, len - at - 1);
        return len - 1;
    default:
        buffer[at] = buffer[draw((uint32_t)len)];
        return len;
    }
}

/* Check keeps a note of each of its own assertions: of thousands, too many. */
static void need(bool holds, const char *what, unsigned round)
{
    if (!holds)
        ck_abort_msg("%s: round %u", what, round);
}

/* One certificate of the chain, changed up to three times, in memory of its
 * very length. */
static struct devid_slice changed(struct devid_slice der)
{
    uint8_t *room = malloc(der.len + ROOM);
    size_t len = der.len;
    uint8_t *exact;

    need(room != NULL, "memory", 0);
    memcpy(room, der.data, der.len);
    for (uint32_t n = 1 + draw(3); n != 0; n--)
        len = mutate(room, len);
    exact = malloc(len);
    need(exact != NULL, "memory", 0);
    memcpy(exact, room, len);
    free(room);
    return (struct devid_slice){exact, len};
}

static void run_rounds(const struct row *row)
{
    struct world world;
    struct devid_slice list[4];
    struct devid_chain chain;

    world_build(&world, row);
    memcpy(list, world.certificates, sizeof list);
    chain = (struct devid_chain){list, world.chain.count};
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t at = draw((uint32_t)chain.count);
        struct devid_identity identity;

        list[at] = changed(world.certificates[at]);
        if (!devid_slice_equal(list[at], world.certificates[at]))
            need(devid_verify_chain(&chain, &world.anchors, &world.policy,
                                    &identity) != DEVID_OK,
                 row->what, round);
        free((void *)(uintptr_t)list[at].data);
        list[at] = world.certificates[at];
    }
    world_clear(&world);
}

/* Each row that is accepted as it is: every extension it shows is changed. */
START_TEST(none_accepted)
{
    const struct row *row = &chain_rows[_i];

    if (row->expected != DEVID_OK)
        return;
    state = 0x9E3779B97F4A7C15u + (uint64_t)_i;
    run_rounds(row);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify mutations");
    TCase *cases = tcase_create("mutations");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 100);
    tcase_add_unchecked_fixture(cases, chain_keys_make, chain_keys_free);
    tcase_add_loop_test(cases, none_accepted, 0, (int)chain_row_count);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
