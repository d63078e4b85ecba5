#include "ways.h"

#include <stdlib.h>

/* Of all commands together; never full. */
static uint64_t met[1u << 18];
#define MET (sizeof met / sizeof met[0])

static bool is_new(uint64_t way)
{
    size_t i = way % MET, turns;

    for (turns = 0; turns < MET; turns++, i = (i + 1) % MET) {
        if (met[i] == way)
            return false;
        if (met[i] == 0)
            break;
    }
    if (met[i] != 0)
        abort();
    met[i] = way;
    return true;
}

static int by_way(const void *left, const void *right, void *context)
{
    const struct fault_ways *ways = context;
    unsigned long a = *(const unsigned long *)left;
    unsigned long b = *(const unsigned long *)right;

    if (ways->of[a - 1] != ways->of[b - 1])
        return ways->of[a - 1] < ways->of[b - 1] ? -1 : 1;
    return a < b ? -1 : a > b;
}

unsigned long *ways_due(struct fault_ways *ways, unsigned long count, bool anew)
{
    unsigned long *numbers = calloc(count + 1, sizeof *numbers);
    unsigned long i, kept = 0;
    uint64_t before = 0;

    if (numbers == NULL)
        return NULL;
    for (i = 0; i < count; i++)
        numbers[i] = i + 1;
    qsort_r(numbers, count, sizeof *numbers, by_way, ways);
    for (i = 0; i < count; i++) {
        uint64_t way = ways->of[numbers[i] - 1];
        bool is_first = i == 0 || way != before;
        bool is_last = i + 1 == count || way != ways->of[numbers[i + 1] - 1];

        before = way;
        if (anew ? is_first && is_new(way) : is_first || is_last)
            numbers[kept++] = numbers[i];
    }
    numbers[kept] = 0;
    return numbers;
}
