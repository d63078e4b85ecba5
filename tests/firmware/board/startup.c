/* From reset to main(), and every fault to an exit that says so. */
#include "semihost.h"

#include <stdint.h>

/* Made by the linker script. */
extern uint32_t image_data_start[];
extern uint32_t image_data_end[];
extern uint32_t image_data_load[];
extern uint32_t image_bss_start[];
extern uint32_t image_bss_end[];
extern uint32_t image_stack_top[];

int main(void);
void reset_handler(void);
void fault_handler(void);

void reset_handler(void)
{
    const uint32_t *from = image_data_load;

    for (uint32_t *to = image_data_start; to < image_data_end; to++)
        *to = *from++;
    for (uint32_t *to = image_bss_start; to < image_bss_end; to++)
        *to = 0;
    semihost_exit(main());
}

void fault_handler(void)
{
    semihost_write("fault\n");
    semihost_exit(1);
}

/* ARMv6-M and ARMv7-M: the stack, reset, and fifteen system exceptions. */
typedef void handler(void);
struct vectors {
    uint32_t *stack;
    handler *handlers[15];
};

__attribute__((section(".vectors"), used)) static const struct vectors table = {
    image_stack_top,
    {reset_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler}};
