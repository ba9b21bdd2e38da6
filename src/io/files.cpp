#include "io/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace tangram::io {
namespace {

namespace fs = std::filesystem;

Error system_failure(std::string_view what, const fs::path& path) {
    const int number = errno;
    return {number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInvalidInput,
            fmt::format("{}: {}", what, std::generic_category().message(number)), path.string()};
}

// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool good() const { return number_ >= 0; }
    bool close() { return ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

// Removes the file it names unless told to keep it.
class Temporary {
public:
    explicit Temporary(std::string path) : path_(std::move(path)) {}
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    ~Temporary() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    [[nodiscard]] const std::string& path() const { return path_; }
    void keep() { path_.clear(); }

private:
    std::string path_;
};

bool write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// A new file beside `target` that nobody else has; its name goes to `path`. The user's mask decides
// on its permissions, as on any new file's.
int create_beside(const fs::path& target, std::string& path) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        path = fmt::format("{}.{}-{}.tmp", target.string(), ::getpid(), attempt);
        const int number = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (number >= 0 || errno != EEXIST) return number;
    }
    return -1;
}

// True if there was none to copy.
bool copy_permissions(const fs::path& from, int to) {
    struct stat status{};
    return ::stat(from.c_str(), &status) != 0 || ::fchmod(to, status.st_mode & 07777) == 0;
}

void flush_folder(const fs::path& folder) {
    // Best effort: some file systems refuse to flush a folder, and the rename has happened.
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.good()) ::fsync(descriptor.number());
}

// A device or a pipe has no place for a temporary file, and nothing to keep intact.
Result<void> write_directly(const fs::path& path, std::string_view content) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.good() || !write_all(file.number(), content) || !file.close()) {
        return system_failure("cannot write", path);
    }
    return {};
}

Error too_long(const fs::path& path, std::uint64_t bytes_max) {
    return invalid_input(fmt::format("the file is too long: at most {} bytes are read", bytes_max),
                         path.string());
}

constexpr std::size_t kChunk = 1 << 16;

}  // namespace

Result<std::string> read_file(const fs::path& path, std::uint64_t bytes_max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.good()) return system_failure("cannot open the file", path);
    struct stat status{};
    if (::fstat(file.number(), &status) != 0) return system_failure("cannot read the file", path);
    if (S_ISDIR(status.st_mode)) return invalid_input("this is a folder", path.string());
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > bytes_max) return too_long(path, bytes_max);

    // A pipe has no size: read until it ends. One byte more than the size sees the end at once.
    std::string content(std::max<std::size_t>(size + 1, kChunk), '\0');
    std::size_t filled = 0;
    while (true) {
        const ssize_t got = ::read(file.number(), content.data() + filled, content.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure("cannot read the file", path);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
        if (filled > bytes_max) return too_long(path, bytes_max);
        if (filled == content.size()) content.resize(2 * filled);
    }
    content.resize(filled);
    if (content.empty()) return invalid_input("the file is empty", path.string());
    return content;
}

Result<void> write_file_atomically(const fs::path& path, std::string_view content) {
    std::error_code fault;
    const fs::path followed =
        fs::is_symlink(path, fault) ? fs::weakly_canonical(path, fault) : path;
    const fs::path target = fault || followed.empty() ? path : followed;
    if (fs::is_directory(target, fault)) return invalid_input("this is a folder", path.string());
    if (fs::exists(target, fault) && !fs::is_regular_file(target, fault)) {
        return write_directly(target, content);
    }
    std::string name;
    Descriptor file(create_beside(target, name));
    if (!file.good()) return system_failure("cannot write here", path);
    Temporary temporary(name);

    const bool written = copy_permissions(target, file.number()) &&
                         write_all(file.number(), content) && ::fsync(file.number()) == 0 &&
                         file.close();
    if (!written || ::rename(temporary.path().c_str(), target.c_str()) != 0) {
        return system_failure("cannot write the file", path);
    }
    temporary.keep();
    flush_folder(target.has_parent_path() ? target.parent_path() : fs::path("."));
    return {};
}

}  // namespace tangram::io
