/* A terminal for a command that asks. */
#ifndef TESTS_FAULTS_TERMINAL_H
#define TESTS_FAULTS_TERMINAL_H

/* This process gets a terminal of its own, on which every question that ends
 * with a colon and a space is answered with `answer`. */
void terminal_open(const char *answer);

#endif
