/* issue --batch, behind the command `issue`. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "command.h"

enum devca_code cli_issue_batch(struct cli *cli);

#endif
