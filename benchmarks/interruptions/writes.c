/* Loaded before everything else (LD_PRELOAD), it counts each call that changes a file or folder, and ends the
 * process at the n-th, writes half of it, or lets the disk be full from there on. Nothing else knows that a
 * write is being counted: not Python, not SQLite, not Arrow.
 *
 * Calls on sockets, pipes and devices are not counted. A call is counted before it is made: ending at call n
 * leaves what the first n - 1 made.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT = 0, END = 1, TEAR = 2, FULL = 3 };

static atomic_long calls;
static long at;
static int how;
static int armed;

/* Begin to count: at call n (from 1) do what is asked; 0 only counts. */
void interruptions_arm(int mode, long n) { how = mode; at = n; atomic_store(&calls, 0); armed = 1; }

long interruptions_counted(void) { armed = 0; return atomic_load(&calls); }

static void end(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* 1 when the call has to fail for want of space; does not return when the process ends here. */
static int full(int takes_space) {
    if (!armed) return 0;
    long n = atomic_fetch_add(&calls, 1) + 1;
    if (how == END && n == at) end();
    return how == FULL && takes_space && n >= at;
}

static int regular(int fd) {
    struct stat found;
    return armed && fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define NO_SPACE(value) do { errno = ENOSPC; return value; } while (0)

/* Half of the bytes, then the end. */
#define TORN(call) do { if (armed && how == TEAR && atomic_load(&calls) + 1 == at) { (void)!(call); end(); } } while (0)

ssize_t write(int fd, const void *from, size_t size) {
    REAL(write);
    if (regular(fd)) { TORN(real(fd, from, size / 2)); if (full(1)) NO_SPACE(-1); }
    return real(fd, from, size);
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t where) {
    REAL(pwrite);
    if (regular(fd)) { TORN(real(fd, from, size / 2, where)); if (full(1)) NO_SPACE(-1); }
    return real(fd, from, size, where);
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t where) {
    REAL(pwrite64);
    if (regular(fd)) { TORN(real(fd, from, size / 2, where)); if (full(1)) NO_SPACE(-1); }
    return real(fd, from, size, where);
}
ssize_t writev(int fd, const struct iovec *from, int number) {
    REAL(writev);
    if (regular(fd)) { TORN(real(fd, from, number / 2)); if (full(1)) NO_SPACE(-1); }
    return real(fd, from, number);
}
int fsync(int fd) { REAL(fsync); if (armed && full(1)) NO_SPACE(-1); return real(fd); }
int fdatasync(int fd) { REAL(fdatasync); if (armed && full(1)) NO_SPACE(-1); return real(fd); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); if (armed) full(0); return real(fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); if (armed) full(0); return real(fd, size); }
int rename(const char *from, const char *to) { REAL(rename); if (armed && full(1)) NO_SPACE(-1); return real(from, to); }
int renameat(int a, const char *from, int b, const char *to) {
    REAL(renameat); if (armed && full(1)) NO_SPACE(-1); return real(a, from, b, to);
}
int link(const char *from, const char *to) { REAL(link); if (armed && full(1)) NO_SPACE(-1); return real(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
    REAL(linkat); if (armed && full(1)) NO_SPACE(-1); return real(a, from, b, to, flags);
}
int symlink(const char *from, const char *to) { REAL(symlink); if (armed && full(1)) NO_SPACE(-1); return real(from, to); }
int unlink(const char *path) { REAL(unlink); if (armed) full(0); return real(path); }
int unlinkat(int at_folder, const char *path, int flags) { REAL(unlinkat); if (armed) full(0); return real(at_folder, path, flags); }
int rmdir(const char *path) { REAL(rmdir); if (armed) full(0); return real(path); }
int mkdir(const char *path, mode_t mode) { REAL(mkdir); if (armed && full(1)) NO_SPACE(-1); return real(path, mode); }
int mkdirat(int at_folder, const char *path, mode_t mode) {
    REAL(mkdirat); if (armed && full(1)) NO_SPACE(-1); return real(at_folder, path, mode);
}

#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
#define MAKES(flags) (armed && ((flags) & (O_CREAT | O_TRUNC)) && ((flags) & O_ACCMODE) != O_RDONLY)
int open(const char *path, int flags, ...) {
    REAL(open); MODE(flags); if (MAKES(flags) && full(1)) NO_SPACE(-1); return real(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    REAL(open64); MODE(flags); if (MAKES(flags) && full(1)) NO_SPACE(-1); return real(path, flags, mode);
}
int openat(int at_folder, const char *path, int flags, ...) {
    REAL(openat); MODE(flags); if (MAKES(flags) && full(1)) NO_SPACE(-1); return real(at_folder, path, flags, mode);
}
int openat64(int at_folder, const char *path, int flags, ...) {
    REAL(openat64); MODE(flags); if (MAKES(flags) && full(1)) NO_SPACE(-1); return real(at_folder, path, flags, mode);
}
