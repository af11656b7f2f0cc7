/* timed_read [-d] [-l LENGTH] < PATHS: opens each file of a list and reads it, as plainly as a program can, and prints the
   seconds of open(2), the seconds of reading, and the bytes. The floor that everything else is measured against.
   -d  first asks the kernel to forget the files' pages (they must be clean)
   -l  reads this many bytes of each file, in one pread(2): a header */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int count, char **words) {
    int forget = 0, option;
    size_t length = 0, capacity = 0, files = 0, size = 1 << 17;
    while ((option = getopt(count, words, "dl:")) != -1) {
        if (option == 'd') forget = 1;
        else if (option == 'l') length = strtoul(optarg, NULL, 10);
        else return 64;
    }
    char **paths = NULL, *line = NULL;
    size_t room = 0;
    ssize_t got;
    while ((got = getline(&line, &room, stdin)) > 0) {
        if (line[got - 1] == '\n') line[got - 1] = 0;
        if (files == capacity) paths = realloc(paths, (capacity = capacity ? capacity * 2 : 1024) * sizeof *paths);
        paths[files++] = strdup(line);
    }
    if (length > size) size = length;
    char *buffer = aligned_alloc(4096, (size + 4095) / 4096 * 4096);
    if (forget)
        for (size_t i = 0; i < files; i++) {
            int file = open(paths[i], O_RDONLY);
            if (file < 0) { perror(paths[i]); return 66; }
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
            close(file);
        }
    double opening = 0, reading = 0;
    unsigned long long bytes = 0;
    for (size_t i = 0; i < files; i++) {
        double start = now();
        int file = open(paths[i], O_RDONLY);
        double opened = now();
        if (file < 0) { perror(paths[i]); return 66; }
        if (length) {
            got = pread(file, buffer, length, 0);
            bytes += got > 0 ? got : 0;
        } else
            while ((got = read(file, buffer, 1 << 17)) > 0) bytes += got;
        if (got < 0) { perror(paths[i]); return 74; }
        double done = now();
        close(file);
        opening += opened - start;
        reading += done - opened;
    }
    printf("%.6f %.6f %llu\n", opening, reading, bytes);
    return 0;
}
