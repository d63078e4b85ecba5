/* Commands as data: usage, help, man page and completions come from this. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <devca/error.h>
#include <devca/file.h>
#include <devca/store.h>

#include <stdbool.h>
#include <stddef.h>

#define CLI_OPTIONS_MAX 24
#define CLI_REPEATS_MAX 16

/* argument NULL: a flag. */
struct cli_option {
    const char *name; /* without the dashes */
    const char *argument;
    const char *text;
    bool repeats;
};

struct cli;
struct cli_command {
    const char *noun; /* "root" */
    const char *verb; /* "create", or NULL */
    const char *summary;
    const char *synopsis; /* what follows the name in the usage line */
    int min_arguments;
    int max_arguments;                /* -1: any number */
    const struct cli_option *options; /* until a NULL name */
    enum devca_code (*run)(struct cli *cli);
};

struct cli_value {
    const char *texts[CLI_REPEATS_MAX];
    size_t count;
};

/* What is read in place of a file, and the name that people know that by. */
struct cli_copy {
    const char *name;
    char path[32];
};

/* One run of the program. */
struct cli {
    const struct cli_command *command;
    const char *store;
    char folder[4096]; /* the open store's; "": none is open */
    const char *actor; /* who acts, for the journal; NULL: user@host */
    bool json;
    bool quiet;
    bool help;
    int wake; /* as in struct devca_open_request; 0: a signal ends the program
               */
    struct cli_value values[CLI_OPTIONS_MAX]; /* beside command->options */
    char **arguments;
    int argument_count;
    struct devca_error error;
    devca_record_each *each; /* takes what would be printed; or NULL */
    void *each_context;
    const struct cli_copy *copies; /* among the arguments and values */
    size_t copy_count;
};

/* Options that many commands share, for their tables. */
#define CLI_PASSPHRASE                                                    \
    {                                                                     \
        "passphrase", "SRC",                                              \
            "passphrase of file keys: file:PATH, env:NAME, fd:N, stdin, " \
            "prompt",                                                     \
            false                                                         \
    }
#define CLI_PIN                                              \
    {                                                        \
        "pin", "SRC", "PIN of token keys, same forms", false \
    }
#define CLI_KEY_URI                                                         \
    {                                                                       \
        "key-uri", "URI", "make the key on a token: pkcs11:... (RFC 7512)", \
            false                                                           \
    }
#define CLI_EXISTING_KEY                                                \
    {                                                                   \
        "existing-key", NULL, "use the key that --key-uri names", false \
    }
#define CLI_DRY_RUN                                                       \
    {                                                                     \
        "dry-run", NULL, "do every step but change and give out nothing", \
            false                                                         \
    }
#define CLI_WAIT                                                            \
    {                                                                       \
        "wait", "SECONDS",                                                  \
            "for another writer on the store (10; 120 with --batch)", false \
    }
#define CLI_OUT                                                            \
    {                                                                      \
        "out", "FILE", "write there instead of standard output (-)", false \
    }
#define CLI_FORCE                                               \
    {                                                           \
        "force", NULL, "replace an existing output file", false \
    }
#define CLI_END                 \
    {                           \
        NULL, NULL, NULL, false \
    }

/* Options that every command has, until a NULL name. */
extern const struct cli_option cli_globals[];

/* The table of commands, until NULL. */
extern const struct cli_command *const cli_commands[];

extern const struct cli_command cli_init, cli_root_create, cli_root_sign,
    cli_product_add, cli_product_request, cli_product_install, cli_product_list,
    cli_product_show, cli_issue, cli_revoke, cli_crl, cli_export, cli_query,
    cli_show, cli_verify, cli_key_list, cli_key_show, cli_key_test,
    cli_key_split, cli_key_combine, cli_key_check_shares, cli_profile_list,
    cli_profile_show, cli_profile_check, cli_audit_log, cli_audit_verify,
    cli_audit_checkpoint, cli_audit_prove, cli_audit_verify_proof, cli_lint,
    cli_doctor, cli_backup, cli_restore, cli_settings_show, cli_settings_set,
    cli_ceremony_run, cli_completion, cli_help, cli_version;

/* The value of an option of this command, or NULL; was a flag given? */
const char *cli_text(const struct cli *cli, const char *name);
bool cli_flag(const struct cli *cli, const char *name);
const struct cli_value *cli_values(const struct cli *cli, const char *name);

/* What a file of the command line is called. */
const char *cli_name(const struct cli *cli, const char *path);

/* DEVCA_E_USAGE unless given. */
enum devca_code cli_need(struct cli *cli, const char *name);
/* DEVCA_E_USAGE with fault when one of names, until a NULL, is given. */
enum devca_code cli_refuse(struct cli *cli, const char *const *names,
                           const char *fault);
/* A whole number, or 0 when absent. */
enum devca_code cli_number(struct cli *cli, const char *name, int64_t *number);
/* --limit: 1 or more, or 0 when absent. */
enum devca_code cli_limit(struct cli *cli, int64_t *limit);
/* RFC 3339 or a date, or 0 when absent. */
enum devca_code cli_time(struct cli *cli, const char *name,
                         devca_seconds *seconds);
enum devca_code cli_fail(struct cli *cli, enum devca_code code,
                         const char *object, const char *fault);

/* Fills cli from the command line. DEVCA_E_USAGE; cli->command may be NULL
 * then. */
enum devca_code cli_parse(struct cli *cli, int count, char **words);

/* SIGINT, SIGTERM and SIGHUP end the program from now on; one that is ignored,
 * as nohup has it, stays so. Has one come while they ended it gently? */
bool cli_stop_at_once(struct cli *cli);
/* The first of them makes cli->wake readable from now on, a second one ends the
 * program at once. */
enum devca_code cli_stop_gently(struct cli *cli);

/* The store that is meant, open, its secrets known. */
enum devca_code cli_open(struct cli *cli, bool read_only, struct devca **devca);

/* The same for reading, of an older version too. */
enum devca_code cli_open_any(struct cli *cli, struct devca **devca);

/* Where a new store goes: --store, DEVCA_STORE, or .devca here. */
const char *cli_new_folder(const struct cli *cli);

/* DEVCA_E_USAGE where path is standard input and a secret comes from there. */
enum devca_code cli_check_input(struct cli *cli, const char *path);

/* A file named on the command line, for a command that may read but one thing
 * from standard input. */
enum devca_code cli_read(struct cli *cli, const char *path,
                         struct devca_content *content);

#endif
