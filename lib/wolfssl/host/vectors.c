#include "user_settings.h"

#ifdef RESTORE_VECTOR_REGISTERS
#include <immintrin.h>

__attribute__((target("avx"))) static void clear_upper_halves(void)
{
    _mm256_zeroupper();
}

void devca_vectors_done(void)
{
    if (__builtin_cpu_supports("avx2"))
        clear_upper_halves();
}
#endif
