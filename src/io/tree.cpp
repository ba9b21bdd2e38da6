#include "io/tree.h"

#include <fmt/format.h>

#include "base/check.h"
#include "io/parse.h"

namespace tangram::io {
namespace {

// Up to here comparing the names one by one is faster than a hash table.
constexpr std::uint32_t kFewMembers = 24;

}  // namespace

TreeBuilder::TreeBuilder(std::string file) : tree_(std::make_unique<Tree>()) {
    tree_->file = std::move(file);
}

bool TreeBuilder::fail(std::string message, std::size_t line) {
    if (!error_) {
        error_ = invalid_input(std::move(message),
                               line == 0 ? tree_->file : fmt::format("{}:{}", tree_->file, line));
    }
    return false;
}

bool TreeBuilder::expects_key() const {
    return !open_.empty() && tree_->nodes[open_.back().node].kind == Kind::kObject &&
           pending_key_ == Node::kNone;
}

bool TreeBuilder::name_taken(std::uint32_t name) {
    Open& object = open_.back();
    const Node& node = tree_->nodes[object.node];
    if (node.length < kFewMembers) {
        for (std::uint32_t i = 0, child = object.node + 1; i < node.length; ++i) {
            if (tree_->nodes[child].key == name) return true;
            child = tree_->nodes[child].next;
        }
        return false;
    }
    if (object.names.empty()) {
        for (std::uint32_t i = 0, child = object.node + 1; i < node.length; ++i) {
            object.names.insert(tree_->nodes[child].key);
            child = tree_->nodes[child].next;
        }
    }
    return !object.names.insert(name).second;
}

bool TreeBuilder::key(std::string_view name, std::size_t line) {
    if (error_) return false;
    CHECK(expects_key());
    auto known = key_ids_.find(name);
    if (known == key_ids_.end()) {
        tree_->keys.emplace_back(name);
        known = key_ids_.emplace(tree_->keys.back(), tree_->keys.size() - 1).first;
    }
    if (name_taken(known->second)) {
        const Value object{*tree_, open_.back().node};
        const std::string where = object.path();
        return fail(fmt::format("{}the field \"{}\" is given twice",
                                where.empty() ? "" : where + ": ", name),
                    line);
    }
    pending_key_ = known->second;
    return true;
}

Node* TreeBuilder::add(Kind kind, std::size_t line) {
    if (error_) return nullptr;
    if (tree_->nodes.size() >= kValuesMax) {
        fail(fmt::format("more than {} values", kValuesMax), line);
        return nullptr;
    }
    Node node;
    node.kind = kind;
    node.line = static_cast<std::uint32_t>(line);
    node.begin = static_cast<std::uint32_t>(tree_->text.size());
    node.key = std::exchange(pending_key_, Node::kNone);
    const auto index = static_cast<std::uint32_t>(tree_->nodes.size());
    if (!open_.empty()) {
        Open& parent = open_.back();
        node.parent = parent.node;
        if (parent.last_child != Node::kNone) tree_->nodes[parent.last_child].next = index;
        parent.last_child = index;
        ++tree_->nodes[parent.node].length;
    }
    return &tree_->nodes.emplace_back(node);
}

bool TreeBuilder::scalar(Kind kind, std::string_view text, std::size_t line) {
    Node* const node = add(kind, line);
    if (node == nullptr) return false;
    node->length = static_cast<std::uint32_t>(text.size());
    tree_->text += text;
    return true;
}

bool TreeBuilder::boolean(bool value, std::size_t line) {
    Node* const node = add(Kind::kBool, line);
    if (node == nullptr) return false;
    node->length = value ? 1 : 0;
    return true;
}

bool TreeBuilder::open(Kind container, std::size_t line) {
    if (add(container, line) == nullptr) return false;
    if (open_.size() >= static_cast<std::size_t>(kDepthMax)) {
        return fail(fmt::format("nested more than {} levels deep", kDepthMax), line);
    }
    open_.push_back({static_cast<std::uint32_t>(tree_->nodes.size() - 1), Node::kNone, {}});
    return true;
}

bool TreeBuilder::close() {
    if (error_) return false;
    CHECK(!open_.empty());
    open_.pop_back();
    return true;
}

Document TreeBuilder::finish() && {
    CHECK(!error_ && open_.empty() && !tree_->nodes.empty());
    // A large file's vectors end up to twice as long as needed.
    tree_->nodes.shrink_to_fit();
    tree_->text.shrink_to_fit();
    return Document(std::move(tree_));
}

}  // namespace tangram::io
