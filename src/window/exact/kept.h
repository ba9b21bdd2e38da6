// Values of all slots, within a budget of memory: every stride-th slot's stay, and the others are
// made again, a stretch at a time, when they are asked for from the last slot to the first.
#pragma once

#include <cstddef>
#include <map>
#include <utility>

namespace tangram::window::exact {

template <typename Values>
class Kept {
public:
    explicit Kept(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // Slots come in order, from 0 on.
    void add(int slot, Values values, std::size_t bytes) {
        if (slot % stride_ != 0) return;
        bytes_ += bytes;
        kept_.emplace(slot, std::pair{std::move(values), bytes});
        while (bytes_ > bytes_max_ && kept_.size() > 2) {
            stride_ *= 2;
            std::erase_if(kept_, [&](const auto& it) {
                if (it.first % stride_ == 0) return false;
                bytes_ -= it.second.second;
                return true;
            });
        }
    }
    // `make(values, slot)`: those of `slot` from those of the slot before.
    template <typename Make>
    Values& at(int slot, const Make& make) {
        for (int t = slot / stride_ * stride_; !kept_.contains(slot); ++t) {
            if (!kept_.contains(t + 1)) kept_.emplace(t + 1, std::pair{make(stored(t), t + 1), 0});
        }
        return stored(slot);
    }
    void drop(int slot) { kept_.erase(slot); }

private:
    Values& stored(int slot) { return kept_.at(slot).first; }

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    int stride_ = 1;
    std::map<int, std::pair<Values, std::size_t>> kept_;
};

}  // namespace tangram::window::exact
