// The storage behind Value, and the one way to build it. Internal to the parsers.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "io/value.h"

namespace tangram::io {

// Values in the order of the file: a container's first child follows it.
struct Node {
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t key = kNone;   // index into Tree::keys
    std::uint32_t begin = 0;     // of its text in Tree::text
    std::uint32_t length = 0;    // of its text; children of a container; 1 for true
    std::uint32_t next = kNone;  // sibling
    std::uint32_t parent = kNone;
    std::uint32_t line = 0;  // from 1; 0: this file's places are JSON pointers
    Kind kind = Kind::kNull;
};

struct Tree {
    std::string file;
    std::vector<Node> nodes;
    std::string text;
    std::deque<std::string> keys;  // each name once; a deque, because views into it stay good
};

// Takes the events of a parser. Every call but finish() returns false once something was wrong;
// error() then says what.
class TreeBuilder {
public:
    explicit TreeBuilder(std::string file);

    // The name of the next value.
    bool key(std::string_view name, std::size_t line);
    bool scalar(Kind kind, std::string_view text, std::size_t line);
    bool boolean(bool value, std::size_t line);
    bool open(Kind container, std::size_t line);
    bool close();

    // Whether the next event must be a key or the end of an object.
    [[nodiscard]] bool expects_key() const;
    bool fail(std::string message, std::size_t line);
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }
    // CHECK-fails unless one value was built completely.
    [[nodiscard]] Document finish() &&;

private:
    struct Open {
        std::uint32_t node;
        std::uint32_t last_child = Node::kNone;
        std::unordered_set<std::uint32_t> names;  // filled once there are many members
    };

    Node* add(Kind kind, std::size_t line);
    [[nodiscard]] bool name_taken(std::uint32_t name);

    std::unique_ptr<Tree> tree_;
    std::vector<Open> open_;
    std::unordered_map<std::string_view, std::uint32_t> key_ids_;
    std::uint32_t pending_key_ = Node::kNone;
    std::optional<Error> error_;
};

}  // namespace tangram::io
