/* The command line, read by the table. */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct cli_option cli_globals[] = {
    {"store", "DIR", "the store", false},
    {"json", NULL, "JSON on standard output and error", false},
    {"quiet", NULL, "errors only", false},
    {"actor", "NAME", "who acts, for the journal; else user@host", false},
    {"help", NULL, "usage", false},
    CLI_END};

enum devca_code cli_fail(struct cli *cli, enum devca_code code,
                         const char *object, const char *fault)
{
    struct devca_error *error = &cli->error;

    memset(error, 0, sizeof *error);
    error->code = code;
    snprintf(error->object, sizeof error->object, "%s", object);
    snprintf(error->fault, sizeof error->fault, "%s", fault);
    return code;
}

static enum devca_code usage_hint(struct cli *cli)
{
    const struct cli_command *command = cli->command;

    snprintf(cli->error.hint, sizeof cli->error.hint, "devca help%s%s%s%s",
             command ? " " : "", command ? command->noun : "",
             command && command->verb ? " " : "",
             command && command->verb ? command->verb : "");
    return DEVCA_E_USAGE;
}

/* ---- finding ---- */

/* Edit distance, for a suggestion; words longer than 31 are not compared. */
static size_t distance(const char *a, const char *b)
{
    size_t row[32], i, j, diagonal, above, best;
    size_t length = strlen(b);

    if (strlen(a) > 31 || length > 31)
        return 99;
    for (j = 0; j <= length; j++)
        row[j] = j;
    for (i = 0; a[i]; i++) {
        diagonal = row[0];
        row[0] = i + 1;
        for (j = 1; j <= length; j++) {
            above = row[j];
            best = diagonal + (a[i] != b[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[length];
}

static void suggest(const struct cli_option *options, const char *word,
                    const char **nearest, size_t *best)
{
    for (; options && options->name; options++)
        if (distance(word, options->name) < *best) {
            *best = distance(word, options->name);
            *nearest = options->name;
        }
}

static enum devca_code unknown_option(struct cli *cli, const char *word)
{
    const char *nearest = NULL;
    size_t best = 4;

    cli_fail(cli, DEVCA_E_USAGE, word, "no such option");
    suggest(cli->command ? cli->command->options : NULL, word + 2, &nearest,
            &best);
    suggest(cli_globals, word + 2, &nearest, &best);
    if (!nearest)
        return usage_hint(cli);
    snprintf(cli->error.hint, sizeof cli->error.hint, "did you mean --%s?",
             nearest);
    return DEVCA_E_USAGE;
}

static enum devca_code unknown_command(struct cli *cli, const char *noun,
                                       const char *verb)
{
    const struct cli_command *const *command;
    const char *nearest = NULL;
    size_t best = 4, now;
    bool known = false;

    for (command = cli_commands; *command; command++) {
        known = known || strcmp((*command)->noun, noun) == 0;
        now = distance(noun, (*command)->noun);
        if (now < best) {
            best = now;
            nearest = (*command)->noun;
        }
    }
    cli_fail(cli, DEVCA_E_USAGE, known && verb ? verb : noun,
             known ? (verb ? "no such command" : "needs a further word")
                   : "no such command");
    if (known)
        snprintf(cli->error.hint, sizeof cli->error.hint, "devca help %s",
                 noun);
    else if (nearest)
        snprintf(cli->error.hint, sizeof cli->error.hint, "did you mean %s?",
                 nearest);
    else
        snprintf(cli->error.hint, sizeof cli->error.hint, "devca help");
    return DEVCA_E_USAGE;
}

static bool takes_verb(const char *noun)
{
    const struct cli_command *const *command;

    for (command = cli_commands; *command; command++)
        if (strcmp((*command)->noun, noun) == 0 && (*command)->verb)
            return true;
    return false;
}

static const struct cli_command *find_command(const char *noun,
                                              const char *verb)
{
    const struct cli_command *const *command;

    for (command = cli_commands; *command; command++)
        if (strcmp((*command)->noun, noun) == 0 &&
            (!(*command)->verb ||
             (verb && strcmp((*command)->verb, verb) == 0)))
            return *command;
    return NULL;
}

/* ---- options ---- */

static bool named(const struct cli_option *option, const char *word)
{
    size_t len = strlen(option->name);

    return strncmp(word, option->name, len) == 0 &&
           (word[len] == '\0' || word[len] == '=');
}

struct words {
    int count;
    char **list;
    int at;
};

/* The option's argument: after '=', or the next word. */
static enum devca_code argument_of(struct cli *cli, struct words *words,
                                   const struct cli_option *option,
                                   const char **text)
{
    char *word = words->list[words->at];
    char *equals = strchr(word, '=');

    *text = "";
    if (!option->argument) {
        if (equals) {
            cli_fail(cli, DEVCA_E_USAGE, word, "takes no value");
            return usage_hint(cli);
        }
        return DEVCA_OK;
    }
    if (equals) {
        *text = equals + 1;
        return DEVCA_OK;
    }
    if (words->at + 1 >= words->count) {
        cli_fail(cli, DEVCA_E_USAGE, word, "needs a value");
        return usage_hint(cli);
    }
    *text = words->list[++words->at];
    return DEVCA_OK;
}

static enum devca_code take_global(struct cli *cli, struct words *words,
                                   bool *taken)
{
    const char *word = words->list[words->at] + 2;
    const struct cli_option *option;
    const char *text;
    enum devca_code code;

    *taken = false;
    for (option = cli_globals; option->name; option++)
        if (named(option, word))
            break;
    if (!option->name)
        return DEVCA_OK;
    *taken = true;
    code = argument_of(cli, words, option, &text);
    if (code != DEVCA_OK)
        return code;
    if (strcmp(option->name, "store") == 0)
        cli->store = text;
    else if (strcmp(option->name, "actor") == 0)
        cli->actor = text;
    else if (strcmp(option->name, "json") == 0)
        cli->json = true;
    else if (strcmp(option->name, "quiet") == 0)
        cli->quiet = true;
    else
        cli->help = true;
    return DEVCA_OK;
}

static enum devca_code take_option(struct cli *cli, struct words *words)
{
    char *word = words->list[words->at];
    const struct cli_option *option;
    struct cli_value *value = cli->values;
    const char *text;
    enum devca_code code;

    for (option = cli->command->options; option && option->name;
         option++, value++)
        if (named(option, word + 2))
            break;
    if (!option || !option->name)
        return unknown_option(cli, word);
    if (value->count > 0 && !option->repeats) {
        cli_fail(cli, DEVCA_E_USAGE, word, "is given twice");
        return usage_hint(cli);
    }
    code = argument_of(cli, words, option, &text);
    if (code != DEVCA_OK)
        return code;
    if (value->count == CLI_REPEATS_MAX)
        return cli_fail(cli, DEVCA_E_USAGE, word, "is given too often");
    value->texts[value->count++] = text;
    return DEVCA_OK;
}

/* "-" alone is an argument: standard input or output. */
static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

static enum devca_code take_word(struct cli *cli, struct words *words,
                                 char **noun)
{
    char *word = words->list[words->at];

    if (!cli->command && !*noun) {
        cli->command = find_command(word, NULL);
        *noun = word;
        if (cli->command || takes_verb(word))
            return DEVCA_OK;
        return unknown_command(cli, word, NULL);
    }
    if (!cli->command) {
        cli->command = find_command(*noun, word);
        return cli->command ? DEVCA_OK : unknown_command(cli, *noun, word);
    }
    cli->arguments[cli->argument_count++] = word;
    return DEVCA_OK;
}

static enum devca_code check_arguments(struct cli *cli)
{
    const struct cli_command *command = cli->command;

    if (cli->argument_count < command->min_arguments) {
        cli_fail(cli, DEVCA_E_USAGE, command->synopsis,
                 "an argument is missing");
        return usage_hint(cli);
    }
    if (command->max_arguments >= 0 &&
        cli->argument_count > command->max_arguments) {
        cli_fail(cli, DEVCA_E_USAGE, cli->arguments[command->max_arguments],
                 "is one argument too many");
        return usage_hint(cli);
    }
    return DEVCA_OK;
}

static enum devca_code parse_word(struct cli *cli, struct words *words,
                                  char **noun, bool *only_arguments)
{
    char *word = words->list[words->at];
    bool taken;
    enum devca_code code;

    if (*only_arguments || !is_option(word))
        return take_word(cli, words, noun);
    if (strcmp(word, "--") == 0) {
        *only_arguments = true;
        return DEVCA_OK;
    }
    if (word[1] != '-')
        return unknown_option(cli, word);
    code = take_global(cli, words, &taken);
    if (code != DEVCA_OK || taken)
        return code;
    return cli->command ? take_option(cli, words) : unknown_option(cli, word);
}

enum devca_code cli_parse(struct cli *cli, int count, char **list)
{
    struct words words = {count, list, 1};
    bool only_arguments = false;
    char *noun = NULL;
    enum devca_code code = DEVCA_OK;

    for (; code == DEVCA_OK && words.at < count; words.at++)
        code = parse_word(cli, &words, &noun, &only_arguments);
    if (code != DEVCA_OK || cli->help)
        return code;
    if (!cli->command && noun)
        return unknown_command(cli, noun, NULL);
    return cli->command ? check_arguments(cli) : DEVCA_OK;
}

/* ---- asking ---- */

const struct cli_value *cli_values(const struct cli *cli, const char *name)
{
    const struct cli_option *option = cli->command->options;
    const struct cli_value *value = cli->values;

    for (; option && option->name; option++, value++)
        if (strcmp(option->name, name) == 0)
            return value;
    return NULL;
}

const char *cli_text(const struct cli *cli, const char *name)
{
    const struct cli_value *value = cli_values(cli, name);

    return value && value->count > 0 ? value->texts[0] : NULL;
}

bool cli_flag(const struct cli *cli, const char *name)
{
    return cli_text(cli, name) != NULL;
}

enum devca_code cli_need(struct cli *cli, const char *name)
{
    char option[64];

    if (cli_text(cli, name))
        return DEVCA_OK;
    snprintf(option, sizeof option, "--%s", name);
    cli_fail(cli, DEVCA_E_USAGE, option, "is missing");
    return usage_hint(cli);
}

enum devca_code cli_refuse(struct cli *cli, const char *const *names,
                           const char *fault)
{
    char option[64];

    for (; *names; names++)
        if (cli_flag(cli, *names)) {
            snprintf(option, sizeof option, "--%s", *names);
            cli_fail(cli, DEVCA_E_USAGE, option, fault);
            return usage_hint(cli);
        }
    return DEVCA_OK;
}

enum devca_code cli_number(struct cli *cli, const char *name, int64_t *number)
{
    const char *text = cli_text(cli, name);
    char option[64], *end;

    *number = 0;
    if (!text)
        return DEVCA_OK;
    snprintf(option, sizeof option, "--%s", name);
    if (text[0] < '0' || text[0] > '9' || strlen(text) > 18)
        return cli_fail(cli, DEVCA_E_USAGE, option, "is not a whole number");
    *number = strtoll(text, &end, 10);
    if (*end != '\0')
        return cli_fail(cli, DEVCA_E_USAGE, option, "is not a whole number");
    return DEVCA_OK;
}

enum devca_code cli_limit(struct cli *cli, int64_t *limit)
{
    enum devca_code code = cli_number(cli, "limit", limit);

    if (code == DEVCA_OK && cli_flag(cli, "limit") && *limit == 0)
        code = cli_fail(cli, DEVCA_E_USAGE, "--limit", "must be 1 or more");
    return code;
}

enum devca_code cli_time(struct cli *cli, const char *name,
                         devca_seconds *seconds)
{
    const char *text = cli_text(cli, name);
    char option[64];

    *seconds = 0;
    if (!text || devca_time_read(text, seconds))
        return DEVCA_OK;
    snprintf(option, sizeof option, "--%s", name);
    cli_fail(cli, DEVCA_E_USAGE, option, "is not a time");
    snprintf(cli->error.hint, sizeof cli->error.hint,
             "RFC 3339 (2030-01-01T00:00:00Z) or a date");
    return DEVCA_E_USAGE;
}
