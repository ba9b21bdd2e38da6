#include "io/value.h"

#include <fmt/format.h>

#include <vector>

#include "base/check.h"
#include "io/tree.h"

namespace tangram::io {
namespace {

constexpr std::size_t kShownMax = 60;

bool is_container(Kind kind) { return kind == Kind::kArray || kind == Kind::kObject; }

// Cut at a character's boundary, with control characters made visible.
std::string quoted(std::string_view text) {
    std::size_t end = std::min(text.size(), kShownMax);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end;
    }
    std::string result = "\"";
    for (const char c : text.substr(0, end)) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            result += c;
        }
    }
    return result + (end < text.size() ? "...\"" : "\"");
}

// The indices from the root's child down to `index`.
std::vector<std::uint32_t> ancestry(const Tree& tree, std::uint32_t index) {
    std::vector<std::uint32_t> steps;
    for (; index != 0; index = tree.nodes[index].parent) {
        steps.push_back(index);
    }
    return {steps.rbegin(), steps.rend()};
}

std::size_t position(const Tree& tree, std::uint32_t index) {
    std::size_t before = 0;
    for (std::uint32_t i = tree.nodes[index].parent + 1; i != index; i = tree.nodes[i].next) {
        ++before;
    }
    return before;
}

std::string escaped_for_pointer(std::string_view key) {
    std::string result;
    for (const char c : key) {
        if (c == '~') {
            result += "~0";
        } else if (c == '/') {
            result += "~1";
        } else {
            result += c;
        }
    }
    return result;
}

}  // namespace

Kind Value::kind() const { return tree_->nodes[index_].kind; }

bool Value::boolean() const {
    CHECK(is(Kind::kBool));
    return tree_->nodes[index_].length != 0;
}

std::string_view Value::text() const {
    const Node& node = tree_->nodes[index_];
    CHECK(node.kind == Kind::kText || node.kind == Kind::kNumber);
    return std::string_view(tree_->text).substr(node.begin, node.length);
}

std::size_t Value::size() const {
    const Node& node = tree_->nodes[index_];
    return is_container(node.kind) ? node.length : 0;
}

Value::Iterator Value::begin() const { return {tree_, size() > 0 ? index_ + 1 : Node::kNone}; }
Value::Iterator Value::end() const { return {tree_, Node::kNone}; }

Value::Iterator& Value::Iterator::operator++() {
    index_ = tree_->nodes[index_].next;
    return *this;
}

std::string_view Value::key() const {
    const Node& node = tree_->nodes[index_];
    return node.key == Node::kNone ? std::string_view{} : tree_->keys[node.key];
}

std::optional<Value> Value::find(std::string_view key) const {
    if (is(Kind::kObject)) {
        for (const Value member : *this) {
            if (member.key() == key) return member;
        }
    }
    return std::nullopt;
}

std::string Value::shown() const {
    switch (kind()) {
        case Kind::kNull:
            return "nothing (null)";
        case Kind::kBool:
            return boolean() ? "true" : "false";
        case Kind::kNumber:
            return text().size() <= kShownMax ? std::string(text())
                                              : std::string(text().substr(0, kShownMax)) + "...";
        case Kind::kText:
            return quoted(text());
        case Kind::kArray:
            return "a list";
        case Kind::kObject:
            return "an object";
    }
    return {};
}

std::string Value::path() const {
    std::string result;
    for (const std::uint32_t step : ancestry(*tree_, index_)) {
        if (tree_->nodes[step].key == Node::kNone) {
            result += fmt::format("[{}]", position(*tree_, step));
        } else {
            result += (result.empty() ? "" : ".") + tree_->keys[tree_->nodes[step].key];
        }
    }
    return result;
}

std::string Value::json_pointer() const {
    std::string result;
    for (const std::uint32_t step : ancestry(*tree_, index_)) {
        const Node& node = tree_->nodes[step];
        result += "/" + (node.key == Node::kNone ? fmt::to_string(position(*tree_, step))
                                                 : escaped_for_pointer(tree_->keys[node.key]));
    }
    return result;
}

std::string Value::place() const {
    const Node& node = tree_->nodes[index_];
    if (node.line != 0) return fmt::format("{}:{}", tree_->file, node.line);
    const std::string pointer = json_pointer();
    return pointer.empty() ? tree_->file : tree_->file + ": " + pointer;
}

Error Value::error(std::string message) const {
    const std::string where = tree_->nodes[index_].line != 0 ? path() : "";
    return invalid_input(where.empty() ? std::move(message) : where + ": " + message, place());
}

Error Value::expected(std::string_view what) const {
    return error(fmt::format("found {}, expected {}", shown(), what));
}

Document::Document(std::unique_ptr<const Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

}  // namespace tangram::io
