/*
 * The hardened profile, in the place of include/devid/profile.h. Firmware that
 * mixes the two refuses everything: neither takes the other's DEVID_OK.
 */
#ifndef DEVID_PROFILE_H
#define DEVID_PROFILE_H

/*
 * Statuses far apart: one octet, four times over, which Thumb-2 loads with one
 * instruction. DEVID_OK is 0x69696969. Every other octet has bit 7, which
 * DEVID_OK has not, so that two refusals put together are never an acceptance,
 * and differs in two bits from the next refusal and in three or more from
 * DEVID_OK: 8 and 12 bits of the word. There is room for 63 refusals.
 */
#define DEVID_STATUS_OK_OCTET 0x69u
#define DEVID_STATUS_PARITY(row) \
    ((0x6996u >> ((row)&15) ^ 0x6u >> ((row) >> 4 & 3)) & 1)
#define DEVID_STATUS_OCTET(row)                    \
    ((row) == 0 ? DEVID_STATUS_OK_OCTET            \
                : 0x80u | (DEVID_STATUS_OK_OCTET ^ \
                           ((unsigned)(row) << 1 | \
                            DEVID_STATUS_PARITY((unsigned)(row)))))
#define DEVID_STATUS_WORD(row) (0x01010101u * DEVID_STATUS_OCTET(row))
/* An enumerator is an int. */
#define DEVID_STATUS_CODE(row)                         \
    (DEVID_STATUS_WORD(row) <= 0x7FFFFFFFu             \
         ? (int)(DEVID_STATUS_WORD(row) & 0x7FFFFFFFu) \
         : -(int)(~DEVID_STATUS_WORD(row) & 0x7FFFFFFFu) - 1)
#define DEVID_STATUS_ROW(code) \
    ((size_t)((((unsigned)(code) ^ DEVID_STATUS_OK_OCTET) & 0x7F) >> 1))

#define DEVID_ONCE(function) function##_once

#define DEVID_CONFIRM(status) devid_confirm(status)

#define DEVID_FLOW_BEGIN(walk) ((walk)->flow = 0)
#define DEVID_FLOW_PASS(walk, point) \
    ((walk)->flow = (uint8_t)((walk)->flow + (point)))
#define DEVID_FLOW_CHECK(walk) devid_flow_check(walk)

#endif
