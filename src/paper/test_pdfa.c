#include "paper/test_pdfa.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

#define JARS "/usr/share/java/"
static const char class_path[] =
    JARS "preflight.jar:" JARS "pdfbox2.jar:" JARS "pdfbox2-tools.jar:" JARS "xmpbox.jar:" JARS "fontbox2.jar:" JARS
         "commons-logging.jar:" JARS "commons-io.jar:" JARS "javax.activation.jar:" JARS "jaxb-api.jar";

static int preflight(char *file)
{
    char java[] = "java", cp[] = "-cp", path[sizeof(class_path)], validator[] = "org.apache.pdfbox.preflight.Validator_A1b";
    char *argv[] = {java, cp, path, validator, file, NULL};
    char *const none[] = {NULL};
    pid_t pid;
    int status = 0;
    memcpy(path, class_path, sizeof(path));
    assert_int_equal(posix_spawnp(&pid, "java", NULL, NULL, argv, none), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

void assert_pdfa(struct str pdf)
{
    char file[] = "/tmp/test_pdfa.XXXXXX";
    if (access(JARS "preflight.jar", R_OK) != 0 || access("/usr/bin/java", X_OK) != 0)
        skip();
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pdf.p, pdf.n), (ssize_t)pdf.n);
    assert_int_equal(close(fd), 0);
    int status = preflight(file);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(status, 0);
}
