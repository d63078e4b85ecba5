/*
 * From the JSON of a profile to its compiled form: what the readers of the
 * single pieces share.
 */
#ifndef DEVCA_PROFILE_BUILD_H
#define DEVCA_PROFILE_BUILD_H

#include "devca/profile/model.h"
#include "devca/profile/place.h"

struct builder {
    struct reading reading;
    struct profile *profile;
    struct program *program; /* where the steps go */
};

/* A string in a certificate: how it is checked, and the tag of its header; 0:
 * none. */
struct build_string {
    struct alphabet_rule rule;
    uint8_t tag;
};

/* A string template, compiled but not added yet: the caller may change what it
 * wants. */
enum devca_code build_text(struct builder *builder, const struct place *place,
                           const struct build_string *string, struct op *op);

/* The same, added. */
enum devca_code build_string(struct builder *builder, const struct place *place,
                             const struct build_string *string);

/* A string without placeholders but the profile's parameters. */
enum devca_code build_constant(struct builder *builder,
                               const struct place *place, const char **text);

/* A dotted OID (parameters allowed): content octets that live as long as the
 * profile. */
enum devca_code build_oid(struct builder *builder, const struct place *place,
                          struct devid_slice *oid);

/* An array of attributes: the content of a Name's SEQUENCE. In the profile's
 * own subject, attributes leave their mark in the profile. */
enum devca_code build_subject(struct builder *builder,
                              const struct place *place);
enum devca_code build_name(struct builder *builder, const struct place *place);

/* The OID of an attribute by its name in RFC 5280 or RFC 4519, or dotted. */
enum devca_code build_attribute_type(struct builder *builder,
                                     const struct place *place,
                                     struct devid_slice *oid, uint8_t *tag);

/* One GeneralName. */
enum devca_code build_general_name(struct builder *builder,
                                   const struct place *place);

/* A value of ASN.1: place is an object with exactly one of the keys of
 * SHAPE_VALUE (and others that the caller has looked at). */
enum devca_code build_value(struct builder *builder, const struct place *place);

/* All of /extensions. */
enum devca_code build_extensions(struct builder *builder,
                                 const struct place *place);

/* The value readers of the table of extensions, each given its object. */
typedef enum devca_code build_extension(struct builder *builder,
                                        const struct place *place);
build_extension build_basic_constraints;
build_extension build_key_usage;
build_extension build_ext_key_usage;
build_extension build_subject_key_identifier;
build_extension build_authority_key_identifier;
build_extension build_subject_alt_name;
build_extension build_certificate_policies;
build_extension build_name_constraints;
build_extension build_crl_distribution_points;
build_extension build_freshest_crl;
build_extension build_authority_info_access;

/* /fromRequest: after the subject has been read. */
enum devca_code build_takeover(struct builder *builder,
                               const struct place *place);

/* The rules between fields: what no single reader can see. */
enum devca_code check_rules(const struct reading *reading,
                            const struct place *top,
                            const struct profile *profile);

/* What a sound certificate would let others pass for: who a device is, and what
 * a device that is a CA certifies. Asked when a profile is new and whenever
 * something is to be issued by it. */
enum devca_code check_trust(const struct reading *reading,
                            const struct profile *profile);

/* Does a request choose this attribute of the subject? */
bool takes_attribute(const struct profile *profile, struct devid_slice oid);

/* Is there a {shard} in each place of its lists? */
bool places_are_partitions(const struct profile *profile);

/* Is there nothing in them that only one certificate has? */
bool places_are_of_lists(const struct profile *profile);

/* The pointer of a place of its lists where those of another partition, or of
 * other (which may be profile itself), would pass for them; NULL when there is
 * none. subject as for spot_render(). */
const char *places_collide(const struct profile *profile,
                           const struct profile *other,
                           const struct profile_subject *subject);
#define PLACES_OF_ONE                                                    \
    "is another place of the profile in another partition: the list of " \
    "one would pass for the other's"

/* The purposes of extKeyUsage (place) against kind and keyUsage. */
enum devca_code check_purposes(const struct reading *reading,
                               const struct place *place,
                               const struct profile *profile);

/*
 * Renders the profile for an invented subject with a UID of this many octets
 * (0: one) and lets libdevid read the certificate that would come of it.
 */
enum devca_code probe(const struct profile *profile,
                      const struct reading *reading, size_t uid_octets);

#endif
