/* What a plan may say, held against the table of commands. */
#include "ceremony.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct ceremony_kind kinds[] = {
    {&cli_init, "init", false, {NULL}, {NULL}, NULL, false, {"org"}, NULL},
    {&cli_restore, "restore", false, {"0"}, {NULL}, NULL, false, {"0"}, NULL},
    {&cli_settings_show, NULL, true, {NULL}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_settings_set,
     "settings",
     true,
     {NULL},
     {NULL},
     NULL,
     false,
     {"org"},
     NULL},
    {&cli_root_create,
     "root create",
     false,
     {"profile"},
     {"out"},
     NULL,
     false,
     {"name"},
     NULL},
    {&cli_root_sign,
     "root sign",
     true,
     {"0", "profile"},
     {"out"},
     NULL,
     true,
     {NULL},
     "product"},
    {&cli_product_add,
     "product add",
     false,
     {"profile", "device-profile"},
     {"out"},
     NULL,
     false,
     {"0"},
     NULL},
    {&cli_product_request,
     "product request",
     true,
     {"profile", "device-profile"},
     {"out"},
     NULL,
     true,
     {"0"},
     NULL},
    {&cli_product_install,
     "product install",
     true,
     {"1", "anchor"},
     {NULL},
     NULL,
     false,
     {"0"},
     NULL},
    {&cli_product_list, NULL, true, {NULL}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_product_show, NULL, true, {NULL}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_issue,
     "issue",
     false,
     {"csr", "public-key", "profile"},
     {"out", "key-out"},
     "key-out",
     true,
     {"uid"},
     NULL},
    {&cli_revoke,
     "revoke",
     true,
     {NULL},
     {NULL},
     NULL,
     false,
     {"uid", "serial", "product"},
     NULL},
    {&cli_crl,
     "crl",
     true,
     {"profile"},
     {"out"},
     NULL,
     true,
     {"product", "root"},
     NULL},
    {&cli_export, NULL, true, {NULL}, {"out"}, NULL, true, {NULL}, NULL},
    {&cli_verify,
     NULL,
     true,
     {"*", "anchor", "crl"},
     {NULL},
     NULL,
     false,
     {NULL},
     NULL},
    {&cli_lint, NULL, true, {"0"}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_profile_check, NULL, true, {"0"}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_key_list, NULL, true, {NULL}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_key_show, NULL, true, {NULL}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_key_test, NULL, true, {NULL}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_key_split,
     "key export",
     true,
     {NULL},
     {"out"},
     "out",
     false,
     {"product", "root"},
     NULL},
    {&cli_key_combine, NULL, true, {NULL}, {"out"}, "out", false, {NULL}, NULL},
    {&cli_key_check_shares,
     NULL,
     true,
     {NULL},
     {NULL},
     NULL,
     false,
     {NULL},
     NULL},
    {&cli_backup, "backup", true, {NULL}, {"0"}, NULL, false, {"0"}, NULL},
    {&cli_doctor, NULL, true, {NULL}, {NULL}, NULL, false, {NULL}, NULL},
    {&cli_audit_verify,
     NULL,
     true,
     {"checkpoint"},
     {NULL},
     NULL,
     false,
     {NULL},
     NULL},
    {&cli_audit_checkpoint,
     NULL,
     true,
     {NULL},
     {"out"},
     NULL,
     true,
     {NULL},
     NULL},
    {&cli_version, NULL, true, {NULL}, {NULL}, NULL, false, {NULL}, NULL}};

/* A ceremony replaces nothing, rehearses on its own, and has no lists. */
static const char *const barred[] = {"force",   "dry-run",       "batch",
                                     "results", "stop-on-error", "jobs"};

/* ---- finding ---- */

static bool is_named(const struct cli_command *command, const char *name)
{
    size_t noun = strlen(command->noun);

    if (strncmp(name, command->noun, noun) != 0)
        return false;
    if (!command->verb)
        return name[noun] == '\0';
    return name[noun] == ' ' && strcmp(name + noun + 1, command->verb) == 0;
}

