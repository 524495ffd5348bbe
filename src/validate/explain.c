/*
 * What libxml2 says of an XML file that does not follow its schema, in parts: which element, what was expected, what was
 * found, and a sentence in the language of the report that holds for all faults of that kind. What is not known here
 * stays as it was said.
 */
#include "validate/validate_int.h"

/* The rule between "Element 'x': " and the end: what it begins with, what stands behind the first value. */
struct rule {
    const char *begins;           /* the value found, if any, follows in quotes */
    const char *then;             /* what follows that value; what is expected stands behind it */
    const char *nb, *en;
};

static const struct rule rules[] = {
    {"This element is not expected.", "", "Elementet er ikke ventet her", "The element is not expected here"},
    {"Missing child element(s).", "", "Et underelement mangler", "An element is missing in it"},
    {"[facet 'pattern'] The value ", " is not accepted by the pattern ", "Verdien følger ikke mønsteret",
     "The value does not follow the pattern"},
    {"[facet 'enumeration'] The value ", " is not an element of the set ", "Verdien er ikke en av de tillatte",
     "The value is none of those allowed"},
    {"[facet 'minLength'] The value has a length of ", "; this underruns the allowed minimum length of ",
     "Verdien er for kort (antall tegn)", "The value is too short (characters)"},
    {"[facet 'maxLength'] The value has a length of ", "; this exceeds the allowed maximum length of ",
     "Verdien er for lang (antall tegn)", "The value is too long (characters)"},
    {"[facet 'minInclusive'] The value ", " is less than the minimum value allowed ", "Verdien er for liten",
     "The value is too small"},
    {"[facet 'maxInclusive'] The value ", " is greater than the maximum value allowed ", "Verdien er for stor",
     "The value is too large"},
    {"Character content other than whitespace is not allowed", NULL, "Her kan det ikke stå tekst, bare elementer",
     "Only elements may stand here, no text"},
    {"Character content is not allowed", NULL, "Elementet skal være tomt", "The element must be empty"},
    {"Element content is not allowed", NULL, "Her kan det bare stå en verdi, ikke elementer",
     "Only a value may stand here, no elements"},
    {"The attribute ", " is required but missing.", "Et attributt mangler", "An attribute is missing"},
    {"The attribute ", " is not allowed.", "Attributtet er ikke tillatt", "The attribute is not allowed"},
    {"The QName value ", " of the attribute ", "Typen finnes ikke i skjemaet", "The schema has no such type"},
    {"The type definition is abstract", NULL, "Elementet mangler xsi:type", "The element lacks xsi:type"},
    {"No matching global declaration available for the validation root", NULL,
     "Skjemaet har ikke dette rotelementet i dette navnerommet", "The schema has no such root element in this namespace"},
    {"No matching global element declaration available", NULL, "Skjemaet har ikke dette elementet",
     "The schema has no such element"},
    {"", " is not a valid value of ", "Verdien er ikke gyldig for typen", "The value is not valid for its type"},
};

/* The standard's namespaces only make messages long. */
static void without_namespaces(const char *text, char *out, size_t most)
{
    static const char standard[] = "{http://www.arkivverket.no/standarder/noark5/";
    size_t n = 0;
    for (const char *p = text; *p && n + 1 < most; p++) {
        const char *end = strncmp(p, standard, sizeof(standard) - 1) == 0 ? strchr(p, '}') : NULL;
        if (end)
            p = end;
        else
            out[n++] = *p;
    }
    out[n] = '\0';
}

static struct str trimmed(const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '(' || *from == '\''))
        from++;
    while (to > from && (to[-1] == ' ' || to[-1] == ')' || to[-1] == '.' || to[-1] == '\''))
        to--;
    return (struct str){from, (size_t)(to - from)};
}

/* "Element 'x', attribute 'y': …": the name, and where the rule begins; NULL when it is another message. */
static const char *take_element(const char *text, struct str *ret)
{
    static const char begin[] = "Element '";
    if (strncmp(text, begin, sizeof(begin) - 1) != 0)
        return NULL;
    const char *name = text + sizeof(begin) - 1, *end = strstr(name, "': ");
    if (!end)
        return NULL;
    *ret = (struct str){name, strcspn(name, "'")};
    return end + 3;
}

/* Expected elements stand in a sentence of their own. */
static struct str expected_elements(const char *rest)
{
    const char *list = strstr(rest, "Expected is ");
    const char *open = list ? strchr(list, '(') : NULL;
    return open ? trimmed(open, open + strlen(open)) : STR("");
}

/* "'xs:date'.", "the atomic type 'xs:date'." – types of the standard itself are
 * called as their element, and say no more than it. */
static struct str wanted(const char *rest)
{
    if (strstr(rest, " does not resolve"))
        return STR("");
    if (strncmp(rest, "the ", 4) != 0)
        return trimmed(rest, rest + strlen(rest));
    const char *type = strstr(rest, "'xs:");
    return type ? trimmed(type, type + strlen(type)) : STR("");
}

static bool fits(const struct rule *rule, const char *text, struct explained *ret)
{
    size_t n = strlen(rule->begins);
    if (strncmp(text, rule->begins, n) != 0)
        return false;
    const char *value = text + n;
    if (!rule->then)
        return true;
    if (!*rule->then) {
        ret->expected = expected_elements(value);
        return true;
    }
    const char *then = strstr(value, rule->then);
    if (!then)
        return false;
    ret->found = trimmed(value, then);
    ret->expected = wanted(then + strlen(rule->then));
    return true;
}

static void explain_rule(const char *text, bool nb, struct explained *ret)
{
    const char *rest = take_element(text, &ret->place);
    for (size_t i = 0; rest && i < COUNT_OF(rules); i++)
        if (fits(&rules[i], rest, ret)) {
            ret->sentence = str_of(nb ? rules[i].nb : rules[i].en);
            return;
        }
    ret->place = STR("");
}

void explain(const char *message, enum lang lang, struct explained *ret)
{
    ret->place = ret->expected = ret->found = ret->sentence = STR("");
    without_namespaces(message, ret->text, sizeof(ret->text));
    explain_rule(ret->text, lang == LANG_NB, ret);
    if (ret->sentence.n == 0)
        ret->sentence = ret->found = str_of(ret->text);
}

void explained_group(const struct explained *x, char *out, size_t n)
{
    if (x->place.n)
        (void)snprintf(out, n, "%.*s: %s", (int)x->place.n, x->place.p, x->sentence.p);
    else
        (void)snprintf(out, n, "%s", x->sentence.p);
}
