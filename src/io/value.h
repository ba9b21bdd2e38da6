// What a YAML or JSON file says, as a tree that remembers where each value stood, so that an error
// can name the place. Numbers are kept as text: nothing is rounded on the way in.
//
// A Document owns the tree (28 bytes per value and the text); a Value is a light handle into it,
// good as long as its Document lives (moving the Document keeps it good). Immutable once built, so
// any number of threads may read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tangram::io {

enum class Kind : std::uint8_t { kNull, kBool, kNumber, kText, kArray, kObject };

struct Tree;

class Value {
public:
    class Iterator;

    Value(const Tree& tree, std::uint32_t index) : tree_(&tree), index_(index) {}

    [[nodiscard]] Kind kind() const;
    [[nodiscard]] bool is(Kind kind) const { return this->kind() == kind; }
    // Of a bool.
    [[nodiscard]] bool boolean() const;
    // Of a text: what it says. Of a number: its decimal text ("74.408", "1e400", ".nan", "-.inf").
    [[nodiscard]] std::string_view text() const;

    // Elements of an array or members of an object; 0 for others.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;
    // The name of this value as a member of an object; empty for others.
    [[nodiscard]] std::string_view key() const;
    // The member of that name. O(members).
    [[nodiscard]] std::optional<Value> find(std::string_view key) const;

    // As an error message quotes it: -5, "bert", true, an object; long text is cut.
    [[nodiscard]] std::string shown() const;
    // "services[3].rate"; empty for the root. O(siblings of every ancestor).
    [[nodiscard]] std::string path() const;
    // "services[3].rate: " behind "problem.yaml:12", or "plan.json: /services/3/rate".
    [[nodiscard]] Error error(std::string message) const;
    // error("found -5, expected a positive number").
    [[nodiscard]] Error expected(std::string_view what) const;
    // Where it stands: "problem.yaml:12" or "plan.json: /services/3/rate".
    [[nodiscard]] std::string place() const;

private:
    [[nodiscard]] std::string json_pointer() const;

    const Tree* tree_;
    std::uint32_t index_;
};

class Value::Iterator {
public:
    using value_type = Value;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}
    Value operator*() const { return {*tree_, index_}; }
    Iterator& operator++();
    Iterator operator++(int) {
        const Iterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

private:
    const Tree* tree_ = nullptr;
    std::uint32_t index_ = 0;
};

class Document {
public:
    explicit Document(std::unique_ptr<const Tree> tree);
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    [[nodiscard]] Value root() const { return {*tree_, 0}; }

private:
    std::unique_ptr<const Tree> tree_;
};

}  // namespace tangram::io
