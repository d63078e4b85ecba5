/* Output and end of an image under QEMU, by ARM semihosting. */
#ifndef TEST_SEMIHOST_H
#define TEST_SEMIHOST_H

#include <stdint.h>

void semihost_write(const char *text);
void semihost_write_number(uint32_t number);

/* Ends the run: status 0 is success. */
void semihost_exit(int status) __attribute__((noreturn));

#endif
