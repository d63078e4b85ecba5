/* A visit of the doctor, behind the commands `doctor` and `restore`. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "command.h"

#include <devca/doctor.h>

/* Visits request->folder and prints the findings and their count.
 * DEVCA_E_FINDINGS when there is a fault. */
enum devca_code cli_visit(struct cli *cli,
                          const struct devca_doctor_request *request);

#endif
