// The distribution's RocksDB is not built for ThreadSanitizer, which so cannot see how it synchronises its own threads,
// nor the publication of a memtable's entries to readers. What remains checked is this project's code around it.
#if defined(__SANITIZE_THREAD__)

extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
    return "called_from_lib:librocksdb\n"
           "race:librocksdb\n"
           "mutex:StoreMemory::StoreMemory\n";
}

#endif
