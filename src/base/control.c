/* Numbers whose last digits follow from the others, by modulus 11. */
#include "base/base.h"
#include "base/base_int.h"

static bool all_digits(struct str s, size_t n)
{
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return true;
}

/* The weighted sum, control digit included, is a multiple of 11. */
static bool mod11(struct str s, const int *weights, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (s.p[i] - '0') * weights[i];
    return sum % 11 == 0;
}

bool org_number_valid(struct str s)
{
    static const int weights[] = {3, 2, 7, 6, 5, 4, 3, 2, 1};
    return all_digits(s, 9) && mod11(s, weights, 9);
}

static int pair(struct str s, size_t at)
{
    return (s.p[at] - '0') * 10 + s.p[at + 1] - '0';
}

bool national_id_valid(struct str s)
{
    static const int first[] = {3, 7, 6, 1, 8, 9, 4, 5, 2, 1}, second[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
    if (!all_digits(s, 11) || !mod11(s, first, 10) || !mod11(s, second, 11))
        return false;
    int day = pair(s, 0), month = pair(s, 2);
    day -= day > 40 ? 40 : 0;
    month -= month > 80 ? 80 : month > 65 ? 65 : month > 40 ? 40 : 0;
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/* Between the digits may stand what people write there: "010203 12345", "01.02.03-12345". */
bool national_id_in(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char digits[12];
        size_t n = 0, at = i;
        if (!is_digit(s.p[i]) || (i > 0 && is_digit(s.p[i - 1])))
            continue;
        for (; at < s.n && n < 11; at++) {
            if (is_digit(s.p[at]))
                digits[n++] = s.p[at];
            else if (s.p[at] != ' ' && s.p[at] != '.' && s.p[at] != '-')
                break;
        }
        if (n == 11 && (at == s.n || !is_digit(s.p[at])) && national_id_valid((struct str){digits, 11}))
            return true;
    }
    return false;
}
