// The distribution's libraries are not built for ThreadSanitizer: it sees what they do through its interceptors (free,
// memcpy, …) but not all of how they synchronise their own threads. What remains checked is this project's code.
//
// "race:librdkafka" hides whatever has it in a stack, and rebalances run inside its poll. With race_top instead, the
// tests of the network and of queries showed only races within librdkafka, and librdkafka freeing, once the last
// message of a response is gone, what we had read of it: it counts references with atomics that are not seen here.
//
// librdkafka uses C11 threads, which have no interceptors: a thread that ThreadSanitizer has not seen begin crashes it,
// and a lock it does not see orders nothing. Here they are made of POSIX threads, as glibc's own are.
#if defined(__SANITIZE_THREAD__)

#include <errno.h>
#include <pthread.h>
#include <threads.h>

#include <memory>

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) && sizeof(cnd_t) == sizeof(pthread_cond_t));

namespace {

struct Start {
    thrd_start_t function;
    void* argument;
};

void* run(void* opaque) {
    const std::unique_ptr<Start> start(static_cast<Start*>(opaque));
    start->function(start->argument);
    return nullptr;
}

int result_of(int error) {
    if (error == 0) return thrd_success;
    if (error == EBUSY) return thrd_busy;
    return error == ETIMEDOUT ? thrd_timedout : thrd_error;
}

pthread_mutex_t* posix(mtx_t* mutex) {
    return reinterpret_cast<pthread_mutex_t*>(mutex);
}
pthread_cond_t* posix(cnd_t* condition) {
    return reinterpret_cast<pthread_cond_t*>(condition);
}

}  // namespace

extern "C" {

const char* __tsan_default_suppressions();
const char* __tsan_default_suppressions() {
    return "called_from_lib:librocksdb\n"
           "race:librocksdb\n"
           "mutex:StoreMemory::StoreMemory\n"
           "race:librdkafka\n";
}

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
    auto start = std::make_unique<Start>(Start{function, argument});
    const int result = result_of(pthread_create(thread, nullptr, run, start.get()));
    if (result == thrd_success) (void)start.release();
    return result;
}
int thrd_join(thrd_t thread, int* result) {
    if (result != nullptr) *result = 0;
    return result_of(pthread_join(thread, nullptr));
}
int mtx_init(mtx_t* mutex, int type) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if ((type & mtx_recursive) != 0) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    return result_of(pthread_mutex_init(posix(mutex), &attributes));
}
void mtx_destroy(mtx_t* mutex) {
    pthread_mutex_destroy(posix(mutex));
}
int mtx_lock(mtx_t* mutex) {
    return result_of(pthread_mutex_lock(posix(mutex)));
}
int mtx_trylock(mtx_t* mutex) {
    return result_of(pthread_mutex_trylock(posix(mutex)));
}
int mtx_unlock(mtx_t* mutex) {
    return result_of(pthread_mutex_unlock(posix(mutex)));
}
int cnd_init(cnd_t* condition) {
    return result_of(pthread_cond_init(posix(condition), nullptr));
}
void cnd_destroy(cnd_t* condition) {
    pthread_cond_destroy(posix(condition));
}
int cnd_signal(cnd_t* condition) {
    return result_of(pthread_cond_signal(posix(condition)));
}
int cnd_broadcast(cnd_t* condition) {
    return result_of(pthread_cond_broadcast(posix(condition)));
}
int cnd_wait(cnd_t* condition, mtx_t* mutex) {
    return result_of(pthread_cond_wait(posix(condition), posix(mutex)));
}
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
    return result_of(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}

}  // extern "C"

#endif
