#include "devca/base/registers.h"

/* Every vector register belongs to the callee by both ABIs, but for the lower
 * halves of AArch64's v8 to v15, which the compiler keeps when it is told. */
#if defined(__x86_64__)

static void wipe_sse(void)
{
    __asm__ volatile("pxor %%xmm0, %%xmm0\n\tpxor %%xmm1, %%xmm1\n\t"
                     "pxor %%xmm2, %%xmm2\n\tpxor %%xmm3, %%xmm3\n\t"
                     "pxor %%xmm4, %%xmm4\n\tpxor %%xmm5, %%xmm5\n\t"
                     "pxor %%xmm6, %%xmm6\n\tpxor %%xmm7, %%xmm7\n\t"
                     "pxor %%xmm8, %%xmm8\n\tpxor %%xmm9, %%xmm9\n\t"
                     "pxor %%xmm10, %%xmm10\n\tpxor %%xmm11, %%xmm11\n\t"
                     "pxor %%xmm12, %%xmm12\n\tpxor %%xmm13, %%xmm13\n\t"
                     "pxor %%xmm14, %%xmm14\n\tpxor %%xmm15, %%xmm15" ::
                         : "memory");
}

#define CLEAR_ZMM(n) "vpxord %%zmm" #n ", %%zmm" #n ", %%zmm" #n "\n\t"

static void wipe_avx512(void)
{
    __asm__ volatile(CLEAR_ZMM(16) CLEAR_ZMM(17) CLEAR_ZMM(18) CLEAR_ZMM(19)
                         CLEAR_ZMM(20) CLEAR_ZMM(21) CLEAR_ZMM(22) CLEAR_ZMM(23)
                             CLEAR_ZMM(24) CLEAR_ZMM(25) CLEAR_ZMM(26)
                                 CLEAR_ZMM(27) CLEAR_ZMM(28) CLEAR_ZMM(29)
                                     CLEAR_ZMM(30) CLEAR_ZMM(31)::
                                         : "memory");
}

__attribute__((noinline)) void wipe_registers(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        wipe_avx512();
    if (__builtin_cpu_supports("avx"))
        __asm__ volatile("vzeroall" ::: "memory");
    else
        wipe_sse();
}

#elif defined(__aarch64__)

#define CLEAR_V(n) "movi v" #n ".2d, #0\n\t"

__attribute__((noinline)) void wipe_registers(void)
{
    __asm__ volatile(CLEAR_V(0) CLEAR_V(1) CLEAR_V(2) CLEAR_V(3) CLEAR_V(4)
                         CLEAR_V(5) CLEAR_V(6) CLEAR_V(7) CLEAR_V(8) CLEAR_V(9)
                             CLEAR_V(10) CLEAR_V(11) CLEAR_V(12) CLEAR_V(13)
                                 CLEAR_V(14) CLEAR_V(15)::
                                     : "memory", "v8", "v9", "v10", "v11",
                                       "v12", "v13", "v14", "v15");
    __asm__ volatile(CLEAR_V(16) CLEAR_V(17) CLEAR_V(18) CLEAR_V(19) CLEAR_V(20)
                         CLEAR_V(21) CLEAR_V(22) CLEAR_V(23) CLEAR_V(24)
                             CLEAR_V(25) CLEAR_V(26) CLEAR_V(27) CLEAR_V(28)
                                 CLEAR_V(29) CLEAR_V(30) CLEAR_V(31)::
                                     : "memory");
}

#else

void wipe_registers(void)
{
}

#endif
