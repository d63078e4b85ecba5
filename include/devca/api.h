/* What the shared library exports. */
#ifndef DEVCA_API_H
#define DEVCA_API_H

#if defined(__GNUC__)
#define DEVCA_API __attribute__((visibility("default")))
#else
#define DEVCA_API
#endif

#endif
