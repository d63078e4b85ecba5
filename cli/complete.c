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

static void put_options(const struct cli_command *command)
{
    const struct cli_option *option;

    for (option = command->options; option && option->name; option++)
        printf("--%s ", option->name);
    printf("--store --json --quiet --actor --help");
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
        put_options(*command);
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
    printf("--store --json --quiet --actor --help' ;;\n");
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
           "        --store) i=$((i + 1)) ;;\n"
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
           "    local words name word\n"
           "    local -a given\n"
           "    given=(${${(@)${(z)BUFFER}}[2,-1]})\n"
           "    name=()\n"
           "    for word in $given; do\n"
           "        [[ $word == -* ]] || name+=($word)\n"
           "    done\n"
           "    case \"$name[1] $name[2]\" in\n");
    put_cases();
    printf("    esac\n"
           "    compadd -- ${=words}\n"
           "    _files\n"
           "}\n"
           "compdef _devca devca\n");
}

static void fish_command(const struct cli_command *command)
{
    const struct cli_option *option;

    for (option = command->options; option && option->name; option++) {
        printf("complete -c devca -n '__fish_seen_subcommand_from %s",
               command->noun);
        if (command->verb)
            printf("; and __fish_seen_subcommand_from %s", command->verb);
        printf("' -l %s%s -d '%s'\n", option->name,
               option->argument ? " -r" : "", option->text);
    }
}

static void fish(void)
{
    const struct cli_command *const *command;

    for (command = cli_commands; *command; command++) {
        if (first_of_noun(command))
            printf("complete -c devca -n __fish_use_subcommand -a %s -d "
                   "'%s'\n",
                   (*command)->noun,
                   (*command)->verb ? "" : (*command)->summary);
        if ((*command)->verb)
            printf("complete -c devca -n '__fish_seen_subcommand_from %s' -a "
                   "%s -d '%s'\n",
                   (*command)->noun, (*command)->verb, (*command)->summary);
        fish_command(*command);
    }
    printf("complete -c devca -l store -r -d 'the store'\n"
           "complete -c devca -l actor -x -d 'who acts'\n"
           "complete -c devca -l json -d 'JSON'\n"
           "complete -c devca -l quiet -d 'errors only'\n");
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
