// Typed indices: Id<Tag> cannot be mixed up with another tag's, and IdVector<Id, T> is a vector
// that only its own kind of id can index. An id is an index into the vector that owns the thing.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <ranges>
#include <utility>
#include <vector>

#include "base/check.h"

namespace tangram {

template <typename Tag>
class Id {
public:
    constexpr Id() = default;  // invalid until assigned
    constexpr explicit Id(std::size_t index) : index_(static_cast<std::uint32_t>(index)) {}

    [[nodiscard]] constexpr std::size_t index() const { return index_; }
    [[nodiscard]] constexpr bool valid() const { return index_ != kInvalid; }

    friend constexpr auto operator<=>(Id, Id) = default;

private:
    static constexpr std::uint32_t kInvalid = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t index_ = kInvalid;
};

template <typename IdType, typename T>
class IdVector {
public:
    using value_type = T;

    IdVector() = default;
    explicit IdVector(std::size_t count, const T& value = T{}) : items_(count, value) {}
    explicit IdVector(std::vector<T> items) : items_(std::move(items)) {}

    decltype(auto) operator[](IdType id) {
        DCHECK(id.index() < items_.size());
        return items_[id.index()];
    }
    decltype(auto) operator[](IdType id) const {
        DCHECK(id.index() < items_.size());
        return items_[id.index()];
    }

    IdType push_back(T item) {
        items_.push_back(std::move(item));
        return IdType{items_.size() - 1};
    }

    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] bool empty() const { return items_.empty(); }
    void reserve(std::size_t count) { items_.reserve(count); }
    void clear() { items_.clear(); }

    [[nodiscard]] auto begin() { return items_.begin(); }
    [[nodiscard]] auto end() { return items_.end(); }
    [[nodiscard]] auto begin() const { return items_.begin(); }
    [[nodiscard]] auto end() const { return items_.end(); }
    [[nodiscard]] const std::vector<T>& raw() const { return items_; }

    // All ids in order: for (const ServiceId s : services.ids()).
    [[nodiscard]] auto ids() const {
        return std::views::iota(std::size_t{0}, items_.size()) |
               std::views::transform([](std::size_t index) { return IdType{index}; });
    }

    friend bool operator==(const IdVector&, const IdVector&) = default;

private:
    std::vector<T> items_;
};

}  // namespace tangram

template <typename Tag>
struct std::hash<tangram::Id<Tag>> {
    std::size_t operator()(tangram::Id<Tag> id) const noexcept { return id.index(); }
};
