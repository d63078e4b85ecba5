/* The files of a set of shares, in the folder of their own. */
#ifndef CLI_SHARE_H
#define CLI_SHARE_H

#include "command.h"

/* DEVCA_E_USAGE when path has no room for it. */
enum devca_code cli_share_path(struct cli *cli, const char *folder, int index,
                               int count, char path[4096]);

/* How many of a set of count are there, of the first `upto`? */
int cli_shares_there(struct cli *cli, const char *folder, int upto, int count);

/* Removes the shares from the first to the one at `upto`, of a set of count
 * that nobody holds, as far as they are there. */
void cli_shares_remove(struct cli *cli, const char *folder, int upto,
                       int count);

#endif
