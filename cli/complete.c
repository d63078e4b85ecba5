/* Completions for shells, from the table of commands. */
#include "print.h"

#include <stdio.h>
#include <string.h>

static bool first_of_noun(const struct cli_command *const *command)
{
    const struct cli_command *const *before;

    for (before = cli_commands; before < command; before++)
        if (strcmp((*before)->noun, (*command)->noun) == 0)
            return false;
    return true;
}

static void put_nouns(void)
{
    const struct cli_command *const *command;

    for (command = cli_commands; *command; command++)
        if (first_of_noun(command))
            printf("%s ", (*command)->noun);
}

static void put_verbs(const char *noun)
{
    const struct cli_command *const *command;

    for (command = cli_commands; *command; command++)
        if (strcmp((*command)->noun, noun) == 0 && (*command)->verb)
            printf("%s ", (*command)->verb);
}

static void put_names(const struct cli_option *option)
{
    for (; option && option->name; option++)
        printf("--%s ", option->name);
}

/* Options of all commands whose value is no command, as a pattern of both
 * shells. */
static void put_valued(void)
{
    const struct cli_option *option;
    const char *between = "";

    for (option = cli_globals; option->name; option++)
        if (option->argument) {
            printf("%s--%s", between, option->name);
            between = "|";
        }
}

/* The two words that name a command, as a case of both shells. */
static void put_cases(void)
{
    const struct cli_command *const *command;

    for (command = cli_commands; *command; command++) {
        if ((*command)->verb)
            printf("    '%s %s') words='", (*command)->noun, (*command)->verb);
        else
            printf("    '%s '*) words='", (*command)->noun);
        put_names((*command)->options);
        put_names(cli_globals);
        printf("' ;;\n");
    }
    for (command = cli_commands; *command; command++)
        if ((*command)->verb && first_of_noun(command)) {
            printf("    '%s '*) words='", (*command)->noun);
            put_verbs((*command)->noun);
            printf("' ;;\n");
        }
    printf("    *) words='");
    put_nouns();
    put_names(cli_globals);
    printf("' ;;\n");
}

static void bash(void)
{
    printf("_devca() {\n"
           "    local current words name word i\n"
           "    current=${COMP_WORDS[COMP_CWORD]}\n"
           "    name=\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        word=${COMP_WORDS[i]}\n"
           "        case $word in\n"
           "        ");
    put_valued();
    printf(")\n"
           "            i=$((i + 1))\n"
           "            [ \"${COMP_WORDS[i]}\" != = ] || i=$((i + 1)) ;;\n"
           "        -*) ;;\n"
           "        *) name=\"$name$word \" ;;\n"
           "        esac\n"
           "    done\n"
           "    set -- $name\n"
           "    case \"$1 $2\" in\n");
    put_cases();
    printf("    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "    if [ ${#COMPREPLY[@]} -eq 0 ]; then\n"
           "        COMPREPLY=($(compgen -f -- \"$current\"))\n"
           "    fi\n"
           "}\n"
           "complete -F _devca devca\n");
}

static void zsh(void)
{
    printf("#compdef devca\n"
           "_devca() {\n"
           "    local words i\n"
           "    local -a given name\n"
           "    given=(${${(@)${(z)BUFFER}}[2,-1]})\n"
           "    name=()\n"
           "    for ((i = 1; i <= $#given; i++)); do\n"
           "        case $given[i] in\n"
           "        ");
    put_valued();
    printf(") ((i++)) ;;\n"
           "        -*) ;;\n"
           "        *) name+=($given[i]) ;;\n"
           "        esac\n"
           "    done\n"
           "    case \"$name[1] $name[2]\" in\n");
    put_cases();
    printf("    esac\n"
           "    compadd -- ${=words}\n"
           "    _files\n"
           "}\n"
           "compdef _devca devca\n");
}

/* In single quotes, where fish reads a backslash before ' and itself alone. */
static void put_fish(const char *text)
{
    printf("'");
    for (; *text; text++)
        printf(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    printf("'");
}

static void fish_option(const struct cli_option *option)
{
    printf(" -l %s%s -d ", option->name, option->argument ? " -r" : "");
    put_fish(option->text);
    printf("\n");
}

static void fish_command(const struct cli_command *command)
{
    const struct cli_option *option;

    for (option = command->options; option && option->name; option++) {
        printf("complete -c devca -n '__fish_seen_subcommand_from %s",
               command->noun);
        if (command->verb)
            printf("; and __fish_seen_subcommand_from %s", command->verb);
        printf("'");
        fish_option(option);
    }
}

static void fish_words(const struct cli_command *command, bool first)
{
    if (first) {
        printf("complete -c devca -n __fish_use_subcommand -a %s -d ",
               command->noun);
        put_fish(command->verb ? "" : command->summary);
        printf("\n");
    }
    if (command->verb) {
        printf("complete -c devca -n '__fish_seen_subcommand_from %s' -a %s "
               "-d ",
               command->noun, command->verb);
        put_fish(command->summary);
        printf("\n");
    }
}

static void fish(void)
{
    const struct cli_command *const *command;
    const struct cli_option *option;

    for (command = cli_commands; *command; command++) {
        fish_words(*command, first_of_noun(command));
        fish_command(*command);
    }
    for (option = cli_globals; option->name; option++) {
        printf("complete -c devca");
        fish_option(option);
    }
}

struct shell {
    const char *name;
    void (*print)(void);
};

static const struct shell shells[] = {
    {"bash", bash}, {"zsh", zsh}, {"fish", fish}};

enum devca_code print_completion(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof shells / sizeof shells[0]; i++)
        if (strcmp(shells[i].name, name) == 0) {
            shells[i].print();
            return DEVCA_OK;
        }
    return DEVCA_E_USAGE;
}