static const struct ceremony_kind *find_kind(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (is_named(kinds[i].command, name))
            return &kinds[i];
    return NULL;
}

static const struct cli_option *find_option(const struct cli_command *command,
                                            const char *name)
{
    const struct cli_option *option = command->options;

    for (; option && option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

bool ceremony_takes(const struct ceremony_kind *kind, const char *option)
{
    return find_option(kind->command, option) != NULL;
}

void ceremony_set(struct ceremony_step *step, const char *option,
                  const char *value)
{
    struct cli_value *place =
        &step->cli.values[find_option(step->kind->command, option) -
                          step->kind->command->options];

    place->texts[0] = value;
    place->count = 1;
}

void ceremony_prepare(const struct cli *cli, const struct devca_plan *plan,
                      size_t index, struct ceremony_step *step)
{
    size_t i;

    memset(step, 0, sizeof *step);
    step->plan = &plan->steps[index];
    step->kind = find_kind(step->plan->command);
    step->cli.command = step->kind->command;
    step->cli.store = plan->store ? plan->store : cli->store;
    step->cli.actor = plan->actor ? plan->actor : cli->actor;
    step->cli.json = true;
    step->cli.arguments = step->plan->arguments;
    step->cli.argument_count = (int)step->plan->argument_count;
    for (i = 0; i < step->plan->option_count; i++)
        if (ceremony_takes(step->kind, step->plan->options[i].name))
            ceremony_set(step, step->plan->options[i].name,
                         step->plan->options[i].value);
}

/* ---- files ---- */

/* A profile is a shipped one's name, or a file's. */
static bool is_path(const char *key, const char *value)
{
    size_t len = strlen(value);

    return !strstr(key, "profile") || strchr(value, '/') ||
           (len > 5 && strcmp(value + len - 5, ".json") == 0);
}

static enum devca_code visit(const struct ceremony_step *step, const char *key,
                             ceremony_file_each *each, void *context)
{
    struct ceremony_file file = {.key = key, .argument = true};
    int count = step->cli.argument_count, from = 0, to = count, i;
    const char *secret = step->kind->secret;
    enum devca_code code = DEVCA_OK;
    char number[12];

    file.secret = secret && strcmp(secret, key) == 0;
    if (key[0] != '*' && (key[0] < '0' || key[0] > '9')) {
        file.argument = false;
        file.path = cli_text(&step->cli, key);
        return file.path && is_path(key, file.path) ? each(&file, context)
                                                    : DEVCA_OK;
    }
    if (key[0] != '*') {
        from = key[0] - '0';
        to = from < count ? from + 1 : from;
    }
    for (i = from; code == DEVCA_OK && i < to; i++) {
        snprintf(number, sizeof number, "%d", i);
        file.key = number;
        file.path = step->cli.arguments[i];
        code = each(&file, context);
    }
    return code;
}

enum devca_code ceremony_files(const struct ceremony_step *step, bool made,
                               ceremony_file_each *each, void *context)
{
    const char *const *keys = made ? step->kind->makes : step->kind->reads;
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < CEREMONY_FILES && keys[i]; i++)
        code = visit(step, keys[i], each, context);
    return code;
}

/* ---- checking ---- */

struct check {
    struct cli *cli;
    const struct devca_plan *plan;
    size_t index;
    const struct ceremony_file *file; /* that is looked for */
    bool found;
};

static enum devca_code refuse(const struct check *check, const char *member,
                              const char *key, const char *fault)
{
    struct devca_plan_place place = {check->index, member, key};

    return devca_plan_refuse(check->plan, &place, fault, &check->cli->error);
}

static enum devca_code check_option(const struct check *check,
                                    const struct ceremony_kind *kind,
                                    const struct devca_plan_pair *pair)
{
    const struct cli_option *option = find_option(kind->command, pair->name);
    size_t i;

    if (!option)
        return refuse(check, "options", pair->name,
                      "is no option of this command");
    for (i = 0; i < sizeof barred / sizeof barred[0]; i++)
        if (strcmp(barred[i], pair->name) == 0)
            return refuse(check, "options", pair->name, "is not for a plan");
    if (option->argument && pair->value[0] == '\0')
        return refuse(check, "options", pair->name, "needs a value, not true");
    if (!option->argument && pair->value[0] != '\0')
        return refuse(check, "options", pair->name,
                      "takes no value: true, or left out");
    return DEVCA_OK;
}

static enum devca_code check_words(const struct check *check,
                                   const struct ceremony_kind *kind)
{
    const struct devca_plan_step *step = &check->plan->steps[check->index];
    const struct cli_command *command = kind->command;
    enum devca_code code = DEVCA_OK;
    size_t i;

    if (step->argument_count < (size_t)command->min_arguments)
        return refuse(check, "arguments", NULL, "has too few for this command");
    if (command->max_arguments >= 0 &&
        step->argument_count > (size_t)command->max_arguments)
        return refuse(check, "arguments", NULL,
                      "has too many for this command");
    for (i = 0; code == DEVCA_OK && i < step->option_count; i++)
        code = check_option(check, kind, &step->options[i]);
    return code;
}

/* The very file, or one in a folder of shares. */
static enum devca_code compare_made(const struct ceremony_file *made,
                                    void *context)
{
    struct check *check = context;
    size_t len = strlen(made->path);

    if (strncmp(made->path, check->file->path, len) == 0 &&
        (check->file->path[len] == '\0' || check->file->path[len] == '/'))
        check->found = true;
    return DEVCA_OK;
}

static bool is_input(const struct devca_plan *plan, const char *path)
{
    size_t i;

    for (i = 0; i < plan->input_count; i++)
        if (strcmp(plan->inputs[i].path, path) == 0)
            return true;
    return false;
}

static bool is_made_before(struct check *check,
                           const struct ceremony_file *file)
{
    struct ceremony_step step;
    size_t i;

    check->file = file;
    check->found = false;
    for (i = 0; i < check->index && !check->found; i++) {
        ceremony_prepare(check->cli, check->plan, i, &step);
        (void)ceremony_files(&step, true, compare_made, check);
    }
    return check->found;
}

static enum devca_code check_path(const struct check *check,
                                  const struct ceremony_file *file,
                                  const char *fault)
{
    return refuse(check, file->argument ? "arguments" : "options", file->key,
                  fault);
}

static enum devca_code check_read(const struct ceremony_file *file,
                                  void *context)
{
    struct check *check = context;

    if (is_input(check->plan, file->path) || is_made_before(check, file))
        return DEVCA_OK;
    return check_path(check, file,
                      "is read, but its SHA-256 does not stand in /inputs and "
                      "no earlier step makes it");
}

static enum devca_code check_made(const struct ceremony_file *file,
                                  void *context)
{
    struct check *check = context;

    if (strcmp(file->path, "-") == 0)
        return check_path(check, file, "must be a file");
    if (is_input(check->plan, file->path) || is_made_before(check, file))
        return check_path(check, file,
                          "is an input, or made by an earlier step");
    return DEVCA_OK;
}

static enum devca_code check_step(struct check *check)
{
    const struct devca_plan_step *plan = &check->plan->steps[check->index];
    const struct ceremony_kind *kind = find_kind(plan->command);
    struct ceremony_step step;
    enum devca_code code;

    if (!kind)
        return refuse(check, "run", NULL,
                      "is no command, or none for a ceremony");
    code = check_words(check, kind);
    if (code != DEVCA_OK)
        return code;
    ceremony_prepare(check->cli, check->plan, check->index, &step);
    if (kind->needs_out && !cli_flag(&step.cli, "out"))
        return refuse(check, "options", "out",
                      "is missing: what is made goes "
                      "to a file");
    code = ceremony_files(&step, false, check_read, check);
    if (code == DEVCA_OK)
        code = ceremony_files(&step, true, check_made, check);
    return code;
}

enum devca_code ceremony_check(struct cli *cli, const struct devca_plan *plan)
{
    struct check check = {.cli = cli, .plan = plan};
    enum devca_code code = DEVCA_OK;

    for (; code == DEVCA_OK && check.index < plan->step_count; check.index++)
        code = check_step(&check);
    return code;
}
