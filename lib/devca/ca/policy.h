/* Finding, reading and recording certificate profiles. */
#ifndef DEVCA_CA_POLICY_H
#define DEVCA_CA_POLICY_H

#include "devca/ca/handle.h"
#include "devca/profile/profile.h"

/* A profile with the document it came from. */
struct policy {
    struct profile *profile;
    struct bytes document;
    uint8_t digest[32]; /* SHA-256 of document */
    int64_t id;         /* recorded under, or 0 */
};
void policy_clear(struct policy *policy);

/* By the name of a shipped profile, or by a path (anything with a '/' or
 * ending in .json). DEVCA_E_PROFILE_INVALID, DEVCA_E_FILE, DEVCA_E_USAGE. */
enum devca_code policy_resolve(struct policy *policy, const char *name,
                               struct devca_error *error);

/* As it was recorded: profile_fits() has yet to be asked before anything is
 * issued by it. */
enum devca_code policy_recorded(struct policy *policy, struct store *store,
                                int64_t id, struct devca_error *error);

/* Records it, for a product's devices or (product_id 0) for authorities, and
 * sets policy->id. Inside the caller's transaction. */
enum devca_code policy_record(struct policy *policy, struct store *store,
                              int64_t product_id, struct devca_error *error);

/*
 * What `issue --profile name` means for a product: the profile recorded under
 * that name, else the one that policy_resolve() finds, not yet recorded. A file
 * whose content differs from what is recorded under its name is
 * DEVCA_E_PROFILE, and so is a new one that policy_agrees() refuses.
 */
enum devca_code policy_of_product(struct policy *policy, struct devca *devca,
                                  const struct store_product *product,
                                  const char *name, struct devca_error *error);

/* Sets policy->id when the product has this profile on record.
 * DEVCA_E_NOT_FOUND when it has none of that name,
 * DEVCA_E_PROFILE, about name, when it has another. */
enum devca_code policy_find(struct policy *policy, struct store *store,
                            int64_t product_id, const char *name,
                            struct devca_error *error);

/* profile_lists_agree() with itself, in a product of that name. */
enum devca_code policy_agrees_alone(const struct policy *policy,
                                    const struct devca *devca,
                                    const char *product,
                                    struct devca_error *error);

/* That, and profile_agrees() with all that the product has on record in store.
 */
enum devca_code policy_agrees(const struct policy *policy,
                              const struct devca *devca, struct store *store,
                              const struct store_product *product,
                              struct devca_error *error);

/* profile_lists_agree() with all of them: before a partition's list is made. */
enum devca_code policy_lists_agree(const struct policy *policy,
                                   const struct devca *devca,
                                   const struct store_product *product,
                                   struct devca_error *error);

/* DEVCA_E_PROFILE unless the profile is of that kind (DEVICE also admits
 * SIGNER). */
enum devca_code policy_expect(const struct policy *policy,
                              enum profile_kind kind,
                              struct devca_error *error);

#endif
