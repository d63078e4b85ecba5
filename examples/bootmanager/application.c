/* An application to start: it says so. */
#include "board/semihost.h"

int main(void);

int main(void)
{
    semihost_write("application: running\n");
    return 0;
}
